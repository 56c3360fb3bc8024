import { resumeBatch } from '../../app/list/pausing.ts';
import { countText } from '../../core/text/amounts.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { withDatabase } from '../wiring.ts';

/** `loadstep resume`: a paused batch goes on. */
export const RESUME: CommandSpec = {
  name: 'resume',
  summary: 'let a paused batch go on, no matter who paused it',
  description:
    'Lets a paused batch go on, also while a server runs. Phones that have failed by now do not stop it a second time, ' +
    'later failures do. Held phones stay held: "loadstep retry" starts them again.',
  settings: ['reason'],
  examples: ['loadstep resume'],
  run: resume,
};

async function resume({ settings, io }: CommandContext): Promise<number> {
  const reason = settings.text('reason') ?? 'the operator resumed it';
  const { wasPaused, failed } = await withDatabase(settings, io, 'client', (store) =>
    resumeBatch(store, reason, Date.now()),
  );
  const known = failed === 0 ? '' : `; ${countText(failed, 'failed phone')} up to now will not stop it again`;
  const text = wasPaused ? `The batch goes on${known}.` : 'The batch was not paused.';
  const result = wasPaused ? 'resumed' : 'not-paused';
  io.stdout.write(settings.isOn('json') ? `${JSON.stringify({ result, failed })}\n` : `${text}\n`);
  return 0;
}
