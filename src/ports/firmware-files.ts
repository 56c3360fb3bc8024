import type { FirmwareIndex } from '../core/firmware/package.ts';

/** The firmware store as the app uses it: an index, and the bytes of files that the index lists. */
export interface FirmwareFiles {
  /** The index as last read; cheap. */
  index(): FirmwareIndex;
  /**
   * The bytes of one file, as verified. Rejects with AppError `E_FIRMWARE_CHANGED` when the file is not the one that was
   * verified any more, `E_FIRMWARE_UNREADABLE` when it cannot be read.
   */
  read(packageId: string, name: string): Promise<Uint8Array>;
}
