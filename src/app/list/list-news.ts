import type { HistoryEvent } from '../../core/history/event.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';

/** What list news needs of its fleet. */
export interface ListNewsDesk {
  /** What came to the list of phones since the last call, whichever process wrote it; nothing where nobody can tell. */
  readonly changes: () => readonly HistoryEvent[];
  readonly tell: (row: HistoryEvent) => void;
  /** The record can no longer be read. */
  readonly fail: (error: unknown) => void;
}

/** Tells what becomes of the list of phones: what a phone does is told after how it came on the list. */
export class ListNews {
  readonly #desk: ListNewsDesk;
  /** Phones that enrolled themselves, which was not told yet. */
  readonly #untold = new Set<MacAddress>();

  constructor(desk: ListNewsDesk) {
    this.#desk = desk;
  }

  /** A phone has enrolled itself; the row of that is kept with its first change. */
  noteEnrolled(mac: MacAddress): void {
    this.#untold.add(mac);
  }

  /** A change of this phone is kept, and is told next. Phones that enrolled themselves with the same transaction are told together. */
  before(mac: MacAddress): void {
    if (!this.#untold.delete(mac)) return;
    try {
      this.tell();
    } catch (error) {
      this.#desk.fail(error);
    }
  }

  tell(): void {
    for (const row of this.#desk.changes()) {
      this.#untold.delete(row.mac);
      this.#desk.tell(row);
    }
  }
}
