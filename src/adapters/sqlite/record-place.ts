import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../core/errors.ts';

/** The place of an open database: what its path leads to may become another file, or none, while it is open. */
export interface RecordPlace {
  /** Throws AppError `E_DB_GONE` when the path leads no more to the files that are open. */
  check(): void;
}

/**
 * The place of the database that was just opened at `path`, by device and inode. Anybody who writes looks at its write-ahead log,
 * too: a backup that is put over a database takes that away. When the record goes while a server works on it, a note stays where
 * it was, so that nobody begins a new one without a word. Files that are overwritten in place are not noticed.
 */
export function recordPlace(path: string, mode: 'server' | 'client' | 'reader'): RecordPlace {
  const isServer = mode === 'server';
  const parts = mode !== 'reader' ? [path, `${path}-wal`] : [path];
  const opened = parts.map(identityOf);
  let gone: AppError | null = null;
  return {
    check() {
      if (gone !== null) throw gone;
      const now = parts.map(identityOf);
      if (now.every((identity, at) => identity === opened[at])) return;
      gone = goneFrom(path, now[0] === null, isServer);
      if (isServer && now[0] === null) leaveNote(path);
      throw gone;
    },
  };
}

/** Throws AppError `E_DB_GONE` when a record was taken away from here while a server worked on it, and nobody has put one back. */
export function refuseWhereGone(path: string): void {
  const since = noteAt(path);
  if (since === null) return;
  throw new AppError(
    'E_DB_GONE',
    `the record ${path} was removed or moved while a server worked on it (${since}): put it back, or delete ${noteOf(path)} to begin a new one`,
  );
}

/** A record is here again. */
export function forgetGone(path: string): void {
  if (existsSync(noteOf(path))) rmSync(noteOf(path), { force: true });
}

function goneFrom(path: string, isMissing: boolean, isServer: boolean): AppError {
  const what = isMissing ? 'was removed or moved' : 'was replaced';
  const so = isServer ? ', so nothing can be recorded and no phone is answered any more' : '';
  const way = isMissing ? 'put it back, then start again' : 'start again, and it is the one there now that counts';
  return new AppError('E_DB_GONE', `the record ${path} ${what} while it was in use${so}: ${way}`);
}

/** Device and inode of a file; null when there is none. */
function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

function noteOf(path: string): string {
  return `${path}.gone`;
}

/** Only where the folder still stands: a file in a new one would be in nobody's way. */
function leaveNote(path: string): void {
  if (!existsSync(dirname(path))) return;
  try {
    writeFileSync(noteOf(path), `${JSON.stringify({ at: new Date().toISOString(), pid: process.pid })}\n`);
  } catch {
    // What cannot be written on this disk was said in the log.
  }
}

/** When the record went, as the note says; null where there is no note. */
function noteAt(path: string): string | null {
  try {
    const { at } = JSON.parse(readFileSync(noteOf(path), 'utf8')) as { readonly at?: unknown };
    return String(at);
  } catch (error) {
    return error instanceof SyntaxError ? 'when is not known' : null;
  }
}
