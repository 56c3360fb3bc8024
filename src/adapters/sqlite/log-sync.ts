import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';

/** Brings SQLite's write-ahead log to the disk itself. */
export interface LogSync {
  /** Calls back once everything that is committed now would outlive a power cut, or with why that cannot be had. */
  later(done: (error: Error | null) => void): void;
  /** The same, before it returns. */
  now(): void;
  close(): void;
}

/**
 * Syncs the log of an open database in write-ahead mode beside SQLite, in Node's pool of threads. With `synchronous = FULL`
 * SQLite would do the same after each commit, but while the thread that answers phones waits for the disk. SQLite locks no
 * byte of this file, so closing it gives up no lock (https://www.sqlite.org/howtocorrupt.html 2.2 is about the database's).
 */
export function logSync(databasePath: string): LogSync {
  const file = openSync(`${databasePath}-wal`, 'r+');
  let underWay = 0;
  let isClosed = false;
  return {
    later(done) {
      underWay += 1;
      fdatasync(file, (error) => {
        underWay -= 1;
        // A file that a thread is still syncing is closed behind it.
        if (isClosed && underWay === 0) closeSync(file);
        done(error);
      });
    },
    now: () => fdatasyncSync(file),
    close() {
      isClosed = true;
      if (underWay === 0) closeSync(file);
    },
  };
}
