import type { MacAddress } from '../names/mac-address.ts';
import { type BatchState, failureLimitText } from './batch-state.ts';

/** How one phone of the batch stands. */
export interface Standing {
  readonly mac: MacAddress;
  /**
   * `failed`: held until a person or new evidence comes. `stuck`: held, and goes on at its next sign of life. `unseen`: never
   * asked for anything since it was put on the list. `cancelled`: not on the list any more.
   */
  readonly kind: 'landed' | 'failed' | 'stuck' | 'under-way' | 'unseen' | 'cancelled';
}

/** Counts for people and for the end of a batch. */
export interface Tally {
  readonly phones: number;
  readonly landed: number;
  /** Held, for whatever reason. */
  readonly held: number;
  /** Absent is none. */
  readonly cancelled?: number;
}

/**
 * How a hold counts. A phone that took an image whole and was never heard again goes on by itself if it ever asks; yet it
 * may be dead, which is what a trial is for, so it counts as failed.
 */
export function standingOf(
  state: string,
  hold: { readonly code: string; readonly isResumable: boolean } | null,
): Standing['kind'] {
  if (state === 'landed') return 'landed';
  if (state === 'waiting') return 'unseen';
  if (state !== 'held') return 'under-way';
  return hold?.isResumable === true && hold.code !== 'P_SILENT_AFTER_FLASH' ? 'stuck' : 'failed';
}

export function tally(standings: readonly Standing[]): Tally {
  const count = (...kinds: Standing['kind'][]) => standings.filter((one) => kinds.includes(one.kind)).length;
  const cancelled = count('cancelled');
  const counts = { phones: standings.length, landed: count('landed'), held: count('failed', 'stuck') };
  return cancelled === 0 ? counts : { ...counts, cancelled };
}

/**
 * Why the batch has to stop now; null when it may go on. While some go first and are on trial, only they count: another phone that cannot be
 * converted says nothing about them, and takes nothing until they are done.
 */
export function stopReason(standings: readonly Standing[], state: BatchState): string | null {
  const { stopAfter, canary } = state.limits;
  const isTrial = canary > 0 && !state.isCanaryOver;
  // Who goes first is on trial by itself: without a limit of its own one failure is enough.
  const limit = stopAfter ?? (isTrial ? ({ kind: 'count', count: 1 } as const) : null);
  if (limit === null) return null;
  const counts = (mac: MacAddress) => !state.excused.includes(mac) && (!isTrial || state.canaries.includes(mac));
  const failed = failedOf(standings).filter(counts);
  const of = isTrial ? canary : standings.length;
  // Where none of them is left, nothing has shown that the rest may go, whatever was allowed.
  const areAll = isTrial && failed.length >= canary;
  const isOver =
    areAll ||
    (limit.kind === 'count'
      ? failed.length >= limit.count
      : failed.length > 0 && failed.length * 100 >= limit.percent * of);
  if (!isOver) return null;
  const among = isTrial ? ` of the ${canary} that go first` : '';
  const who = failed.slice(-3).join(', ');
  const isBelow = areAll && limit.kind === 'count' && limit.count > canary;
  return `${failed.length} failed${among} (limit: ${isBelow ? 'all of them' : failureLimitText(limit)}), last ${who}`;
}

/** Why those that were taken off the list in the middle of a trial end nothing: whether the rest may go, they have not shown. */
export function goneText(gone: readonly MacAddress[]): string {
  const isOne = gone.length === 1;
  const [was, it, its] = isOne ? ['was', 'it', 'its'] : ['were', 'they', 'their'];
  return `${gone.join(', ')} ${was} to go first and ${was} taken off the list before ${it} had landed: nothing shows yet that the rest may go; when the batch goes on, ${isOne ? 'another goes' : 'others go'} first in ${its} place`;
}

export function failedOf(standings: readonly Standing[]): MacAddress[] {
  return standings.filter((one) => one.kind === 'failed').map((one) => one.mac);
}
