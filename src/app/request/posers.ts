import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { AddressBook } from '../../ports/address-book.ts';
import type { SharedAddress } from './shared-address.ts';

/** Somebody who looks by hand: a question under the name of a phone, from a machine that is not it. */
export interface Posing {
  readonly as: MacAddress;
  /** Where that phone is, as the neighbour table or a lease has it. */
  readonly home: string;
  /** Whose address the question came from, as the neighbour table has it; null for the machine of the server. */
  readonly owner: MacAddress | null;
}

/** Tells machines that ask under the name of a phone from the phone. */
export class Posers {
  readonly #book: AddressBook;
  readonly #shared: SharedAddress;
  readonly #freshMs: number;

  /** `freshMs`: what the neighbour table has heard longer ago may be gone. */
  constructor(book: AddressBook, shared: SharedAddress, freshMs: number) {
    this.#book = book;
    this.#shared = shared;
    this.#freshMs = freshMs;
  }

  /**
   * Who asks under this name, where it is another machine: the neighbour table has that one at the address, or it is the server's own, and the phone was
   * heard within a day at another one, which is told to be its. A phone behind a bridge or a router that puts its own MAC there was not.
   */
  async look(mac: MacAddress, address: string, at: SteadyMs): Promise<Posing | null> {
    const home = this.#shared.elsewhere(mac, address, at);
    if (home === null) return null;
    await this.#book.refresh();
    if (!this.#isToldAt(home, mac)) return null;
    if (this.#book.isOfThisMachine(address)) return { as: mac, home, owner: null };
    if (this.#isToldAt(address, mac) || this.#neighbourAt(address) === undefined) return null;
    await this.#book.weigh(address);
    const other = this.#neighbourAt(address);
    // The phone may have taken its address.
    const isOld = other?.freshAt !== undefined && at - other.freshAt > this.#freshMs;
    return other === undefined || this.#isToldAt(address, mac) || isOld ? null : { as: mac, home, owner: other.mac };
  }

  #isToldAt(address: string, mac: MacAddress): boolean {
    return this.#book.lookup(address).some((entry) => entry.mac === mac);
  }

  #neighbourAt(address: string) {
    return this.#book.lookup(address).find(({ source }) => source === 'neighbour');
  }
}
