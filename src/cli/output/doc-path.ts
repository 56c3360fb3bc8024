import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../adapters/package-root.ts';

const PAGE = /(?<![\w/])docs\/[\w-]+\.md/g;

/** A text in which pages of the documentation are named by their whole path, where they do not lie below the folder that commands are typed in. */
export function withDocPaths(text: string, here: string = process.cwd()): string {
  return text.replace(PAGE, (page) => (existsSync(join(here, page)) ? page : join(packageRoot(), page)));
}
