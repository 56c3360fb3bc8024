import { BoundedMap } from '../../core/bounded-map.ts';
import type { Connection } from './load-driver.ts';

/** Enough for every name and sentence that phones and rules bring forth in a night; what is older is read again. */
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
  const numbers = new BoundedMap<string, number>(CACHE_ENTRIES);
  const texts = new BoundedMap<number, string>(CACHE_ENTRIES);
  const parts = new BoundedMap<number, object>(CACHE_ENTRIES);

  function keep<K, V>(map: BoundedMap<K, V>, key: K, value: V): V {
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
