import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes that packages take on disk; a file that several packages share counts once. */
export async function spaceUsed(
  packages: readonly { readonly folder: string; readonly files: readonly { readonly name: string }[] }[],
): Promise<number> {
  const seen = new Set<string>();
  let bytes = 0;
  for (const { folder, files } of packages) {
    for (const { name } of files) {
      const found = await stat(join(folder, name)).catch(() => null);
      if (found === null || seen.has(`${found.dev}:${found.ino}`)) continue;
      seen.add(`${found.dev}:${found.ino}`);
      bytes += found.size;
    }
  }
  return bytes;
}
