interface Entry<K, V> {
  readonly key: K;
  value: V;
  weight: number;
  older: Entry<K, V> | null;
  newer: Entry<K, V> | null;
}

/**
 * A map of limited size: what was set longest ago goes first. It is for keys that the network chooses, and for caches; setting a
 * key again makes it the newest. With `weigh` the limit is on the sum of the weights, and the newest entry stays however heavy
 * it is. A list keeps the order, because a Map passes over everything that was deleted each time it is asked for its first key.
 */
export class BoundedMap<K, V> implements Iterable<[K, V]> {
  readonly #limit: number;
  readonly #weigh: (value: V) => number;
  readonly #entries = new Map<K, Entry<K, V>>();
  #oldest: Entry<K, V> | null = null;
  #newest: Entry<K, V> | null = null;
  #weight = 0;

  constructor(limit: number, weigh: (value: V) => number = () => 1) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The sum of the weights; without `weigh` the number of entries. */
  get weight(): number {
    return this.#weight;
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** The value of a key, whose age stays as it is. */
  get(key: K): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** The value of a key; makes the key the newest. */
  use(key: K): V | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) return undefined;
    this.#unlink(found);
    this.#append(found);
    return found.value;
  }

  set(key: K, value: V): void {
    const weight = this.#weigh(value);
    const entry = this.#entries.get(key) ?? { key, value, weight: 0, older: null, newer: null };
    if (this.#entries.has(key)) this.#unlink(entry);
    else this.#entries.set(key, entry);
    this.#append(entry);
    this.#weight += weight - entry.weight;
    entry.value = value;
    entry.weight = weight;
    while (this.#weight > this.#limit && this.#oldest !== null && this.#oldest !== entry) this.delete(this.#oldest.key);
  }

  delete(key: K): boolean {
    const found = this.#entries.get(key);
    if (found === undefined) return false;
    this.#unlink(found);
    this.#weight -= found.weight;
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = null;
    this.#newest = null;
    this.#weight = 0;
  }

  /** Oldest first; the entry that was given last may be deleted meanwhile. */
  *[Symbol.iterator](): Iterator<[K, V]> {
    for (let entry = this.#oldest; entry !== null; ) {
      const { key, value, newer } = entry;
      yield [key, value];
      entry = newer;
    }
  }

  #append(entry: Entry<K, V>): void {
    entry.older = this.#newest;
    entry.newer = null;
    if (this.#newest === null) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink({ older, newer }: Entry<K, V>): void {
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
  }
}
