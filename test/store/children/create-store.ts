// Creates a database once told to (by the end of standard input), and leaves one row in it.
import { openStore } from '../../../src/adapters/sqlite/open-store.ts';
import { ALICE, wish } from '../samples.ts';

process.stdout.write('ready\n');
process.stdin.resume().on('end', () => {
  const store = openStore({ path: process.argv[2] ?? '', mode: 'client' });
  process.stdout.write(`enrolled ${store.enrol(wish(ALICE)).revision}\n`);
  store.close();
});
