/** Bytes by key, least recently used first out, limited in memory; the same key gives the same array while it is held. */
export class ContentCache {
  readonly #limitBytes: number;
  readonly #entries = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get(key: string): Uint8Array | undefined {
    const found = this.#entries.get(key);
    if (found === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, found);
    return found;
  }

  set(key: string, content: Uint8Array): void {
    this.delete(key);
    this.#entries.set(key, content);
    this.#bytes += content.length;
    for (const [oldest, bytes] of this.#entries) {
      if (this.#bytes <= this.#limitBytes || this.#entries.size === 1) break;
      this.#entries.delete(oldest);
      this.#bytes -= bytes.length;
    }
  }

  delete(key: string): void {
    const found = this.#entries.get(key);
    if (found === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= found.length;
  }
}
