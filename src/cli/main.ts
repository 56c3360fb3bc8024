#!/usr/bin/env node
// Nothing is imported before it is needed: most of the time of a short command is spent with loading.

const [word, ...more] = process.argv.slice(2);
if ((word === '--version' || word === '-V') && more.length === 0) {
  // Without a module of its own, and without the streams that `process.stdout` would load: this is as long as Node itself takes.
  const { readFileSync, writeSync } = process.getBuiltinModule('node:fs');
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  try {
    writeSync(1, `${version}\n`);
  } catch {
    // The one who asked has gone.
  }
} else {
  const { keepCompiled } = await import('./compile-cache.ts');
  keepCompiled(process.env);
  await import('./run.ts');
}
