import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { makeFolder } from './sqlite/make-folder.ts';

/** What became of a file. */
export type WrittenFile = { readonly name: string; readonly result: 'written' | 'same' | 'replaced' };

interface NamedContent {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Writes files below a folder, each whole or not at all. Names are plain: nobody's text is joined to a path unchecked before this. Where one
 * is there with other content, none is written and E_FILE_EXISTS names it, unless it may be replaced; E_BAD_USAGE where the folder cannot be
 * written to.
 */
export function writeConfigFiles(
  folder: string,
  files: readonly NamedContent[],
  mayReplace: boolean,
): readonly WrittenFile[] {
  const there = files.map(({ name, content }) => resultOf(join(folder, name), content));
  const other = files.filter((_file, i) => there[i] === 'replaced').map(({ name }) => name);
  if (other.length > 0 && !mayReplace) {
    throw new AppError(
      'E_FILE_EXISTS',
      `${folder} has ${other.join(', ')} with other content, and nothing was written; give another folder, or --replace`,
    );
  }
  return files.map(({ name, content }, i) => {
    const result = there[i] ?? 'written';
    if (result !== 'same') write(join(folder, name), content);
    return { name, result };
  });
}

function resultOf(path: string, content: Uint8Array): WrittenFile['result'] {
  try {
    return Buffer.compare(readFileSync(path), content) === 0 ? 'same' : 'replaced';
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 'written';
    throw unwritable(path, cause);
  }
}

function write(path: string, content: Uint8Array): void {
  const fresh = `${path}.${process.pid}.new`;
  try {
    makeFolder(dirname(path));
    writeFileSync(fresh, content);
    renameSync(fresh, path);
  } catch (cause) {
    rmSync(fresh, { force: true });
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new AppError('E_BAD_USAGE', `cannot write ${path}: ${detail}; give another folder with --out`, { cause });
}
