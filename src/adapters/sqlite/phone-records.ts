import { BoundedMap } from '../../core/bounded-map.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { AddressBinding, Enrolment, PhoneRecord, StoredSnapshot } from '../../ports/store.ts';
import type { EnrolmentRow } from './enrolment-columns.ts';
import { changedOf, ENROLMENT_CELLS, enrolmentCells, enrolmentFrom } from './enrolment-columns.ts';
import type { Connection } from './load-driver.ts';
import { versionOf } from './schema.ts';
import { contextFrom } from './snapshot-context.ts';

/** Told about a column whose JSON cannot be read; the row is kept. */
export type Unreadable = (mac: MacAddress, column: 'context' | 'evidence' | 'memory') => void;

/** Reads what is kept about phones beside their history. */
export interface PhoneRecords {
  phones(): readonly PhoneRecord[];
  /** The same for somebody who reads again and again: what has not changed is the same object as before. */
  phonesAgain(): () => readonly PhoneRecord[];
  phone(mac: MacAddress): PhoneRecord | null;
  enrolment(mac: MacAddress): Enrolment | null;
  /** When its newest row happened; null while it has none. */
  lastAt(mac: MacAddress): number | null;
  enrolmentsChangedSince(sequence: number): { readonly sequence: number; readonly enrolments: readonly Enrolment[] };
  bindings(): readonly AddressBinding[];
}

/** What stands behind the cells of the enrolment. */
type StateCells = [
  machine: string | null,
  version: number,
  value: string,
  context: string,
  evidence: string | null,
  memory: string | null,
  firstSeenAt: number | null,
  lastSeenAt: number | null,
  hangsAt: string | null,
];
type PhoneRow = [...EnrolmentRow, ...StateCells];

/** A reader changes nothing, so it may meet a database without a table of memories, or of places. */
const PHONE = (
  enrolment: string,
  hasMemories: boolean,
  hasPlaces: boolean,
) => `SELECT ${enrolment}, s.machine, s.version, s.value, s.context, v.evidence, ${hasMemories ? 'm.memory' : 'NULL'}, p.first_seen_at, p.last_seen_at,
    ${hasPlaces ? "h.switch || ' ' || h.port" : 'NULL'}
  FROM phones AS p LEFT JOIN enrolments AS e ON e.phone = p.id
  LEFT JOIN snapshots AS s ON s.phone = p.id LEFT JOIN evidence AS v ON v.phone = p.id${hasMemories ? ' LEFT JOIN memories AS m ON m.phone = p.id' : ''}${hasPlaces ? ' LEFT JOIN places AS h ON h.mac = p.mac' : ''}`;

/** A record as it was read last, with the row that it stands in. */
interface Known {
  readonly row: PhoneRow;
  readonly record: PhoneRecord;
}

/** Characters of the rows that are remembered: those of some ten thousand phones (invented). */
const MOST_TEXT = 32 * 1024 * 1024;

function textIn(row: PhoneRow): number {
  return row.reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? cell.length : 0), 0);
}

/** A reader of phone records. */
export function phoneRecords(db: Connection, unreadable: Unreadable, partOf: (n: number) => object): PhoneRecords {
  const version = versionOf(db);
  const columns = enrolmentCells(version);
  const phone = PHONE(columns, version >= 5, version >= 10);
  const all = db.prepare<[], PhoneRow>(`${phone} ORDER BY p.id`).raw();
  const one = db.prepare<[string], PhoneRow>(`${phone} WHERE p.mac = ?`).raw();
  const enrolment = db
    .prepare<[string], EnrolmentRow>(
      `SELECT ${columns} FROM enrolments AS e JOIN phones AS p ON p.id = e.phone WHERE p.mac = ?`,
    )
    .raw();
  const lastAt = db
    .prepare<[string], number | null>('SELECT max(at) FROM history WHERE phone = (SELECT id FROM phones WHERE mac = ?)')
    .pluck();
  const changed = db
    .prepare<[number], EnrolmentRow>(
      `SELECT ${columns} FROM enrolments AS e JOIN phones AS p ON p.id = e.phone WHERE e.changed > ? ORDER BY e.changed`,
    )
    .raw();
  const bindings = db.prepare<[], AddressBinding>(
    'SELECT address, mac, learnt_at AS learntAt, source FROM address_bindings ORDER BY learnt_at, address, mac, source',
  );

  function record(row: PhoneRow): PhoneRecord {
    const state = row.slice(ENROLMENT_CELLS) as unknown as StateCells;
    const [machine, version, value, context, evidence, memory, firstSeenAt, lastSeenAt, hangsAt] = state;
    const mac = row[0] as MacAddress;
    const snapshot: StoredSnapshot | null =
      machine === null
        ? null
        : {
            machine,
            version,
            value,
            context: parsed(
              () => contextFrom(context, partOf),
              () => unreadable(mac, 'context'),
            ),
          };
    return {
      mac,
      enrolment: row[1] === null ? null : enrolmentFrom(row.slice(0, ENROLMENT_CELLS) as unknown as EnrolmentRow),
      snapshot,
      evidence: jsonIn(evidence, () => unreadable(mac, 'evidence')),
      memory: jsonIn(memory, () => unreadable(mac, 'memory')),
      firstSeenAt,
      lastSeenAt,
      ...(hangsAt === null ? {} : { hangsAt }),
    };
  }

  /** Whether a record is the same is told by its row, so that it does not matter who wrote it. */
  function phonesAgain(): () => readonly PhoneRecord[] {
    const known = new BoundedMap<string, Known>(MOST_TEXT, ({ row }) => textIn(row));
    return () =>
      all.all().map((row) => {
        const was = known.get(row[0]);
        if (was?.row.every((cell, at) => cell === row[at]) === true) return was.record;
        const now = { row, record: record(row) };
        known.set(row[0], now);
        return now.record;
      });
  }

  return {
    phones: () => all.all().map(record),
    phonesAgain,
    phone(mac) {
      const row = one.get(mac);
      return row === undefined ? null : record(row);
    },
    enrolment(mac) {
      const row = enrolment.get(mac);
      return row === undefined ? null : enrolmentFrom(row);
    },
    lastAt: (mac) => lastAt.get(mac) ?? null,
    enrolmentsChangedSince(sequence) {
      const rows = changed.all(sequence);
      return {
        sequence: rows.length === 0 ? sequence : changedOf(rows.at(-1) as EnrolmentRow),
        enrolments: rows.map(enrolmentFrom),
      };
    },
    bindings: () => bindings.all(),
  };
}

/** What a column holds as JSON; the text itself when it is none, which nobody takes for nothing. */
function jsonIn(text: string | null, unreadable: () => void): unknown {
  return text === null ? null : (parsed(() => JSON.parse(text), unreadable) ?? text);
}

/** Undefined when it is no JSON: what validates it then holds the phone, and the row stays as it is. */
function parsed(read: () => unknown, unreadable: () => void): unknown {
  try {
    return read();
  } catch {
    unreadable();
    return undefined;
  }
}
