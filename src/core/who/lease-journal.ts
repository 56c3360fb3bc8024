import type { Address } from './address.ts';
import { readIscLeases } from './isc-leases.ts';
import type { Lease, LeaseFormat, LeaseReading } from './lease.ts';
import { type Columns, formatOf, readDnsmasq, readKea } from './leases.ts';

/**
 * A lease file of dnsmasq, ISC dhcpd or Kea (memfile), told apart by content, as far as it was read; total: any text gives a value. A
 * large one is read a piece at a time, and on from its end when its server has appended to it.
 * In whatever pieces it is read, it says what it says as a whole.
 */
export class LeaseJournal implements LeaseReading {
  readonly entries = new Map<Address, Lease | null>();
  format: LeaseFormat | null = null;
  /** The beginning of a file tells its format, or nothing does. */
  #isTold = false;
  #columns: Columns = new Map();
  #damagedBefore = 0;
  #damagedAtEnd = 0;

  get damaged(): number {
    return this.#damagedBefore + this.#damagedAtEnd;
  }

  /**
   * Reads what follows, all there is of it or a piece; comes back with the number of characters that need not be given again. The rest, an entry that may not be
   * whole yet, counts as it is until it is given again with what follows it.
   */
  read(text: string, isAll: boolean): number {
    if (!this.#isTold) this.format = formatOf(text);
    this.#isTold ||= text.trim() !== '';
    // In the middle of a file an entry longer than all that was given is none: it is not waited for.
    const end = this.#startOfLast(text) || (isAll ? 0 : text.length);
    this.#damagedBefore += this.#parse(text.slice(0, end));
    this.#damagedAtEnd = this.#parse(text.slice(end));
    return end;
  }

  #startOfLast(text: string): number {
    return text.lastIndexOf(this.format === 'isc' ? '\nlease ' : '\n') + 1;
  }

  /** How many entries could not be read. */
  #parse(text: string): number {
    const into = { entries: this.entries, damaged: 0 };
    if (this.format === 'isc') readIscLeases(text, into);
    if (this.format === 'kea') this.#columns = readKea(text, into, this.#columns);
    if (this.format === 'dnsmasq') readDnsmasq(text, into);
    if (this.format === null && text.trim() !== '') into.damaged = 1;
    return into.damaged;
  }
}
