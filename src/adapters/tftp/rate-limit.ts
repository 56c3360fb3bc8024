import { BoundedMap } from '../../core/bounded-map.ts';

/** Invented: addresses remembered at once; a flood of forged ones must not grow the memory. */
const MAX_ADDRESSES = 10_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** How often each address may ask: a bucket of `burst` requests, refilled at `perSecond`. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new BoundedMap<string, Bucket>(MAX_ADDRESSES);

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Takes one request out of the address's bucket; false when it is empty. */
  mayAsk(address: string, at: number): boolean {
    let bucket = this.#buckets.get(address);
    if (bucket === undefined) {
      bucket = { tokens: this.#burst, filledAt: at };
      this.#buckets.set(address, bucket);
    }
    const gained = ((at - bucket.filledAt) * this.#perSecond) / 1000;
    bucket.tokens = Math.min(this.#burst, bucket.tokens + gained);
    bucket.filledAt = at;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
