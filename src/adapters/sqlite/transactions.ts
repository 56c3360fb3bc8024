import type { AppError } from '../../core/errors.ts';
import type { Connection } from './load-driver.ts';

/** Something to be written together with whatever else the same turn of the event loop brings. */
export interface Job {
  write(): void;
  /** Whether the transaction must have reached the disk itself, power loss included, before it is reported done. */
  readonly isPrecious: boolean;
  done(): void;
  failed(error: AppError): void;
}

/** The one way by which anything is written. */
export interface Transactions {
  /** Writes the job with others of this turn, in the order given, as one transaction, or as a few when they are many. */
  join(job: Job): void;
  /** Writes this at once in a transaction of its own; when it is precious it reaches the disk, and what waits goes before it. */
  now<T>(write: () => T, isPrecious?: boolean): T;
  /** Writes what waits. */
  flush(): void;
}

export interface TransactionHooks {
  /** After a rollback: what was remembered of the transaction is void. */
  rolledBack(): void;
  translate(error: unknown): AppError;
}

/** Some ten milliseconds of writing. */
const MOST_JOBS = 64;

/** Transactions on one connection. */
export function transactions(db: Connection, hooks: TransactionHooks): Transactions {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const waiting: Job[] = [];
  let isPrecious = false;

  function run<T>(precious: boolean, write: () => T): T {
    try {
      if (precious !== isPrecious) {
        db.pragma(`synchronous = ${precious ? 'FULL' : 'NORMAL'}`);
        isPrecious = precious;
      }
      begin.run();
      const result = write();
      commit.run();
      return result;
    } catch (error) {
      if (db.open && db.inTransaction) rollback.run();
      hooks.rolledBack();
      throw hooks.translate(error);
    }
  }

  function flush(): void {
    while (waiting.length > 0) flushSome();
  }

  /** One transaction of limited length; what is left waits for the next turn, so that datagrams are heard in between. */
  function flushInTurns(): void {
    flushSome();
    if (waiting.length > 0) setImmediate(flushInTurns);
  }

  function flushSome(): void {
    if (waiting.length === 0) return;
    const jobs = waiting.splice(0, MOST_JOBS);
    try {
      run(
        jobs.some((job) => job.isPrecious),
        () => {
          for (const job of jobs) job.write();
        },
      );
    } catch (error) {
      // What comes later builds upon what was lost.
      for (const job of [...jobs, ...waiting.splice(0)]) job.failed(error as AppError);
      return;
    }
    for (const job of jobs) job.done();
  }

  return {
    join(job) {
      waiting.push(job);
      // The check phase follows the poll phase, in which every datagram that has arrived is handed over: so a burst of
      // requests shares one transaction, and a lone one waits for nobody.
      if (waiting.length === 1) setImmediate(flushInTurns);
    },
    now(write, isPrecious = true) {
      // What waits is mostly precious: to write it first would make every small matter wait for the disk.
      if (isPrecious) flush();
      return run(isPrecious, write);
    },
    flush,
  };
}
