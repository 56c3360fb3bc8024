import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { BindingLimits } from '../../core/who/bindings.ts';
import type { AddressBook } from '../../ports/address-book.ts';
import type { SharedAddress } from './shared-address.ts';

/**
 * Who is not heard at its address for so long may have moved behind another device (invented: twice the longest time for which a phone is silent while it
 * writes its flash, java-phones 3.5 R12). A landed phone is silent for days.
 */
const STAYS_MS = 30 * 60_000;

/** Somebody who looks by hand: a question under the name of a phone, from a machine that is not it. */
export interface Posing {
  readonly as: MacAddress;
  /** Where that phone is, as the neighbour table or a lease had it. */
  readonly home: string;
  /** Whose address the question came from, as the neighbour table has it; null for the machine of the server. */
  readonly owner: MacAddress | null;
}

/** Tells machines that ask under the name of a phone from the phone. */
export class Posers {
  readonly #book: AddressBook;
  readonly #shared: SharedAddress;
  readonly #limits: BindingLimits;
  readonly #isLanded: (mac: MacAddress) => boolean;

  constructor(book: AddressBook, shared: SharedAddress, limits: BindingLimits, isLanded: (mac: MacAddress) => boolean) {
    this.#book = book;
    this.#shared = shared;
    this.#limits = limits;
    this.#isLanded = isLanded;
  }

  /**
   * Who asks under this name, where it is another machine: the neighbour table has that one at the address, or it is the server's own, and the phone was
   * heard lately at another one, which is told to be its. A phone behind a bridge or a router that puts its own MAC there was not, or has moved there.
   */
  async look(mac: MacAddress, address: string, at: SteadyMs): Promise<Posing | null> {
    const withinMs = this.#isLanded(mac) ? this.#limits.sharedMs : STAYS_MS;
    const home = this.#shared.elsewhere(mac, address, at, withinMs);
    if (home === null) return null;
    await this.#book.refresh();
    if (!this.#isAtHome(mac, home)) return null;
    const posing = { as: mac, home };
    if (this.#book.isOfThisMachine(address)) return { ...posing, owner: null };
    if (this.#isToldAt(address, mac) || this.#neighbourAt(address) === undefined) return null;
    await this.#book.weigh(address);
    const other = this.#neighbourAt(address);
    // The phone may have taken its address.
    const isOld = other?.freshAt !== undefined && at - other.freshAt > this.#limits.ageMs.name;
    return other === undefined || this.#isToldAt(address, mac) || isOld ? null : { ...posing, owner: other.mac };
  }

  /** The table forgets a phone within seconds while that is dark: it was told there once, and nobody else is by now. */
  #isAtHome(mac: MacAddress, home: string): boolean {
    if (this.#isToldAt(home, mac)) return true;
    return this.#shared.wasToldAt(mac, home) && this.#book.lookup(home).length === 0;
  }

  #isToldAt(address: string, mac: MacAddress): boolean {
    return this.#book.lookup(address).some((entry) => entry.mac === mac);
  }

  #neighbourAt(address: string) {
    return this.#book.lookup(address).find(({ source }) => source === 'neighbour');
  }
}
