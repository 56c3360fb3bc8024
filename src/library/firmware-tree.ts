import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FirmwareStore } from '../adapters/firmware/firmware-store.ts';
import type { ForgottenPackage } from '../adapters/firmware/forget-package.ts';
import type { ImportProgress } from '../adapters/firmware/import-firmware.ts';
import type { ImportLimits } from '../adapters/firmware/import-limits.ts';
import type { FirmwareProgress } from '../adapters/firmware/verify-trees.ts';
import type { ImportEvent, ImportSummary } from '../core/firmware/import-event.ts';
import { type VerifyRecord, verifyPackages } from '../core/firmware/report.ts';
import { firmwareMatrix } from './matrix.ts';

/** Which firmware to open. */
export interface OpenFirmwareOptions {
  /** Every folder below these that holds load files is a package. Nothing is written to them. */
  readonly folders: readonly string[];
  /** A file in which facts about files are remembered between runs; by default nothing is. Not inside a folder. */
  readonly indexPath?: string;
  /** Loads to be published although they are incomplete or mixed; never covers `damaged`. */
  readonly allowUnverified?: readonly string[];
  /** True where a missing or empty folder is not an error, as before the first import. */
  readonly mayBeEmpty?: boolean;
  /** Aborts the verification; opening then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called a few times a second at most. */
  readonly onProgress?: (progress: FirmwareProgress) => void;
}

/**
 * Opens folders of firmware and verifies what is new or changed. `index()` of the result goes into `plan` of `loadstep`,
 * `read(package, name)` gives the bytes of one file. Rejects with `AppError` `E_NO_FIRMWARE` when a folder is missing or
 * none holds firmware, `E_FIRMWARE_UNREADABLE` when one cannot be read.
 */
export async function openFirmware(options: OpenFirmwareOptions): Promise<FirmwareStore> {
  const { folders, indexPath = null, ...rest } = options;
  const { openFirmwareStore } = await import('../adapters/firmware/firmware-store.ts');
  return openFirmwareStore({ roots: folders, indexPath, matrixHashes: firmwareMatrix().knownFiles, ...rest });
}

/** What to import and where to. */
export interface ImportFirmwareOptions {
  /** Archives, folders and loose files. */
  readonly paths: readonly string[];
  /** The folder that gets one folder per package; made when missing. */
  readonly folder: string;
  /** A file in which facts about files are remembered between runs; by default nothing is. Not inside the folder. */
  readonly indexPath?: string;
  /** Loads to take although they are incomplete or mixed; never covers `damaged`. */
  readonly allowUnverified?: readonly string[];
  /** How much one import may unpack, and how deep archives may nest; each limit has a default. */
  readonly limits?: Partial<ImportLimits>;
  readonly signal?: AbortSignal;
  /** Called with what became of each package. */
  readonly onEvent?: (event: ImportEvent) => void;
  /** Called whenever bytes arrive. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

/**
 * Brings archives, folders and loose files into a folder: takes them apart, checks each package and moves whole ones into
 * place, each by one rename. `onEvent` says what became of each package. Rejects with `AppError`
 * `E_FIRMWARE_UNWRITABLE` or `E_DISK_FULL`, and with the signal's reason when it is aborted; packages that were moved stay.
 */
export async function importFirmware(options: ImportFirmwareOptions): Promise<ImportSummary> {
  const { folder, indexPath = null, ...rest } = options;
  const adapter = await import('../adapters/firmware/import-firmware.ts');
  return adapter.importFirmware({ root: folder, indexPath, matrixHashes: firmwareMatrix().knownFiles, ...rest });
}

/** How to verify. */
export interface VerifyFirmwareOptions {
  readonly signal?: AbortSignal;
}

/**
 * Checks an archive, a file or a folder as an import would, and changes nothing. Returns one record for each package, and for
 * files that belong to none. A package may be shown to a phone when `isPublishable` is true of its verdict. What is wrong is a
 * value, not an error; rejects with `AppError` `E_NO_FIRMWARE` for a folder without load files.
 */
export async function verifyFirmware(path: string, options: VerifyFirmwareOptions = {}): Promise<VerifyRecord[]> {
  const { signal } = options;
  const stopping = signal === undefined ? {} : { signal };
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) {
    const store = await openFirmware({ folders: [resolve(path)], ...stopping });
    return verifyPackages(store.packages(), store.strays());
  }
  const { verifySource } = await import('../adapters/firmware/verify-source.ts');
  return verifySource(path, { matrixHashes: firmwareMatrix().knownFiles, ...stopping });
}

/**
 * Removes every package of a load, named in any case, from the folders, and returns them; empty when there is none. Rejects with
 * `AppError` `E_FIRMWARE_UNWRITABLE`.
 */
export async function forgetFirmware(options: {
  readonly folders: readonly string[];
  readonly load: string;
  readonly indexPath?: string;
}): Promise<ForgottenPackage[]> {
  const { forgetPackages } = await import('../adapters/firmware/forget-package.ts');
  return forgetPackages({ roots: options.folders, indexPath: options.indexPath ?? null, load: options.load });
}
