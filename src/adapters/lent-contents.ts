import { setImmediate } from 'node:timers/promises';
import { urgeCollector } from './bytes-to-send.ts';

/** Invented: so many turns of the event loop are waited for what nobody sends any more to be collected. */
const MOST_URGES = 50;

interface Lent {
  readonly path: string;
  readonly stamp: string;
  readonly size: number;
  readonly held: WeakRef<Uint8Array>;
}

/** Large contents, each held only as long as somebody sends it: anybody who asks meanwhile gets the same one. */
export class LentContents {
  readonly #limitBytes: number;
  readonly #lent = new Set<Lent>();
  /** For those that are lent, and for those that are being read. */
  #bytes = 0;
  // To look at a weak reference holds what it leads to until the end of the turn. Whoever looks at all of them for each file that
  // is read, which is when the collector comes, keeps all of them for ever. So it says itself what it has collected.
  readonly #gone = new FinalizationRegistry<Lent>((one) => this.#forget(one));

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
    for (let urges = 0; this.#bytes + size > this.#limitBytes; urges += 1) {
      if (urges === MOST_URGES) return null;
      urgeCollector(size);
      await setImmediate();
    }
    this.#bytes += size;
    try {
      const content = await read();
      const one = { path, stamp, size, held: new WeakRef(content) };
      this.#lent.add(one);
      this.#gone.register(content, one);
      return content;
    } catch (error) {
      this.#bytes -= size;
      throw error;
    }
  }

  #forget(one: Lent): void {
    if (this.#lent.delete(one)) this.#bytes -= one.size;
  }
}
