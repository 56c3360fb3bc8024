import { constants, type Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { LOAD_FILE } from '../../core/firmware/inspect-file.ts';
import { looksSigned } from '../../core/firmware/signed-header.ts';
import { parseLoadName } from '../../core/names/load-name.ts';

/** A load file in a tree, as the file system describes it now. */
export interface TreeFile {
  readonly name: string;
  /** With every link resolved; lies inside the root. */
  readonly path: string;
  readonly stamp: FileStamp;
}

/** What tells, without reading it, that a file is still the same. */
export interface FileStamp {
  readonly sizeBytes: number;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
  readonly ino: string;
}

/** A folder that holds load files. */
interface TreeFolder {
  readonly root: string;
  /** Absolute, links resolved. */
  readonly folder: string;
  /** Relative to the root, with `/`; empty for the root itself. */
  readonly relative: string;
  readonly files: readonly TreeFile[];
}

export interface Tree {
  readonly folders: readonly TreeFolder[];
  /** Folders that could not be listed. */
  readonly unreadable: readonly { readonly root: string; readonly folder: string }[];
}

/** Folders of imports under way; nothing in them is firmware yet. */
export const STAGING_PREFIX = '.loadstep-';
/** Deeper than any TFTP tree; a bound against trees that link into themselves in ways not noticed (invented). */
const DEEPEST = 40;

/**
 * Lists the load files below a root. Links are followed inside the root only; sockets, devices and FIFOs are passed by.
 * Rejects with AppError `E_NO_FIRMWARE` when the root is missing, `E_FIRMWARE_UNREADABLE` when it cannot be listed.
 */
export async function walkTree(root: string): Promise<Tree> {
  const real = await realRoot(root);
  const folders: TreeFolder[] = [];
  const unreadable: { root: string; folder: string }[] = [];
  const seen = new Set<string>();
  const visit = async (folder: string, depth: number): Promise<void> => {
    if (seen.has(folder) || depth > DEEPEST) return;
    seen.add(folder);
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (cause) {
      if (folder === real) throw unreadableRoot(root, cause);
      unreadable.push({ root, folder });
      return;
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const files: TreeFile[] = [];
    const below: string[] = [];
    for (const entry of entries) {
      if (entry.name.startsWith(STAGING_PREFIX)) continue;
      const target = await resolveEntry(real, folder, entry);
      if (target?.kind === 'folder') below.push(target.path);
      else if (target?.kind === 'file' && LOAD_FILE.test(entry.name)) {
        const file = await treeFile(entry.name, target.path);
        if (file !== null) files.push(file);
      }
    }
    const path = relative(real, folder).split(sep).join('/');
    if (files.length > 0) folders.push({ root, folder, relative: path, files });
    for (const next of below) await visit(next, depth + 1);
  };
  await visit(real, 0);
  return { folders, unreadable };
}

async function realRoot(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EACCES') throw unreadableRoot(root, cause);
    throw noFirmware(`there is no firmware folder ${root}`, cause);
  }
  throw noFirmware(`${root} is not a folder`);
}

/** The error for a store without firmware: what is wrong, and the way out. */
export function noFirmware(what: string, cause?: unknown): AppError {
  const message = `${what}; import firmware with "loadstep firmware import ARCHIVE", or name a folder that holds it with --firmware; "loadstep firmware needed" tells which to obtain`;
  return new AppError('E_NO_FIRMWARE', message, { cause });
}

function unreadableRoot(root: string, cause: unknown): AppError {
  return new AppError('E_FIRMWARE_UNREADABLE', `the firmware folder ${root} cannot be read; check its permissions`, {
    cause,
  });
}

async function resolveEntry(
  root: string,
  folder: string,
  entry: Dirent,
): Promise<{ kind: 'file' | 'folder'; path: string } | null> {
  const path = join(folder, entry.name);
  if (entry.isDirectory()) return { kind: 'folder', path };
  if (entry.isFile()) return { kind: 'file', path };
  if (!entry.isSymbolicLink()) return null;
  try {
    const real = await realpath(path);
    if (real !== root && !real.startsWith(root + sep)) return null;
    const target = await stat(real);
    if (target.isDirectory()) return { kind: 'folder', path: real };
    return target.isFile() ? { kind: 'file', path: real } : null;
  } catch {
    return null;
  }
}

async function treeFile(name: string, path: string): Promise<TreeFile | null> {
  const stamp = await stampOf(path);
  if (stamp === null) return null;
  // TFTP roots hold `.bin` files of routers and switches: only those that claim to be a phone's are looked at.
  if (/\.bin$/i.test(name) && !parseLoadName(name).ok && !(await beginsSigned(path))) return null;
  return { name, path, stamp };
}

/** The stamp of a regular file; null when it is gone or no regular file. */
export async function stampOf(path: string): Promise<FileStamp | null> {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) return null;
    return {
      sizeBytes: Number(found.size),
      mtimeNs: String(found.mtimeNs),
      ctimeNs: String(found.ctimeNs),
      ino: String(found.ino),
    };
  } catch {
    return null;
  }
}

/** Whether two stamps are of the same unchanged file. */
export function isSameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino;
}

async function beginsSigned(path: string): Promise<boolean> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(16), 0, 16, 0);
      return looksSigned(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch {
    return false;
  }
}
