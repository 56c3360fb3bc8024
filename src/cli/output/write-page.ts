import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Settings } from '../settings/layers.ts';

/** Writes the page of --html. Anybody who looks at the file meanwhile sees the old page or the new one, never half of it. */
export function writePage(file: string, page: string, settings: Settings): void {
  const fresh = `${file}.${process.pid}.part`;
  try {
    writeFileSync(fresh, page);
    renameSync(fresh, file);
  } catch (cause) {
    rmSync(fresh, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw settings.refuse(
      'html',
      code === 'ENOENT' ? `there is no folder ${dirname(file)}` : `cannot write ${file}: ${code}`,
    );
  }
}
