/** Entries in one bucket of a table (invented): with the number of buckets the limit of what a capture can make us keep. */
const WAYS = 8;

/** One end of a conversation: an IP address of 4 or 16 bytes and a port, with the frame in which it was heard last. */
export interface Endpoint {
  readonly address: Uint8Array;
  readonly port: number;
  lastFrame: number;
}

/**
 * Conversations by one of their ends, found without making anything: it is asked for every frame. The sender of a capture chooses
 * the keys, so each bucket is short, and what was heard longest ago in it makes room.
 */
export class EndpointTable<T extends Endpoint> implements Iterable<T> {
  readonly #buckets: readonly T[][];

  /** Holds at most eight entries for each bucket. */
  constructor(buckets: number) {
    this.#buckets = Array.from({ length: buckets }, () => []);
  }

  find(bytes: Uint8Array, at: number, length: number, port: number): T | null {
    const bucket = this.#bucket(bytes, at, length, port);
    for (let i = 0; i < bucket.length; i++) {
      const entry = bucket[i];
      if (entry !== undefined && entry.port === port && isAddress(entry.address, bytes, at, length)) return entry;
    }
    return null;
  }

  /** Puts an entry in; answers the one that had to leave for it, or that had the same end. */
  add(entry: T): T | null {
    const bucket = this.#bucket(entry.address, 0, entry.address.length, entry.port);
    const same = this.find(entry.address, 0, entry.address.length, entry.port);
    const leaves = same ?? (bucket.length < WAYS ? null : longestSilent(bucket));
    if (leaves === null) bucket.push(entry);
    else bucket[bucket.indexOf(leaves)] = entry;
    return leaves;
  }

  delete(entry: T): void {
    const bucket = this.#bucket(entry.address, 0, entry.address.length, entry.port);
    const place = bucket.indexOf(entry);
    if (place >= 0) bucket.splice(place, 1);
  }

  /** The entries in no promised order; the one just given may be deleted meanwhile. */
  *[Symbol.iterator](): Iterator<T> {
    for (const bucket of this.#buckets) if (bucket.length > 0) yield* [...bucket];
  }

  #bucket(bytes: Uint8Array, at: number, length: number, port: number): T[] {
    let mark = port;
    for (let i = at; i < at + length; i++) mark = Math.imul(mark ^ (bytes[i] ?? 0), 0x01000193);
    return this.#buckets[((mark ^ (mark >>> 15)) >>> 0) % this.#buckets.length] ?? [];
  }
}

function longestSilent<T extends Endpoint>(bucket: readonly T[]): T | null {
  return bucket.reduce<T | null>(
    (oldest, entry) => (oldest === null || entry.lastFrame < oldest.lastFrame ? entry : oldest),
    null,
  );
}

function isAddress(address: Uint8Array, bytes: Uint8Array, at: number, length: number): boolean {
  if (address.length !== length) return false;
  for (let i = 0; i < length; i++) if (address[i] !== bytes[at + i]) return false;
  return true;
}
