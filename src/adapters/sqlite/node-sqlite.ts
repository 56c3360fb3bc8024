import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type Database from 'better-sqlite3';

// What is used of `node:sqlite`. The types of Node 20, for which loadstep is compiled, have none of it.
type Values = readonly unknown[];
interface Statement {
  run(...values: Values): object;
  get(...values: Values): unknown;
  all(...values: Values): unknown[];
  setReturnArrays(isOn: boolean): void;
  setAllowUnknownNamedParameters(isOn: boolean): void;
}
interface Connection {
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): Statement;
  deserialize(bytes: Uint8Array): void;
  close(): void;
}
interface Sqlite {
  readonly DatabaseSync: new (place: string | URL, how?: { readOnly: boolean; timeout: number }) => Connection;
}

/**
 * The SQLite in Node itself, behind the part of better-sqlite3's interface that is used here. Throws `MODULE_NOT_FOUND` where this
 * Node has none that keeps every text and reads a copy in memory: that of Node 22 cuts a text off at its first NUL.
 */
export function nodeSqlite(): unknown {
  const sqlite = quietly(() => createRequire(import.meta.url)('node:sqlite') as Sqlite);
  if (!isWhole(sqlite)) throw Object.assign(new Error('node:sqlite is too old'), { code: 'MODULE_NOT_FOUND' });
  return class {
    readonly readonly: boolean;
    readonly #db: Connection;

    constructor(source: string | Buffer, options: Database.Options = {}) {
      this.readonly = options.readonly === true;
      this.#db = named(() => opened(sqlite, source, options));
    }

    get open(): boolean {
      return this.#db.isOpen;
    }

    get inTransaction(): boolean {
      return this.#db.isTransaction;
    }

    exec(sql: string): void {
      named(() => this.#db.exec(sql));
    }

    prepare(sql: string): Prepared {
      return new Prepared(named(() => this.#db.prepare(sql)));
    }

    pragma(words: string, { simple = false } = {}): unknown {
      const statement = this.prepare(`PRAGMA ${words}`);
      return simple ? statement.pluck().get() : statement.all();
    }

    close(): void {
      if (this.#db.isOpen) named(() => this.#db.close());
    }
  };
}

class Prepared {
  readonly #statement: Statement;
  #shape = (row: unknown): unknown => ({ ...(row as object) });

  constructor(statement: Statement) {
    statement.setAllowUnknownNamedParameters(true);
    this.#statement = statement;
  }

  raw(shape: (row: Values) => unknown = (row) => row): this {
    this.#statement.setReturnArrays(true);
    this.#shape = (row) => shape(row as Values);
    return this;
  }

  pluck(): this {
    return this.raw((row) => row[0]);
  }

  run(...values: Values): object {
    return named(() => this.#statement.run(...values));
  }

  get(...values: Values): unknown {
    const row = named(() => this.#statement.get(...values));
    return row === undefined ? undefined : this.#shape(row);
  }

  all(...values: Values): unknown[] {
    return named(() => this.#statement.all(...values)).map(this.#shape);
  }
}

function isWhole({ DatabaseSync }: Sqlite): boolean {
  const db = new DatabaseSync(':memory:');
  const row = db.prepare("SELECT 'a' || char(0) || 'b' AS text").get() as { text: string };
  db.close();
  return row.text === 'a\0b' && 'deserialize' in db;
}

function opened({ DatabaseSync }: Sqlite, source: string | Buffer, options: Database.Options): Connection {
  const { readonly: readOnly = false, timeout = 5_000, fileMustExist = false } = options;
  if (typeof source === 'string') {
    return new DatabaseSync(fileMustExist ? new URL(`${pathToFileURL(source)}?mode=rw`) : source, {
      readOnly,
      timeout,
    });
  }
  const copy = new DatabaseSync(':memory:');
  copy.deserialize(source);
  return copy;
}

/** Older ones say on standard error that the module is experimental, which no operator can do anything about. */
function quietly<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Results of SQLite that are told apart here, by number (https://www.sqlite.org/rescode.html); the low byte alone is the kind. */
const NUMBERED =
  '3 PERM,5 BUSY,6 LOCKED,8 READONLY,10 IOERR,11 CORRUPT,13 FULL,14 CANTOPEN,19 CONSTRAINT,23 AUTH,26 NOTADB,' +
  '778 IOERR_WRITE,4618 IOERR_SHMOPEN,4874 IOERR_SHMSIZE,5130 IOERR_SHMLOCK,5386 IOERR_SHMMAP';
const RESULTS = new Map(NUMBERED.split(',').map((pair) => [Number.parseInt(pair, 10), pair.split(' ')[1]]));

/** Does it; what SQLite refuses has a code like that of better-sqlite3, such as `SQLITE_BUSY`. */
function named<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const number = (error as { errcode?: number } | null)?.errcode;
    if (number === undefined) throw error;
    const name = RESULTS.get(number) ?? RESULTS.get(number & 0xff) ?? number;
    throw Object.assign(error as Error, { code: `SQLITE_${name}` });
  }
}
