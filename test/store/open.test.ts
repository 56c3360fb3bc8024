import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Driver, loadDriver } from '../../src/adapters/sqlite/load-driver.ts';
import { openStore, type StoreMode } from '../../src/adapters/sqlite/open-store.ts';
import { MIGRATIONS, migrate, versionOf } from '../../src/adapters/sqlite/schema.ts';
import { AppError, type ErrorCode } from '../../src/core/errors.ts';
import { ALICE, NOON, requested, step, wish } from './samples.ts';
import { footprint, temporaryFolder, temporaryStore } from './temporary.ts';

const MODES: readonly StoreMode[] = ['server', 'client', 'reader'];

/** The error for the operator: its code, and a single sentence that names the database. */
function refusal(work: () => unknown, path: string): { code: ErrorCode; exitCode: number; message: string } {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.message).toContain(path);
    expect(error.message).not.toMatch(/\n|\. [A-Z]/);
    return { code: error.code, exitCode: error.exitCode, message: error.message };
  }
  throw new Error('it was not refused');
}

/** A database with a few hundred pages that nobody has open. */
async function filledDatabase(folder: string, rows = 3_000): Promise<string> {
  const path = join(folder, 'loadstep.db');
  const store = openStore({ path, mode: 'server' });
  await store.commit({
    mac: ALICE,
    events: Array.from({ length: rows }, (_, i) => requested(ALICE, NOON + i, `${i}`)),
  });
  store.close();
  return path;
}

test.each(['server', 'client'] as const)('a %s makes parent folders and database', (mode) => {
  const path = join(temporaryFolder(), 'state', 'loadstep', 'loadstep.db');
  const { store } = temporaryStore({ path, mode });
  expect(store.enrol(wish(ALICE)).revision).toBe(1);
  store.close();
  expect(readdirSync(join(path, '..'))).toEqual(['loadstep.db']);
  expect(temporaryStore({ path, mode: 'reader' }).store.phones()).toHaveLength(1);
});

test.each(['server', 'client'] as const)(
  'a %s below a file system that takes no folders is refused at once',
  (mode) => {
    const path = '/proc/nonexistent/deeper/x.db';
    expect(refusal(() => openStore({ path, mode }), path)).toMatchObject({ code: 'E_DB_DENIED', exitCode: 2 });
  },
);

test.each(['missing', 'empty'])('a reader of a %s database says in one sentence that there is none yet', (kind) => {
  const folder = temporaryFolder();
  const path = join(folder, 'loadstep.db');
  if (kind === 'empty') writeFileSync(path, '');
  const before = footprint(folder);
  expect(refusal(() => openStore({ path, mode: 'reader' }), path)).toMatchObject({ code: 'E_DB_MISSING', exitCode: 2 });
  expect(footprint(folder)).toEqual(before);
});

test('an empty file is filled by the first who writes', () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  writeFileSync(path, '');
  const { store } = temporaryStore({ path });
  store.enrol(wish(ALICE));
  expect(store.phones()).toHaveLength(1);
});

const HEADER_BYTES = 100;
const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  'a text file': (path) => writeFileSync(path, 'host phone { hardware ethernet 00:18:b9:c0:ff:ee; }\n'.repeat(200)),
  'a file of zeroes': (path) => writeFileSync(path, Buffer.alloc(16_384)),
  'cut in its first page': (path) => truncateSync(path, 50),
  'cut between two pages': (path) => truncateSync(path, 4_096 * 20),
  'cut within its last page': (path) => truncateSync(path, readFileSync(path).length - 1_000),
  'overwritten after its header': (path) =>
    writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, HEADER_BYTES), Buffer.alloc(40_000, 0x55)])),
};

test.each(Object.keys(DAMAGES).flatMap((name) => MODES.map((mode) => [name, mode] as const)))(
  'a database that is %s is refused to a %s and left untouched',
  async (name, mode) => {
    const folder = temporaryFolder();
    const path = await filledDatabase(folder);
    DAMAGES[name]?.(path);
    const before = footprint(folder);
    expect(refusal(() => openStore({ path, mode }), path)).toMatchObject({ code: 'E_DB_DAMAGED', exitCode: 2 });
    expect(footprint(folder)).toEqual(before);
  },
);

test('damage in the middle of the record is named when it is read', async () => {
  const path = await filledDatabase(temporaryFolder(), 20_000);
  const file = openSync(path, 'r+');
  const pages = readFileSync(path).length / 4_096;
  for (let page = Math.floor(pages / 3); page < pages - 40; page++)
    writeSync(file, Buffer.alloc(4_096, 0x55), 0, 4_096, page * 4_096);
  closeSync(file);
  const { store } = temporaryStore({ path, mode: 'reader' });
  expect(refusal(() => Array.from(store.history({})), path)).toMatchObject({ code: 'E_DB_DAMAGED' });
});

test.each(MODES)('a %s leaves the database of another program alone', (mode) => {
  const folder = temporaryFolder();
  const path = join(folder, 'places.sqlite');
  const other = new (loadDriver())(path);
  other.exec('CREATE TABLE bookmarks (url TEXT)');
  other.close();
  const before = footprint(folder);
  const found = refusal(() => openStore({ path, mode }), path);
  expect(found).toMatchObject({ code: 'E_DB_DAMAGED', exitCode: 2 });
  expect(found.message).toContain('another program');
  expect(footprint(folder)).toEqual(before);
});

test.each(MODES)('a %s leaves a database of a newer loadstep untouched', async (mode) => {
  const folder = temporaryFolder();
  const path = await filledDatabase(folder);
  const newer = new (loadDriver())(path);
  newer.pragma('user_version = 99');
  newer.close();
  const before = footprint(folder);
  const found = refusal(() => openStore({ path, mode }), path);
  expect(found).toMatchObject({ code: 'E_DB_NEWER', exitCode: 2 });
  expect(found.message).toContain('upgrade loadstep');
  expect(footprint(folder)).toEqual(before);
});

test.each(MODES)('a %s notices a newer loadstep that is at work and has not yet tidied its log', async (mode) => {
  const folder = temporaryFolder();
  const path = await filledDatabase(folder);
  const newer = new (loadDriver())(path);
  newer.pragma('user_version = 99');
  const before = footprint(folder).filter((line) => !line.includes('-shm'));
  expect(refusal(() => openStore({ path, mode }), path)).toMatchObject({ code: 'E_DB_NEWER' });
  expect(footprint(folder).filter((line) => !line.includes('-shm'))).toEqual(before);
  newer.close();
});

test('reading a database that nobody serves changes no byte and leaves no file behind', async () => {
  const folder = temporaryFolder();
  const path = await filledDatabase(folder);
  const before = footprint(folder);
  const reader = openStore({ path, mode: 'reader' });
  expect(Array.from(reader.history({}))).toHaveLength(3_000);
  reader.close();
  expect(footprint(folder)).toEqual(before);
});

/** A driver for which no file can be opened, as for a user who may read the folder only; copies in memory can. */
function filesRefused(code: string): Driver {
  const Real = loadDriver();
  return class extends Real {
    constructor(...[source, options]: ConstructorParameters<Driver>) {
      if (typeof source === 'string') throw Object.assign(new Error('unable to open database file'), { code });
      super(source, options);
    }
  } as Driver;
}

test.each(['SQLITE_READONLY_DIRECTORY', 'SQLITE_CANTOPEN', 'SQLITE_IOERR_SHMSIZE'])(
  'a quiet database is read even where no log can be made (%s)',
  async (code) => {
    const folder = temporaryFolder();
    const path = await filledDatabase(folder);
    const before = footprint(folder);
    const reader = openStore({ path, mode: 'reader', load: () => filesRefused(code) });
    expect(Array.from(reader.history({ limit: 1 }))).toEqual([requested(ALICE, NOON + 2_999, '2999')]);
    expect(() => reader.enrol(wish(ALICE))).toThrow(/for reading only/);
    reader.close();
    expect(footprint(folder)).toEqual(before);
  },
);

test('a database that somebody writes to is never read past its log', async () => {
  const { store, path } = temporaryStore();
  await store.commit(step(ALICE, 1));
  const load = () => filesRefused('SQLITE_READONLY_DIRECTORY');
  expect(refusal(() => openStore({ path, mode: 'reader', load }), path)).toMatchObject({ code: 'E_DB_DENIED' });
});

test('a reader that leaves takes nothing from a store that stays', async () => {
  const { store, path } = temporaryStore();
  expect(store.phones()).toEqual([]);
  const reader = openStore({ path, mode: 'reader' });
  reader.close();
  expect(existsSync(`${path}-wal`)).toBe(true);
  await store.commit(step(ALICE, 1));
  expect(temporaryStore({ path, mode: 'reader' }).store.phone(ALICE)?.snapshot).not.toBeNull();
});

test('a database behind a link keeps its log beside the file, and opens the same', async () => {
  const folder = temporaryFolder();
  const path = await filledDatabase(folder);
  mkdirSync(join(folder, 'links'));
  const link = join(folder, 'links', 'phones.db');
  symlinkSync(path, link);
  const reader = openStore({ path: link, mode: 'reader' });
  expect(reader.lastSequence()).toBe(3_000);
  reader.close();
  expect(readdirSync(folder)).toEqual(['links', 'loadstep.db']);
  expect(readdirSync(join(folder, 'links'))).toEqual(['phones.db']);
});

test.each(MODES)('a %s that is given a folder or a path below a file says so', (mode) => {
  const folder = temporaryFolder();
  expect(refusal(() => openStore({ path: folder, mode }), folder)).toMatchObject({ code: 'E_DB_DENIED', exitCode: 2 });
  writeFileSync(join(folder, 'file'), '');
  const below = join(folder, 'file', 'loadstep.db');
  expect(refusal(() => openStore({ path: below, mode }), below)).toMatchObject({ code: 'E_DB_DENIED', exitCode: 2 });
});

test.each<[string, () => Driver]>([
  [
    'built for another Node',
    () => failingDriver(Object.assign(new Error('wrong ELF class'), { code: 'ERR_DLOPEN_FAILED' })),
  ],
  ['not built at all', () => failingDriver(new Error('Could not locate the bindings file. Tried: …'))],
  [
    'not installed',
    () => {
      throw Object.assign(new Error("Cannot find module 'better-sqlite3'"), { code: 'MODULE_NOT_FOUND' });
    },
  ],
])('a native part that is %s is named with the way to build it', (_, load) => {
  const path = join(temporaryFolder(), 'loadstep.db');
  const open = () => openStore({ path, mode: 'server', load });
  expect(open).toThrow(expect.objectContaining({ code: 'E_NATIVE_MISSING', exitCode: 1 }));
  expect(open).toThrow(/better-sqlite3 1[23].*install loadstep again/);
  expect(existsSync(path)).toBe(false);
});

function failingDriver(error: Error): Driver {
  return class {
    constructor() {
      throw error;
    }
  } as unknown as Driver;
}

test('a database of an older version is brought forward in one transaction, or stays as it was', () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  const db = new (loadDriver())(path);
  migrate(db);
  expect(versionOf(db)).toBe(MIGRATIONS.length);
  const addTable = (name: string) => (on: typeof db) => void on.exec(`CREATE TABLE ${name} (a)`);
  const failing = () => {
    throw new Error('cannot');
  };
  expect(() => migrate(db, [...MIGRATIONS, addTable('one'), failing])).toThrow('cannot');
  expect(versionOf(db)).toBe(MIGRATIONS.length);
  expect(db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'one'").get()).toBeUndefined();
  migrate(db, [...MIGRATIONS, addTable('one'), addTable('two')]);
  expect(versionOf(db)).toBe(MIGRATIONS.length + 2);
  expect(db.prepare("SELECT count(*) FROM sqlite_master WHERE name IN ('one', 'two')").pluck().get()).toBe(2);
  db.close();
});

test('a database of before batches is read as it is, and brought forward by the one who writes', () => {
  const path = join(temporaryFolder(), 'loadstep.db');
  const db = new (loadDriver())(path);
  migrate(db, MIGRATIONS.slice(0, 1));
  db.exec(`INSERT INTO phones (mac) VALUES ('${ALICE}');
    INSERT INTO enrolments VALUES (1, 'P0S3-08-11-00', NULL, '7940', 'lobby', ${NOON}, 3, 'enrolled', 1)`);
  db.close();
  const kept = { label: 'lobby', revision: 3, batch: 'default', port: null, serial: null };
  const reader = openStore({ path, mode: 'reader' });
  expect(reader.phones().map((phone) => phone.enrolment)).toEqual([expect.objectContaining(kept)]);
  expect(reader.enrolmentsChangedSince(0)).toMatchObject({ sequence: 1, enrolments: [kept] });
  reader.close();
  const { store } = temporaryStore({ path });
  expect(store.phone(ALICE)?.enrolment).toMatchObject(kept);
  expect(store.enrol({ ...wish(ALICE), batch: 'pallet 7' })).toMatchObject({ revision: 4, batch: 'pallet 7' });
});

test('a store that another program keeps locked says so, keeps nothing of the change, and goes on later', async () => {
  const { store, path } = temporaryStore({ busyTimeoutMs: 30 });
  await store.commit(step(ALICE, 1));
  const other = new (loadDriver())(path);
  other.exec('BEGIN IMMEDIATE');
  const error = await store.commit(step(ALICE, 2)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'E_DB_LOCKED', exitCode: 2 });
  expect((error as AppError).message).toContain('end it');
  expect(() => store.enrol(wish(ALICE))).toThrow(expect.objectContaining({ code: 'E_DB_LOCKED' }));
  expect(store.phone(ALICE)?.snapshot?.context).toMatchObject({ count: 1 });
  other.exec('ROLLBACK');
  other.close();
  expect(Array.from(store.history({}))).toHaveLength(2);
  await store.commit(step(ALICE, 2));
  expect(Array.from(store.history({}))).toHaveLength(4);
});

test.each(MODES)('a %s that finds the file locked for good says so', async (mode) => {
  const path = await filledDatabase(temporaryFolder(), 10);
  const other = new (loadDriver())(path);
  other.pragma('locking_mode = EXCLUSIVE');
  other.exec('CREATE TABLE mine (a)');
  expect(refusal(() => openStore({ path, mode, busyTimeoutMs: 30 }), path)).toMatchObject({
    code: 'E_DB_LOCKED',
    exitCode: 2,
  });
  other.close();
});
