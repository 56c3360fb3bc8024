import { readFile } from 'node:fs/promises';
import type { WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isLeaseAlive } from '../../core/who/lease.ts';
import { parseProcNetArp } from '../../core/who/neighbours.ts';
import type { Log } from '../../ports/log.ts';
import { LeaseFile } from './leases.ts';

/** Who serves reads the same files, and tells what is wrong with them. */
const QUIET: Log = { error() {}, warn() {}, info() {}, debug() {} };

/** The IPv4 addresses that devices have now, by their MACs. */
export type LeasedPhones = ReadonlyMap<MacAddress, string>;

/**
 * Gives what lease files and the neighbour table of this machine know; where both do, the lease file is believed. What cannot be read is
 * left out.
 */
export function leasedPhones(readArp: () => Promise<string> = readArpFile) {
  let files: readonly LeaseFile[] = [];
  return async (paths: readonly string[], now: WallMs): Promise<LeasedPhones> => {
    files = paths.map((path) => files.find((file) => file.path === path) ?? new LeaseFile(path, QUIET));
    const [arp] = await Promise.all([readArp(), ...files.map((file) => file.refresh())]);
    const found = new Map<MacAddress, string>();
    for (const { mac, address } of parseProcNetArp(arp)) found.set(mac, address);
    for (const { reading } of files) {
      for (const lease of reading.entries.values()) {
        if (lease === null || !isLeaseAlive(lease, now) || lease.address.includes(':')) continue;
        found.set(lease.mac, lease.address);
      }
    }
    return found;
  };
}

function readArpFile(): Promise<string> {
  return readFile('/proc/net/arp', 'latin1').catch(() => '');
}
