/** Bounds on what an import takes on. All of them are invented, far above any firmware archive that is known. */
export interface ImportLimits {
  /** Members of all archives of one import together. */
  readonly members: number;
  /** Bytes unpacked in one import together; what is passed over counts as well. */
  readonly unpackedBytes: number;
  /** Bytes of one archive that lies inside another. */
  readonly innerArchiveBytes: number;
  /** Archives inside archives. */
  readonly depth: number;
}

export const IMPORT_LIMITS: ImportLimits = {
  members: 100_000,
  unpackedBytes: 16 * 1024 ** 3,
  innerArchiveBytes: 4 * 1024 ** 3,
  depth: 5,
};
