import type { MacAddress } from '../../core/names/mac-address.ts';
import { isLeaseAlive } from '../../core/who/lease.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { LeaseFile } from './leases.ts';

export interface LeasedAddressesOptions {
  /** Paths of lease files, as they are set now. */
  readonly paths: () => readonly string[];
  readonly clock: Pick<Clock, 'wall'>;
}

/** The address book reads the same files, and tells what is wrong with them. */
const QUIET: Log = { error() {}, warn() {}, info() {}, debug() {} };

/**
 * Finds the IPv4 addresses that these phones have by lease files, in order. An address that two files give to two devices is nobody's.
 */
export function leasedAddresses({ paths, clock }: LeasedAddressesOptions) {
  let files: readonly LeaseFile[] = [];
  return async (macs: readonly MacAddress[]): Promise<readonly string[]> => {
    const wanted = paths();
    files = wanted.map((path) => files.find((file) => file.path === path) ?? new LeaseFile(path, QUIET));
    await Promise.all(files.map((file) => file.refresh()));
    const wall = clock.wall();
    const holders = new Map<string, Set<MacAddress>>();
    for (const { reading } of files) {
      for (const lease of reading.entries.values()) {
        if (lease === null || !isLeaseAlive(lease, wall) || lease.address.includes(':')) continue;
        const its = holders.get(lease.address);
        if (its === undefined) holders.set(lease.address, new Set([lease.mac]));
        else its.add(lease.mac);
      }
    }
    const ours = new Set(macs);
    return [...holders]
      .filter(([, its]) => its.size === 1 && [...its].every((mac) => ours.has(mac)))
      .map(([address]) => address)
      .sort();
  };
}
