import { failedIn } from '../../app/batch/batch-status.ts';
import { resumed } from '../../core/batch/batch-state.ts';
import type { CommandContext, CommandSpec } from '../command.ts';
import { countText } from '../output/printable.ts';
import { withDatabase } from '../wiring.ts';

/** `loadstep resume`: a paused batch goes on. */
export const RESUME: CommandSpec = {
  name: 'resume',
  summary: 'let a paused batch go on, whoever paused it',
  description:
    'Lets a paused batch go on, also while a server runs. Phones that have failed by now do not stop it a second time; the next ' +
    'failures do. Held phones stay held: "loadstep retry" starts them again.',
  settings: ['reason'],
  examples: ['loadstep resume'],
  run: resume,
};

async function resume({ settings, io }: CommandContext): Promise<number> {
  const now = Date.now();
  const reason = settings.text('reason') ?? 'the operator resumed it';
  const outcome = await withDatabase(settings, io, 'client', (store) => {
    const failed = failedIn(store.phones());
    let wasPaused = false;
    store.changeBatch((was) => {
      wasPaused = was.isPaused;
      if (!wasPaused) return null;
      return { state: resumed(was, now, reason, failed), events: [{ event: 'batch.resumed', at: now, reason }] };
    });
    return { wasPaused, failed: failed.length };
  });
  const known = outcome.failed === 0 ? '' : `, ${countText(outcome.failed, 'failed phone')} set aside`;
  const text = outcome.wasPaused ? `The batch goes on${known}.` : 'The batch was not paused.';
  const result = outcome.wasPaused ? 'resumed' : 'not-paused';
  io.stdout.write(settings.isOn('json') ? `${JSON.stringify({ result, failed: outcome.failed })}\n` : `${text}\n`);
  return 0;
}
