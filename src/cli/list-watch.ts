import type { SqliteStore } from '../adapters/sqlite/open-store.ts';
import type { HistoryEvent } from '../core/history/event.ts';

/** The part of the store that tells what became of the list of phones. */
export type ListStore = Pick<SqliteStore, 'enrolmentsChangedSince' | 'historyAfter' | 'lastSequence'>;

/** Reason of the row that a retry leaves; the store writes it. */
const RETRIED = 'operator asked for a retry';

/**
 * Tells the rows that changes of the list leave in the record, whichever process made them: the fleet tells what its
 * phones do, and these rows are not its own. Each call of the returned function tells what came since the last.
 */
export function listWatch(store: ListStore, tell: (row: HistoryEvent) => void): () => void {
  let changes = store.enrolmentsChangedSince(0).sequence;
  let seen = store.lastSequence();
  return () => {
    // Taken before the list is looked at: a change in between is found by the next call, and none is told twice.
    const newest = store.lastSequence();
    const { sequence, enrolments } = store.enrolmentsChangedSince(changes);
    changes = sequence;
    if (enrolments.length === 0) {
      seen = newest;
      return;
    }
    for (;;) {
      const { sequence: read, events } = store.historyAfter(seen);
      if (events.length === 0) return;
      seen = read;
      for (const row of events) if (isListChange(row)) tell(row);
    }
  };
}

function isListChange(row: HistoryEvent): boolean {
  if (row.event === 'phone.enrolled' || row.event === 'phone.released') return true;
  return row.event === 'phone.decision' && row.reason === RETRIED;
}
