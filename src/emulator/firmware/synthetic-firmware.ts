import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/errors.ts';
import { javaLoad } from '../java-load.ts';
import { legacyLoad, loaderOf } from '../legacy-load.ts';
import { javaPackage } from './java-package.ts';
import { legacyPackage } from './legacy-package.ts';
import type { PackageFile, Sizes } from './package-file.ts';

/** What to write and where. */
export interface SyntheticFirmwareRequest {
  /** The folder that gets one folder per package; made when missing. */
  readonly out: string;
  /** Load names; default `DEFAULT_RELEASES`. */
  readonly releases?: readonly string[];
  /** `small` (default) keeps files at a few kB, `real` gives them the sizes of real ones. */
  readonly sizes?: Sizes;
}

/** One package on disk. */
export interface WrittenPackage {
  readonly load: string;
  /** The loader that comes with it, where there is one. */
  readonly loader: string | null;
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha1: string }[];
}

/** Enough for every road of the dossiers. */
export const DEFAULT_RELEASES: readonly string[] = [
  'P00303030300',
  'P00305000300',
  'P0S30202',
  'P0S3-03-0-00',
  'P0S3-04-4-00',
  'P0S3-05-3-00',
  'P0S3-06-3-00',
  'P0S3-07-4-00',
  'P0S3-08-2-00',
  'P0S3-08-11-00',
  'P0S3-8-12-00',
  'P00308010200',
  'P0030801SR02',
  'SCCP11.8-5-2S',
  'SIP11.8-2-2S',
  'SIP11.8-5-2S',
  'SIP11.9-2-1S',
  'SCCP31.8-5-2S',
  'SCCP31.9-2-1S',
  'SCCP41.8-5-2S',
  'SIP41.8-5-2S',
  'SIP41.9-2-1S',
  'SIP41.9-4-2SR3-1S',
  'SCCP42.8-5-2S',
  'SIP42.8-5-2S',
  'SIP42.9-3-1SR4-1S',
  'SIP42.9-4-2SR3-1S',
  'SCCP45.8-5-2S',
  'SIP45.8-5-2S',
  'SIP45.9-3-1SR4-1S',
  'SIP45.9-4-2SR3-1S',
  'SCCP70.8-5-2S',
  'SIP70.8-5-2S',
  'SIP70.9-4-2-1S',
  'SCCP75.8-5-2S',
  'SIP75.8-5-2S',
  'SIP75.9-4-2SR3-1S',
];

/** The files of one synthetic package in memory; the same load and sizes give the same bytes. */
export function syntheticPackage(load: string, sizes: Sizes = 'small'): readonly PackageFile[] {
  const legacy = legacyLoad(load);
  if (legacy !== null) return legacyPackage(legacy, sizes);
  const java = javaLoad(load);
  if (java !== null) return javaPackage(java, sizes);
  throw new AppError(
    'E_UNKNOWN_LOAD',
    `"${load}" is not a load that synthetic firmware can be written for; give a name such as P0S3-08-11-00 or SIP42.9-3-1SR4-1S`,
  );
}

/** Writes packages with the structure of real ones and no byte of them; answers what was written, in order. */
export async function writeSyntheticFirmware(request: SyntheticFirmwareRequest): Promise<readonly WrittenPackage[]> {
  const loads = request.releases ?? DEFAULT_RELEASES;
  const packages = loads.map((load) => ({ load, files: syntheticPackage(load, request.sizes) }));
  const written: WrittenPackage[] = [];
  for (const { load, files } of packages) {
    const folder = join(request.out, load);
    await mkdir(folder, { recursive: true });
    for (const file of files) await writeFile(join(folder, file.name), file.content);
    written.push({ load, loader: loaderBeside(load), folder, files: files.map(listed) });
  }
  return written;
}

function loaderBeside(load: string): string | null {
  return legacyLoad(load)?.generation === 'g3' ? loaderOf(load) : null;
}

function listed(file: PackageFile): { name: string; bytes: number; sha1: string } {
  return { name: file.name, bytes: file.content.length, sha1: createHash('sha1').update(file.content).digest('hex') };
}
