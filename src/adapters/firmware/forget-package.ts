import { readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionOf } from '../../core/firmware/sort-folder.ts';
import { openFirmwareStore, type StoredPackage } from './firmware-store.ts';
import { asStoreError, makeStaging } from './staging.ts';

/** A package that is in the store no more. */
export interface ForgottenPackage {
  readonly load: string;
  readonly path: string;
  readonly files: readonly string[];
  /** Room that is free now; files that another package shares take it still. */
  readonly freedBytes: number;
}

export interface ForgetOptions {
  readonly roots: readonly string[];
  readonly indexPath: string | null;
  /** A load, in any case. */
  readonly load: string;
}

/**
 * Takes every package of a load out of the store; empty when there is none. A folder that holds nothing else goes by one rename;
 * elsewhere the package's own files go, its manifest first, so that nothing half is ever taken for a package.
 */
export async function forgetPackages(options: ForgetOptions): Promise<ForgottenPackage[]> {
  const store = await openFirmwareStore({ roots: options.roots, indexPath: options.indexPath, mayBeEmpty: true });
  const isMeant = (pack: StoredPackage) => pack.load.toLowerCase() === options.load.toLowerCase();
  const forgotten: ForgottenPackage[] = [];
  for (const pack of store.packages().filter(isMeant)) {
    const others = store.packages().filter((other) => other.folder === pack.folder && other !== pack);
    const shared = new Set(others.flatMap((other) => other.files.map((file) => file.name)));
    const files = pack.files.map((file) => file.name).filter((name) => !shared.has(name));
    const freedBytes = await roomOf(pack.folder, files);
    try {
      await remove(pack, files);
    } catch (cause) {
      throw asStoreError(pack.root, cause);
    }
    forgotten.push({ load: pack.load, path: pack.folder, files, freedBytes });
  }
  if (forgotten.length > 0) await store.reload();
  return forgotten;
}

async function remove(pack: StoredPackage, files: readonly string[]): Promise<void> {
  const present = await readdir(pack.folder);
  const isWholeFolder = present.length === files.length && present.every((name) => files.includes(name));
  if (!isWholeFolder || (await isRoot(pack))) {
    const order = (name: string) => (extensionOf(name) === 'loads' ? 0 : 1);
    for (const name of [...files].sort((a, b) => order(a) - order(b))) await unlink(join(pack.folder, name));
    return;
  }
  const staging = await makeStaging(pack.root);
  await rename(pack.folder, join(staging, 'forgotten'));
  await rm(staging, { recursive: true, force: true });
}

async function isRoot(pack: StoredPackage): Promise<boolean> {
  const [root, folder] = await Promise.all([stat(pack.root), stat(pack.folder)]);
  return root.ino === folder.ino && root.dev === folder.dev;
}

async function roomOf(folder: string, files: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const name of files) {
    const { nlink, size } = await stat(join(folder, name));
    if (nlink === 1) bytes += size;
  }
  return bytes;
}
