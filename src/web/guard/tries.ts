import { BoundedMap } from '../../core/bounded-map.ts';
import { Ration } from '../../core/ration.ts';
import type { Clock } from '../../ports/clock.ts';

/** Wrong passwords at once from one address, and how long until there is one more (invented). */
const AT_ONCE = 5;
const EVERY_MS = 20_000;
/** The same from all addresses together: a try costs a core 100 ms and more (invented). */
const AT_ONCE_ALL = 30;
const EVERY_ALL_MS = 2_000;
/** Addresses that are remembered; whoever has more than this is met by what all have together. */
const MOST_ADDRESSES = 1024;

/** How often passwords may be tried. */
export class Tries {
  readonly #clock: Clock;
  readonly #of = new BoundedMap<string, Ration>(MOST_ADDRESSES);
  readonly #all: Ration;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = new Ration(AT_ONCE_ALL, EVERY_ALL_MS, clock.now());
  }

  /** Takes a try; false when there is none left for now. */
  take(address: string): boolean {
    const now = this.#clock.now();
    const own = this.#of.get(address) ?? new Ration(AT_ONCE, EVERY_MS, now);
    this.#of.set(address, own);
    return own.take(now) && this.#all.take(now);
  }

  /** The password was right: what was tried before counts no more. */
  forget(address: string): void {
    this.#of.set(address, new Ration(AT_ONCE, EVERY_MS, this.#clock.now()));
  }
}
