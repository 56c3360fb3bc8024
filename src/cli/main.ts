#!/usr/bin/env node
// Nothing is imported before it is needed: half of the time of a short command is spent with loading.

/** Whether the version is all that is asked; the full program answers everything else, and this too where it is called. */
const [word, ...more] = process.argv.slice(2);
if ((word === '--version' || word === '-V') && more.length === 0) {
  const { productVersion } = await import('./product-version.ts');
  process.stdout.write(`${productVersion()}\n`);
} else {
  const { keepCompiled } = await import('./compile-cache.ts');
  keepCompiled(process.env);
  await import('./run.ts');
}
