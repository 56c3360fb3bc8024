import { BoundedMap } from '../../core/bounded-map.ts';
import { type BatchEvent, type DecidedRow, MORE_STRANGERS } from '../../core/history/event.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { Ration } from '../../core/ration.ts';
import type { Log } from '../../ports/log.ts';
import type { PhoneRecord, Store } from '../../ports/store.ts';
import { StrangerQuota } from './stranger-quota.ts';

/** Phones of which it is known without a look into the record that they are in it (invented). */
const MOST_KNOWN = 16_384;
/** Further rows in a day about phones on nobody's list: what the tree gave them, why they were not enrolled (invented). */
const MOST_FURTHER = 2_000;
const DAY_MS = 86_400_000;
/** When a phone on nobody's list was seen last is written this often, and so many of them in a second (both invented). */
const SIGHT_EVERY_MS = 30_000;
const MOST_SIGHTS_A_SECOND = 10;

export interface FirstSightDesk {
  readonly store: () => Pick<Store, 'phone'>;
  readonly log: () => Log;
  readonly note: (row: Omit<BatchEvent, 'event' | 'mac' | 'at'>) => void;
}

/** Which phones were seen before, and the row that a phone leaves when it is seen first. */
export class FirstSights {
  readonly #desk: FirstSightDesk;
  readonly #known = new BoundedMap<MacAddress, true>(MOST_KNOWN);
  /** When it was written last that a phone on nobody's list was seen. */
  readonly #sightAt = new BoundedMap<MacAddress, SteadyMs>(MOST_KNOWN);
  readonly #sights = new Ration(MOST_SIGHTS_A_SECOND, 1000 / MOST_SIGHTS_A_SECOND, Number.NEGATIVE_INFINITY);
  readonly #quota = new StrangerQuota();
  readonly #further = new Ration(MOST_FURTHER, DAY_MS / MOST_FURTHER, Number.NEGATIVE_INFINITY);

  constructor(desk: FirstSightDesk) {
    this.#desk = desk;
  }

  begin(records: readonly PhoneRecord[], now: SteadyMs): void {
    this.#quota.begin(records, now);
  }

  /** The row of a phone on the list, when it is seen first. */
  ofPhone(seen: Omit<DecidedRow, 'event'>): DecidedRow[] {
    return this.#isKnown(seen.mac) ? [] : [this.#first(seen)];
  }

  /** The same for a phone that nobody enrolled, with what else is to be recorded of it; nothing when it is only counted. */
  ofStranger(seen: Omit<DecidedRow, 'event'>, said: readonly DecidedRow[]): readonly DecidedRow[] {
    const { mac, at } = seen;
    this.#tellMore(this.#quota.closeDay(at));
    if (this.#isKnown(mac)) return said.length === 0 || this.#further.take(at) ? said : [];
    switch (this.#quota.take(mac, at)) {
      case 'record':
        return [this.#first(seen), ...said];
      case 'first-counted':
        this.#tellOverflow();
        return [];
      case 'counted':
        return [];
    }
  }

  /** Whether it is to be written that a phone which is in the record was seen again, with no row to tell of it. */
  isSightDue(mac: MacAddress, at: SteadyMs): boolean {
    const last = this.#sightAt.get(mac);
    if (last !== undefined && at - last < SIGHT_EVERY_MS) return false;
    if (!this.#isKnown(mac) || !this.#sights.take(at)) return false;
    this.#sightAt.set(mac, at);
    return true;
  }

  /** Tells how many were only counted; to be called when the server ends. */
  end(): void {
    this.#tellMore(this.#quota.close());
  }

  #first(seen: Omit<DecidedRow, 'event'>): DecidedRow {
    this.#known.set(seen.mac, true);
    return { event: 'phone.seen', ...seen };
  }

  #isKnown(mac: MacAddress): boolean {
    if (this.#known.has(mac)) return true;
    // The record decides: a flood pushes phones out of the map.
    if ((this.#desk.store().phone(mac)?.firstSeenAt ?? null) === null) return false;
    this.#known.set(mac, true);
    return true;
  }

  #tellOverflow(): void {
    const reason =
      'so many phones that nobody enrolled were seen within a day that further ones are counted, not recorded';
    const advice = 'look whether a program on the network makes up names; phones on the list are converted as before';
    this.#desk.log().warn({ event: 'strangers.counted', reason, advice });
    this.#desk.note({ finding: MORE_STRANGERS, reason, advice });
  }

  #tellMore(count: number): void {
    if (count === 0) return;
    const reason = `${count} more ${count === 1 ? 'phone' : 'phones'} that nobody enrolled asked for something and are not in the record`;
    this.#desk.log().warn({ event: 'strangers.counted', count, reason });
    this.#desk.note({ finding: MORE_STRANGERS, reason });
  }
}
