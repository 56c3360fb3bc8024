import { type Driver, loadDriver } from './load-driver.ts';

/** Where a running server is reached. */
export interface ServerInfo {
  readonly pid: number;
  readonly address: string;
  readonly port: number;
}

export interface ServerLock {
  /** Tells others where the server listens, once that is known. */
  announce(info: ServerInfo): void;
  release(): void;
}

/**
 * Makes this process the one server of a database until `release` or its end, however it ends. Throws AppError
 * `E_DB_SERVED` when another live process is.
 */
export function acquireServerLock(dbPath: string, info: ServerInfo, load: () => Driver = loadDriver): ServerLock {
  throw new Error(`not yet: ${dbPath} ${info.pid} ${typeof load}`);
}

/** Where the live server of a database listens; null when there is none. A holder that does not say gives zeroes. */
export function serverOf(dbPath: string, load: () => Driver = loadDriver): ServerInfo | null {
  throw new Error(`not yet: ${dbPath} ${typeof load}`);
}
