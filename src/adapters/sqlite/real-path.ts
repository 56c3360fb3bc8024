import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** One spelling for one database, whether it is there yet or not: SQLite puts its log beside the file that a link leads to. */
export function realPathOf(path: string): string {
  const full = resolve(path);
  return realOf(full) ?? join(realOf(dirname(full)) ?? dirname(full), basename(full));
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
