import type { FamilyId, Protocol } from '../names/family.ts';
import type { LoadName } from '../names/load-name.ts';
import { effectOf } from './finding.ts';

/** `known-good` matches a published hash; `complete` passes every structural check; the rest is never published. */
export type Verdict = 'known-good' | 'complete' | 'incomplete' | 'damaged' | 'mixed' | 'unknown';

/**
 * What a file of a package is. `term` is a `termNN.default.loads`; `archive` a CNU archive of a Java load; `loader` the signed
 * or unsigned loader of a 79x0 load, `application` its `.sb2`; `image` an image of the time before loaders.
 */
export type PackageFileRole = 'loader' | 'image' | 'application' | 'manifest' | 'term' | 'archive' | 'other';

/** One file of a package, as it was verified. */
export interface PackageFile {
  /** As it is spelled on disk. */
  readonly name: string;
  readonly role: PackageFileRole;
  readonly sizeBytes: number;
  /** Name inside the signed header; null when the file has none (`.bin`). */
  readonly innerName: string | null;
  /** True when every check that needs no Cisco key passes for this one file. */
  readonly isWhole: boolean;
  readonly sha1: string | null;
}

/** Something that was seen about a file or a package; codes are stable and stand in docs/firmware.md. */
export interface FirmwareFinding {
  readonly code: string;
  readonly file: string | null;
  readonly offset: number | null;
  readonly message: string;
  readonly advice: string;
}

/** The files of one load, kept together in one folder: two packages may hold the same name with different bytes. */
export interface FirmwarePackage {
  /**
   * Stable within a store: the folder's path relative to its root, with `/`; followed by `:` and the load where the folder is
   * not named after the load, because such a folder may hold several.
   */
  readonly id: string;
  readonly load: LoadName;
  readonly family: FamilyId;
  readonly protocol: Protocol | null;
  /** Name of the loader that comes with a 79x0 load, such as `P003-08-11-00`; null otherwise. */
  readonly loader: LoadName | null;
  /** File names that the manifest lists, in its order and spelling; empty when the load has no manifest. */
  readonly manifest: readonly string[];
  /** Same for each `termNN.default.loads` in the package, by its two digits. */
  readonly terms: Readonly<Record<string, readonly string[]>>;
  readonly files: readonly PackageFile[];
  readonly verdict: Verdict;
  readonly findings: readonly FirmwareFinding[];
  /** Set where a file of it was written by `loadstep emulate firmware`: for emulated phones alone. */
  readonly isSynthetic?: true;
}

/** Everything the store holds, as data. */
export interface FirmwareIndex {
  readonly packages: readonly FirmwarePackage[];
}

/** Whether files of this package may be shown to a phone. */
export function isPublishable(verdict: Verdict): boolean {
  return verdict === 'known-good' || verdict === 'complete';
}

/** What is wrong with the default manifests of a package alone, which only boot loaders ask for (java-phones 4.2, 4.3). */
const TERM_FINDINGS: ReadonlySet<string> = new Set(['missing-term', 'term-of-other-load']);

/**
 * Whether files of this package may be shown to some phone: to any when it is publishable, to a running one also when nothing
 * but its default manifests is missing or of another load, as where several packages were unpacked into one folder. Those
 * manifests are no files of the package then, so that no boot loader is given it.
 */
export function isServable({ verdict, findings }: Pick<FirmwarePackage, 'verdict' | 'findings'>): boolean {
  if (isPublishable(verdict)) return true;
  if (verdict !== 'incomplete' && verdict !== 'mixed') return false;
  const faults = findings.filter((found) => effectOf(found) !== 'note');
  return faults.length > 0 && faults.every(({ code }) => TERM_FINDINGS.has(code));
}

/** The file a phone means by a name: the exact spelling first, then a case-insensitive match; null when there is none. */
export function findFile(pack: FirmwarePackage, name: string): { file: PackageFile; isExact: boolean } | null {
  const exact = pack.files.find((file) => file.name === name);
  if (exact !== undefined) return { file: exact, isExact: true };
  const lower = name.toLowerCase();
  const loose = pack.files.find((file) => file.name.toLowerCase() === lower);
  return loose === undefined ? null : { file: loose, isExact: false };
}
