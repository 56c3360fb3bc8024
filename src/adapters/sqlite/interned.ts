import type { Connection } from './load-driver.ts';

/** Enough for every name and sentence that phones and rules bring forth in a night; beyond it the tables are read again. */
const CACHE_ENTRIES = 50_000;

/** Rows of a table (number, text) whose texts are unique, added on demand and never changed: file names, reasons, MACs. */
export interface Interned {
  /** The number of a text; adds it where it is new. Only inside a transaction. */
  numberOf(text: string): number;
  /** The number of a text; null when it was never added. */
  find(text: string): number | null;
  textOf(number: number): string;
  /** The object that a text holds as JSON; the same one each time. */
  partOf(number: number): object;
  /** Forgets what a transaction that was rolled back may have added. */
  forget(): void;
}

/** Interned texts of one table; `column` holds the text. */
export function interned(db: Connection, table: 'strings' | 'phones', column: 'text' | 'mac'): Interned {
  const select = db.prepare<[string], number>(`SELECT id FROM ${table} WHERE ${column} = ?`).pluck();
  const selectText = db.prepare<[number], string>(`SELECT ${column} FROM ${table} WHERE id = ?`).pluck();
  const insert = db.readonly ? null : db.prepare<[string]>(`INSERT INTO ${table} (${column}) VALUES (?)`);
  const numbers = new Map<string, number>();
  const texts = new Map<number, string>();
  const parts = new Map<number, object>();

  function keep<K, V>(map: Map<K, V>, key: K, value: V): V {
    if (map.size >= CACHE_ENTRIES) map.clear();
    map.set(key, value);
    return value;
  }

  function find(text: string): number | null {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    const stored = select.get(text);
    return stored === undefined ? null : keep(numbers, text, stored);
  }

  function textOf(number: number): string {
    const known = texts.get(number);
    if (known !== undefined) return known;
    const stored = selectText.get(number);
    if (stored === undefined) throw new Error(`${table} lacks number ${number}`);
    return keep(texts, number, stored);
  }

  return {
    find,
    textOf,
    numberOf(text) {
      const known = find(text);
      if (known !== null) return known;
      if (insert === null) throw new Error('a reader adds nothing');
      return keep(numbers, text, Number(insert.run(text).lastInsertRowid));
    },
    partOf(number) {
      return parts.get(number) ?? keep(parts, number, JSON.parse(textOf(number)) as object);
    },
    forget() {
      numbers.clear();
      texts.clear();
      parts.clear();
    },
  };
}
