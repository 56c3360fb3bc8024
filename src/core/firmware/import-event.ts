import type { FirmwareFinding, Verdict } from './package.ts';

/** What became of one package. */
export type ImportEvent = PackageImported | PackagePresent | PackageRefused;

/** Where a package came from, and its files. */
export interface PackageTold {
  readonly source: string;
  readonly files: readonly string[];
}

/** The package is in the store now. */
export interface PackageImported extends PackageTold {
  readonly event: 'package.imported';
  readonly load: string;
  readonly verdict: Verdict;
  readonly path: string;
  readonly bytes: number;
  /** Files that the store had already, and that take no room of their own. */
  readonly linked: number;
  /** Files that got back the name they were made with. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  readonly findings: readonly FirmwareFinding[];
  /** Set where it was written by `loadstep emulate firmware`. */
  readonly isSynthetic?: true;
}

/** The store has had every file of the package, with these bytes, before. */
export interface PackagePresent extends PackageTold {
  readonly event: 'package.present';
  readonly load: string;
  readonly path: string;
}

/** Not taken, and why. */
export interface PackageRefused extends PackageTold {
  readonly event: 'package.refused';
  readonly load: string | null;
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

/** How many packages an import took, had already, and refused. */
export interface ImportSummary {
  readonly imported: number;
  readonly present: number;
  readonly refused: number;
}
