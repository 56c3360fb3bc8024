import { type MacAddress, parseMac } from '../names/mac-address.ts';
import { normalizeAddress } from './address.ts';
import type { LeaseCollector } from './lease.ts';

const LEASE_START = /^[ \t]*lease[ \t]+(\S+)[ \t]*\{/gm;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

interface Entry {
  mac: MacAddress | null;
  endsAt: number | null;
  givenAt: number | null;
  state: string;
  vendorClass: string | null;
  isDamaged: boolean;
}

/** Reads `dhcpd.leases`: a journal in which the last entry of an address counts. Times are UTC (dhcpd.leases(5)). */
export function readIscLeases(text: string, into: LeaseCollector): void {
  const starts = [...text.matchAll(LEASE_START)];
  for (const [index, start] of starts.entries()) {
    const address = normalizeAddress(start[1] ?? '');
    if (address === null) {
      into.damaged++;
      continue;
    }
    // The next `lease` ends this one at the latest, so that one lost brace costs one entry.
    const body = text.slice(start.index + start[0].length, starts[index + 1]?.index ?? text.length);
    const statements = statementsOf(body);
    const entry = statements === null ? null : entryOf(statements);
    into.entries.set(address, null);
    if (entry === null || entry.isDamaged) {
      into.damaged++;
      continue;
    }
    // Before "binding state" there was only the word "abandoned"; an entry without either is a lease in use.
    if (entry.state !== 'active' || entry.mac === null) continue;
    const { mac, endsAt, vendorClass } = entry;
    const given = entry.givenAt === null ? {} : { givenAt: entry.givenAt };
    into.entries.set(address, { address, mac, endsAt, ...given, ...(vendorClass === null ? {} : { vendorClass }) });
  }
}

/** The statements up to the closing brace, each as its words; null when the brace is missing. Inner blocks are skipped. */
function statementsOf(body: string): string[][] | null {
  const statements: string[][] = [];
  let words: string[] = [];
  let depth = 0;
  for (const token of tokensOf(body)) {
    if (token === '{') {
      depth++;
      words = [];
    } else if (token === '}') {
      if (depth === 0) return statements;
      depth--;
      words = [];
    } else if (token === ';') {
      if (depth === 0 && words.length > 0) statements.push(words);
      words = [];
    } else {
      words.push(token);
    }
  }
  return null;
}

/** Words, punctuation, and strings with their opening quote kept so that `"}"` is no brace. */
function tokensOf(body: string): readonly string[] {
  return [...body.matchAll(/#[^\n]*|"(?:[^"\\\n]|\\[^\n])*"?|[{};]|[^\s{};"#]+/g)]
    .map((match) => match[0])
    .filter((token) => !token.startsWith('#'));
}

function entryOf(statements: readonly string[][]): Entry {
  const entry: Entry = { mac: null, endsAt: null, givenAt: null, state: 'active', vendorClass: null, isDamaged: false };
  let hasEnd = false;
  for (const [first = '', second = '', third = '', fourth = ''] of statements) {
    if (first === 'ends') {
      hasEnd = true;
      const endsAt = timeOf(second, third, fourth);
      if (endsAt === undefined) entry.isDamaged = true;
      else entry.endsAt = endsAt;
    } else if (first === 'starts' || first === 'cltt') {
      // Both are the client's last word to the server; a time that cannot be read says nothing, and damages nothing.
      entry.givenAt = Math.max(entry.givenAt ?? 0, timeOf(second, third, fourth) ?? 0);
    } else if (first === 'binding' && second === 'state') {
      entry.state = third;
    } else if (first === 'abandoned') {
      entry.state = 'abandoned';
    } else if (first === 'hardware') {
      const mac = parseMac(third);
      if (second !== 'ethernet') continue;
      if (mac.ok) entry.mac = mac.value;
      else entry.isDamaged = true;
    } else if (first === 'set' && second === 'vendor-class-identifier' && third === '=') {
      entry.vendorClass = unquote(fourth);
    } else if (first === 'vendor-class-identifier') {
      entry.vendorClass = unquote(second);
    }
  }
  // Without an end nobody can tell whether the address is still this client's.
  if (!hasEnd && entry.state === 'active') entry.isDamaged = true;
  return entry;
}

/** `4 2023/11/02 12:45:37`, `epoch 1698928537` or `never` (null); undefined when it is none of them. */
function timeOf(weekday: string, date: string, time: string): number | null | undefined {
  if (weekday === 'never') return null;
  if (weekday === 'epoch') return /^\d{1,15}$/.test(date) ? Number(date) * 1000 : undefined;
  const day = /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/.exec(date);
  const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})$/.exec(time);
  if (day === null || clock === null) return undefined;
  const [, year = 0, month = 0, dayOfMonth = 0] = day.map(Number);
  const [, hour = 0, minute = 0, second = 0] = clock.map(Number);
  const before = DAYS_BEFORE_MONTH[month - 1];
  if (before === undefined || dayOfMonth < 1 || dayOfMonth > 31 || hour > 23 || minute > 59 || second > 60) {
    return undefined;
  }
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const years = year - 1;
  const days =
    years * 365 + Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400) + before + dayOfMonth - 1;
  const sinceEpoch = days + (isLeap && month > 2 ? 1 : 0) - 719_162;
  return ((sinceEpoch * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
}

/** Undoes `\ooo`, `\"` and `\\`; null when the text is no whole string. */
function unquote(token: string): string | null {
  if (token.length < 2 || !token.startsWith('"') || !token.endsWith('"')) return null;
  return token
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, escaped: string) =>
      escaped.length === 3 ? String.fromCharCode(Number.parseInt(escaped, 8) & 255) : escaped,
    );
}
