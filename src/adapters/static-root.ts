import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { loadInFile, loadInLargeFile, loadInName, loadsNamedIn } from '../core/answer/load-in-file.ts';
import { ASKED_FOLDER } from '../core/beside/phone-folder.ts';
import { BoundedMap } from '../core/bounded-map.ts';
import { AppError } from '../core/errors.ts';
import { SNIFF_BYTES } from '../core/firmware/content-kind.ts';
import { classifyName } from '../core/names/asked-name.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { LargeFile, NamedLoads, StaticRoot } from '../ports/static-root.ts';
import { bytesToSend } from './bytes-to-send.ts';
import { stampOf } from './file-stamp.ts';

export interface StaticRootOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: StaticRootLimits;
  /**
   * Files of this process that are not in the tree, whatever the names or links are under which they lie there. They are not even opened:
   * closing a file lets go of every lock that the process holds on it (POSIX), those of SQLite, too.
   */
  readonly ownFiles?: readonly string[];
}

export interface StaticRootLimits {
  /** Larger files are not read into memory: whoever sends one reads it meanwhile. */
  readonly largeBytes: number;
  readonly maxCacheBytes: number;
  readonly maxNames: number;
  readonly maxFolders: number;
  readonly maxDepth: number;
  /** Folders are looked at again for new names, and files for other bytes, when the last look is older. */
  readonly recheckMs: number;
}

/** 65,535 blocks of 512 bytes are what RFC 1350 can carry before the block number wraps, more than any phone takes; the other numbers are invented. */
export const STATIC_ROOT_LIMITS: StaticRootLimits = {
  largeBytes: 65_535 * 512,
  maxCacheBytes: 64 * 1024 * 1024,
  maxNames: 100_000,
  maxFolders: 10_000,
  maxDepth: 16,
  recheckMs: 1_000,
};

/** Invented, well above the tick of a file system's clock: a younger change may be followed by another of the same time. */
const SETTLED_MS = 100;

/** Texts in which phones look for the name of a load; so many of them are looked into (invented). */
const MAY_NAME_A_LOAD = /(\.(cnf|xml|txt|cfg|conf|sgn)|(^|\/)[^./]+)$/i;
const MOST_LOOKS = 2_000;

interface Index {
  /** Real path by name, with `/` between folders. */
  readonly exact: ReadonlyMap<string, string>;
  /** The same by lower-case name; where spellings differ in case only, the first in code point order. */
  readonly loose: ReadonlyMap<string, string>;
  /** Change time of every folder that was read. */
  readonly folders: ReadonlyMap<string, number>;
}

interface Cached {
  readonly stamp: string;
  /** When the file was looked at last. */
  readonly seenAt: number;
  readonly content: Uint8Array;
}

/** A static root over a folder. Requested names are looked up in an index of the tree and never joined to a path. */
export function staticRoot(options: StaticRootOptions): StaticRoot {
  const { clock, log } = options;
  const limits = options.limits ?? STATIC_ROOT_LIMITS;
  const cache = new BoundedMap<string, Cached>(limits.maxCacheBytes, ({ content }) => content.length);
  const reading = new Map<string, Promise<Uint8Array | LargeFile | null>>();
  let index: Index = { exact: new Map(), loose: new Map(), folders: new Map() };
  let checkedAt = Number.NEGATIVE_INFINITY;
  let checking: Promise<void> | null = null;
  let isUnreadable = false;

  async function check(): Promise<void> {
    try {
      if (!(await isFresh(index))) index = await readTree(options, limits);
      isUnreadable = false;
    } catch (error) {
      if (!isUnreadable) log.warn({ event: 'root.unreadable', folder: options.folder, reason: String(error) });
      isUnreadable = true;
      index = { exact: new Map(), loose: new Map(), folders: new Map() };
    }
  }

  function pathOf(asked: string): string | undefined {
    const name = asked.replace(/^(\.?\/)+/, '');
    return index.exact.get(name) ?? index.loose.get(name.toLowerCase());
  }

  /** What the tree has under that name, where its bytes were looked at not long ago; undefined where they are to be read. */
  function held(asked: string): Uint8Array | null | undefined {
    const path = pathOf(asked);
    if (path === undefined) return null;
    const known = cache.use(path);
    return known !== undefined && isRecent(known.seenAt) ? known.content : undefined;
  }

  function isRecent(at: number): boolean {
    return Math.abs(clock.now() - at) < limits.recheckMs;
  }

  async function recheck(): Promise<void> {
    if (checking === null && isRecent(checkedAt)) return;
    checking ??= check().finally(() => {
      checkedAt = clock.now();
      checking = null;
    });
    await checking;
  }

  async function content(path: string): Promise<Uint8Array | LargeFile | null> {
    // The tree may have changed since it was read: a folder on the way may be a link by now.
    if ((await realpath(path)) !== path) return null;
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return null;
      if (stats.size > limits.largeBytes) {
        return { path, length: stats.size, stamp: stampOf(stats), head: await readAll(file, SNIFF_BYTES) };
      }
      const stamp = `${stats.ino}:${stats.size}:${stats.mtimeMs}:${settled(stats.ctimeMs)}`;
      const known = cache.get(path);
      cache.delete(path);
      const bytes = known?.stamp === stamp ? known.content : await readAll(file, stats.size);
      if (!stamp.endsWith('NaN') && bytes.length <= limits.maxCacheBytes)
        cache.set(path, { stamp, seenAt: clock.now(), content: bytes });
      return bytes;
    } finally {
      await file.close();
    }
  }

  return {
    async start() {
      try {
        index = await readTree(options, limits);
        checkedAt = clock.now();
      } catch (error) {
        const message = `the folder ${options.folder} given as --root cannot be read; name an existing TFTP folder that loadstep may read.`;
        throw new AppError('E_ROOT_UNREADABLE', message, { cause: error });
      }
    },
    async stop() {
      await checking;
      cache.clear();
    },
    async has(asked) {
      await recheck();
      return pathOf(asked) !== undefined;
    },
    async survey() {
      await recheck();
      const loads: string[] = [];
      const named: NamedLoads[] = [];
      let looks = MOST_LOOKS;
      for (const [name, path] of index.exact) {
        const asked = classifyName(name);
        let load = loadInName(asked);
        if (load !== 'is-load' && MAY_NAME_A_LOAD.test(name) && looks > 0) {
          looks--;
          const found = await content(path).catch(() => null);
          if (found instanceof Uint8Array) {
            load = loadInFile(asked, found);
            const names = loadsNamedIn(found);
            if (load !== null && names.length > 0) named.push({ file: name, loads: names });
          } else if (found !== null) load = loadInLargeFile(asked, found.head);
        }
        if (load !== null) loads.push(name);
      }
      return { loads, named, unreadable: await unreadableIn(index) };
    },
    known(asked) {
      return checking === null && isRecent(checkedAt) ? held(asked) : undefined;
    },
    async read(asked) {
      await recheck();
      const known = held(asked);
      if (known !== undefined) return known;
      const path = pathOf(asked) as string;
      // Phones boot together and ask for the same file: one reading serves them all.
      const running = reading.get(path);
      if (running !== undefined) return running;
      const started = content(path)
        .catch((error: unknown) => {
          log.warn({ event: 'root.file-unreadable', file: path, reason: String(error) });
          return null;
        })
        .finally(() => reading.delete(path));
      reading.set(path, started);
      return started;
    },
  };
}

async function readAll(file: { read: ReadAt }, size: number): Promise<Uint8Array> {
  const bytes = bytesToSend(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

type ReadAt = (into: Uint8Array, offset: number, length: number, at: number) => Promise<{ bytesRead: number }>;

/** What this user cannot open, by its name in the tree; folders end with a slash. */
async function unreadableIn({ exact, folders }: Index): Promise<string[]> {
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

async function isFresh(index: Index): Promise<boolean> {
  if (index.folders.size === 0) return false;
  for (const [path, changedAt] of index.folders) {
    const stats = await stat(path).catch(() => null);
    if (stats === null || stats.ctimeMs !== changedAt) return false;
  }
  return true;
}

async function readTree({ folder, log, ownFiles = [] }: StaticRootOptions, limits: StaticRootLimits): Promise<Index> {
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
function settled(changedAtMs: number): number {
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
