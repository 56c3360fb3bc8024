import type { AppError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { FairQueue } from '../fair-queue.ts';
import type { Connection } from './load-driver.ts';
import type { LogSync } from './log-sync.ts';

/** Something to be written together with whatever else the same turn of the event loop brings. */
interface Job {
  write(): void;
  /** Whether the transaction must have reached the disk itself, power loss included, before it is reported done. */
  readonly isPrecious: boolean;
  done(): void;
  failed(error: AppError): void;
}

/** The one way by which anything is written. */
export interface Transactions {
  /**
   * Writes the job with others of this turn, in the order given, as one transaction, or as a few when they are many; where jobs are gathered, with
   * those of more turns. Jobs are reported done in the order given, too, and nobody waits for the disk but who hears of a precious one or of what
   * follows it.
   */
  join(job: Job): void;
  /** Writes this at once in a transaction of its own; when it is precious it reaches the disk, and what waits goes before it. */
  now<T>(write: () => T, isPrecious?: boolean): T;
  /** Writes what waits, and brings to the disk what must be there. */
  flush(): void;
  /** Writes nothing any more; to be called after `flush`. */
  end(): void;
}

export interface TransactionHooks {
  /** After a rollback: what was remembered of the transaction is void. */
  rolledBack(): void;
  translate(error: unknown): AppError;
  /** Before anybody hears that something was written: throws where it went into a file that nobody will find. */
  committed(): void;
}

/** Some ten milliseconds of writing. */
const MOST_JOBS = 64;

/**
 * A transaction costs as much as several jobs in it: one that has just been ends a pause for others to come. So phones that ask one after the other
 * wait that much longer, a thousandth of what they do before they ask again; one that asks after a pause waits for nobody (invented).
 */
const GATHER_MS = 8;

/** Transactions on one connection, whose log `sync` brings to the disk. `gathers`: the clock by which jobs are gathered; null writes in each turn. */
export function transactions(
  db: Connection,
  sync: LogSync,
  hooks: TransactionHooks,
  gathers: Pick<Clock, 'now' | 'wakeAt'> | null = null,
): Transactions {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const waiting: Job[] = [];
  /** Anybody who hears that its job is done answers a phone then. */
  const reports = new FairQueue(MOST_JOBS);
  /** Committed, and not yet known to be on the disk. */
  const committed: Job[] = [];
  /** Those of them that a sync under way is for. */
  let syncing: readonly Job[] | null = null;
  let wroteAt = Number.NEGATIVE_INFINITY;
  let isDue = false;

  function run<T>(write: () => T): T {
    try {
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
    while (waiting.length > 0) writeSome();
    if (committed.length > 0 || syncing !== null) {
      try {
        sync.now();
        settle(null);
      } catch (error) {
        settle(error);
      }
    }
    reports.flush();
  }

  /**
   * The check phase follows the poll phase, in which every datagram that has arrived is handed over: so a burst of requests shares one transaction, and
   * a lone one waits for nobody.
   */
  function writeSoon(): void {
    if (isDue) return;
    isDue = true;
    const now = gathers?.now() ?? 0;
    if (gathers === null || now - wroteAt >= GATHER_MS) setImmediate(writeInTurns);
    else gathers.wakeAt(wroteAt + GATHER_MS, writeInTurns);
  }

  /** One transaction of limited length; what is left waits for the next turn, so that datagrams are heard in between. */
  function writeInTurns(): void {
    isDue = false;
    const isWriting = waiting.length > 0;
    writeSome();
    // What was written meanwhile, with a matter that could not wait, waits for the disk as well.
    syncLater();
    if (isWriting) wroteAt = gathers?.now() ?? 0;
    if (waiting.length === 0) return;
    isDue = true;
    setImmediate(writeInTurns);
  }

  function writeSome(): void {
    if (waiting.length === 0) return;
    const jobs = waiting.splice(0, MOST_JOBS);
    try {
      run(() => {
        for (const job of jobs) job.write();
      });
    } catch (error) {
      // What comes later builds upon what was lost.
      report([...jobs, ...waiting.splice(0)], error);
      return;
    }
    committed.push(...jobs);
    if (syncing === null && !committed.some((job) => job.isPrecious)) settle(null);
  }

  /** One sync at a time; what is committed meanwhile shares the next. */
  function syncLater(): void {
    if (syncing !== null || committed.length === 0) return;
    const jobs = committed.splice(0);
    syncing = jobs;
    try {
      sync.later((error) => synced(jobs, error));
    } catch (error) {
      synced(jobs, error);
    }
  }

  function synced(jobs: readonly Job[], error: unknown): void {
    // A flush was faster.
    if (syncing !== jobs) return;
    syncing = null;
    report(jobs, error);
    if (committed.some((job) => job.isPrecious)) syncLater();
    else settle(null);
  }

  function settle(error: unknown): void {
    const jobs = [...(syncing ?? []), ...committed.splice(0)];
    syncing = null;
    report(jobs, error);
  }

  function failureOf(error: unknown): AppError | null {
    if (error !== null) return hooks.translate(error);
    try {
      hooks.committed();
      return null;
    } catch (gone) {
      return hooks.translate(gone);
    }
  }

  function report(jobs: readonly Job[], error: unknown): void {
    const failure = failureOf(error);
    for (const job of jobs) reports.run(() => (failure === null ? job.done() : job.failed(failure)));
  }

  return {
    join(job) {
      waiting.push(job);
      writeSoon();
    },
    now(write, isPrecious = true) {
      // What waits is mostly precious: to write it first would make every small matter wait for the disk.
      if (isPrecious) while (waiting.length > 0) writeSome();
      const result = run(write);
      if (isPrecious) {
        try {
          sync.now();
        } catch (error) {
          throw hooks.translate(error);
        }
      }
      hooks.committed();
      return result;
    },
    flush,
    end: () => sync.close(),
  };
}
