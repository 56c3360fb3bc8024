import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Address } from '../../core/who/address.ts';
import { neighbourMap, parseIpNeigh, parseProcNetArp } from '../../core/who/neighbours.ts';

/** Gives the text of a table, or null where this machine has none. */
export type TableReader = () => Promise<string | null>;

/** The machine's neighbour table: who answered for an address on the networks it is attached to. */
export class NeighbourTable {
  readonly #readV4: TableReader;
  readonly #readV6: TableReader;
  #map: ReadonlyMap<Address, MacAddress> = new Map();
  /** A process is started for IPv6 only once an IPv6 address has asked for something. */
  #wantsV6 = false;

  constructor(readV4: TableReader = readArpFile, readV6: TableReader = askIpCommand) {
    this.#readV4 = readV4;
    this.#readV6 = readV6;
  }

  /** Reads the table again; what cannot be read is empty. */
  async refresh(): Promise<void> {
    const [v4, v6] = await Promise.all([this.#readV4(), this.#wantsV6 ? this.#readV6() : null]);
    this.#map = neighbourMap([...parseProcNetArp(v4 ?? ''), ...parseIpNeigh(v6 ?? '')]);
  }

  lookup(address: Address): MacAddress | null {
    if (address.includes(':')) this.#wantsV6 = true;
    return this.#map.get(address) ?? null;
  }
}

/** Linux keeps the IPv4 table in a file; other systems have none, and nothing is known there. */
async function readArpFile(): Promise<string | null> {
  return readFile('/proc/net/arp', 'latin1').catch(() => null);
}

function askIpCommand(): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('ip', ['-6', 'neigh'], { timeout: 1000, maxBuffer: 4 * 1024 * 1024 }, (error, stdout) =>
      resolve(error === null ? stdout : null),
    );
  });
}
