import type { HistoryEvent } from '../../core/history/event.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

/** What is made of the rows of each phone, one after the other. */
export interface RecordParts<T> {
  readonly fresh: T;
  /** What is known after one more row, which was read or written at this moment. */
  readonly extend: (before: T, row: HistoryEvent, noted: SteadyMs) => T;
  /** The rows of one phone in the order of time. */
  readonly historyOf: (mac: MacAddress) => Iterable<HistoryEvent>;
  readonly clock: Clock;
  readonly log: Log;
  /** What the log calls a record that cannot be read. */
  readonly failure: string;
}

/** Rows that are read in one turn of the event loop: some milliseconds (invented). */
const PAGE_ROWS = 500;

/** What the rows of phones come to: read once, and kept up with what is written since. */
export class ReadRecords<T> {
  readonly #parts: RecordParts<T>;
  readonly #records = new Map<MacAddress, T>();
  /** Phones whose record is being read, with the rows that have come since that began. */
  readonly #reading = new Map<MacAddress, { readonly row: HistoryEvent; readonly noted: SteadyMs }[]>();
  readonly #startedAt: SteadyMs;
  #isStopped = false;

  constructor(parts: RecordParts<T>) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** A row was committed. */
  note(row: HistoryEvent): void {
    const noted = this.#parts.clock.now();
    const record = this.#records.get(row.mac);
    if (record !== undefined) this.#records.set(row.mac, this.#parts.extend(record, row, noted));
    this.#reading.get(row.mac)?.push({ row, noted });
  }

  /** What the record says of the phone; null while it is being read. */
  of(mac: MacAddress): T | null {
    const known = this.#records.get(mac);
    if (known === undefined && !this.#reading.has(mac)) {
      this.#reading.set(mac, []);
      this.#readOn(mac, this.#parts.historyOf(mac)[Symbol.iterator](), this.#parts.fresh);
    }
    return known ?? this.#records.get(mac) ?? null;
  }

  /**
   * Reads a page of rows of before and goes on in another turn: a phone that polled for a month has some eighty thousand. How long
   * ago an earlier process did what it says, nobody knows: the time after that is waited for here.
   */
  #readOn(mac: MacAddress, rows: Iterator<HistoryEvent>, before: T): void {
    const { extend, log, failure } = this.#parts;
    let record = before;
    for (let n = 0; n < PAGE_ROWS; n++) {
      const row = rows.next();
      if (row.done === true) {
        const meanwhile = this.#reading.get(mac) ?? [];
        this.#reading.delete(mac);
        this.#records.set(
          mac,
          meanwhile.reduce((known, one) => extend(known, one.row, one.noted), record),
        );
        return;
      }
      record = extend(record, row.value, this.#startedAt);
    }
    setImmediate(() => {
      if (this.#isStopped) return;
      try {
        this.#readOn(mac, rows, record);
      } catch (error) {
        this.#reading.delete(mac);
        log.error({ event: failure, mac, reason: String(error) });
      }
    });
  }
}
