import type { WallMs } from '../moment.ts';
import type { MacAddress } from '../names/mac-address.ts';
import type { Address } from './address.ts';

/** One address that a DHCP server has given to one MAC. */
export interface Lease {
  readonly address: Address;
  readonly mac: MacAddress;
  /** Null when the lease never ends. */
  readonly endsAt: WallMs | null;
  /** When the server last gave or renewed it, by the server's clock; absent where the file does not say. */
  readonly givenAt?: WallMs;
  /** DHCP option 60 with its escapes undone; absent where the server does not record it. */
  readonly vendorClass?: string;
}

export type LeaseFormat = 'dnsmasq' | 'isc' | 'kea' | 'networkd' | 'udhcpd';

/** What one lease file says; the last entry of an address wins. */
export interface LeaseReading {
  /** Null when the text is none of the known formats; an empty file is a file without leases. */
  readonly format: LeaseFormat | null;
  /** Null where the last entry frees the address, or cannot be read. */
  readonly entries: ReadonlyMap<Address, Lease | null>;
  /** Entries that could not be read. */
  readonly damaged: number;
}

/** Collects entries in the order of the file. */
export interface LeaseCollector {
  readonly entries: Map<Address, Lease | null>;
  damaged: number;
}

/** Whether the lease still holds: a DHCP server writes the wall's time. */
export function isLeaseAlive(lease: Lease, now: WallMs): boolean {
  return lease.endsAt === null || now < lease.endsAt;
}
