import { type HistoryEvent, RETRIED } from '../../core/history/event.ts';
import type { RecordFeed, Store } from '../../ports/store.ts';

/** The part of the store that tells what became of the list of phones. */
export type ListStore = Pick<Store, 'enrolmentsChangedSince'> & RecordFeed;

/**
 * Finds the rows that changes of the list leave in the record, whichever process made them: the fleet writes what its phones
 * do, and these rows are not its own. Each call of the returned function gives what came since the last.
 */
export function listWatch(store: ListStore): () => readonly HistoryEvent[] {
  let changes = store.enrolmentsChangedSince(0).sequence;
  let seen = store.lastSequence();
  return () => {
    // Taken before the list is looked at: a change in between is found by the next call, and none is told twice.
    const newest = store.lastSequence();
    const { sequence, enrolments } = store.enrolmentsChangedSince(changes);
    changes = sequence;
    if (enrolments.length === 0) {
      seen = newest;
      return [];
    }
    const rows: HistoryEvent[] = [];
    for (;;) {
      const { sequence: read, events } = store.historyAfter(seen, LIST_KINDS);
      if (events.length === 0) return rows;
      seen = read;
      rows.push(...events.filter(isListChange));
    }
  };
}

const LIST_KINDS = ['phone.enrolled', 'phone.released', 'phone.decision'] as const;

function isListChange(row: HistoryEvent): boolean {
  if (row.event === 'phone.enrolled' || row.event === 'phone.released') return true;
  return row.event === 'phone.decision' && row.finding === RETRIED;
}
