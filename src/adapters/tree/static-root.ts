import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { loadInFile, loadInLargeFile, loadInName, loadsNamedIn } from '../../core/answer/load-in-file.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import { AppError } from '../../core/errors.ts';
import { SNIFF_BYTES } from '../../core/firmware/content-kind.ts';
import { classifyName } from '../../core/names/asked-name.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LargeFile, NamedLoads, StaticRoot } from '../../ports/static-root.ts';
import { bytesToSend } from '../bytes-to-send.ts';
import { stampOf } from '../file-stamp.ts';
import {
  EMPTY_TREE,
  isFresh,
  readTree,
  settled,
  type Tree,
  type TreeIndex,
  type TreeLimits,
  unreadableIn,
} from './tree-index.ts';

export interface StaticRootOptions extends Tree {
  readonly clock: Clock;
  readonly limits?: StaticRootLimits;
}

export interface StaticRootLimits extends TreeLimits {
  /** Larger files are not read into memory: whoever sends one reads it meanwhile. */
  readonly largeBytes: number;
  readonly maxCacheBytes: number;
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

/** Texts in which phones look for the name of a load; so many of them are looked into (invented). */
const MAY_NAME_A_LOAD = /(\.(cnf|xml|txt|cfg|conf|sgn)|(^|\/)[^./]+)$/i;
const MOST_LOOKS = 2_000;

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
  let index: TreeIndex = EMPTY_TREE;
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
      index = EMPTY_TREE;
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
