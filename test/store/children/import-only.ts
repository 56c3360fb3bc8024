// Tells whether better-sqlite3 was loaded before and after a store was opened.
import { createRequire } from 'node:module';
import { openStore } from '../../../src/adapters/sqlite/open-store.ts';

const isLoaded = () =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('better-sqlite3'));
const before = isLoaded();
openStore({ path: process.argv[2] ?? '', mode: 'server' }).close();
process.stdout.write(`${before} ${isLoaded()}\n`);
