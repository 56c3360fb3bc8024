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
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Takes one request out of the address's bucket; false when it is empty. */
  mayAsk(address: string, at: number): boolean {
    let bucket = this.#buckets.get(address);
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_ADDRESSES) this.#forgetFull(at);
      bucket = { tokens: this.#burst, filledAt: at };
      this.#buckets.set(address, bucket);
    }
    bucket.tokens = this.#tokensAt(bucket, at);
    bucket.filledAt = at;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #tokensAt(bucket: Bucket, at: number): number {
    return Math.min(this.#burst, bucket.tokens + ((at - bucket.filledAt) * this.#perSecond) / 1000);
  }

  // A full bucket says nothing; when all are in use the oldest ones go.
  #forgetFull(at: number): void {
    for (const [address, bucket] of this.#buckets) {
      if (this.#tokensAt(bucket, at) >= this.#burst) this.#buckets.delete(address);
    }
    for (const address of this.#buckets.keys()) {
      if (this.#buckets.size < MAX_ADDRESSES) return;
      this.#buckets.delete(address);
    }
  }
}
