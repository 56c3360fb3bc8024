import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, type ErrorCode } from '../../core/errors.ts';

const FULL = /^(SQLITE_FULL|SQLITE_IOERR_WRITE|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT|EFBIG)$/;
const LOCKED = /^SQLITE_(BUSY|LOCKED)/;
const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/;
const DENIED = /^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES$|EEXIST$|ENOENT$|EPERM$|EROFS$|ENOTDIR$)/;

/** The operator's view of whatever SQLite or the file system said about the database at `path`. */
export function databaseError(error: unknown, path: string): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const found = (error as { code?: unknown } | null)?.code;
  const code = typeof found === 'string' ? found : '';
  const [appCode, message] = sentence(code, text, path);
  return new AppError(appCode, message, { cause: error });
}

function sentence(code: string, text: string, path: string): [ErrorCode, string] {
  // A folder on a full disk refuses the new -wal file, and SQLite then says only that it cannot open the database.
  if (FULL.test(code) || (code.startsWith('SQLITE_CANTOPEN') && isDiskFull(path))) {
    return [
      'E_DISK_FULL',
      `the disk (or its quota) that holds ${path} is full: make room and start again; everything recorded before is kept`,
    ];
  }
  if (LOCKED.test(code)) {
    return [
      'E_DB_LOCKED',
      `another program keeps ${path} locked: end it (a backup, an open sqlite3 shell?) and try again`,
    ];
  }
  if (DAMAGED.test(code)) return ['E_DB_DAMAGED', damagedSentence(path)];
  if (DENIED.test(code)) {
    // Nobody owns what is not there.
    const [what, owned] = existsSync(path) ? ['written', 'it'] : ['made', 'its folder'];
    return [
      'E_DB_DENIED',
      `${path} cannot be opened or ${what}: run as the user who owns ${owned}, or give another database with --db`,
    ];
  }
  return ['E_DB_FAILED', `the database ${path} failed${code === '' ? '' : ` with ${code}`}: ${text}`];
}

/** What to do about a file that is no whole database. */
export function damagedSentence(path: string): string {
  return `${path} is not a whole loadstep database and was left untouched: put a backup in its place, or give another path with --db`;
}

function isDiskFull(path: string): boolean {
  try {
    const { bavail, ffree, files } = statfsSync(dirname(path));
    return bavail === 0 || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
}
