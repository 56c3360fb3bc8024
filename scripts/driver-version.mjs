// Prints the version of the better-sqlite3 that the built product loads on this Node: the package whose native part is mapped.
import { readFileSync } from 'node:fs';
import { loadDriver } from '../dist/src/adapters/sqlite/load-driver.js';

loadDriver();
const [, folder] =
  /\s(\/\S*\/node_modules\/better-sqlite3(?:-12)?)\//.exec(readFileSync('/proc/self/maps', 'utf8')) ?? [];
process.stdout.write(`${JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).version}\n`);
