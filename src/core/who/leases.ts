import { parseMac } from '../names/mac-address.ts';
import { normalizeAddress } from './address.ts';
import type { LeaseCollector, LeaseFormat, LeaseReading } from './lease.ts';

const DNSMASQ_LINE = /^(\d{1,15}) (\S+) (\S+) (\S+)(?: (\S+))?$/;
const DNSMASQ_DUID = /^duid [0-9a-fA-F:]+$/;
const OTHER_HARDWARE = /^[0-9a-fA-F]{2}-[0-9a-fA-F:]*$/;
const ISC_START = /^(#.*dhcpd|authoring-byte-order|server-duid|lease\s+\S+\s*\{|host\s|failover\s|ia-[a-z]+\s|group\s)/;
const KEA_HEADER = /^address,(hwaddr|duid),/;
/** Kea 2.6 and later: 0 is a lease in use; 1 declined, 2 expired and reclaimed, 3 released. */
const KEA_IN_USE = '0';
const KEA_FOREVER = 0xffff_ffff;

/** Several files of one server, oldest first, read as if they were one: Kea leaves such a row while it cleans up. */
export function mergeReadings(readings: readonly LeaseReading[]): LeaseReading {
  const entries = new Map(readings.flatMap((reading) => [...reading.entries]));
  const damaged = readings.reduce((sum, reading) => sum + reading.damaged, 0);
  return { format: readings.at(-1)?.format ?? null, entries, damaged };
}

/** The first lines decide: a comment or a damaged line in front is passed over. */
export function formatOf(text: string): LeaseFormat | null {
  for (const line of text.slice(0, 65_536).split('\n')) {
    const trimmed = line.trim();
    if (KEA_HEADER.test(trimmed)) return 'kea';
    if (ISC_START.test(trimmed)) return 'isc';
    if (DNSMASQ_DUID.test(trimmed) || DNSMASQ_LINE.test(trimmed)) return 'dnsmasq';
  }
  return null;
}

/** `expiry mac address hostname client-id`; expiry 0 never ends. DHCPv6 lines carry an IAID where the MAC would be. */
export function readDnsmasq(text: string, into: LeaseCollector): void {
  for (const line of linesOf(text)) {
    if (DNSMASQ_DUID.test(line)) continue;
    const match = DNSMASQ_LINE.exec(line);
    const address = normalizeAddress(match?.[3] ?? '');
    if (match === null || address === null) {
      into.damaged++;
      continue;
    }
    if (address.includes(':')) continue;
    const hardware = match[2] ?? '';
    const mac = parseMac(hardware);
    into.entries.set(address, null);
    // A hardware type other than Ethernet stands before the address (`06-…`): no phone, and the address is not free.
    if (OTHER_HARDWARE.test(hardware)) continue;
    if (!mac.ok) {
      into.damaged++;
      continue;
    }
    const expiry = Number(match[1]);
    into.entries.set(address, { address, mac: mac.value, endsAt: expiry === 0 ? null : expiry * 1000 });
  }
}

/** Where the cells of a row are that Kea wrote, by the names in its header. */
export type Columns = ReadonlyMap<string, number>;

/**
 * Columns are found by their header, which grew with the versions; a row with lifetime 0 deletes the lease. Takes the columns of
 * what came before and gives those for what follows.
 */
export function readKea(text: string, into: LeaseCollector, before: Columns): Columns {
  let columns = before;
  for (const line of linesOf(text)) {
    if (KEA_HEADER.test(line)) {
      columns = new Map(line.split(',').map((name, index) => [name, index]));
      continue;
    }
    if (line.startsWith('#')) continue;
    const cells = line.split(',');
    const cell = (name: string) => cells[columns.get(name) ?? -1] ?? '';
    const address = normalizeAddress(cell('address'));
    if (address === null) {
      into.damaged++;
      continue;
    }
    into.entries.set(address, null);
    const mac = parseMac(cell('hwaddr'));
    const isCounted = /^\d{1,10}$/.test(cell('valid_lifetime')) && /^\d{1,15}$/.test(cell('expire'));
    const isState = columns.has('state') ? /^\d{1,2}$/.test(cell('state')) : true;
    if (!isCounted || !isState) {
      into.damaged++;
      continue;
    }
    const lifetime = Number(cell('valid_lifetime'));
    const isInUse = !columns.has('state') || cell('state') === KEA_IN_USE;
    if (lifetime === 0 || !isInUse) continue;
    // A client that sent no hardware address, such as a DHCPv6 one, cannot be tied to a phone; nothing is damaged.
    if (cell('hwaddr') === '') continue;
    if (!mac.ok) {
      into.damaged++;
      continue;
    }
    const expire = Number(cell('expire'));
    const endsAt = lifetime === KEA_FOREVER ? null : expire * 1000;
    into.entries.set(address, { address, mac: mac.value, endsAt, givenAt: (expire - lifetime) * 1000 });
  }
  return columns;
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
