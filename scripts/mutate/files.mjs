import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files below a folder whose names end so, as paths from the root, in order. */
export function filesIn(root, folder, ending) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`)
    .sort();
}
