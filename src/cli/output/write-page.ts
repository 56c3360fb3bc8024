import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Settings } from '../settings/layers.ts';

/** Writes the page of --html. */
export function writePage(file: string, page: string, settings: Settings): void {
  writeWhole(file, page, (complaint) => settings.refuse('html', complaint));
}

/** Writes a file. Anybody who looks at it meanwhile sees the old one or the new one, never half of it. */
export function writeWhole(file: string, content: string | Uint8Array, refuse: (complaint: string) => Error): void {
  const fresh = `${file}.${process.pid}.part`;
  try {
    writeFileSync(fresh, content);
    renameSync(fresh, file);
  } catch (cause) {
    rmSync(fresh, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw refuse(code === 'ENOENT' ? `there is no folder ${dirname(file)}` : `cannot write ${file}: ${code}`);
  }
}
