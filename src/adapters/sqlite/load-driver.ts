import { createRequire } from 'node:module';
import type Database from 'better-sqlite3';
import { AppError } from '../../core/errors.ts';
import { nodeSqlite } from './node-sqlite.ts';

export type Connection = Database.Database;
export type Driver = new (source: string | Buffer, options?: Database.Options) => Connection;

/** What of a running Node decides which better-sqlite3 it can load. */
export interface Runtime {
  /** As in `process.versions`: `20.20.2`. */
  readonly node: string;
  /** Version of Node-API; 10 came with Node 22.14 and 23.6. */
  readonly napi: number;
  /** As in `process.arch`. */
  readonly arch: string;
  /** As in `process.platform`. */
  readonly platform: string;
}

type PackageName = 'better-sqlite3' | 'better-sqlite3-12' | 'node:sqlite';

/**
 * What may open a database on this Node, best first. better-sqlite3 13 is made for Node-API 10 and ends an older Node
 * with a segmentation fault, so there it is never touched. 12 stands in where 13 has no ready-made part, but not on Node
 * 24.19 and later of 24: compiled against their headers it ends the process in a garbage collection (nodejs/node#65446).
 * Where neither is there, the SQLite in Node itself does it.
 */
export function driverPackages({ node, napi }: Runtime): readonly PackageName[] {
  if (!(napi >= 10)) return ['better-sqlite3-12'];
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const isTwelveSafe = !(major === 24 && minor >= 19);
  return ['better-sqlite3', ...(isTwelveSafe ? (['better-sqlite3-12'] as const) : []), 'node:sqlite'];
}

/** The Node that runs this process. */
function thisRuntime(): Runtime {
  const { node, napi } = process.versions;
  return { node, napi: Number(napi), arch: process.arch, platform: process.platform };
}

let loaded: Driver | null = null;

/**
 * Gives the class of better-sqlite3 that works here, or what stands in for it. It is loaded when it is called for, not before: a command
 * that needs no database must not pay for it.
 */
export function loadDriver(): Driver {
  const require = createRequire(import.meta.url);
  loaded ??= firstThatOpens(driverPackages(thisRuntime()), (name) =>
    name === 'node:sqlite' ? nodeSqlite() : require(name),
  );
  return loaded;
}

/**
 * The first of these packages that opens a database in memory: a native part is loaded by the first connection, not by the
 * package. Throws what the first one threw when none does, and at once what is no matter of a missing part.
 */
export function firstThatOpens(packages: readonly PackageName[], require: (name: string) => unknown): Driver {
  const failures: unknown[] = [];
  for (const name of packages) {
    try {
      const Candidate = require(name) as Driver;
      new Candidate(':memory:').close();
      return Candidate;
    } catch (error) {
      if (!isNativeMissing(error)) throw error;
      failures.push(error);
    }
  }
  throw failures[0];
}

/** Opens a connection to a file, or to a database held in memory; throws AppError `E_NATIVE_MISSING` when nothing that opens one can be loaded. */
export function connect(load: () => Driver, source: string | Buffer, options: Database.Options): Connection {
  try {
    const Driver = load();
    return new Driver(source, options);
  } catch (error) {
    if (!isNativeMissing(error)) throw error;
    throw new AppError('E_NATIVE_MISSING', missingSentence(thisRuntime()), { cause: error });
  }
}

/** Throws AppError `E_NATIVE_MISSING` where no database could be opened here, whichever it were. */
export function requireDriver(load: () => Driver = loadDriver): void {
  connect(load, ':memory:', {}).close();
}

/** What is missing on this Node, and the way to get it. */
export function missingSentence(runtime: Runtime): string {
  const { node, arch, platform } = runtime;
  const again = 'install loadstep again, without leaving out optional packages';
  if (runtime.napi >= 10) {
    return (
      `Node ${node} cannot load better-sqlite3 13 on ${platform}-${arch}: ${again}; ready-made parts are for Linux, macOS and Windows ` +
      'on x64 and arm64, and a newer Node 24 or 26 needs none of them'
    );
  }
  return (
    `Node ${node} needs better-sqlite3 12, whose native part is missing or was built for another Node: have python3, make, g++ and the ` +
    'headers of this Node (npm fetches them from nodejs.org, unless NPM_CONFIG_NODEDIR names the folder above include/node) and ' +
    `${again} and with --foreground-scripts, which shows why it fails; or use Node 22.14 or later, which needs no compiler`
  );
}

/** The last one is of a Node that was built without SQLite. */
const MISSING = new Set([
  'ERR_DLOPEN_FAILED',
  'MODULE_NOT_FOUND',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNKNOWN_BUILTIN_MODULE',
]);

function isNativeMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== undefined && MISSING.has(code)) return true;
  return /Could not locate the bindings file|was compiled against a different Node\.js version/.test(error.message);
}
