import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { BoundedMap } from '../../core/bounded-map.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Address } from '../../core/who/address.ts';
import {
  type AgedNeighbour,
  neighbourMap,
  parseAgedNeighbours,
  parseIpNeigh,
  parseProcNetArp,
  ROUTER_WITHIN_MS,
  routersAmong,
  suspectsAmong,
} from '../../core/who/neighbours.ts';

/** Gives the text of a table, or null where this machine has none. */
export type TableReader = () => Promise<string | null>;

/** What the table says of one address. */
export interface NeighbourEntry {
  readonly mac: MacAddress;
  /** Milliseconds since the phone itself spoke from there, at most; null when that is not known. */
  readonly heardAgoMs: number | null;
}

/** A MAC that was once seen to answer for others does so for as long (invented). */
const ROUTER_MS = 24 * 3_600_000;
/** So many routers are remembered (invented). */
const MOST_ROUTERS = 1_024;

/** The machine's neighbour table: who answered for an address on the networks it is attached to. */
export class NeighbourTable {
  readonly #readV4: TableReader;
  readonly #readV6: TableReader;
  readonly #readAged: TableReader;
  readonly #now: () => number;
  #map: ReadonlyMap<Address, MacAddress> = new Map();
  #suspects: ReadonlySet<MacAddress> = new Set();
  #aged: { readonly at: number; readonly entries: ReadonlyMap<Address, AgedNeighbour> } | null = null;
  readonly #routers = new BoundedMap<MacAddress, number>(MOST_ROUTERS);
  /** A process is started for IPv6 only once an IPv6 address has asked for something. */
  #wantsV6 = false;

  constructor(
    readV4: TableReader = readArpFile,
    readV6: TableReader = () => askIp('-6', 'neigh'),
    readAged: TableReader = () => askIp('-s', '-j', 'neigh'),
    now: () => number = () => performance.now(),
  ) {
    this.#readV4 = readV4;
    this.#readV6 = readV6;
    this.#readAged = readAged;
    this.#now = now;
  }

  /** Reads the table again; what cannot be read is empty. */
  async refresh(): Promise<void> {
    const [v4, v6] = await Promise.all([this.#readV4(), this.#wantsV6 ? this.#readV6() : null]);
    const neighbours = [...parseProcNetArp(v4 ?? ''), ...parseIpNeigh(v6 ?? '')];
    this.#map = neighbourMap(neighbours);
    this.#suspects = suspectsAmong(neighbours);
  }

  /** Whether the table has an entry of which an age could say more. */
  isWeighable(address: Address): boolean {
    const mac = this.#map.get(address);
    return mac !== undefined && !this.#isRouter(mac);
  }

  /** Whether it answered for many addresses at the same time. */
  #isRouter(mac: MacAddress): boolean {
    const at = this.#routers.get(mac);
    return at !== undefined && this.#now() - at <= ROUTER_MS;
  }

  /** Reads how old the entries are; false where this machine cannot tell. */
  async weigh(): Promise<boolean> {
    const at = this.#now();
    const aged = parseAgedNeighbours((await this.#readAged()) ?? '');
    this.#aged = aged === null ? null : { at, entries: new Map(aged.map((one) => [one.address, one])) };
    for (const mac of routersAmong(aged ?? [])) this.#routers.set(mac, at);
    return aged !== null;
  }

  /**
   * Null for a MAC behind many addresses, as a router has (proxy ARP), unless it was weighed just now and is a phone that moved; and for
   * anybody who was seen to be a router.
   */
  lookup(address: Address): NeighbourEntry | null {
    if (address.includes(':')) this.#wantsV6 = true;
    const mac = this.#map.get(address);
    if (mac === undefined) return null;
    if (this.#isRouter(mac)) return null;
    const now = this.#now();
    const aged = this.#aged !== null && now - this.#aged.at < ROUTER_WITHIN_MS ? this.#aged : null;
    if (this.#suspects.has(mac) && aged === null) return null;
    const entry = aged?.entries.get(address);
    const isSame = aged !== null && entry?.mac === mac && entry.heardAgoMs !== null;
    return { mac, heardAgoMs: isSame ? (entry.heardAgoMs ?? 0) + now - aged.at : null };
  }
}

/** Linux keeps the IPv4 table in a file; other systems have none, and nothing is known there. */
async function readArpFile(): Promise<string | null> {
  return readFile('/proc/net/arp', 'latin1').catch(() => null);
}

function askIp(...words: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('ip', words, { timeout: 1000, maxBuffer: 4 * 1024 * 1024 }, (error, stdout) =>
      resolve(error === null ? stdout : null),
    );
  });
}
