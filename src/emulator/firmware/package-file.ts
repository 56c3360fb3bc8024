/** One file of a package, before it is written. */
export interface PackageFile {
  readonly name: string;
  readonly content: Buffer;
}

/** Few kB each, or as large as real ones. */
export type Sizes = 'small' | 'real';
