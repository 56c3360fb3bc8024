import type { MacAddress } from '../names/mac-address.ts';
import type { Standing } from './outcome.ts';

/** Silence of a whole batch, after which phones that never asked for anything are not waited for any more (invented). */
export const MISSING_AFTER_MS = 30 * 60_000;

/** Whether a batch is finished, and without whom. */
export interface Finish {
  readonly isFinished: boolean;
  /** Phones on the list that never asked for anything, and that nobody waits for any more. */
  readonly missing: readonly MacAddress[];
}

/**
 * A batch is finished when every phone has landed, is held or was cancelled; phones that never asked for anything keep it open until nothing
 * has moved for a while, and after that only when they do come. One to which nobody came has not begun.
 */
export function finishOf(
  was: Finish,
  standings: readonly Standing[],
  quietMs: number,
  missingAfterMs = MISSING_AFTER_MS,
): Finish {
  const unseen = standings.filter((one) => one.kind === 'unseen').map((one) => one.mac);
  const missing = was.missing.filter((mac) => unseen.includes(mac));
  if (!isWaitedFor(standings)) return { isFinished: false, missing };
  if (missing.length === unseen.length || quietMs >= missingAfterMs) return { isFinished: true, missing: unseen };
  return { isFinished: false, missing };
}

/** Whether only phones that never asked for anything, if any, keep the batch open. */
export function isWaitedFor(standings: readonly Standing[]): boolean {
  return standings.some((one) => one.kind !== 'unseen') && standings.every((one) => one.kind !== 'under-way');
}

/** The phones that are missing, in words; the first few of many. */
export function missingText(missing: readonly MacAddress[]): string {
  const rest = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  return `${missing.length} never seen (${missing.slice(0, 3).join(', ')}${rest})`;
}
