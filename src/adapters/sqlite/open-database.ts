import { accessSync, constants, readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { damagedSentence, databaseError } from './failure.ts';
import { type Connection, connect, type Driver } from './load-driver.ts';
import { makeFolder } from './make-folder.ts';
import { forgetGone, refuseWhereGone } from './record-place.ts';
import { APPLICATION_ID, MIGRATIONS, migrate, versionOf } from './schema.ts';

/** What it takes to open one database. */
export interface OpenDatabase {
  readonly path: string;
  readonly busyTimeoutMs: number;
  readonly load: () => Driver;
}

/** Opens a database read-only; throws AppError `E_DB_MISSING` when there is none yet. */
export function openForReading(how: OpenDatabase): Connection {
  try {
    if (!(sizeOf(how.path) > 0)) {
      refuseWhereGone(how.path);
      throw new AppError(
        'E_DB_MISSING',
        `there is no record at ${how.path} yet: \`loadstep serve\`, \`upgrade\` or \`enroll\` makes it (or give its path with --db)`,
      );
    }
    return openFile(how);
  } catch (error) {
    throw databaseError(error, how.path);
  }
}

/**
 * SQLite reads a database with a write-ahead log only where it may make the log's files. On a full disk, or for a user who
 * may read only, a database that nobody writes to is read from a copy in memory instead.
 */
function openFile(how: OpenDatabase): Connection {
  try {
    return checked(how, how.path);
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    if (typeof code !== 'string' || !NO_ROOM_FOR_LOG.test(code)) throw error;
    const copy = quietCopy(how.path);
    if (copy === null) throw error;
    return checked(how, copy);
  }
}

const NO_ROOM_FOR_LOG = /^SQLITE_(CANTOPEN|READONLY|IOERR_SHM)/;

/** The bytes of a database that has no log; null while somebody is at work on it. */
function quietCopy(path: string): Buffer | null {
  const isQuiet = () => !(sizeOf(`${path}-wal`) > 0);
  const written = () => statSync(path, { bigint: true }).mtimeNs;
  if (!isQuiet()) return null;
  const before = written();
  const copy = readFileSync(path);
  if (!isQuiet() || written() !== before || copy.length < 100) return null;
  // Bytes 18 and 19 of the header say that there may be a log; a database in memory cannot have one.
  return copy.fill(1, 18, 20);
}

/** Opens a database for reading and writing, with parent folders and schema made where they are missing. */
export function openForWriting(how: OpenDatabase): Connection {
  let db: Connection | null = null;
  try {
    makeFolder(dirname(how.path));
    if (sizeOf(how.path) > 0) {
      closeReader(checked(how, how.path), how);
      // SQLite opens what it may only read, too, and says so at the first write: in the middle of a phone's boot.
      accessSync(how.path, constants.W_OK);
    } else refuseWhereGone(how.path);
    db = connect(how.load, how.path, { timeout: how.busyTimeoutMs });
    db.pragma('foreign_keys = ON');
    // The schema comes before WAL: so the file itself carries identity and version from its first commit on, and a check
    // that looks at the file alone sees them.
    const before = versionOf(db);
    migrate(db);
    if (db.pragma('journal_mode', { simple: true }) !== 'wal') switchToWal(db, how.busyTimeoutMs);
    else if (before !== MIGRATIONS.length) db.pragma('wal_checkpoint(TRUNCATE)');
    db.pragma('synchronous = NORMAL');
    db.pragma(`journal_size_limit = ${16 * 1024 * 1024}`);
    forgetGone(how.path);
    return db;
  } catch (error) {
    db?.close();
    throw databaseError(error, how.path);
  }
}

/** Closes a read-only connection and takes away the empty -wal and -shm that SQLite made for it. */
export function closeReader(db: Connection, how: OpenDatabase): void {
  db.close();
  if (sizeOf(`${how.path}-wal`) !== 0) return;
  try {
    // A read-only connection may not delete them. A writing one that finds itself the last user does, under SQLite's own
    // locks; the log is empty, so the database itself is not written.
    const last = connect(how.load, how.path, { timeout: 0, fileMustExist: true });
    try {
      versionOf(last);
    } finally {
      last.close();
    }
  } catch {
    // Not allowed to write, or somebody is busy with it: the empty files do no harm.
  }
}

/** A read-only connection to a file that is a whole loadstep database of a version that we read. */
function checked(how: OpenDatabase, source: string | Buffer): Connection {
  const db = connect(how.load, source, { readonly: true, timeout: how.busyTimeoutMs });
  try {
    check(db, how.path);
    return db;
  } catch (error) {
    closeReader(db, how);
    throw error;
  }
}

function check(db: Connection, path: string): void {
  const version = versionOf(db);
  if (Number(db.pragma('application_id', { simple: true })) !== APPLICATION_ID || version === 0) {
    throw new AppError('E_DB_DAMAGED', `${path} is a database of another program: give another path with --db`);
  }
  if (version > MIGRATIONS.length) {
    throw new AppError(
      'E_DB_NEWER',
      `${path} was written by a newer loadstep (schema ${version}, this one reads ${MIGRATIONS.length}): upgrade loadstep, or give another path with --db`,
    );
  }
  const pageSize = Number(db.pragma('page_size', { simple: true }));
  // SQLite itself notices when whole pages are gone, unless the last one is there in part. While a log holds pages, the
  // file may be behind it.
  if (sizeOf(path) % pageSize !== 0 && !(sizeOf(`${path}-wal`) > 0)) {
    throw new AppError('E_DB_DAMAGED', damagedSentence(path));
  }
  // Walks from the root of each tree to its ends, so that a schema that names lost pages shows now and not in the night.
  for (const table of ['phones', 'history', 'strings']) {
    db.prepare(`SELECT (SELECT min(rowid) FROM ${table}), (SELECT max(rowid) FROM ${table})`).get();
  }
}

/** Size of a file; NaN when there is none. */
function sizeOf(path: string): number {
  let found: Stats;
  try {
    found = statSync(path);
  } catch (error) {
    // Without exceptions for a missing file, Node 20 still throws below a file (ENOTDIR), and later ones do not.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NaN;
    throw error;
  }
  if (found.isDirectory()) {
    throw new AppError('E_DB_DENIED', `${path} is a folder: give the path of a file with --db`);
  }
  return found.size;
}

/** Changing the journal needs the file for itself, and SQLite does not wait for that by itself. */
function switchToWal(db: Connection, busyTimeoutMs: number): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; ; waitedMs += 10) {
    try {
      if (db.pragma('journal_mode = WAL', { simple: true }) === 'wal') return;
    } catch (error) {
      if (!/^SQLITE_(BUSY|LOCKED)/.test((error as { code?: string }).code ?? '')) throw error;
      if (waitedMs >= busyTimeoutMs) throw error;
    }
    if (waitedMs >= busyTimeoutMs) throw new Error('the file system cannot keep a write-ahead log');
    Atomics.wait(pause, 0, 0, 10);
  }
}
