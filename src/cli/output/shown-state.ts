import type { PhoneReport } from '../../app/told/phone-line.ts';

/** The state as a table shows it: a phone that waits for others is not offered anything yet, and says its place. */
export function shownState({ state, turn }: Pick<PhoneReport, 'state' | 'turn'>): string {
  return turn === undefined ? state : `waits ${turn.place}/${turn.of}`;
}
