import type { KnownHash } from '../../core/firmware/known-hash.ts';
import type { FirmwareFinding, FirmwareIndex, FirmwarePackage, Verdict } from '../../core/firmware/package.ts';
import type { FamilyId, Protocol } from '../../core/names/family.ts';
import type { FirmwareFiles } from '../../ports/firmware-files.ts';

/** What the store is made of. */
export interface FirmwareStoreOptions {
  /** Trees with firmware; every folder below that holds load files is a package. Never written to. */
  readonly roots: readonly string[];
  /** Where verdicts are remembered between runs; null remembers nothing. Lies beside the database, not in a root. */
  readonly indexPath: string | null;
  /** Published hashes; without them no package is `known-good`. */
  readonly matrixHashes?: readonly KnownHash[];
  /** Loads that the operator wants published although they are incomplete or mixed; never covers `damaged`. */
  readonly allowUnverified?: readonly string[];
  readonly onProgress?: (progress: FirmwareProgress) => void;
}

/** How far a verification has come; told a few times a second at most. */
export interface FirmwareProgress {
  readonly file: string;
  readonly files: number;
  readonly ofFiles: number;
  readonly bytes: number;
  readonly ofBytes: number;
}

/** A package with the place where it lies. */
export interface StoredPackage extends FirmwarePackage {
  readonly root: string;
  /** Absolute path. */
  readonly folder: string;
}

/** Load files that belong to no package, with what is wrong with them. */
export interface StrayFiles {
  readonly folder: string;
  readonly load: string | null;
  readonly family: FamilyId | null;
  readonly protocol: Protocol | null;
  readonly verdict: Verdict;
  readonly files: readonly string[];
  readonly findings: readonly FirmwareFinding[];
}

/** The store: the port the app uses, and what the firmware commands show. */
export interface FirmwareStore extends FirmwareFiles {
  index(): FirmwareIndex;
  packages(): readonly StoredPackage[];
  strays(): readonly StrayFiles[];
  /** Looks at the trees again; unchanged files are not read. */
  reload(): Promise<void>;
}

/**
 * Opens the store: walks the roots, verifies what is new or changed, and keeps the verdicts in the index file. Rejects with
 * AppError `E_NO_FIRMWARE` when a root is missing or no root holds firmware, `E_FIRMWARE_UNREADABLE` when one cannot be read.
 */
export async function openFirmwareStore(_options: FirmwareStoreOptions): Promise<FirmwareStore> {
  throw new Error('the firmware store is being built');
}
