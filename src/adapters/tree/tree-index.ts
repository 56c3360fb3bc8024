import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ASKED_FOLDER } from '../../core/beside/phone-folder.ts';
import type { Log } from '../../ports/log.ts';

/** A folder whose files are served by their names in it. */
export interface Tree {
  readonly folder: string;
  readonly log: Log;
  /**
   * Files of this process that are not in the tree, whatever the names or links are under which they lie there. They are not even opened:
   * closing a file lets go of every lock that the process holds on it (POSIX), those of SQLite, too.
   */
  readonly ownFiles?: readonly string[];
}

/** Where reading a tree ends, with a warning. */
export interface TreeLimits {
  readonly maxNames: number;
  readonly maxFolders: number;
  readonly maxDepth: number;
}

/** Invented, well above the tick of a file system's clock: a younger change may be followed by another of the same time. */
const SETTLED_MS = 100;

/** The names of a tree, as they were read. */
export interface TreeIndex {
  /** Real path by name, with `/` between folders. */
  readonly exact: ReadonlyMap<string, string>;
  /** The same by lower-case name; where spellings differ in case only, the first in code point order. */
  readonly loose: ReadonlyMap<string, string>;
  /** Change time of every folder that was read. */
  readonly folders: ReadonlyMap<string, number>;
}

/** Of a tree that cannot be read. */
export const EMPTY_TREE: TreeIndex = { exact: new Map(), loose: new Map(), folders: new Map() };

/** What this user cannot open, by its name in the tree; folders end with a slash. */
export async function unreadableIn({ exact, folders }: TreeIndex): Promise<string[]> {
  const found: string[] = [];
  const [root = ''] = folders.keys();
  // The dot asks for the right to go through the folder, and not only to list it.
  for (const path of folders.keys()) {
    if (await isClosed(`${path}/.`)) found.push(`${relative(root, path)}/`);
  }
  for (const [name, path] of exact) {
    if (await isClosed(path)) found.push(name);
  }
  return found.sort();
}

async function isClosed(path: string): Promise<boolean> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    await file.close();
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

export async function isFresh(index: TreeIndex): Promise<boolean> {
  if (index.folders.size === 0) return false;
  for (const [path, changedAt] of index.folders) {
    const stats = await stat(path).catch(() => null);
    if (stats === null || stats.ctimeMs !== changedAt) return false;
  }
  return true;
}

export async function readTree({ folder, log, ownFiles = [] }: Tree, limits: TreeLimits): Promise<TreeIndex> {
  const root = await realpath(folder);
  const asked = join(root, ASKED_FOLDER);
  const own = new Set(await Promise.all(ownFiles.map((path) => stat(path).then(identityOf, () => null))));
  const exact = new Map<string, string>();
  const folders = new Map<string, number>();
  const pending: { path: string; prefix: string; within: readonly string[] }[] = [
    { path: root, prefix: '', within: [] },
  ];
  let visited = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, prefix, within } = next;
    // Before the names: one that appears while we read changes the folder again and is found by the next check.
    folders.set(path, settled((await stat(path)).ctimeMs));
    const names = await readdir(path).catch((error: unknown) => {
      if (path === root) throw error;
      log.warn({ event: 'root.folder-unreadable', folder: path, reason: String(error) });
      return [];
    });
    for (const name of names.sort()) {
      // It would be asked of this very process, while whoever asks in it waits for us.
      if (join(path, name) === asked) continue;
      const real = await insideOf(root, join(path, name));
      if (real === null || real.startsWith(asked + sep)) continue;
      const found = await stat(real).catch(() => null);
      if (found !== null && own.has(identityOf(found))) {
        log.warn({ event: 'root.own-file', file: real, reason: OWN_FILE });
        continue;
      }
      if (found?.isFile()) exact.set(prefix + name, real);
      // A link to a folder that it lies in would repeat the tree endlessly.
      const isLoop = real === path || within.includes(real);
      if (found?.isDirectory() !== true || isLoop || within.length >= limits.maxDepth) continue;
      pending.push({ path: real, prefix: `${prefix}${name}/`, within: [...within, path] });
    }
    visited++;
    if (exact.size > limits.maxNames || visited > limits.maxFolders) {
      log.warn({ event: 'root.too-large', folder: root, files: exact.size, folders: visited });
      break;
    }
  }
  return { exact, loose: looseOf(exact), folders };
}

const OWN_FILE =
  'it belongs to the record of this server, and nobody is given it: keep the record out of the tree of --root';

/** One file, whatever its names are. */
function identityOf({ dev, ino }: { readonly dev: number; readonly ino: number }): string {
  return `${dev}:${ino}`;
}

/** A change time to compare later; one that may still be shared by a later change equals nothing. */
export function settled(changedAtMs: number): number {
  return Date.now() - changedAtMs < SETTLED_MS ? Number.NaN : changedAtMs;
}

/** The real path when it lies inside the root; null for links that lead out and links that lead nowhere. */
async function insideOf(root: string, path: string): Promise<string | null> {
  const real = await realpath(path).catch(() => null);
  const within = root.endsWith(sep) ? root : root + sep;
  return real?.startsWith(within) === true ? real : null;
}

function looseOf(exact: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const loose = new Map<string, string>();
  for (const name of [...exact.keys()].sort()) {
    const lower = name.toLowerCase();
    if (!loose.has(lower)) loose.set(lower, exact.get(name) as string);
  }
  return loose;
}
