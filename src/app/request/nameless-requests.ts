import { BoundedMap } from '../../core/bounded-map.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { AskedName } from '../../core/names/asked-name.ts';

/** A nameless request that was refused, since nobody could tell whose it was. */
export interface Earlier {
  readonly asked: AskedName;
  readonly at: SteadyMs;
  /** Why it was refused, in words. */
  readonly reason: string;
  /** What a person can do when that happens again and again. */
  readonly advice: string;
}

/** Addresses of which such requests are kept (invented). */
const MOST_ADDRESSES = 4096;
/** A boot asks fewer nameless files than this before it names itself. */
const MOST_EARLIER = 8;

/** Keeps the nameless requests of each address, until a name comes that tells whose boot they began, or for so long. */
export class NamelessRequests {
  readonly #forMs: number;
  readonly #kept = new BoundedMap<string, readonly Earlier[]>(MOST_ADDRESSES);

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  keep(address: string, one: Earlier): void {
    const kept = this.#fresh(this.#kept.get(address), one.at);
    // A name repeated from the next source port is the same question.
    const others = kept.at(-1)?.asked.name === one.asked.name ? kept.slice(0, -1) : kept;
    this.#kept.set(address, [...others, one].slice(-MOST_EARLIER));
  }

  /** What was kept of this address, which is not kept any more. */
  take(address: string, at: SteadyMs): readonly Earlier[] {
    const kept = this.#kept.get(address);
    if (kept === undefined) return [];
    this.#kept.delete(address);
    return this.#fresh(kept, at);
  }

  /** All of them or none: the rest of a boot without its head would be read as another boot. */
  #fresh(kept: readonly Earlier[] = [], at: SteadyMs): readonly Earlier[] {
    const last = kept.at(-1);
    return last !== undefined && at - last.at <= this.#forMs ? kept : [];
  }
}
