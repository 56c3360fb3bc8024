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
