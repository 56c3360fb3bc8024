import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder with those above it; throws the system's error where that cannot be. Node's own recursive `mkdir` never
 * ends below a file system that knows no new folders, such as /proc.
 */
export function makeFolder(path: string): void {
  const full = resolve(path);
  if (statSync(full, { throwIfNoEntry: false }) !== undefined) return;
  const parent = dirname(full);
  if (parent !== full) makeFolder(parent);
  try {
    mkdirSync(full);
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
