import { BoundedMap } from '../../core/bounded-map.ts';
import { Ration } from '../../core/ration.ts';

/** Invented: addresses remembered at once; a flood of forged ones must not grow the memory. */
const MAX_ADDRESSES = 10_000;

/** How often each address may ask: `burst` requests at once, and `perSecond` beyond them. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #rations = new BoundedMap<string, Ration>(MAX_ADDRESSES);

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Takes one request out of the address's ration; false when it is used up. */
  mayAsk(address: string, at: number): boolean {
    const ration = this.#rations.get(address) ?? new Ration(this.#burst, 1000 / this.#perSecond, at);
    // The oldest goes when there are too many, and not the best one to forget: to look for that would cost a flood less than us.
    if (!this.#rations.has(address)) this.#rations.set(address, ration);
    return ration.take(at);
  }
}
