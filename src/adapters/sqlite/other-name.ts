import { statSync } from 'node:fs';
import { AppError } from '../../core/errors.ts';
import { type Connection, connect, type Driver } from './load-driver.ts';
import { serverOf } from './server-lock.ts';

/** A command of this machine has the file open for milliseconds; who keeps it for longer works on it (invented). */
const PATIENCE_MS = 500;
const PAUSE_MS = 20;

/**
 * Throws AppError `E_DB_SERVED` where a process has this database open, and it has several names (hard links): each of them has a lock of the server and a
 * write-ahead log of its own, so that two who write by two names would destroy it. The locks of the operating system are the file's, whatever it is called.
 */
export function refuseOtherName(path: string, load: () => Driver): void {
  // Who serves by this name keeps everybody else off as ever.
  if (!hasOtherName(path) || serverOf(path, load) !== null || !staysOpen(path, load)) return;
  throw new AppError(
    'E_DB_SERVED',
    `another process works on ${path}, which has several names (hard links), by one of the others: end it, or use its name with --db; "find / -xdev -samefile ${path}" shows them all`,
  );
}

function staysOpen(path: string, load: () => Driver): boolean {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; isOpen(path, load); waitedMs += PAUSE_MS) {
    if (waitedMs >= PATIENCE_MS) return true;
    Atomics.wait(pause, 0, 0, PAUSE_MS);
  }
  return false;
}

function hasOtherName(path: string): boolean {
  try {
    const found = statSync(path);
    return found.isFile() && found.nlink > 1 && found.size > 0;
  } catch {
    // Not there, or not for this user: who opens it says so.
    return false;
  }
}

/** An exclusive reader of a database with a log needs the file for itself; each connection to it holds a shared lock on the file. */
function isOpen(path: string, load: () => Driver): boolean {
  let db: Connection | null = null;
  try {
    db = connect(load, path, { timeout: 0 });
    db.pragma('locking_mode = EXCLUSIVE');
    db.prepare('SELECT 1 FROM sqlite_master').get();
    return false;
  } catch (error) {
    if (/^SQLITE_BUSY/.test((error as { code?: string }).code ?? '')) return true;
    // Whatever else is wrong with it, who opens it says so.
    return false;
  } finally {
    db?.close();
  }
}
