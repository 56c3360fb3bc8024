import type { HistoryEvent } from '../../core/history/event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { AddressBinding, Change, Enrolment } from '../../ports/store.ts';
import { bindingWriter } from './binding-writer.ts';
import { enrolmentParameters, UPSERT_ENROLMENT } from './enrolment-columns.ts';
import { cellsOf, EVENT_COLUMNS, type EventRow, rowOf } from './event-row.ts';
import type { Interned } from './interned.ts';
import type { Connection } from './load-driver.ts';
import { type ContextText, contextText, withPlan } from './snapshot-context.ts';

/** A change as it will be written: taken apart at once, so that what is written is what was handed over. */
export interface PreparedChange {
  readonly mac: MacAddress;
  readonly snapshot: readonly [machine: string, version: number, value: string, context: ContextText] | null;
  readonly evidence: string | null;
  readonly memory: string | null;
  readonly seenAt: number | null;
  readonly rows: readonly EventRow[];
}

/** Writes into a transaction that the caller has opened. */
export interface RecordWriter {
  change(change: PreparedChange): void;
  event(event: HistoryEvent): void;
  enrolment(enrolment: Enrolment): void;
  binding(binding: AddressBinding): void;
}

/** Takes a change apart; throws when a part of it cannot be kept as JSON or has no finite time. */
export function prepareChange(change: Change): PreparedChange {
  const { mac, snapshot, evidence, memory, seenAt, events } = change;
  return {
    mac,
    snapshot:
      snapshot === undefined
        ? null
        : [snapshot.machine, snapshot.version, snapshot.value, contextText(snapshot.context ?? null)],
    evidence: evidence === undefined ? null : JSON.stringify(evidence),
    memory: memory === undefined ? null : JSON.stringify(memory),
    seenAt: seenAt ?? null,
    rows: events.map(rowOf),
  };
}

/** A writer on one connection. */
export function recordWriter(db: Connection, strings: Interned, phones: Interned): RecordWriter {
  const marks = EVENT_COLUMNS.map(() => '?').join(', ');
  const insert = db.prepare<unknown[]>(`INSERT INTO history (${EVENT_COLUMNS.join(', ')}) VALUES (${marks})`);
  const seen = db.prepare<[{ id: number; at: number }]>(
    `UPDATE phones SET first_seen_at = min(ifnull(first_seen_at, @at), @at),
       last_seen_at = max(ifnull(last_seen_at, @at), @at) WHERE id = @id`,
  );
  const snapshot = db.prepare<[number, string, number, string, string]>(
    `INSERT INTO snapshots (phone, machine, version, value, context) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (phone) DO UPDATE SET machine = excluded.machine, version = excluded.version,
       value = excluded.value, context = excluded.context`,
  );
  const evidence = db.prepare<[number, string]>(
    'INSERT INTO evidence (phone, evidence) VALUES (?, ?) ON CONFLICT (phone) DO UPDATE SET evidence = excluded.evidence',
  );
  const memory = db.prepare<[number, string]>(
    'INSERT INTO memories (phone, memory) VALUES (?, ?) ON CONFLICT (phone) DO UPDATE SET memory = excluded.memory',
  );
  const enrolment = db.prepare<[object]>(UPSERT_ENROLMENT);
  const binding = bindingWriter(db);

  function append(row: EventRow): void {
    insert.run(...cellsOf(row, phones.numberOf(row.mac), strings.numberOf));
  }

  return {
    change(change) {
      const phone = phones.numberOf(change.mac);
      if (change.seenAt !== null) seen.run({ id: phone, at: change.seenAt });
      if (change.snapshot !== null) {
        const [machine, version, value, context] = change.snapshot;
        snapshot.run(phone, machine, version, value, withPlan(context, strings.numberOf));
      }
      if (change.evidence !== null) evidence.run(phone, change.evidence);
      if (change.memory !== null) memory.run(phone, change.memory);
      for (const row of change.rows) append(row);
    },
    event: (event) => append(rowOf(event)),
    enrolment: (next) => void enrolment.run(enrolmentParameters(next, phones.numberOf(next.mac))),
    binding,
  };
}
