import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../adapters/package-root.ts';

const PAGE = /(?<![\w/])docs\/[\w-]+\.md/g;

/** A text in which pages of the documentation are named by their whole path, where they do not lie below the folder that commands are typed in. */
export function withDocPaths(text: string, here: string | null = presentFolder()): string {
  const isHere = (page: string) => here !== null && existsSync(join(here, page));
  return text.replace(PAGE, (page) => (isHere(page) ? page : join(packageRoot(), page)));
}

/** The folder that commands are typed in; null where it was removed meanwhile. */
function presentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}
