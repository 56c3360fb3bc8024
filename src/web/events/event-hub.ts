import type { ServerResponse } from 'node:http';
import { eventJson } from '../../app/told/event-json.ts';
import type { AppError } from '../../core/errors.ts';
import type { PlacedRow, RecordPlace } from '../../ports/record-rows.ts';
import type { PhoneBoard } from '../phone-board.ts';
import type { WebParts } from '../web-parts.ts';
import { placeText } from './place.ts';

/** How often the record is looked at while somebody listens (invented): other processes write it, too. */
const LOOK_MS = 250;
/** How often phones are compared, for those who want to be told of their state (invented). */
const PHONES_MS = 1000;
/** A sign of life, below the shortest time after which proxies give up. */
const ALIVE_MS = 15_000;
/** A reader that takes nothing for so long is cut off (invented). */
const SLOW_MS = 30_000;
/** Rows that are read for one page of the stream. */
const PAGE_ROWS = 200;
/** Rows of which it is told at once which phones they are of. */
const WHICH_ROWS = 10_000;
/** Pages that are kept for readers that stand at the same place: all but those that come back do. */
const KEPT_PAGES = 8;
/** More readers than this are refused: each keeps a socket (invented). */
const MOST_READERS = 200;
/** When to come back after the server is gone, in milliseconds. */
const RETRY_MS = 2000;

/** What a reader wants to be told beside what holds for all phones. */
export interface Wants {
  /** Where every phone is. */
  readonly phones: boolean;
  /** Each row, or only, once a second, which phones have new ones. */
  readonly rows: 'each' | 'which';
}

interface Page {
  readonly text: string;
  readonly end: RecordPlace;
  readonly isFull: boolean;
}

interface Reader {
  readonly response: ServerResponse;
  place: RecordPlace;
  readonly wants: Wants;
  /** The number of the picture of all phones that it was told last. */
  picture: number;
  /** Whether who listens may still: a password is changed, a token forgotten, a session runs out. */
  readonly mayListen: () => boolean;
  /** Since when it takes nothing; null while it does. */
  blockedAt: number | null;
}

/**
 * Streams of the record. Nothing waits in memory for a reader: it is given the next page when it has taken the last, and the record itself is
 * what holds the rest.
 */
export class EventHub {
  readonly #parts: WebParts;
  readonly #board: PhoneBoard;
  readonly #readers = new Set<Reader>();
  readonly #pages = new Map<string, Page>();
  #timer: (() => void) | null = null;
  #phonesAt = 0;
  #aliveAt = 0;
  #cutOff = 0;
  #hasFailed = false;

  constructor(parts: WebParts, board: PhoneBoard) {
    this.#parts = parts;
    this.#board = board;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** How many readers were cut off since they took nothing. */
  get cutOff(): number {
    return this.#cutOff;
  }

  get isFull(): boolean {
    return this.#readers.size >= MOST_READERS;
  }

  /** Streams from a place on; the response is the hub's from now on. */
  add(response: ServerResponse, place: RecordPlace, wants: Wants, mayListen: () => boolean): void {
    const reader: Reader = { response, place, wants, picture: 0, mayListen, blockedAt: null };
    response.on('close', () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#rest();
    });
    response.on('error', () => response.destroy());
    response.on('drain', () => {
      reader.blockedAt = null;
      this.#tryTo(() => this.#pump(reader));
    });
    this.#readers.add(reader);
    this.#write(reader, `retry: ${RETRY_MS}\nevent: place\nid: ${placeText(place)}\ndata: "${placeText(place)}"\n\n`);
    this.#tryTo(() => {
      this.#tellPhones(reader);
      this.#pump(reader);
    });
    this.#wake();
  }

  /** Ends every stream; readers come back by themselves. Where the server ends since something failed, they are told what. */
  close(failure: AppError | null = null): void {
    this.#rest();
    const last = failure === null ? '' : JSON.stringify({ code: failure.code, detail: failure.message });
    for (const { response } of [...this.#readers]) {
      if (failure === null) response.destroy();
      else response.end(`event: failed\ndata: ${last}\n\n`);
    }
    this.#readers.clear();
  }

  #wake(): void {
    const { clock } = this.#parts;
    this.#timer ??= clock.wakeAt(clock.now() + LOOK_MS, () => {
      this.#timer = null;
      this.#tryTo(() => this.#look());
      if (this.#readers.size > 0) this.#wake();
    });
  }

  /** A record that cannot be read ends no process: readers wait, and whether the server goes on is not decided here. */
  #tryTo(work: () => void): void {
    try {
      work();
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#parts.log.error({ event: 'web.failed', route: '/events', reason: String(error) });
      this.#hasFailed = true;
    }
  }

  #rest(): void {
    this.#timer?.();
    this.#timer = null;
    this.#pages.clear();
  }

  #look(): void {
    const now = this.#parts.clock.now();
    const isPhonesDue = now - this.#phonesAt >= PHONES_MS;
    const isAliveDue = now - this.#aliveAt >= ALIVE_MS;
    if (isPhonesDue) this.#phonesAt = now;
    if (isAliveDue) this.#aliveAt = now;
    // Pages may have grown since.
    this.#pages.clear();
    for (const reader of [...this.#readers]) {
      if (isPhonesDue && !reader.mayListen()) {
        reader.response.destroy();
        continue;
      }
      if (reader.blockedAt !== null) {
        if (now - reader.blockedAt < SLOW_MS) continue;
        this.#cutOff += 1;
        this.#parts.log.warn({ event: 'web.reader-cut-off', place: placeText(reader.place) });
        reader.response.destroy();
        continue;
      }
      if (isAliveDue) this.#write(reader, ': alive\n\n');
      if (isPhonesDue) this.#tellPhones(reader);
      if (isPhonesDue || reader.wants.rows === 'each') this.#pump(reader);
    }
  }

  /** Gives a reader what is new, as long as it takes it. */
  #pump(reader: Reader): void {
    while (reader.blockedAt === null && !reader.response.destroyed) {
      const page = this.#pageAt(reader.place, reader.wants.rows);
      if (page === null) return;
      reader.place = page.end;
      this.#write(reader, page.text);
      if (!page.isFull) return;
    }
  }

  #pageAt(place: RecordPlace, rows: Wants['rows']): Page | null {
    const key = `${rows} ${placeText(place)}`;
    const kept = this.#pages.get(key);
    if (kept !== undefined) return kept.text === '' ? null : kept;
    const page = rows === 'each' ? this.#rowsAt(place) : this.#whichAt(place);
    if (this.#pages.size >= KEPT_PAGES) this.#pages.delete(this.#pages.keys().next().value ?? '');
    this.#pages.set(key, page);
    return page.text === '' ? null : page;
  }

  #rowsAt(place: RecordPlace): Page {
    const rows = this.#parts.store.rowsAfter(place, PAGE_ROWS);
    return { text: rows.map(rowText).join(''), end: rows.at(-1)?.place ?? place, isFull: rows.length === PAGE_ROWS };
  }

  /** What holds for all phones as it is, and which phones have rows. */
  #whichAt({ phones, batch }: RecordPlace): Page {
    const { store } = this.#parts;
    const { sequence, macs } = store.phonesAfter(phones, WHICH_ROWS);
    const rows = store.rowsAfter({ phones: Number.MAX_SAFE_INTEGER, batch }, PAGE_ROWS);
    const placed = rows.map(({ place, row }) => ({ row, place: { ...place, phones } }));
    const end = { phones: sequence, batch: rows.at(-1)?.place.batch ?? batch };
    const which = macs.length === 0 ? '' : `id: ${placeText(end)}\nevent: rows\ndata: ${JSON.stringify(macs)}\n\n`;
    const isFull = sequence - phones >= WHICH_ROWS || rows.length === PAGE_ROWS;
    return { text: placed.map(rowText).join('') + which, end, isFull };
  }

  /** Tells the phones that have changed since it was told last, without an id: they are no rows of the record. */
  #tellPhones(reader: Reader): void {
    if (!reader.wants.phones || reader.blockedAt !== null) return;
    const { picture, phones } = this.#board.changesSince(reader.picture);
    reader.picture = picture;
    if (phones === null) return;
    const now = new Date(this.#parts.clock.wall()).toISOString();
    this.#write(reader, `event: phones\ndata: {"now":"${now}","phones":${phones}}\n\n`);
  }

  #write(reader: Reader, text: string): void {
    if (reader.response.destroyed) return;
    if (!reader.response.write(text)) reader.blockedAt = this.#parts.clock.now();
  }
}

function rowText({ place, row }: PlacedRow): string {
  return `id: ${placeText(place)}\nevent: ${row.event}\ndata: ${JSON.stringify(eventJson(row))}\n\n`;
}
