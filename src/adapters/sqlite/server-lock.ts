import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';
import type { WallMs } from '../../core/moment.ts';
import type { PowerPlan } from '../../core/power/power-plan.ts';
import type { SwitchStanding } from '../../core/switch/switch-standing.ts';
import { databaseError } from './failure.ts';
import { type Connection, connect, type Driver, loadDriver } from './load-driver.ts';
import { makeFolder } from './make-folder.ts';
import { realPathOf } from './real-path.ts';

/** Where a running server is reached. */
export interface ServerInfo {
  readonly pid: number;
  readonly address: string;
  readonly port: number;
  /** Since when it hears phones; absent where a server of an earlier version wrote this. */
  readonly startedAt?: WallMs;
  /** Present where another server keeps port 69, and only phones on the list are redirected to this one. */
  readonly isBeside?: true;
  /** The words after `loadstep` that start such a server; absent where it did not say. */
  readonly command?: string;
  /** The folders whose packages it serves, absolute; absent where it did not say. */
  readonly firmware?: readonly string[];
  /** The lease files that it reads, absolute; absent where it did not say. */
  readonly leases?: readonly string[];
  /** Why phones are not led to it at present; absent or null while they are. */
  readonly away?: string | null;
  /** What it means to do with the power of phones, by MAC; absent where nothing switches power. */
  readonly power?: Readonly<Record<string, PowerPlan>>;
  /** How the switches answer that it asks, by their names; absent where it asked none yet. */
  readonly switches?: Readonly<Record<string, SwitchStanding>>;
  /** Present where its process stands still (Ctrl-Z, SIGSTOP), as far as the system tells: then it answers nobody. */
  readonly isStopped?: true;
}

export interface ServerLock {
  /** Tells others where the server listens, once that is known. */
  announce(info: ServerInfo): void;
  release(): void;
}

/** A probe holds its lock for microseconds; somebody who still holds on after this is a server. */
const PROBE_PATIENCE_MS = 500;
/** A server that has just taken the lock has not yet said who it is. */
const READ_TRIES = 10;
const READ_PAUSE_MS = 20;

/**
 * Makes this process the one server of a database until `release` or its end, however it ends. Throws AppError
 * `E_DB_SERVED` when another live process is.
 */
export function acquireServerLock(dbPath: string, info: ServerInfo, load: () => Driver = loadDriver): ServerLock {
  let held: Connection | null = null;
  try {
    makeFolder(dirname(resolve(dbPath)));
    const { lockPath, infoPath } = pathsOf(dbPath);
    held = hold(lockPath, load);
    if (held === null) throw served(dbPath, serverOf(dbPath, load));
    const db = held;
    const announce = (next: ServerInfo) => writeInfo(infoPath, next);
    announce(info);
    return {
      announce,
      release() {
        if (!db.open) return;
        // Another server may sit here by now, where the record was taken away from under this one.
        const last = readInfo(infoPath);
        // What served beside another server is told of after its end, too: there "loadstep serve" would not get its port.
        if (last?.pid === process.pid && last.isBeside !== true) rmSync(infoPath, { force: true });
        db.close();
      },
    };
  } catch (error) {
    held?.close();
    throw databaseError(error, dbPath);
  }
}

/** Where the live server of a database listens; null when there is none. A holder that does not say gives zeroes. */
export function serverOf(dbPath: string, load: () => Driver = loadDriver): ServerInfo | null {
  try {
    const { lockPath, infoPath } = pathsOf(dbPath);
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let tries = 1; ; tries++) {
      if (!isHeld(lockPath, load)) return null;
      const info = readInfo(infoPath);
      if (info !== null && isAlive(info.pid)) return isStopped(info.pid) ? { ...info, isStopped: true } : info;
      // Unknown to this machine, or in another container: what was written last is the best there is.
      if (tries === READ_TRIES) return info ?? { pid: 0, address: '', port: 0 };
      Atomics.wait(pause, 0, 0, READ_PAUSE_MS);
    }
  } catch (error) {
    throw databaseError(error, dbPath);
  }
}

/** How the server was started that worked beside another one and has ended, as words after `loadstep`; null where the last one was no such server. */
export function lastBeside(dbPath: string): string | null {
  const last = readInfo(pathsOf(dbPath).infoPath);
  return last?.isBeside === true ? (last.command ?? null) : null;
}

function pathsOf(dbPath: string): { lockPath: string; infoPath: string } {
  const path = realPathOf(dbPath);
  return { lockPath: `${path}.lock`, infoPath: `${path}.server.json` };
}

/**
 * Holds an open exclusive transaction on an empty SQLite file: the operating system ends its lock with the process, even
 * after SIGKILL, so that no lock is ever left over. The file stays, since deleting it would split the lock in two.
 */
function hold(lockPath: string, load: () => Driver): Connection | null {
  const db = connect(load, lockPath, { timeout: PROBE_PATIENCE_MS });
  try {
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (isBusy(error)) return null;
    throw error;
  }
}

function isHeld(lockPath: string, load: () => Driver): boolean {
  if (statSync(lockPath, { throwIfNoEntry: false }) === undefined) return false;
  // Read-only, so that anybody who may read may ask; it takes a shared lock for the length of one statement.
  const db = connect(load, lockPath, { readonly: true, timeout: 0 });
  try {
    db.prepare('SELECT 1 FROM sqlite_master').get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    db.close();
  }
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_BUSY/.test((error as { code?: string }).code ?? '');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a process stands still: `T` or `t` after its name (Linux, proc_pid_stat(5)); false where the system does not tell. */
function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return /^\) t/i.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    return false;
  }
}

function writeInfo(infoPath: string, info: ServerInfo): void {
  const fresh = `${infoPath}.${process.pid}`;
  try {
    writeFileSync(fresh, `${JSON.stringify(info)}\n`);
    renameSync(fresh, infoPath);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function readInfo(infoPath: string): ServerInfo | null {
  try {
    const told = JSON.parse(readFileSync(infoPath, 'utf8')) as Record<string, unknown>;
    const { pid, address, port, startedAt, isBeside, command, firmware, leases, away, power, switches } = told;
    const isWhole = Number.isInteger(pid) && typeof address === 'string' && Number.isInteger(port);
    if (!isWhole) return null;
    return {
      ...{ pid: pid as number, address, port: port as number },
      ...(typeof startedAt === 'number' ? { startedAt } : {}),
      ...(isBeside === true ? { isBeside } : {}),
      ...(typeof command === 'string' ? { command } : {}),
      ...(isTexts(firmware) ? { firmware } : {}),
      ...(isTexts(leases) ? { leases } : {}),
      ...(typeof away === 'string' ? { away } : {}),
      ...(arePlans(power) ? { power } : {}),
      ...(areStandings(switches) ? { switches } : {}),
    };
  } catch {
    return null;
  }
}

function arePlans(value: unknown): value is Readonly<Record<string, PowerPlan>> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value as Record<string, Partial<PowerPlan> | null>).every(
    (plan) => typeof plan?.isToCome === 'boolean' && typeof plan.why === 'string',
  );
}

function areStandings(value: unknown): value is Readonly<Record<string, SwitchStanding>> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value as Record<string, Partial<SwitchStanding> | null>).every(
    (one) =>
      typeof one?.how === 'string' &&
      typeof one.since === 'number' &&
      (one.why === null || typeof one.why === 'string'),
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function served(dbPath: string, by: ServerInfo | null): AppError {
  const who = by === null || by.pid === 0 ? 'another process' : `process ${by.pid} on ${by.address} port ${by.port}`;
  return new AppError(
    'E_DB_SERVED',
    `a loadstep server already works on ${dbPath} (${who}): stop it, enrol phones there with \`loadstep enroll\`, or give another path with --db`,
  );
}
