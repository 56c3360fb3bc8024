import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { STAGING_PREFIX } from './walk-tree.ts';

/** A day: after that the work folder of a process whose number is in use again is taken for abandoned (invented). */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/**
 * Makes an empty work folder inside the store's root, on the same file system, so that moving a finished package into place
 * is one rename. Work folders that earlier imports left behind when they were killed are removed first.
 */
export async function makeStaging(root: string): Promise<string> {
  try {
    await mkdir(root, { recursive: true });
    await removeAbandoned(root);
    return await mkdtemp(join(root, `${STAGING_PREFIX}${process.pid}-`));
  } catch (cause) {
    throw asStoreError(root, cause);
  }
}

async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(STAGING_PREFIX)) continue;
    const path = join(root, name);
    const pid = Number(name.slice(STAGING_PREFIX.length).split('-')[0]);
    const age = Date.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? 0);
    if (isRunning(pid) && age < ABANDONED_MS) continue;
    await rm(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // EPERM: it runs, and belongs to somebody else.
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Moves a finished folder to the first free name of `name`, `name~2`, …; atomic, durable, and never over anything that is
 * there. Gives the path.
 */
export async function moveIntoPlace(folder: string, root: string, name: string): Promise<string> {
  await syncFolder(folder);
  for (let n = 1; ; n++) {
    const path = join(root, n === 1 ? name : `${name}~${n}`);
    // rename() replaces an empty folder, which is no loss, and refuses any other.
    try {
      await rename(folder, path);
      await syncFolder(root);
      return path;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw cause;
    }
  }
}

/** Makes the entries of a folder durable; not every file system can. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch {
    // Some network file systems refuse: the rename is atomic there all the same.
  } finally {
    await handle.close();
  }
}

/** A failure of the disk as an error for the operator; anything else is given back as it is. */
export function asStoreError(root: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'E_DISK_FULL',
      `the disk with the firmware folder ${root} is full; make room and import again`,
      { cause },
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const message = `the firmware folder ${root} cannot be written to; use another one with --firmware, or change its permissions`;
    return new AppError('E_FIRMWARE_UNWRITABLE', message, { cause });
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new AppError('E_FIRMWARE_UNWRITABLE', `${root} is not a folder; name a folder with --firmware`, { cause });
  }
  return cause;
}
