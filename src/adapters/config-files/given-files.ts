import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { GivenFile, SkippedFile } from '../../core/config-check/check-files.ts';
import { kindOfName } from '../../core/config-check/kind-of.ts';
import { sizeText } from '../../core/text/amounts.ts';

/** Names that settings of phones have; in a folder nothing else is opened. */
const LIKELY = /\.(cnf|xml|dat)$/i;
/** Larger files are no settings of a phone: the largest that is known has some ten thousand bytes (invented). */
const MOST_BYTES = 1_000_000;
/** Folders below a folder that are looked into (invented). */
const MOST_DEPTH = 8;
/** Files of one call; the rest is told of (invented). */
const MOST_FILES = 100_000;

/** What lies under the paths that were given, in their order. */
export type Found =
  | { readonly kind: 'file'; readonly file: GivenFile }
  | { readonly kind: 'skipped'; readonly skipped: SkippedFile }
  /** Files of a folder that were not opened. */
  | { readonly kind: 'passed over'; readonly folder: string; readonly count: number }
  | { readonly kind: 'unreadable'; readonly path: string; readonly why: string };

/** How much may still be opened, and which folders were gone through. */
interface Walk {
  left: number;
  readonly been: Set<string>;
}

/** Goes through files and folders, one after the other; what cannot be read is told of and harms nothing else. */
export function* givenFiles(paths: readonly string[]): Generator<Found> {
  const listings = new Listings();
  const walk: Walk = { left: MOST_FILES, been: new Set() };
  for (const path of paths) {
    const what = whatIsAt(path);
    if (what === null)
      yield { kind: 'unreadable', path, why: 'there is no such file or folder, or it may not be read' };
    else if (what === 'other') yield { kind: 'unreadable', path, why: 'it is neither a file nor a folder' };
    else if (what === 'folder') yield* folderFiles(path, listings, 0, walk);
    else yield fileAt(path, listings);
  }
}

function* folderFiles(folder: string, listings: Listings, depth: number, walk: Walk): Generator<Found> {
  const names = listings.namesIn(folder);
  const real = realPath(folder);
  // A link back to a folder above is not followed for ever.
  if (real !== null && walk.been.has(real)) return;
  if (real !== null) walk.been.add(real);
  if (names === null) {
    yield { kind: 'unreadable', path: folder, why: 'the folder may not be read' };
    return;
  }
  let others = 0;
  for (const name of [...names.values()].sort()) {
    const path = join(folder, name);
    const what = whatIsAt(path);
    if (what === 'folder' && depth < MOST_DEPTH) yield* folderFiles(path, listings, depth + 1, walk);
    else if (what === 'file' && LIKELY.test(name) && walk.left > 0) {
      walk.left -= 1;
      yield fileAt(path, listings);
    } else others += 1;
  }
  if (others > 0) yield { kind: 'passed over', folder, count: others };
}

function fileAt(path: string, listings: Listings): Found {
  const folder = dirname(path);
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES)
      return {
        kind: 'skipped',
        skipped: { path, why: `it has ${sizeText(size)}: no phone reads settings of that size` },
      };
    const text = readFileSync(path, 'utf8');
    const isOfOldPhone = kindOfName(basename(path)) === 'legacy';
    return {
      kind: 'file',
      file: {
        path,
        text,
        isThere: (name) => listings.holds(folder, name),
        sizeOf: (name) => listings.sizeOf(folder, name),
        before: isOfOldPhone ? listings.defaultIn(folder) : null,
      },
    };
  } catch {
    return { kind: 'unreadable', path, why: 'it may not be read' };
  }
}

/** Null where there is nothing that this user can see; a pipe counts as a file where it is named outright. */
function whatIsAt(path: string): 'file' | 'folder' | 'pipe' | 'other' | null {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return 'folder';
    if (found.isFIFO()) return 'pipe';
    return found.isFile() ? 'file' : 'other';
  } catch {
    return null;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** What lies in the folders of a call. Names out of files are looked up in it, and never joined to a path. */
class Listings {
  readonly #names = new Map<string, ReadonlyMap<string, string> | null>();
  readonly #defaults = new Map<string, GivenFile['before']>();

  /** By their names in small letters; null where the folder may not be read. */
  namesIn(folder: string): ReadonlyMap<string, string> | null {
    const known = this.#names.get(folder);
    if (known !== undefined) return known;
    const names = listingOf(folder);
    this.#names.set(folder, names);
    return names;
  }

  holds(folder: string, name: string): boolean | null {
    const names = this.namesIn(folder);
    if (names === null) return null;
    const [first = '', second, ...rest] = name
      .toLowerCase()
      .replace(/^(\.?\/)+/, '')
      .split('/');
    const own = names.get(first);
    if (own === undefined || rest.length > 0) return false;
    return second === undefined ? true : (this.namesIn(join(folder, own))?.has(second) ?? false);
  }

  /** Of a file in the folder itself. */
  sizeOf(folder: string, name: string): number | null {
    const own = this.namesIn(folder)?.get(name.toLowerCase());
    if (own === undefined) return null;
    try {
      const found = statSync(join(folder, own));
      return found.isFile() ? found.size : null;
    } catch {
      return null;
    }
  }

  defaultIn(folder: string): GivenFile['before'] {
    const known = this.#defaults.get(folder);
    if (known !== undefined) return known;
    const name = this.namesIn(folder)?.get('sipdefault.cnf');
    const before = name === undefined ? null : textAt(join(folder, name));
    this.#defaults.set(folder, before);
    return before;
  }
}

function listingOf(folder: string): ReadonlyMap<string, string> | null {
  try {
    return new Map(readdirSync(folder).map((name) => [name.toLowerCase(), name]));
  } catch {
    return null;
  }
}

function textAt(path: string): GivenFile['before'] {
  try {
    return statSync(path).size > MOST_BYTES ? null : { path, text: readFileSync(path, 'utf8') };
  } catch {
    return null;
  }
}
