import type { PhoneReport } from '../../app/told/phone-line.ts';
import { factsOf } from '../../core/phone-states.ts';

/** Where a step is usually over sooner than this, nobody compares (invented). */
const LEAST_USUAL_MS = 5_000;

/** The state as a table shows it: a phone that waits for others is not offered anything yet, and says its place; a bystander is not on the list. */
export function shownState({ state, turn }: Pick<PhoneReport, 'state' | 'turn'>): string {
  if (turn === undefined) return state === 'bystander' ? 'not listed' : state;
  return `waits ${turn.place}/${turn.of}`;
}

/** The usual time of the present step, where it can be compared with: null also while a phone waits for others, which is no matter of its own. */
export function usualOf({ usualMs, state, waits }: Pick<PhoneReport, 'usualMs' | 'state' | 'waits'>): number | null {
  if (usualMs === null || waits !== null || factsOf(state).settled) return null;
  return usualMs < LEAST_USUAL_MS ? null : usualMs;
}
