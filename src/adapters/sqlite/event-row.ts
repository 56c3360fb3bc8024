import type { HistoryEvent } from '../../core/history/event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';

/**
 * Where a phone stood, and what was said of it: fields that come in few combinations. Each combination is kept once, as
 * JSON, and a row carries its number. That saves bytes and, since every cell costs, time to read.
 */
const PLACE = ['state', 'previous', 'hop', 'hops', 'load', 'target'] as const;
const WORDS = ['reason', 'code', 'advice', 'witnesses', 'road', 'finding', 'sha1', 'from', 'batch'] as const;
const NUMBERS = ['bytes', 'size', 'tookMs'] as const;
const OWN_KEYS = new Set<string>(['event', 'at', 'mac', 'file', 'peer', ...PLACE, ...WORDS, ...NUMBERS]);
const PEER = /^(.+):(0|[1-9]\d{0,4})$/s;

/** Columns of `history` as `cellsOf` gives and `eventFrom` takes them, without `seq`. */
export const EVENT_COLUMNS = [
  'at',
  'phone',
  'event',
  'place',
  'file',
  'bytes',
  'size',
  'took_ms',
  'peer',
  'peer_port',
  'words',
  'extra',
] as const;

/** A row as it is written or read, in the order of `EVENT_COLUMNS`. */
export type Cells = readonly [
  at: number,
  phone: number,
  event: number,
  place: number | null,
  file: number | null,
  bytes: number | null,
  size: number | null,
  tookMs: number | null,
  peer: number | null,
  peerPort: number | null,
  words: number | null,
  extra: string | null,
];

/** An event on its way into the database; texts wait for their numbers until the transaction runs. */
export interface EventRow {
  readonly mac: MacAddress;
  readonly at: number;
  readonly event: string;
  readonly place: string | null;
  readonly file: string | null;
  readonly numbers: readonly (number | null)[];
  readonly peer: string | null;
  readonly peerPort: number | null;
  readonly words: string | null;
  readonly extra: string | null;
}

/**
 * Takes an event apart. Keys that the table does not know (of a later version of `HistoryEvent`) go into `extra`, so that
 * nothing that was committed is lost. Throws when a time or another number is not finite.
 */
export function rowOf(event: HistoryEvent): EventRow {
  const numbers = NUMBERS.map((key) => event[key] ?? null);
  for (const number of [event.at, event.hop ?? 0, event.hops ?? 0, ...numbers]) {
    if (number !== null && !Number.isFinite(number)) {
      throw new RangeError(`a number of the history event ${event.event} is not finite`);
    }
  }
  // A port in the text would make each peer a new text: phones ask from a new port every time.
  const split = event.peer === undefined ? null : PEER.exec(event.peer);
  return {
    mac: event.mac,
    at: event.at,
    event: event.event,
    place: jsonOf(event, PLACE),
    file: event.file ?? null,
    numbers,
    peer: split?.[1] ?? event.peer ?? null,
    peerPort: split === null ? null : Number(split[2]),
    words: jsonOf(event, WORDS),
    extra: jsonOf(
      event,
      Object.keys(event).filter((key) => !OWN_KEYS.has(key)),
    ),
  };
}

/** The given keys as JSON, in the order given, so that equal combinations are equal texts; null when none is there. */
function jsonOf(event: HistoryEvent, keys: readonly string[]): string | null {
  const part: Record<string, unknown> = {};
  let isEmpty = true;
  for (const key of keys) {
    const value = (event as unknown as Record<string, unknown>)[key];
    if (value === undefined) continue;
    part[key] = value;
    isEmpty = false;
  }
  return isEmpty ? null : JSON.stringify(part);
}

/** The row as it is written; `numberOf` gives the number of a text. */
export function cellsOf(row: EventRow, phone: number, numberOf: (text: string) => number): Cells {
  const number = (text: string | null) => (text === null ? null : numberOf(text));
  const [bytes = null, size = null, tookMs = null] = row.numbers;
  return [
    row.at,
    phone,
    numberOf(row.event),
    number(row.place),
    number(row.file),
    bytes,
    size,
    tookMs,
    number(row.peer),
    row.peerPort,
    number(row.words),
    row.extra,
  ];
}

/** What turns numbers back into what they stand for. */
export interface Lookup {
  macOf(phone: number): MacAddress;
  textOf(number: number): string;
  /** The combination kept as JSON under a number; shared by all rows that carry it. */
  partOf(number: number): object;
}

/** The event of a row, exactly as it was committed; further columns are passed over. */
export function eventFrom(row: readonly [...Cells, ...unknown[]], { macOf, textOf, partOf }: Lookup): HistoryEvent {
  const [at, phone, name, place, file, bytes, size, tookMs, peer, peerPort, words, extra] = row;
  const event: Record<string, unknown> = { event: textOf(name), at, mac: macOf(phone) };
  if (place !== null) Object.assign(event, partOf(place));
  if (file !== null) event.file = textOf(file);
  if (bytes !== null) event.bytes = bytes;
  if (size !== null) event.size = size;
  if (peer !== null) event.peer = peerPort === null ? textOf(peer) : `${textOf(peer)}:${peerPort}`;
  if (tookMs !== null) event.tookMs = tookMs;
  if (words !== null) Object.assign(event, partOf(words));
  if (extra !== null) Object.assign(event, JSON.parse(extra));
  return event as unknown as HistoryEvent;
}
