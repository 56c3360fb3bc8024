import { type MacAddress, parseMac } from '../names/mac-address.ts';
import { type Address, normalizeAddress } from './address.ts';

export interface Neighbour {
  readonly address: Address;
  readonly mac: MacAddress;
}

/** Linux <linux/if_arp.h>: hardware type 1 is Ethernet, flag 0x02 is a completed entry. */
const ETHERNET = '0x1';
const COMPLETED = 0x02;
/** Invented: a phone that moved leaves one old entry behind; a MAC with this many addresses is a router (proxy ARP). */
export const ROUTER_ADDRESSES = 3;

/** Reads `/proc/net/arp`; unfinished entries and lines of another shape are left out. */
export function parseProcNetArp(text: string): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (const line of text.split('\n')) {
    const [ip = '', type, flags = '', hardware = ''] = line.trim().split(/\s+/);
    const address = normalizeAddress(ip);
    const mac = parseMac(hardware);
    if (address === null || !mac.ok || type !== ETHERNET) continue;
    if (!/^0x[0-9a-f]+$/i.test(flags) || (Number.parseInt(flags, 16) & COMPLETED) === 0) continue;
    neighbours.push({ address, mac: mac.value });
  }
  return neighbours;
}

/** Reads the output of `ip -6 neigh`; link-local addresses get the zone that sockets show (`fe80::1%eth0`). */
export function parseIpNeigh(text: string): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    const after = (word: string) => words[words.indexOf(word, 1) + 1] ?? '';
    if (!words.includes('lladdr') || !words.includes('dev')) continue;
    if (words.includes('FAILED') || words.includes('INCOMPLETE')) continue;
    const bare = words[0] ?? '';
    const address = normalizeAddress(/^fe[89ab]/i.test(bare) ? `${bare}%${after('dev')}` : bare);
    const mac = parseMac(after('lladdr'));
    if (address !== null && mac.ok) neighbours.push({ address, mac: mac.value });
  }
  return neighbours;
}

/**
 * Neighbours by address, without those that identify nobody: a MAC behind many addresses is a router that answers for
 * others, and an address listed with two MACs (on two interfaces) belongs to neither.
 */
export function neighbourMap(neighbours: readonly Neighbour[]): ReadonlyMap<Address, MacAddress> {
  const addressesOf = new Map<MacAddress, Set<Address>>();
  const macsOf = new Map<Address, Set<MacAddress>>();
  for (const { address, mac } of neighbours) {
    addressesOf.set(mac, (addressesOf.get(mac) ?? new Set()).add(address));
    macsOf.set(address, (macsOf.get(address) ?? new Set()).add(mac));
  }
  const map = new Map<Address, MacAddress>();
  for (const { address, mac } of neighbours) {
    const isRouter = (addressesOf.get(mac)?.size ?? 0) >= ROUTER_ADDRESSES;
    if (!isRouter && macsOf.get(address)?.size === 1) map.set(address, mac);
  }
  return map;
}
