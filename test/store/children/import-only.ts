// Tells whether better-sqlite3 or the SQLite in Node was loaded before and after a store was opened.
import { createRequire } from 'node:module';
import { openStore } from '../../../src/adapters/sqlite/open-store.ts';

const { moduleLoadList = [] } = process as { moduleLoadList?: readonly string[] };
const isLoaded = () =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('better-sqlite3')) ||
  moduleLoadList.includes('NativeModule sqlite');
const before = isLoaded();
openStore({ path: process.argv[2] ?? '', mode: 'server' }).close();
process.stdout.write(`${before} ${isLoaded()}\n`);
