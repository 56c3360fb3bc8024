import type { HistoryEvent } from '../../core/history/event.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { type Driver, loadDriver } from './load-driver.ts';

/** `server` and `client` create what is missing and write; `reader` never writes. */
export type StoreMode = 'server' | 'client' | 'reader';

export interface OpenStoreOptions {
  readonly path: string;
  readonly mode: StoreMode;
  readonly log?: Log;
  /** How long to wait for another process that writes. */
  readonly busyTimeoutMs?: number;
  /** Gives better-sqlite3. */
  readonly load?: () => Driver;
}

/** The store with what only other processes need that follow a server through its database. */
export interface SqliteStore extends Store {
  /**
   * Rows committed after the given sequence number, in the order of commit, at most 10,000 at a time, and the number to
   * ask with next time. Cheap enough to call four times a second.
   */
  historyAfter(sequence: number): { readonly sequence: number; readonly events: readonly HistoryEvent[] };
  /** The number of the newest row; 0 while there is none. */
  lastSequence(): number;
}

/** Opens the database; throws AppError `E_DB_…`, `E_DISK_FULL` or `E_NATIVE_MISSING`, and then has changed no byte of it. */
export function openStore(options: OpenStoreOptions): SqliteStore {
  const { path, load = loadDriver } = options;
  throw new Error(`not yet: ${path} ${typeof load}`);
}
