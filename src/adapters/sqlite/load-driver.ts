import { createRequire } from 'node:module';
import type Database from 'better-sqlite3';
import { AppError } from '../../core/errors.ts';

export type Connection = Database.Database;
export type Driver = new (source: string | Buffer, options?: Database.Options) => Connection;

/**
 * Gives the class of better-sqlite3. It is loaded when it is called for, not before: a command that needs no database
 * must not pay for it. The native part is loaded by the first connection, see `connect`.
 */
export function loadDriver(): Driver {
  return createRequire(import.meta.url)('better-sqlite3') as Driver;
}

/** Opens a connection to a file, or to a database held in memory; throws AppError `E_NATIVE_MISSING` when better-sqlite3 or its native part cannot be loaded. */
export function connect(load: () => Driver, source: string | Buffer, options: Database.Options): Connection {
  try {
    const Driver = load();
    return new Driver(source, options);
  } catch (error) {
    if (!isNativeMissing(error)) throw error;
    throw new AppError(
      'E_NATIVE_MISSING',
      'the native part of better-sqlite3 is missing or was built for another Node: run `npm rebuild better-sqlite3` ' +
        'in the folder where loadstep is installed (where no ready-made one fits, that needs python3, make and g++)',
      { cause: error },
    );
  }
}

function isNativeMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ERR_DLOPEN_FAILED' || code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') return true;
  return /Could not locate the bindings file|was compiled against a different Node\.js version/.test(error.message);
}
