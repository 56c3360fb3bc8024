import type { Needs } from '../../core/needs.ts';
import { factsOf } from '../../core/phone-states.ts';

/** How long a batch may take from here. */
export interface BatchLeft {
  readonly ms: number;
  /** Phones that this counts. */
  readonly phones: number;
  /** Phones on the list that have not come, or that only a person can bring on: nobody knows how long they take. */
  readonly away: number;
}

interface OnItsRoad {
  readonly state: string;
  readonly isEnrolled: boolean;
  readonly leftMs: number | null;
  readonly needs?: Needs;
}

/**
 * How long the phones that are on their roads take until all have landed, when at most `atOnce` may be in hops at a time; null while none
 * is, or the past tells too little of one of them.
 */
export function batchLeftMs(reports: readonly OnItsRoad[], atOnce: number | null): BatchLeft | null {
  const listed = reports.filter(({ isEnrolled }) => isEnrolled);
  const isMoving = ({ state, needs }: OnItsRoad) => factsOf(state).underWay && needs === undefined;
  const moving = listed.filter(isMoving);
  const left = moving.flatMap(({ leftMs: ms }) => (ms === null ? [] : [ms]));
  if (left.length === 0 || left.length < moving.length) return null;
  const longest = left.reduce((most, ms) => Math.max(most, ms), 0);
  const inTurns = atOnce === null ? 0 : left.reduce((sum, ms) => sum + ms, 0) / Math.max(1, atOnce);
  const away = listed.filter((one) => !isMoving(one) && !factsOf(one.state).over).length;
  return { ms: Math.max(longest, inTurns), phones: moving.length, away };
}
