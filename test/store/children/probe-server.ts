// Asks over and over who serves a database, until it is killed.
import { serverOf } from '../../../src/adapters/sqlite/server-lock.ts';

process.stdout.write('probing\n');
for (;;) serverOf(process.argv[2] ?? '');
