import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that the product was installed in: the nearest one above this file with a package.json. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('loadstep is not installed whole: its package.json is missing');
    folder = above;
  }
  return folder;
}

/** The folder with the firmware matrix. */
export function matrixFolder(): string {
  return join(packageRoot(), 'firmware-matrix');
}

/** The folder with what is known of the phones' configuration files. */
export function phoneConfigFolder(): string {
  return join(packageRoot(), 'phone-config');
}

/** Where the build keeps the digest of the matrix that it has checked. */
export function matrixDigestFile(): string {
  return join(packageRoot(), 'dist', 'src', 'firmware-matrix.sha256');
}

/** Where the build keeps the digest of what is known of configuration files, which it has checked. */
export function phoneConfigDigestFile(): string {
  return join(packageRoot(), 'dist', 'src', 'phone-config.sha256');
}
