/** Large contents, each held only as long as somebody sends it: anybody who asks meanwhile gets the same one. */
export class LentContents {
  readonly #limitBytes: number;
  readonly #lent = new Set<{ readonly path: string; readonly stamp: string; readonly held: WeakRef<Uint8Array> }>();
  /** For those that are being read. */
  #reserved = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The content under a stamp, read when nobody has it; null where there is no room for it. */
  async content(
    path: string,
    stamp: string,
    size: number,
    read: () => Promise<Uint8Array>,
  ): Promise<Uint8Array | null> {
    for (const one of this.#lent) {
      const isSame = one.path === path && one.stamp === stamp && !stamp.endsWith('NaN');
      const held = isSame ? one.held.deref() : undefined;
      if (held !== undefined) return held;
    }
    if (this.#bytes() + size > this.#limitBytes) return null;
    this.#reserved += size;
    try {
      const content = await read();
      this.#lent.add({ path, stamp, held: new WeakRef(content) });
      return content;
    } finally {
      this.#reserved -= size;
    }
  }

  #bytes(): number {
    let bytes = this.#reserved;
    for (const one of this.#lent) {
      const held = one.held.deref();
      if (held === undefined) this.#lent.delete(one);
      else bytes += held.length;
    }
    return bytes;
  }
}
