import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { makeFolder } from '../sqlite/make-folder.ts';

/** The key that the passwords of accounts are encrypted with. */
export interface AccountsKey {
  readonly bytes: Buffer;
  /** Tells one key from another and nothing about either; stands beside what the key has sealed. */
  readonly id: string;
  /** Others than its owner may read the file. */
  readonly isOpen: boolean;
}

const KEY_BYTES = 32;
const WRITTEN = /^loadstep-accounts-key-1 ([0-9a-f]{64})\s*$/;

/** Reads a key file; null where there is none. Throws AppError `E_ACCOUNTS_KEY_UNREADABLE`. */
export function readKey(path: string): AccountsKey | null {
  let text: string;
  let mode: number;
  try {
    text = readFileSync(path, 'utf8');
    ({ mode } = statSync(path));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadable(path, code === 'EISDIR' ? 'it is a folder' : String(code), cause);
  }
  const written = WRITTEN.exec(text)?.[1];
  if (written === undefined) throw unreadable(path, 'it holds no key of loadstep');
  return keyOf(Buffer.from(written, 'hex'), (mode & 0o077) !== 0);
}

/** The key in a file that is made where there is none, for its owner alone. Throws AppError `E_ACCOUNTS_KEY_UNREADABLE`. */
export function keyAt(path: string): AccountsKey {
  const there = readKey(path);
  if (there !== null) return there;
  const fresh = `${path}.${process.pid}.part`;
  try {
    makeFolder(dirname(path));
    writeDurably(fresh, `loadstep-accounts-key-1 ${randomBytes(KEY_BYTES).toString('hex')}\n`);
    putInPlace(fresh, path);
    syncFolder(dirname(path));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw unreadable(path, `it cannot be made (${code})`, cause);
  } finally {
    rmSync(fresh, { force: true });
  }
  const made = readKey(path);
  if (made === null) throw unreadable(path, 'it was removed at once');
  return made;
}

function keyOf(bytes: Buffer, isOpen: boolean): AccountsKey {
  const id = createHash('sha256').update('loadstep accounts key id\0').update(bytes).digest('hex').slice(0, 16);
  return { bytes, id, isOpen };
}

function writeDurably(path: string, text: string): void {
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Where another process was faster, its key is the one that counts; nobody ever reads half a key. */
function putInPlace(fresh: string, path: string): void {
  try {
    linkSync(fresh, path);
  } catch (error) {
    // A file system without second names, such as that of a USB stick.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
    renameSync(fresh, path);
  }
}

/** The name of a new file is lost in a power cut until its folder is on the disk; some file systems cannot do that. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Then it is kept when the system writes it.
  }
}

function unreadable(path: string, why: string, cause?: unknown): AppError {
  return new AppError(
    'E_ACCOUNTS_KEY_UNREADABLE',
    `the key file of the accounts, ${path}, cannot be used: ${why}; put the right one there, or name it with --accounts-key`,
    { cause },
  );
}
