/** A published size or hash of one file, as far as the store needs it; the matrix's known files fit this. */
export interface KnownHash {
  readonly name: string;
  /** The load whose package holds the file; null when that is not known. */
  readonly load: string | null;
  /** True for a distribution archive, false for a file of a load. */
  readonly isArchive: boolean;
  readonly sizeBytes: number | null;
  readonly sha1: string | null;
  readonly md5: string | null;
}

/** Published hashes by the lower-case file name. */
export type KnownHashes = ReadonlyMap<string, readonly KnownHash[]>;

/** Sorts published hashes by file name. */
export function indexHashes(hashes: readonly KnownHash[]): KnownHashes {
  const byName = new Map<string, KnownHash[]>();
  for (const hash of hashes) {
    const key = hash.name.toLowerCase();
    const rows = byName.get(key);
    if (rows === undefined) byName.set(key, [hash]);
    else rows.push(hash);
  }
  return byName;
}

/**
 * How a file compares with what is published under its name. `same`: these bytes, for this load or for no certain one;
 * `other-load`: the bytes of another load, while this load's own are published; `other-bytes`, `other-size`: not what is
 * published for this load; `unlisted`: published with other bytes, not for this load; `unknown`: nothing is published.
 */
export type HashMatch = 'same' | 'other-load' | 'other-bytes' | 'other-size' | 'unlisted' | 'unknown';

/** Compares one file of a load with the published hashes. */
export function matchHash(
  known: KnownHashes,
  load: string,
  file: { readonly name: string; readonly sizeBytes: number; readonly sha1: string | null },
): HashMatch {
  const rows = known.get(file.name.toLowerCase()) ?? [];
  const hashed = rows.filter((row) => row.sha1 !== null);
  const same = hashed.filter((row) => row.sha1 === file.sha1);
  if (same.some((row) => row.load === null || row.load === load)) return 'same';
  const own = hashed.filter((row) => row.load === load);
  if (own.length > 0) return same.length > 0 ? 'other-load' : 'other-bytes';
  // The same bytes under another load's name only: nothing is published for this one, so nothing contradicts it.
  if (same.length > 0) return 'same';
  const sizes = rows.filter((row) => row.load === load && row.sizeBytes !== null);
  if (sizes.length > 0 && !sizes.some((row) => row.sizeBytes === file.sizeBytes)) return 'other-size';
  return hashed.length > 0 ? 'unlisted' : 'unknown';
}

/** The span of published sizes of one kind of file, in bytes. */
export interface KnownSizes {
  readonly least: number;
  readonly most: number;
  /** The names whose sizes they are. */
  readonly leastName: string;
  readonly mostName: string;
}

/**
 * The published sizes of the signed loaders or applications of the 7940/7960; null when none is published. A loader is an
 * `.sbn` whose load also has an `.sb2`: before 7.x an `.sbn` is a whole image.
 */
export function knownImageSizes(known: KnownHashes, kind: 'loader' | 'application'): KnownSizes | null {
  const rows = [...known.values()].flat().filter((row) => !row.isArchive && row.sizeBytes !== null);
  const loads = new Set(rows.filter(({ name }) => /^P0.*\.sb2$/i.test(name)).map(({ load }) => load));
  const pattern = kind === 'application' ? /^P0.*\.sb2$/i : /^P0.*\.sbn$/i;
  const sized = rows
    .filter(({ name, load }) => pattern.test(name) && loads.has(load))
    .sort((a, b) => (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0));
  const [first, last] = [sized[0], sized.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [least, most] = [first.sizeBytes ?? 0, last.sizeBytes ?? 0];
  return { least, most, leastName: first.name, mostName: last.name };
}

/** Whether these very bytes are published for this very load. */
export function isPublishedFor(
  known: KnownHashes,
  load: string,
  file: { readonly name: string; readonly sha1: string | null },
): boolean {
  const rows = known.get(file.name.toLowerCase()) ?? [];
  return file.sha1 !== null && rows.some((row) => row.load === load && row.sha1 === file.sha1);
}
