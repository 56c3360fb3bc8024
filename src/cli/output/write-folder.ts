import { closeSync, fchmodSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../adapters/sqlite/make-folder.ts';
import { AppError } from '../../core/errors.ts';

/**
 * Writes files that hold passwords into a folder, which is made, for their owner alone. A file whose first line is another one is
 * somebody else's, and nothing is written then. Throws AppError `E_BAD_USAGE`.
 */
export function writeSecrets(folder: string, files: readonly { readonly name: string; readonly text: string }[]): void {
  const foreign = files
    .map(({ name, text }) => [join(folder, name), text] as const)
    .find(([path, text]) => isForeign(path, text));
  if (foreign !== undefined) {
    throw new AppError(
      'E_BAD_USAGE',
      `${foreign[0]} was not made by this command and is left alone: name another folder with --out, or move that file away`,
    );
  }
  try {
    makeFolder(folder);
    for (const { name, text } of files) {
      const file = openSync(join(folder, name), 'w', 0o600);
      try {
        fchmodSync(file, 0o600);
        writeSync(file, text);
      } finally {
        closeSync(file);
      }
    }
  } catch (cause) {
    throw new AppError(
      'E_BAD_USAGE',
      `cannot write into ${folder}: ${(cause as NodeJS.ErrnoException).code}; check --out`,
      {
        cause,
      },
    );
  }
}

function isForeign(path: string, text: string): boolean {
  const firstLine = (whole: string) => whole.split('\n')[0];
  try {
    return firstLine(readFileSync(path, 'utf8')) !== firstLine(text);
  } catch {
    return false;
  }
}
