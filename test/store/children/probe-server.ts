// Asks over and over who serves a database, until it is killed, or its test is gone.
import { serverOf } from '../../../src/adapters/sqlite/server-lock.ts';

const test = process.ppid;
process.stdout.write('probing\n');
while (process.ppid === test) serverOf(process.argv[2] ?? '');
