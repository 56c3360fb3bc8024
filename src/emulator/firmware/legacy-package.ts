import { compareReleases } from '../../core/names/release.ts';
import { type LegacyLoad, loaderOf } from '../legacy-load.ts';
import { loaderPlatform } from '../loader-platform.ts';
import type { PackageFile, Sizes } from './package-file.ts';
import { rawImage } from './raw-image.ts';
import { syntheticFile } from './signed-header.ts';

/** Platform id of every application image (legacy-79x0 1.4). */
const APPLICATION_PLATFORM = 'PAS3ARM1';
/** Invented: nothing is known of where a G1 or G2 image carries a platform id. */
const WHOLE_PLATFORM = 'PAS3WHOL';

/** Payload bytes. Real ones: loader 8.12, application 8.12 (legacy-79x0 1.3), whole image as 5.0(3) is listed once. */
const BYTES: Readonly<
  Record<Sizes, { readonly loader: number; readonly application: number; readonly whole: number }>
> = {
  small: { loader: 20_000, application: 32_000, whole: 24_000 },
  real: { loader: 130_552, application: 756_120, whole: 398_244 },
};

/** The files of a package for 7940 and 7960, as legacy-79x0 1.3 lists them for its generation. */
export function legacyPackage(load: LegacyLoad, sizes: Sizes): readonly PackageFile[] {
  const bytes = BYTES[sizes];
  if (load.generation !== 'g3') {
    const image = rawImage(load.name, WHOLE_PLATFORM, bytes.whole);
    const unsigned = { name: `${load.name}.bin`, content: image };
    const isSigned = load.generation === 'g2-sip' || load.generation === 'g2-sccp';
    return isSigned ? [unsigned, signed(`${load.name}.sbn`, image)] : [unsigned];
  }
  const loader = loaderOf(load.name);
  const platform = loaderPlatform(loader);
  const loaderImage = rawImage(loader, platform, bytes.loader);
  const application = rawImage(load.name, APPLICATION_PLATFORM, bytes.application);
  const files = [
    { name: `${loader}.bin`, content: loaderImage },
    signed(`${loader}.sbn`, loaderImage),
    signed(`${load.name}.sb2`, application),
    manifest(load, loader, platform),
  ];
  // SIP 7.x still has an unsigned application, 8.x has none (legacy-79x0 1.3); its name differs from the loader's.
  const hasUnsigned = loader !== load.name && compareReleases(load.release, [8]) < 0;
  return hasUnsigned ? [...files, { name: `${load.name}.bin`, content: application }] : files;
}

function manifest(load: LegacyLoad, loader: string, platform: string): PackageFile {
  const newline = compareReleases(load.release, [8]) < 0 ? '\r\n' : '\n';
  const lines = [`${loader}.sbn`, `${load.name}.sb2`, `LA_VERSION=${platform}`];
  return signed(`${load.name}.loads`, Buffer.from(lines.map((line) => line + newline).join(''), 'latin1'));
}

function signed(name: string, payload: Buffer): PackageFile {
  return { name, content: syntheticFile(name, payload, 'legacy') };
}
