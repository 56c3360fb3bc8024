import { type MacAddress, parseMac } from '../names/mac-address.ts';
import { type Address, normalizeAddress } from './address.ts';

export interface Neighbour {
  readonly address: Address;
  readonly mac: MacAddress;
}

/** An entry with its age, as Linux keeps it. */
export interface AgedNeighbour extends Neighbour {
  /** Milliseconds since it was last certain that this MAC answers; at least so long, and never less. */
  readonly confirmedAgoMs: number;
  /** Milliseconds since the phone itself last spoke, or answered; no less. Null for an entry that a person set. */
  readonly heardAgoMs: number | null;
}

/** Linux <linux/if_arp.h>: hardware type 1 is Ethernet, flag 0x02 is a completed entry. */
const ETHERNET = '0x1';
const COMPLETED = 0x02;
/** Invented: a phone that moved leaves one old entry behind; a MAC with this many addresses is a router (proxy ARP). */
export const ROUTER_ADDRESSES = 3;
/** Invented, and less than what Linux dates a new entry back by (60 s): entries that were only left behind are older. */
export const ROUTER_WITHIN_MS = 60_000;

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

interface IpNeighbour {
  readonly dst?: unknown;
  readonly dev?: unknown;
  readonly lladdr?: unknown;
  readonly confirmed?: unknown;
  readonly updated?: unknown;
  readonly state?: unknown;
}

/**
 * Reads the output of `ip -s -j neigh`, whose ages are whole seconds, rounded down. An entry that a phone has just made by its own ARP
 * request is "updated" now and "confirmed" a minute ago; one that answered a probe is confirmed. Null when it is no such output.
 */
export function parseAgedNeighbours(text: string): AgedNeighbour[] | null {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(rows)) return null;
  const found: AgedNeighbour[] = [];
  for (const { dst, dev, lladdr, confirmed, updated, state } of rows as readonly IpNeighbour[]) {
    const states = Array.isArray(state) ? state : [];
    if (typeof dst !== 'string' || typeof lladdr !== 'string' || states.includes('FAILED')) continue;
    const address = normalizeAddress(/^fe[89ab]/i.test(dst) ? `${dst}%${String(dev)}` : dst);
    const mac = parseMac(lladdr);
    if (address === null || !mac.ok || !isSeconds(confirmed) || !isSeconds(updated)) continue;
    const confirmedAgoMs = (confirmed + 1) * 1000;
    const isSet = states.includes('PERMANENT') || states.includes('NOARP');
    const heardAgoMs = isSet ? null : Math.min(confirmedAgoMs, (updated + 1) * 1000);
    found.push({ address, mac: mac.value, confirmedAgoMs, heardAgoMs });
  }
  return found;
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** Which MACs answered for so many addresses at the same time that they are routers (proxy ARP), and no phone that moved. */
export function routersAmong(neighbours: readonly AgedNeighbour[]): ReadonlySet<MacAddress> {
  const recent = neighbours.filter(({ confirmedAgoMs }) => confirmedAgoMs < ROUTER_WITHIN_MS);
  return new Set([...addressesByMac(recent)].filter(([, all]) => all.size >= ROUTER_ADDRESSES).map(([mac]) => mac));
}

/** MACs that stand behind so many addresses that they may be routers: only the ages of the entries tell. */
export function suspectsAmong(neighbours: readonly Neighbour[]): ReadonlySet<MacAddress> {
  return new Set([...addressesByMac(neighbours)].filter(([, all]) => all.size >= ROUTER_ADDRESSES).map(([mac]) => mac));
}

function addressesByMac(neighbours: readonly Neighbour[]): ReadonlyMap<MacAddress, ReadonlySet<Address>> {
  const addressesOf = new Map<MacAddress, Set<Address>>();
  for (const { address, mac } of neighbours) {
    addressesOf.set(mac, (addressesOf.get(mac) ?? new Set()).add(address));
  }
  return addressesOf;
}

/** Neighbours by address, without addresses that are listed with two MACs (on two interfaces) and belong to neither. */
export function neighbourMap(neighbours: readonly Neighbour[]): ReadonlyMap<Address, MacAddress> {
  const map = new Map<Address, MacAddress>();
  const torn = new Set<Address>();
  for (const { address, mac } of neighbours) {
    const other = map.get(address);
    if (other !== undefined && other !== mac) torn.add(address);
    map.set(address, mac);
  }
  for (const address of torn) map.delete(address);
  return map;
}
