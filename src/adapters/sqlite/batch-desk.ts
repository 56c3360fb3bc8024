import { type BatchState, FRESH_BATCH } from '../../core/batch/batch-state.ts';
import type { BatchEvent } from '../../core/history/event.ts';
import type { BatchStore, FileProgress } from '../../ports/batch-store.ts';
import { atFirst } from './at-first.ts';
import type { Interned } from './interned.ts';
import type { Connection } from './load-driver.ts';
import type { Transactions } from './transactions.ts';

/** The tables that hold what is kept about all phones together. */
export const BATCH_TABLES = `
CREATE TABLE batch (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL,
  state TEXT NOT NULL
);

CREATE TABLE batch_events (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  words TEXT NOT NULL
);
CREATE TRIGGER batch_events_no_update BEFORE UPDATE ON batch_events
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER batch_events_no_delete BEFORE DELETE ON batch_events
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER batch_events_no_replace BEFORE INSERT ON batch_events
WHEN EXISTS (SELECT 1 FROM batch_events WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;

CREATE TABLE progress (
  phone INTEGER PRIMARY KEY REFERENCES phones(id),
  file TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  size INTEGER NOT NULL,
  at INTEGER NOT NULL
);
`;

/** Rows about all phones together, by number. */
export interface BatchRows {
  lastBatchRow(): number;
  batchRowsAfter(sequence: number, most: number): readonly { readonly sequence: number; readonly row: BatchEvent }[];
}

type StateRow = [revision: number, state: string];
type EventRow = [at: number, event: string, words: string];

/** Reads and changes what is kept about the batch; `writing` is null for a reader. A database of before batches has none. */
export function batchDesk(db: Connection, phones: Interned, writing: Transactions | null): BatchStore & BatchRows {
  const isThere = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'batch'").get() !== undefined;
  const read = isThere ? db.prepare<[], StateRow>('SELECT revision, state FROM batch WHERE id = 1').raw() : null;
  const rows = isThere
    ? db.prepare<[number], EventRow>('SELECT at, event, words FROM batch_events WHERE at >= ? ORDER BY at, seq').raw()
    : null;
  const numbered = atFirst(() =>
    db
      .prepare<[number, number], [...EventRow, number]>(
        'SELECT at, event, words, seq FROM batch_events WHERE seq > ? ORDER BY seq LIMIT ?',
      )
      .raw(),
  );
  const last = atFirst(() => db.prepare<[], number>('SELECT ifnull(max(seq), 0) FROM batch_events').pluck());
  const newest = isThere
    ? db.prepare<[], number>('SELECT at FROM batch_events ORDER BY seq DESC LIMIT 1').pluck()
    : null;
  const write =
    writing === null
      ? null
      : db.prepare<[number, string]>(
          `INSERT INTO batch (id, revision, state) VALUES (1, ?, ?)
           ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, state = excluded.state`,
        );
  const append =
    writing === null
      ? null
      : db.prepare<[number, string, string]>('INSERT INTO batch_events (at, event, words) VALUES (?, ?, ?)');

  const progress = isThere
    ? db.prepare<[], FileProgress>('SELECT mac, file, bytes, size, at FROM progress JOIN phones ON phones.id = phone')
    : null;
  const advance =
    writing === null
      ? null
      : db.prepare<[number, string, number, number, number]>(
          `INSERT INTO progress (phone, file, bytes, size, at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (phone) DO UPDATE SET file = excluded.file, bytes = excluded.bytes, size = excluded.size,
             at = excluded.at`,
        );

  function batch(): BatchState {
    const row = read?.get();
    return row === undefined ? FRESH_BATCH : { ...FRESH_BATCH, ...JSON.parse(row[1]), revision: row[0] };
  }

  return {
    batch,
    changeBatch(change) {
      if (writing === null || write === null || append === null) throw new Error('a reader changes nothing');
      return writing.now(() => {
        const was = batch();
        const changed = change(was);
        if (changed === null) return was;
        const next: BatchState = { ...changed.state, revision: was.revision + 1 };
        const { revision, ...state } = next;
        write.run(revision, JSON.stringify(state));
        // The clock may have been set back: what happened later stands later.
        for (const { event, at, ...words } of changed.events) {
          append.run(Math.max(at, newest?.get() ?? at), event, JSON.stringify(words));
        }
        return next;
      });
    },
    batchHistory(since = -Number.MAX_SAFE_INTEGER) {
      const found = rows?.all(since) ?? [];
      return found.map(batchEventOf);
    },
    lastBatchRow: () => (isThere ? (last().get() ?? 0) : 0),
    batchRowsAfter: (sequence, most) =>
      (isThere ? numbered().all(sequence, most) : []).map(([at, event, words, number]) => ({
        sequence: number,
        row: batchEventOf([at, event, words]),
      })),
    saveProgress({ mac, file, bytes, size, at }) {
      const write = () => void advance?.run(phones.numberOf(mac), file, bytes, size, at);
      writing?.join({ write, isPrecious: false, done: () => {}, failed: () => {} });
    },
    progress: () => progress?.all() ?? [],
  };
}

function batchEventOf([at, event, words]: EventRow): BatchEvent {
  return { event, at, ...JSON.parse(words) } as BatchEvent;
}
