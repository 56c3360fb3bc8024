import { AppError } from '../../core/errors.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import type { AccountShelf } from '../../ports/account-book.ts';
import type { BatchStore } from '../../ports/batch-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { RecordRows } from '../../ports/record-rows.ts';
import type { RestartShelf } from '../../ports/restarts.ts';
import type { RecordFeed, Store } from '../../ports/store.ts';
import type { SwitchShelf } from '../../ports/switches.ts';
import type { WebAccessShelf } from '../../ports/web-access.ts';
import { accountShelf } from './account-shelf.ts';
import { batchDesk } from './batch-desk.ts';
import { enrolmentDesk } from './enrolment-desk.ts';
import { databaseError } from './failure.ts';
import { historyReader } from './history-reader.ts';
import { interned } from './interned.ts';
import { type Connection, type Driver, loadDriver } from './load-driver.ts';
import { logSync } from './log-sync.ts';
import { machineRun } from './machine-run.ts';
import { closeReader, openForReading, openForWriting } from './open-database.ts';
import { refuseOtherName } from './other-name.ts';
import { phoneRecords } from './phone-records.ts';
import { realPathOf } from './real-path.ts';
import { recordPlace } from './record-place.ts';
import { prepareChange, recordWriter } from './record-writer.ts';
import { restartShelf } from './restart-shelf.ts';
import { rowsAfter } from './rows-after.ts';
import { switchShelf } from './switch-shelf.ts';
import { transactions } from './transactions.ts';
import { webAccessShelf } from './web-access-shelf.ts';

/** `server` and `client` create what is missing and write; `reader` never writes. */
export type StoreMode = 'server' | 'client' | 'reader';

export interface OpenStoreOptions {
  readonly path: string;
  readonly mode: StoreMode;
  readonly log?: Log;
  /** How long to wait for another process that writes; it writes for milliseconds. */
  readonly busyTimeoutMs?: number;
  /** The clock by which a server gathers what it writes, see `transactions`; absent writes in each turn. */
  readonly gathers?: Clock;
  /** Gives better-sqlite3, or what stands in for it. */
  readonly load?: () => Driver;
}

/** Everything that one database keeps. */
export interface SqliteStore
  extends Store,
    BatchStore,
    RecordFeed,
    RecordRows,
    AccountShelf,
    WebAccessShelf,
    SwitchShelf,
    RestartShelf {}

const BUSY_TIMEOUT_MS = 5_000;

/** Opens the database; throws AppError `E_DB_…`, `E_DISK_FULL` or `E_NATIVE_MISSING`, and then has changed no byte of it. */
export function openStore(options: OpenStoreOptions): SqliteStore {
  const { mode, log, gathers = null, busyTimeoutMs = BUSY_TIMEOUT_MS, load = loadDriver } = options;
  const how = { path: realPathOf(options.path), busyTimeoutMs, load };
  if (mode !== 'reader') refuseOtherName(how.path, load);
  const db = mode === 'reader' ? openForReading(how) : openForWriting(how);
  try {
    const close = mode === 'reader' ? () => closeReader(db, how) : () => void db.close();
    return storeOn(db, { path: how.path, mode, log, gathers, close });
  } catch (error) {
    db.close();
    throw databaseError(error, how.path);
  }
}

interface OpenPlace {
  readonly path: string;
  readonly mode: StoreMode;
  readonly log: Log | undefined;
  readonly gathers: Clock | null;
  readonly close: () => void;
}

function storeOn(db: Connection, { path, mode, log, gathers, close }: OpenPlace): SqliteStore {
  const strings = interned(db, 'strings', 'text');
  const phones = interned(db, 'phones', 'mac');
  const record = historyReader(db, strings, phones);
  const records = phoneRecords(
    db,
    (mac, column) => log?.error({ event: 'store.unreadable', mac, column }),
    strings.partOf,
  );
  const translate = (error: unknown) => databaseError(error, path);
  // What was prepared above has read the database, so that its log is there by now.
  const place = recordPlace(path, mode);
  const rolledBack = () => {
    strings.forget();
    phones.forget();
  };
  const writing = db.readonly
    ? null
    : {
        ...transactions(db, logSync(path), { rolledBack, translate, committed: place.check }, gathers),
        writer: recordWriter(db, strings, phones),
      };
  const desk = writing === null ? null : enrolmentDesk(writing, writing.writer, records);
  const batch = batchDesk(db, phones, writing);
  const shelf = accountShelf(db, writing);
  const accesses = webAccessShelf(db, writing);
  const switches = switchShelf(db, writing);
  const restarts = restartShelf(db, writing);
  const run = machineRun(db, writing);
  // What other connections have written, and what this one has.
  const others = db.prepare<[], number>('PRAGMA data_version').pluck();
  const own = db.prepare<[], number>('SELECT total_changes()').pluck();
  let isClosed = false;

  function writable<T>(part: T | null): T {
    if (isClosed) throw new AppError('E_DB_FAILED', `the database ${path} is closed: nothing more is recorded`);
    if (part === null) throw new AppError('E_DB_FAILED', `the database ${path} was opened for reading only`);
    return part;
  }

  function reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw translate(error);
    }
  }

  /** Reads what others wrote, where they write it. */
  function here<T>(read: () => T): T {
    return reading(() => {
      if (!isClosed) place.check();
      return read();
    });
  }

  function* history(query: Parameters<Store['history']>[0]): Generator<HistoryEvent> {
    try {
      yield* record.history(query);
    } catch (error) {
      throw translate(error);
    }
  }

  return {
    commit: (change) =>
      new Promise((resolve, reject) => {
        const { join, writer } = writable(writing);
        const prepared = prepareChange(change);
        // A snapshot says what a phone was shown and whether it may be flashing: that outlives a power cut too.
        const isPrecious = prepared.snapshot !== null;
        join({ write: () => writer.change(prepared), isPrecious, done: resolve, failed: reject });
      }),
    enrol: (enrolment, isLasting) => writable(desk).enrol(enrolment, isLasting),
    release: (mac, at, isCancelled) => writable(desk).release(mac, at, isCancelled),
    retry: (mac, at) => writable(desk).retry(mac, at),
    batch: () => reading(batch.batch),
    changeBatch(change) {
      writable(writing);
      return batch.changeBatch(change);
    },
    batchHistory: (since) => reading(() => batch.batchHistory(since)),
    saveProgress(progress) {
      writable(writing);
      batch.saveProgress(progress);
    },
    progress: () => reading(batch.progress),
    phones: () => here(records.phones),
    phonesAgain() {
      const again = records.phonesAgain();
      return () => here(again);
    },
    changeMark: () => here(() => `${others.get()} ${own.get()}`),
    phone: (mac) => reading(() => records.phone(mac)),
    enrolmentsChangedSince: (sequence) => here(() => records.enrolmentsChangedSince(sequence)),
    history,
    sealedAccounts: () => reading(shelf.sealedAccounts),
    sealedAccount: (mac) => reading(() => shelf.sealedAccount(mac)),
    keepAccounts(accounts) {
      writable(writing);
      shelf.keepAccounts(accounts);
    },
    forgetAccounts(macs) {
      writable(writing);
      return shelf.forgetAccounts(macs);
    },
    webAccesses: () => reading(accesses.webAccesses),
    keepWebAccess(access) {
      writable(writing);
      accesses.keepWebAccess(access);
    },
    forgetWebAccess(name) {
      writable(writing);
      return accesses.forgetWebAccess(name);
    },
    sealedSwitches: () => reading(switches.sealedSwitches),
    keepSwitch(one) {
      writable(writing);
      switches.keepSwitch(one);
    },
    forgetSwitch(name) {
      writable(writing);
      return switches.forgetSwitch(name);
    },
    darkPorts: () => reading(switches.darkPorts),
    keepDark(port) {
      writable(writing);
      switches.keepDark(port);
    },
    dropDark(port) {
      writable(writing);
      switches.dropDark(port);
    },
    places: () => reading(switches.places),
    keepPlaces(places) {
      writable(writing);
      switches.keepPlaces(places);
    },
    wishRestart(wish) {
      writable(writing);
      return restarts.wishRestart(wish);
    },
    restartWishes: () => here(restarts.restartWishes),
    keepRestart(wish, until) {
      writable(writing);
      restarts.keepRestart(wish, until);
    },
    restartUntil: (wish) => here(() => restarts.restartUntil(wish)),
    answerRestart(wish, answer) {
      writable(writing);
      restarts.answerRestart(wish, answer);
    },
    restartAnswer: (wish) => here(() => restarts.restartAnswer(wish)),
    historyAfter: (sequence, kinds) => here(() => record.after(sequence, kinds)),
    lastSequence: () => reading(record.lastSequence),
    newestPlace: () => here(() => ({ phones: record.lastSequence(), batch: batch.lastBatchRow() })),
    rowsAfter: (place, most) => here(() => rowsAfter(record, batch, place, most)),
    phonesAfter: (sequence, most) => here(() => record.phonesAfter(sequence, most)),
    pageOf: (mac, before, most) => here(() => record.page(mac, before, most)),
    readOn: (mac, from, most) => here(() => record.readOn(mac, from, most)),
    saveBinding(binding) {
      const { join, writer } = writable(writing);
      const failed = (error: AppError) => log?.warn({ event: 'store.binding-lost', code: error.code });
      join({ write: () => writer.binding(binding), isPrecious: false, done: () => {}, failed });
    },
    bindings() {
      if (!isClosed) writing?.flush();
      return reading(records.bindings);
    },
    lastBoot: () => reading(run.lastBoot),
    keepBoot(boot) {
      writable(writing);
      run.keepBoot(boot);
    },
    close() {
      if (isClosed) return;
      writing?.flush();
      isClosed = true;
      writing?.end();
      close();
    },
  };
}
