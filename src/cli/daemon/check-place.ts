import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Driver } from '../../adapters/sqlite/load-driver.ts';
import { systemClock } from '../../adapters/system-clock.ts';
import { countText } from '../../core/text/amounts.ts';
import type { Log } from '../../ports/log.ts';

/** Rejects with AppError `E_NATIVE_MISSING` where no database can be opened, also while there is none yet. */
export async function checkDriver(load?: () => Driver): Promise<true> {
  const { requireDriver } = await import('../../adapters/sqlite/load-driver.ts');
  requireDriver(load);
  return true;
}

/** Rejects with AppError `E_DB_DENIED` and its like unless the database can be written, or made where it is to lie; gives the folder. */
export async function checkPlace(path: string): Promise<string> {
  const { databaseError } = await import('../../adapters/sqlite/failure.ts');
  try {
    if (existsSync(path)) accessSync(path, constants.W_OK);
    return checkFolder(dirname(resolve(path)));
  } catch (error) {
    throw databaseError(error, path);
  }
}

/** Throws the system's error unless files can be made in the folder, or in the one that it would be made in, which it gives. */
function checkFolder(folder: string): string {
  let nearest = folder;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  accessSync(nearest, constants.W_OK | constants.X_OK);
  if (!statSync(nearest).isDirectory()) {
    throw Object.assign(new Error(`${nearest} is not a folder`), { code: 'ENOTDIR' });
  }
  return nearest;
}

/** Rejects with AppError unless the log file can be written, or made; gives what is to be said of it, null without one. */
export async function checkLogFile(path: string | null): Promise<string | null> {
  if (path === null) return null;
  const { unwritable } = await import('../../adapters/log-file.ts');
  try {
    const isThere = existsSync(path);
    if (isThere && statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    accessSync(isThere ? path : dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
  return `${path}: writable`;
}

/** Rejects with AppError unless the lease file can be read; gives what is to be said of it. */
export async function checkLeases(path: string): Promise<string> {
  const { addressBook } = await import('../../adapters/who/address-book.ts');
  const { LeaseFile } = await import('../../adapters/who/leases.ts');
  await addressBook({ leases: [], clock: systemClock(), log: SILENT }).readLeases([path]);
  const file = new LeaseFile(path, SILENT);
  await file.read();
  const { format, entries, damaged } = file.reading;
  const broken = damaged === 0 ? '' : `, ${countText(damaged, 'line')} not readable`;
  const known = entries.size === 1 ? '1 address' : `${entries.size} addresses`;
  return `${path}: ${format ?? 'empty'}, ${known}${broken}`;
}

/** For parts that log, where a check tells what is to be told. */
export const SILENT: Log = { error() {}, warn() {}, info() {}, debug() {} };
