import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../adapters/package-root.ts';

/** The version in the package's own package.json. */
export function productVersion(): string {
  const found = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { readonly version: unknown };
  return String(found.version);
}
