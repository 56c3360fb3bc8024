import { BoundedMap } from '../../core/bounded-map.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { fromRecord } from '../../ports/clock.ts';
import type { PhoneRecord } from '../../ports/store.ts';

/** Phones on nobody's list that are recorded in a day: a large office has as many (invented). */
const MOST_A_DAY = 500;
/** The same once the record holds so many of them that they can hardly be phones (invented). */
const MOST_A_DAY_AFTER = 20;
const MANY = 10_000;
const DAY_MS = 86_400_000;
/** Of those that were not recorded so many are told from each other (invented). */
const MOST_PASSED_OVER = 4_096;

/** What becomes of the first row of a phone that nobody enrolled. */
export type StrangerRow =
  | 'record'
  /** From this one on they are only counted. */
  | 'first-counted'
  | 'counted';

/** How many phones that nobody enrolled stand in the record: their MACs are whatever somebody on the network wrote. */
export class StrangerQuota {
  readonly #passedOver = new BoundedMap<MacAddress, true>(MOST_PASSED_OVER);
  #total = 0;
  #since: SteadyMs | null = null;
  #today = 0;
  #counted = 0;

  /** What the record holds already counts: a restart begins no new day. */
  begin(records: readonly PhoneRecord[], now: SteadyMs): void {
    const seen = records.flatMap(({ enrolment, firstSeenAt }) =>
      enrolment === null && firstSeenAt !== null ? [fromRecord(firstSeenAt)] : [],
    );
    const today = seen.filter((at) => at <= now && now - at < DAY_MS);
    this.#total = seen.length;
    this.#today = today.length;
    this.#since = today.reduce<number | null>((first, at) => Math.min(first ?? at, at), null);
  }

  /** A phone that is not in the record yet has asked. */
  take(mac: MacAddress, at: SteadyMs): StrangerRow {
    if (this.#since === null) this.#since = at;
    if (this.#today < (this.#total < MANY ? MOST_A_DAY : MOST_A_DAY_AFTER)) {
      this.#today += 1;
      this.#total += 1;
      return 'record';
    }
    if (this.#passedOver.use(mac) !== undefined) return 'counted';
    this.#passedOver.set(mac, true);
    this.#counted += 1;
    return this.#counted === 1 ? 'first-counted' : 'counted';
  }

  /** How many were counted in a day that is over, which then begins anew; 0 while it goes on. */
  closeDay(at: SteadyMs): number {
    if (this.#since === null || (at >= this.#since && at - this.#since < DAY_MS)) return 0;
    return this.close();
  }

  /** How many were only counted since the day began; begins a new one. */
  close(): number {
    const counted = this.#counted;
    this.#since = null;
    this.#today = 0;
    this.#counted = 0;
    this.#passedOver.clear();
    return counted;
  }
}
