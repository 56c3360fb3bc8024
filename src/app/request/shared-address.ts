import { BoundedMap } from '../../core/bounded-map.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { normalizeAddress } from '../../core/who/address.ts';
import type { BindingTable } from '../../core/who/bindings.ts';
import { isMadeUp, othersNamedAt } from '../../core/who/routers.ts';

/** Phones, and addresses, of which something is remembered here (invented). */
const MOST = 16_384;

/** Where a phone was for certain, and when. */
interface Met {
  readonly address: string;
  readonly at: SteadyMs;
}

/**
 * What speaks for and against several phones being behind one address: a router or a container's bridge has a MAC, too, and neither a lease nor
 * the neighbour table tells that from a phone's.
 */
export class SharedAddress {
  readonly #table: BindingTable;
  readonly #met = new BoundedMap<MacAddress, Met>(MOST);
  /** Phones that a lease or the neighbour table has had at an address: who named itself there without that was behind somebody else. */
  readonly #had = new BoundedMap<string, true>(MOST);

  constructor(table: BindingTable) {
    this.#table = table;
  }

  /** It asked from there: by its name, or as a lease or the neighbour table has it. */
  meet(mac: MacAddress, address: string, at: SteadyMs): void {
    this.#met.set(mac, { address, at });
  }

  /** A lease or the neighbour table has this phone at the address. */
  noteTold(mac: MacAddress, address: string): void {
    this.#had.set(keyOf(mac, address), true);
  }

  /** Whether a lease or the neighbour table has had this phone at the address. */
  wasToldAt(mac: MacAddress, address: string): boolean {
    return this.#had.has(keyOf(mac, address));
  }

  /** Whether it has said its name, here or elsewhere: no router ever does. */
  hasSaidItsName(mac: MacAddress): boolean {
    return this.#table.homes.has(mac);
  }

  /** Phones other than this one that named themselves there within a day. */
  othersAt(address: string, mac: MacAddress | null, at: SteadyMs): readonly MacAddress[] {
    return othersNamedAt(this.#table, address, mac, at);
  }

  /** Whether a MAC that never said its name is that of no phone, or of one behind whose address others were heard within a day. */
  isRouter(mac: MacAddress, address: string, at: SteadyMs): boolean {
    return isMadeUp(mac) || this.othersAt(address, mac, at).some((other) => !this.#had.has(keyOf(other, address)));
  }

  /** The other address at which a phone was heard last, within a day or the given time; null where there is none. */
  elsewhere(mac: MacAddress, address: string, at: SteadyMs, withinMs = this.#table.limits.sharedMs): string | null {
    const met = this.#met.get(mac) ?? this.#table.homes.get(mac);
    if (met === undefined || at - met.at > withinMs) return null;
    return spelt(met.address) === spelt(address) ? null : met.address;
  }
}

function keyOf(mac: MacAddress, address: string): string {
  return `${mac} ${spelt(address)}`;
}

function spelt(address: string): string {
  return normalizeAddress(address) ?? address;
}
