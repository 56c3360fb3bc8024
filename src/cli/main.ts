#!/usr/bin/env node
// The build makes a CommonJS file of this, dist/src/cli/main.cjs: as an ES module alone it takes a fifth of what a Node takes that does nothing.
// Nothing is loaded before it is needed: most of the time of a short command is spent with loading.
import { keepCompiled } from './compile-cache.ts';

const [word, ...more] = process.argv.slice(2);
if ((word === '--version' || word === '-V') && more.length === 0) {
  // Without the streams that `process.stdout` would load: this is as long as Node itself takes.
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
  keepCompiled(process.env);
  // Where the build puts what it makes of run.ts (scripts/bundle.mjs): these three commands have a file of their own.
  const file = word === 'history' || word === 'plan' || word === 'status' ? word : 'run';
  process.getBuiltinModule('node:module').createRequire(import.meta.url)(`./bundle/${file}.cjs`);
}
