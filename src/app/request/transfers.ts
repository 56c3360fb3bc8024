import { BoundedMap } from '../../core/bounded-map.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';

/** A phone that got a load out of the operator's tree may be writing it for so long (legacy-79x0 6: minutes; generous, invented). */
const WRITES_MS = 15 * 60_000;
/** Addresses of which it is remembered that a load went there (invented). */
const MOST_ADDRESSES = 4_096;

interface Transfer {
  readonly address: string;
  /** Null when nobody can tell whose the address is. */
  readonly mac: MacAddress | null;
}

/** What is being sent out of the operator's tree, and to whom: power is not switched meanwhile. */
export class Transfers {
  readonly #underWay = new Set<Transfer>();
  readonly #loadsAt = new BoundedMap<string, SteadyMs>(MOST_ADDRESSES);
  /** When somebody of whom nobody can tell who it is was given a load last. */
  #namelessAt: SteadyMs = Number.NEGATIVE_INFINITY;

  /** A transfer begins; the returned function is to be called when it has ended. */
  begin(address: string, mac: MacAddress | null): () => void {
    const transfer = { address, mac };
    this.#underWay.add(transfer);
    return () => void this.#underWay.delete(transfer);
  }

  /** A load, or a part of one, was given to this address; `mac`: null when nobody can tell whose that is. */
  noteLoad(address: string, mac: MacAddress | null, at: SteadyMs): void {
    this.#loadsAt.set(address, at);
    if (mac === null) this.#namelessAt = Math.max(this.#namelessAt, at);
  }

  /**
   * Whether the phone may be at something: it is being sent to, or its address is, or one that may be its own. Who took a load without a name may be any
   * phone that was not heard since; `heardAt`: when it was, null where it never was.
   */
  mayConcern(mac: MacAddress, address: string | null, heardAt: SteadyMs | null, now: SteadyMs): boolean {
    for (const one of this.#underWay) {
      if (one.mac === null || one.mac === mac || one.address === address) return true;
    }
    const loadAt = (address === null ? undefined : this.#loadsAt.get(address)) ?? Number.NEGATIVE_INFINITY;
    const isHeardSince = heardAt !== null && heardAt > this.#namelessAt;
    return now - (isHeardSince ? loadAt : Math.max(loadAt, this.#namelessAt)) <= WRITES_MS;
  }
}
