/** What to write and where. */
export interface SyntheticFirmwareRequest {
  /** The folder that gets one folder per package; made when missing. */
  readonly out: string;
  /** Load names; default `DEFAULT_RELEASES`. */
  readonly releases?: readonly string[];
  /** `small` (default) keeps files at a few kB, `real` gives them the sizes of real ones. */
  readonly sizes?: 'small' | 'real';
}

/** One package on disk. */
export interface WrittenPackage {
  readonly load: string;
  /** The loader that comes with it, where there is one. */
  readonly loader: string | null;
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha1: string }[];
}

/** Writes packages with the structure of real ones and no byte of them; answers what was written, in order. */
export async function writeSyntheticFirmware(_request: SyntheticFirmwareRequest): Promise<readonly WrittenPackage[]> {
  throw new Error('the synthetic firmware writer is being built');
}
