import type { SteadyMs } from '../core/moment.ts';
import type { MacAddress } from '../core/names/mac-address.ts';

/** What this machine or a DHCP server says about one address. Two entries that name different phones contradict each other. */
export interface AddressEntry {
  readonly mac: MacAddress;
  readonly source: 'neighbour' | 'lease';
  /** DHCP option 60 as the lease file recorded it, escapes undone; absent when it was not recorded. */
  readonly vendorClass?: string;
  /** The phone itself spoke to this source from the address then, or later. Absent when not known. */
  readonly freshAt?: SteadyMs;
}

/** An address that a DHCP server has given to a phone. */
export interface LeasedPlace {
  readonly address: string;
  /** The phone spoke to the server from there then, or later. */
  readonly freshAt: SteadyMs;
}

/** Who stands behind an address, as far as the neighbour table and DHCP lease files know. */
export interface AddressBook {
  /** Reads the sources for the first time; rejects with AppError `E_LEASES_UNREADABLE` when a lease file cannot be read. */
  start(): Promise<void>;
  /** Ends polling; nothing is read afterwards. */
  stop(): Promise<void>;
  /**
   * Resolves when `lookup` answers from a reading of the neighbour table that began after this call, and from lease files
   * that had not changed by then. Calls at the same time share one reading. Never rejects: trouble is logged.
   */
  refresh(): Promise<void>;
  /**
   * Resolves when `lookup` also knows how old the neighbour table's entry for this address is, from a reading that began after this
   * call, where there is one and the machine can tell. It may start a process: for an address of which the sources do not agree.
   * Never rejects.
   */
  weigh(address: string): Promise<void>;
  /** Every entry for the address as last read; empty when nobody knows it. Costs nothing; reads nothing. */
  lookup(address: string): readonly AddressEntry[];
  /** Where leases have this MAC, with when the phone last spoke to the DHCP server from there; none whose time nobody tells. As `lookup`. */
  leasesOf(mac: MacAddress): readonly LeasedPlace[];
  /** Whether it is an address of the machine of the server, and not of its loopback. */
  isOfThisMachine(address: string): boolean;
}
