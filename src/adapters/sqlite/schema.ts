import { BATCH_TABLES } from './batch-desk.ts';
import type { Connection } from './load-driver.ts';
import { SWITCHES, SWITCHES_AND_LLDPD } from './switch-schema.ts';

/** Written into the file's header ("LdSt"), so that no other program's database is taken for ours. */
export const APPLICATION_ID = 0x4c645374;

/** Brings a database from the version that is the index to the next one. */
export type Migration = (db: Connection) => void;

/** Every step of the schema, in order; a step that was released is never edited. */
export const MIGRATIONS: readonly Migration[] = [
  (db) => void db.exec(VERSION_1),
  (db) => void db.exec(VERSION_2),
  (db) => void db.exec(VERSION_3),
  (db) => void db.exec(VERSION_4),
  (db) => void db.exec(VERSION_5),
  (db) => void db.exec(VERSION_6),
  (db) => void db.exec(VERSION_7),
  (db) => void db.exec(VERSION_8),
  (db) => void db.exec(VERSION_9),
  (db) => void db.exec(SWITCHES),
  (db) => void db.exec(VERSION_11),
  (db) => void db.exec(VERSION_12),
  (db) => void db.exec(SWITCHES_AND_LLDPD),
];

/** Runs what a database still lacks, as one transaction; two processes may try at once. */
export function migrate(db: Connection, migrations: readonly Migration[] = MIGRATIONS): void {
  if (versionOf(db) === migrations.length) return;
  db.exec('BEGIN EXCLUSIVE');
  try {
    for (let version = versionOf(db); version < migrations.length; version++) migrations[version]?.(db);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${migrations.length}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** The version of the schema in a database; 0 in an empty one. */
export function versionOf(db: Connection): number {
  return Number(db.pragma('user_version', { simple: true }));
}

// One table holds the record, because its rows have one order, one pair of indices and one guard; the views below show it
// as findings, runs, hops and so on. `seq` is the rowid: never reused, since nothing is ever deleted.
const RECORD = `
CREATE TABLE strings (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);

CREATE TABLE phones (
  id INTEGER PRIMARY KEY,
  mac TEXT NOT NULL UNIQUE,
  first_seen_at INTEGER,
  last_seen_at INTEGER
);

CREATE TABLE history (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  phone INTEGER NOT NULL REFERENCES phones(id),
  event INTEGER NOT NULL REFERENCES strings(id),
  place INTEGER REFERENCES strings(id),
  file INTEGER REFERENCES strings(id),
  bytes INTEGER,
  size INTEGER,
  took_ms INTEGER,
  peer INTEGER REFERENCES strings(id),
  peer_port INTEGER,
  words INTEGER REFERENCES strings(id),
  extra TEXT
);
CREATE INDEX history_by_time ON history(at);
CREATE INDEX history_by_phone ON history(phone, at);
`;

const PRESENT = `
CREATE TABLE enrolments (
  phone INTEGER PRIMARY KEY REFERENCES phones(id),
  target TEXT NOT NULL,
  from_load TEXT,
  model TEXT,
  label TEXT,
  enrolled_at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('enrolled', 'released')),
  changed INTEGER NOT NULL UNIQUE
);

CREATE TABLE snapshots (
  phone INTEGER PRIMARY KEY REFERENCES phones(id),
  machine TEXT NOT NULL,
  version INTEGER NOT NULL,
  value TEXT NOT NULL,
  context TEXT NOT NULL
);

CREATE TABLE evidence (phone INTEGER PRIMARY KEY REFERENCES phones(id), evidence TEXT NOT NULL);

CREATE TABLE address_bindings (
  address TEXT NOT NULL,
  mac TEXT NOT NULL,
  source TEXT NOT NULL,
  learnt_at INTEGER NOT NULL,
  PRIMARY KEY (address, mac, source)
) WITHOUT ROWID;
`;

// INSERT OR REPLACE deletes without firing a delete trigger in most tools, hence the guard on inserts.
const GUARDS = ['history', 'strings']
  .map(
    (table) => `
CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table}
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table}
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
`,
  )
  .concat(`
CREATE TRIGGER history_no_replace BEFORE INSERT ON history
WHEN EXISTS (SELECT 1 FROM history WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER strings_no_replace BEFORE INSERT ON strings
WHEN EXISTS (SELECT 1 FROM strings WHERE id = NEW.id OR text = NEW.text)
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER phones_no_replace BEFORE INSERT ON phones
WHEN EXISTS (SELECT 1 FROM phones WHERE id = NEW.id OR mac = NEW.mac)
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER phones_no_delete BEFORE DELETE ON phones
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER phones_no_rename BEFORE UPDATE OF id, mac ON phones
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
`)
  .join('');

const text = (column: string, as = column) => `(SELECT text FROM strings WHERE id = h.${column}) AS ${as}`;
const part = (column: 'place' | 'words', ...keys: string[]) =>
  keys.map((key) => `(SELECT text ->> '${key}' FROM strings WHERE id = h.${column}) AS "${key}"`);
const view = (name: string, columns: readonly string[], events: readonly string[]) => `
CREATE VIEW ${name} AS
SELECT h.seq, h.at, strftime('%Y-%m-%dT%H:%M:%fZ', h.at / 1000.0, 'unixepoch') AS time, p.mac, ${columns.join(', ')}
FROM history AS h JOIN phones AS p ON p.id = h.phone
WHERE h.event IN (SELECT id FROM strings WHERE text IN (${events.map((event) => `'${event}'`).join(', ')}));
`;
const peer = `(SELECT text FROM strings WHERE id = h.peer) || ifnull(':' || h.peer_port, '') AS peer`;
const road = part('place', 'hop', 'hops', 'load', 'target');
const why = part('words', 'reason', 'code', 'advice');
const OVER = `SELECT id FROM strings WHERE text IN ('phone.landed', 'phone.held', 'phone.released', 'phone.planned')`;
const nextOver = (column: string) => `(SELECT ${column} FROM history AS n
  WHERE n.phone = h.phone AND n.seq > h.seq AND n.event IN (${OVER}) ORDER BY n.seq LIMIT 1)`;

const VIEWS = [
  view('findings', [...part('words', 'finding', 'reason'), ...part('place', 'load'), peer], ['phone.finding']),
  view(
    'runs',
    [
      ...part('place', 'target', 'hops'),
      ...part('words', 'road'),
      `${nextOver('n.at')} AS ended_at`,
      `(SELECT text FROM strings WHERE id = ${nextOver('n.event')}) AS ended_by`,
    ],
    ['phone.planned'],
  ),
  view('hops', [...road, text('file', 'trigger_file'), ...part('words', 'reason')], ['load.offered']),
  view('requests', [text('file'), peer, ...part('place', 'state'), ...road], ['file.requested']),
  view(
    'transfers',
    [text('event'), text('file'), 'h.bytes', 'h.size', 'h.took_ms', peer, ...road, ...why],
    ['file.sent', 'file.refused', 'file.failed'],
  ),
  view(
    'state_changes',
    [text('event'), ...part('place', 'previous', 'state'), ...road, ...why, ...part('words', 'witnesses')],
    ['phone.state', 'phone.landed', 'phone.held'],
  ),
  view(
    'decisions',
    [text('event'), ...part('place', 'state'), ...road, ...why],
    ['phone.decision', 'phone.held', 'phone.enrolled', 'phone.released'],
  ),
].join('');

const VERSION_1 = RECORD + PRESENT + GUARDS + VIEWS;

/** Phones come in batches, sit on switch ports and carry serial numbers; a firmware file that was sent carries its hash. */
const VERSION_2 = `
ALTER TABLE enrolments ADD COLUMN batch TEXT NOT NULL DEFAULT 'default';
ALTER TABLE enrolments ADD COLUMN port TEXT;
ALTER TABLE enrolments ADD COLUMN serial TEXT;
DROP VIEW transfers;
${view(
  'transfers',
  [text('event'), text('file'), 'h.bytes', 'h.size', 'h.took_ms', peer, ...road, ...why, ...part('words', 'sha1')],
  ['file.sent', 'file.refused', 'file.failed'],
)}`;

/** All phones together have a state, rows of their own, and files under way; a phone has an extension to come. */
const VERSION_3 = `${BATCH_TABLES}
ALTER TABLE enrolments ADD COLUMN extension TEXT;`;

/** A conversion that was cancelled is told from a phone that was let go. */
const VERSION_4 =
  'ALTER TABLE enrolments ADD COLUMN is_cancelled INTEGER NOT NULL DEFAULT 0 CHECK (is_cancelled IN (0, 1))';

/** What is remembered of a phone stands apart from what is known of it, and has a version. */
const VERSION_5 = 'CREATE TABLE memories (phone INTEGER PRIMARY KEY REFERENCES phones(id), memory TEXT NOT NULL)';

/** What ended a run is found in one pass over the record, not by a search of its own for each run. */
const VERSION_6 = `
DROP VIEW runs;
CREATE VIEW runs AS
WITH marks AS (
  SELECT seq, event, lead(at) OVER later AS ended_at, lead(event) OVER later AS ended_by
  FROM history WHERE event IN (${OVER}) WINDOW later AS (PARTITION BY phone ORDER BY seq)
)
SELECT h.seq, h.at, strftime('%Y-%m-%dT%H:%M:%fZ', h.at / 1000.0, 'unixepoch') AS time, p.mac,
  ${[...part('place', 'target', 'hops'), ...part('words', 'road')].join(', ')},
  m.ended_at, (SELECT text FROM strings WHERE id = m.ended_by) AS ended_by
FROM marks AS m JOIN history AS h ON h.seq = m.seq JOIN phones AS p ON p.id = h.phone
WHERE m.event IN (SELECT id FROM strings WHERE text = 'phone.planned');
`;

/** A phone that was let go and is on the list again is told from one that never left it. */
const VERSION_7 = 'ALTER TABLE enrolments ADD COLUMN began_with INTEGER';

/** What a phone is at the PBX. Its passwords can be read with a key that is not in the record. */
const VERSION_8 = `
CREATE TABLE accounts (
  mac TEXT PRIMARY KEY,
  label TEXT,
  lines TEXT NOT NULL,
  sealed BLOB NOT NULL,
  key TEXT NOT NULL
) WITHOUT ROWID`;

/** Who may ask over HTTP from other machines. */
const VERSION_9 = `
CREATE TABLE web_access (
  name TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('password', 'token')),
  role TEXT NOT NULL CHECK (role IN ('look', 'act')),
  salt BLOB NOT NULL,
  hash BLOB NOT NULL,
  made_at INTEGER NOT NULL
) WITHOUT ROWID`;

/** In which run of its machine a server wrote here last: what an earlier run wrote may be of any age. */
const VERSION_11 = 'CREATE TABLE machine (id INTEGER PRIMARY KEY CHECK (id = 1), boot TEXT NOT NULL)';

/** Phones that somebody wants restarted, and what came of it: the newest wish of each. */
const VERSION_12 = `
CREATE TABLE restart_wishes (
  mac TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  rung TEXT,
  is_dry_run INTEGER NOT NULL CHECK (is_dry_run IN (0, 1)),
  until INTEGER NOT NULL,
  answer TEXT
) WITHOUT ROWID`;
