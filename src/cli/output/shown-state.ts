import type { PhoneReport } from '../../app/told/phone-line.ts';

/** The state as a table shows it: a phone that waits for others is not offered anything yet, and says its place; a bystander is not on the list. */
export function shownState({ state, turn }: Pick<PhoneReport, 'state' | 'turn'>): string {
  if (turn === undefined) return state === 'bystander' ? 'not listed' : state;
  return `waits ${turn.place}/${turn.of}`;
}
