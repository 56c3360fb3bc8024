import type { MacAddress } from '../core/names/mac-address.ts';

/** What this machine or a DHCP server says about one address. Two entries that name different phones contradict each other. */
export interface AddressEntry {
  readonly mac: MacAddress;
  readonly source: 'neighbour' | 'lease';
  /** DHCP option 60 as the lease file recorded it, escapes undone; absent when it was not recorded. */
  readonly vendorClass?: string;
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
  /** Every entry for the address as last read; empty when nobody knows it. Costs nothing; reads nothing. */
  lookup(address: string): readonly AddressEntry[];
}
