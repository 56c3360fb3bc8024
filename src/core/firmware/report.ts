import type { FamilyId, Protocol } from '../names/family.ts';
import type { FirmwareFinding, FirmwarePackage, Verdict } from './package.ts';
import { isPublishable } from './package.ts';

/** One line of `firmware verify --json`: a package, or load files that make none (`load` is then often null). */
export interface VerifyRecord {
  readonly load: string | null;
  readonly family: FamilyId | null;
  readonly protocol: Protocol | null;
  /** The folder, or the archive that was looked into. */
  readonly path: string;
  readonly verdict: Verdict;
  readonly findings: readonly FirmwareFinding[];
  /** Set where it was written by `loadstep emulate firmware`. */
  readonly isSynthetic?: true;
}

/** One line of `firmware list --json`. */
export interface ListRecord extends Omit<VerifyRecord, 'findings'> {
  /** Loads that the store has the files to bring some phone to, and that need this package on the way or as the target. */
  readonly enables: readonly string[];
  readonly bytes: number;
  /** Where it was imported from; null when it was found in the tree. */
  readonly source: string | null;
}

/** A package or a group of stray files with the folder it lies in. */
export type Placed = Omit<VerifyRecord, 'path'> & { readonly folder: string };

/** What `firmware verify` tells about everything in the store. */
export function verifyPackages(packages: readonly Placed[], strays: readonly Placed[]): VerifyRecord[] {
  return [...packages, ...strays].map(({ load, family, protocol, folder, verdict, findings, isSynthetic }) => ({
    load,
    family,
    protocol,
    path: folder,
    verdict,
    findings: findings.map(({ code, file, offset, message, advice }) => ({ code, file, offset, message, advice })),
    ...(isSynthetic === true ? { isSynthetic } : {}),
  }));
}

/** What `firmware list` tells; `enables` is the caller's knowledge of roads. */
export function listPackages(
  packages: readonly (FirmwarePackage & { readonly folder: string; readonly source: string | null })[],
  enables: (pack: FirmwarePackage) => readonly string[],
): ListRecord[] {
  return packages.map((pack) => ({
    load: pack.load,
    family: pack.family,
    protocol: pack.protocol,
    path: pack.folder,
    verdict: pack.verdict,
    enables: enables(pack),
    bytes: pack.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    source: pack.source,
    ...(pack.isSynthetic === true ? { isSynthetic: true as const } : {}),
  }));
}

/** Whether a group of files is firmware of other phones and nothing else: nothing is wrong with it, nothing is to be done. */
export function isOtherPhones({ findings }: Pick<VerifyRecord, 'findings'>): boolean {
  return findings.length > 0 && findings.every(({ code }) => code === 'unknown-load');
}

/**
 * Whether every package may be shown to a phone; decides between exit 0 and 3. Firmware of other phones beside them does
 * not count, and is not enough.
 */
export function areAllGood(records: readonly Pick<VerifyRecord, 'verdict' | 'findings'>[]): boolean {
  const ours = records.filter((record) => !isOtherPhones(record));
  return (records.length === 0 || ours.length > 0) && ours.every(({ verdict }) => isPublishable(verdict));
}
