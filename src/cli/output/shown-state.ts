import type { PhoneReport } from '../../app/told/phone-line.ts';
import type { Needs } from '../../core/needs.ts';
import { factsOf } from '../../core/phone-states.ts';
import { type Meaning, meaningOfState } from './paint.ts';

/** Where a step is usually over sooner than this, nobody compares (invented). */
const LEAST_USUAL_MS = 5_000;

/** What stands in the place of the state of a phone that only a person can bring on. */
const NEEDED: Readonly<Record<Needs, string>> = { restart: 'needs restart', person: 'needs you' };

/**
 * The state as a table shows it: a phone that waits for others is not offered anything yet, and says its place; one that does not go on by
 * itself says what it needs; a bystander is not on the list.
 */
export function shownState({ state, turn, needs }: Pick<PhoneReport, 'state' | 'turn' | 'needs'>): string {
  if (turn !== undefined) return `waits ${turn.place}/${turn.of}`;
  if (needs !== undefined) return NEEDED[needs];
  return state === 'bystander' ? 'not listed' : state;
}

/** What the state means as `shownState` wrote it. */
export function meaningOfShown(shown: string): Meaning | null {
  return Object.values(NEEDED).includes(shown) ? 'needs a hand' : meaningOfState(shown);
}

/** The usual time of the present step, where it can be compared with: null also while a phone waits for others or for a person, which is no matter of its own. */
export function usualOf({
  usualMs,
  state,
  waits,
  needs,
}: Pick<PhoneReport, 'usualMs' | 'state' | 'waits' | 'needs'>): number | null {
  if (usualMs === null || waits !== null || needs !== undefined || factsOf(state).settled) return null;
  return usualMs < LEAST_USUAL_MS ? null : usualMs;
}
