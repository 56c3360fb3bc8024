import { pauseBatch } from '../../app/list/pausing.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { printable } from '../output/printable.ts';
import { withDatabase } from '../wiring.ts';

/** `loadstep pause`: nobody begins anything new. */
export const PAUSE: CommandSpec = {
  name: 'pause',
  summary: 'let no phone begin another step, also while a server runs',
  description:
    'Pauses the batch, also while a server runs: no phone is shown another load. A phone that is taking or writing one goes ' +
    'on until that step is proven. The batch stays paused, over restarts too, until "loadstep resume".',
  settings: ['reason'],
  examples: ['loadstep pause', 'loadstep pause --reason "switch is being replaced"'],
  run: pause,
};

async function pause({ settings, io }: CommandContext): Promise<number> {
  const given = settings.text('reason') ?? 'the operator paused it';
  const { wasPaused, reason } = await withDatabase(settings, io, 'client', (store) =>
    pauseBatch(store, given, Date.now()),
  );
  const text = wasPaused
    ? `The batch was paused already: ${printable(reason)}. "loadstep resume" lets it go on.`
    : 'Paused: phones that are taking a load finish that step, no other begins one. "loadstep resume" lets them go on.';
  io.stdout.write(settings.isOn('json') ? `${JSON.stringify({ result: 'paused', reason })}\n` : `${text}\n`);
  return 0;
}
