import type { Position } from './finding.ts';

/** One `name: value` of a configuration of a 7940 or 7960. */
export interface LegacyEntry extends Position {
  readonly key: string;
  /** Without quotes, also where they are typographic. */
  readonly value: string;
  /** Where the value begins. */
  readonly valueAt: Position;
  readonly isQuoted: boolean;
  /** Whether quotes of a word processor stand around the value or in it. */
  readonly hasTypographicQuotes: boolean;
  readonly faults: readonly LineFault[];
}

/** What is wrong with how a line is written. */
export type LineFault = 'unclosed quote' | 'text behind quote' | 'blank without quotes' | 'comment sign in quotes';

/** A file as it was read: its entries, and the lines that are none. */
export interface LegacyFile {
  readonly entries: readonly LegacyEntry[];
  readonly strayLines: readonly Position[];
  readonly hasByteOrderMark: boolean;
}

const TYPOGRAPHIC = /[“”„‟«»″]/g;

/**
 * Reads `SIPDefault.cnf` or `SIP<MAC>.cnf` (after-landing 1.2): lines of `name: value`, double quotes where wanted, `#` at the
 * beginning of a line and `;` for comments, LF or CRLF. Never throws, whatever the text.
 */
export function readLegacyConfig(text: string): LegacyFile {
  const hasByteOrderMark = text.startsWith('\ufeff');
  const entries: LegacyEntry[] = [];
  const strayLines: Position[] = [];
  const lines = (hasByteOrderMark ? text.slice(1) : text).split(/\r\n|\n|\r/);
  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    const bare = content.trim();
    if (bare === '' || bare.startsWith('#') || bare.startsWith(';')) continue;
    const entry = entryOf(content, line);
    if (entry === null) strayLines.push({ line, column: content.length - content.trimStart().length + 1 });
    else entries.push(entry);
  }
  return { entries, strayLines, hasByteOrderMark };
}

function entryOf(content: string, line: number): LegacyEntry | null {
  const colon = content.indexOf(':');
  const key = content.slice(0, Math.max(0, colon)).trim();
  if (key === '' || /[#;"]/.test(key)) return null;
  const rest = content.slice(colon + 1).trimStart();
  const column = content.length - content.trimStart().length + 1;
  const base = { line, column, key, valueAt: { line, column: content.length - rest.length + 1 } };
  if (rest.startsWith('"')) return { ...base, ...quotedValue(rest), hasTypographicQuotes: /[“”„‟]/.test(rest) };
  const end = rest.indexOf(';');
  const written = (end < 0 ? rest : rest.slice(0, end)).trim();
  const value = written.replace(TYPOGRAPHIC, '');
  const hasTypographicQuotes = value !== written;
  const faults: LineFault[] = [];
  if (value.endsWith('"')) faults.push('unclosed quote');
  else if (!hasTypographicQuotes && /\s/.test(value)) faults.push('blank without quotes');
  return { ...base, value: value.replace(/"$/, ''), isQuoted: false, hasTypographicQuotes, faults };
}

function quotedValue(rest: string): Pick<LegacyEntry, 'value' | 'isQuoted' | 'faults'> {
  const close = rest.indexOf('"', 1);
  if (close < 0) {
    const value = (rest.slice(1).split(';')[0] ?? '').trim();
    return { value, isQuoted: true, faults: ['unclosed quote'] };
  }
  const faults: LineFault[] = [];
  const value = rest.slice(1, close);
  if (value.includes(';')) faults.push('comment sign in quotes');
  if (/^[ \t]*[^;\s]/.test(rest.slice(close + 1))) faults.push('text behind quote');
  return { value, isQuoted: true, faults };
}
