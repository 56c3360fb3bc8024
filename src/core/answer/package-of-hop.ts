import { type FirmwareIndex, type FirmwarePackage, findFile, isServable } from '../firmware/package.ts';
import type { Hop, HopFile } from '../plan/plan.ts';

/**
 * The package of a hop, whatever the store says of it now: the one that the hop was planned with. Where that is gone, or is none any more
 * that a phone is given, a package of the same load with the same bytes is it, wherever it lies: a folder may have got another name.
 */
export function packageOf(hop: Hop, { packages }: FirmwareIndex): FirmwarePackage | undefined {
  const own = packages.find((one) => one.id === hop.package);
  if (own !== undefined && isServable(own)) return own;
  return packages.find((one) => isServable(one) && isOfLoad(one, hop) && hasBytesOf(hop, one)) ?? own;
}

/** The hop with the bytes that a package has under the names of its files; the same object where it has these already. */
export function withBytesOf(hop: Hop, pack: FirmwarePackage): Hop {
  const files = hop.files.map((file): HopFile => {
    const sha1 = sha1In(pack, file);
    return sha1 === null || sha1 === file.sha1 ? file : { ...file, sha1 };
  });
  return files.every((file, n) => file === hop.files[n]) ? hop : { ...hop, files };
}

/** That the package of a hop is gone and another one of its load is there, in words; null where none is. */
export function otherInPlace(hop: Hop, { packages }: FirmwareIndex): string | null {
  const isAnother = packages.some((one) => isServable(one) && isOfLoad(one, hop));
  return isAnother
    ? `the package of ${hop.load} that its road was planned with is gone from the store; the one there now is another`
    : null;
}

/** A loader is a load of its own, and lies in the package of the application that it starts. */
function isOfLoad({ load, loader }: FirmwarePackage, hop: Hop): boolean {
  return load === hop.load || loader === hop.load;
}

/** Whether all that the hop had when it was planned is there, byte for byte; false where its hashes are not known. */
function hasBytesOf({ files }: Hop, pack: FirmwarePackage): boolean {
  const had = files.filter(({ present }) => present);
  return had.length > 0 && had.every((file) => file.sha1 !== undefined && sha1In(pack, file) === file.sha1);
}

function sha1In(pack: FirmwarePackage, { name }: HopFile): string | null {
  const file = findFile(pack, name)?.file;
  return file?.isWhole === true ? file.sha1 : null;
}
