import type { BatchEvent, HistoryEvent } from './event.ts';

/** A row of the record, about one phone or about all of them. */
export type RecordRow = HistoryEvent | BatchEvent;

/** Both kinds of rows in the order of time; at one instant what phones did comes first, since the batch answers to it. */
export function* mergeRows(phones: Iterable<HistoryEvent>, batch: Iterable<BatchEvent>): Iterable<RecordRow> {
  const rest = [...batch];
  for (const row of phones) {
    for (let next = rest[0]; next !== undefined && next.at < row.at; next = rest[0]) {
      yield next;
      rest.shift();
    }
    yield row;
  }
  yield* rest;
}
