import { LOOK_AGAIN, OR_RESTART } from '../../core/explain/hold-advice.ts';
import { importingInto } from './importing-into.ts';

export const AGAIN = 'type the same command again';
/** The command that says something else of a phone; of its flags everything but whose they are. */
const ENROLL = /(?:run: )?loadstep enroll --mac \w+ ((?:--\w+ (?:<[^>]+>|[^\s;,]+))(?: --\w+ (?:<[^>]+>|[^\s;,]+))*)/g;

/**
 * Advice on a held phone for who sees the end of a command that served it alone: that server has ended, so that `loadstep retry` alone would
 * not do. `firmwareFlags` are the words that name the store where they were typed.
 */
export function withSameCommand(advice: string, firmwareFlags: readonly string[]): string {
  return importingInto(advice, firmwareFlags)
    .replaceAll(/(?:run: )?loadstep retry(?: --mac \w+)?/g, AGAIN)
    .replaceAll(OR_RESTART, '')
    .replaceAll(`${LOOK_AGAIN}, and the phone goes on`, AGAIN)
    .replaceAll(LOOK_AGAIN, AGAIN)
    .replaceAll(ENROLL, (_, flags: string) => `${AGAIN} with ${flags}`);
}
