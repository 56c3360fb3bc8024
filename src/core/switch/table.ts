import type { OidName } from './oids.ts';

/** One cell of a column: the numbers behind the column's own, and what stands there. Texts and bytes come as bytes, names as dotted text. */
export interface Cell {
  readonly index: readonly number[];
  readonly value: number | string | Uint8Array | null;
}

/** What one switch answered, column by column. A column that it has not is empty, or missing. */
export interface SwitchTables {
  readonly columns: ReadonlyMap<OidName, readonly Cell[]>;
  /** Bridge tables of Cisco switches, which have one for each VLAN. */
  readonly vlans: readonly { readonly vlan: number; readonly columns: ReadonlyMap<OidName, readonly Cell[]> }[];
  /** What it did not answer, or what was not asked any more, each in words that its name stands before. */
  readonly lacks: readonly string[];
}

/** The column, empty where the switch has none. */
export function columnOf(columns: SwitchTables['columns'], name: OidName): readonly Cell[] {
  return columns.get(name) ?? [];
}

/** A text of a switch is no longer than this, here. */
export const MOST_TEXT = 256;

/** Bytes as text: what is printed stays, the rest is left out, and the end of a very long one. */
export function textOf(value: Cell['value']): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  let text = '';
  for (const byte of value.subarray(0, MOST_TEXT)) {
    if (byte >= 0x20 && byte !== 0x7f) text += String.fromCharCode(byte);
    else if (byte === 0x0a || byte === 0x0d || byte === 0x09) text += ' ';
  }
  return text.trim();
}

/** A whole number; null for anything else. */
export function numberOf(value: Cell['value']): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}

/** Six bytes as a MAC; null for anything else, group addresses and zeroes included. */
export function macOf(bytes: ArrayLike<number>): string | null {
  if (bytes.length !== 6) return null;
  let text = '';
  for (let at = 0; at < 6; at++) {
    const byte = bytes[at] ?? -1;
    if (!Number.isInteger(byte) || byte < 0 || byte > 255) return null;
    text += byte.toString(16).padStart(2, '0');
  }
  return ((bytes[0] ?? 0) & 1) === 1 || text === '000000000000' ? null : text.toUpperCase();
}
