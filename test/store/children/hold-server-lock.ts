// Becomes the server of a database, tells so or why not, and stays until standard input ends.
import { acquireServerLock } from '../../../src/adapters/sqlite/server-lock.ts';
import { AppError } from '../../../src/core/errors.ts';

try {
  const lock = acquireServerLock(process.argv[2] ?? '', { pid: process.pid, address: '127.0.0.1', port: 6969 });
  process.stdout.write('held\n');
  process.stdin.resume().on('end', () => lock.release());
} catch (error) {
  process.stdout.write(`${error instanceof AppError ? `${error.code} ${error.message}` : String(error)}\n`);
}
