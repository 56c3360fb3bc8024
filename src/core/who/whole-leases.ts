import type { WallMs } from '../moment.ts';
import { type MacAddress, parseMac } from '../names/mac-address.ts';
import { type Address, normalizeAddress } from './address.ts';
import type { Lease, LeaseFormat, LeaseReading } from './lease.ts';

/** Ethernet, among the kinds of hardware that DHCP knows (RFC 2132 9.14). */
const ETHERNET = 1;

/**
 * A lease file that says nothing before it is read whole: that of BusyBox's udhcpd, which is binary, or of systemd-networkd, which is one object of
 * JSON. Bytes are given as Latin-1. Null where it is neither.
 */
export function readWholeLeases(bytes: string): LeaseReading | null {
  return readUdhcpd(bytes) ?? readNetworkd(bytes);
}

/** `struct dyn_lease` of BusyBox 1.35: the seconds that are left, address, MAC, name of 20 bytes, and two bytes that are nothing. */
const LEASE_BYTES = 36;
const HEAD_BYTES = 8;
/** Before 2001 and after 2106 nobody wrote one. */
const [FIRST_SECOND, LAST_SECOND] = [1_000_000_000, 0xffff_ffff];

/** udhcpd writes when it wrote, in seconds, and then each lease; all numbers have their greatest byte first. */
function readUdhcpd(bytes: string): LeaseReading | null {
  const count = (bytes.length - HEAD_BYTES) / LEASE_BYTES;
  if (count < 0 || !Number.isInteger(count) || !bytes.startsWith('\0\0\0\0')) return null;
  const writtenAt = numberAt(bytes, 4);
  if (writtenAt < FIRST_SECOND || writtenAt > LAST_SECOND) return null;
  const entries = new Map<Address, Lease | null>();
  for (let i = 0; i < count; i++) {
    const at = HEAD_BYTES + i * LEASE_BYTES;
    const address = addressOf(bytesAt(bytes, at + 4, 4));
    const mac = macOf(bytesAt(bytes, at + 8, 6));
    if (address === null) continue;
    // An address that is kept for nobody has a MAC of zeros.
    const endsAt = (writtenAt + numberAt(bytes, at)) * 1000;
    entries.set(address, mac === null ? null : { address, mac, endsAt });
  }
  return readingOf('udhcpd', entries, 0);
}

/** What systemd-networkd keeps of a lease, as far as it is needed (sd-dhcp-server-lease.c). */
interface NetworkdLease {
  readonly Address?: unknown;
  readonly ClientId?: unknown;
  readonly HardwareAddressType?: unknown;
  readonly HardwareAddress?: unknown;
  readonly ExpirationRealtimeUSec?: unknown;
}

function readNetworkd(text: string): LeaseReading | null {
  if (!/^\s*\{/.test(text)) return null;
  let all: unknown;
  try {
    all = JSON.parse(text);
  } catch {
    return null;
  }
  const { Leases: leases, BootID: boot } = all as { readonly Leases?: unknown; readonly BootID?: unknown };
  // Without a lease the list is left out.
  if (!Array.isArray(leases)) return typeof boot === 'string' ? readingOf('networkd', new Map(), 0) : null;
  const entries = new Map<Address, Lease | null>();
  let damaged = 0;
  for (const one of leases as readonly (NetworkdLease | null)[]) {
    const address = addressOf(numbersIn(one?.Address));
    const ends = one?.ExpirationRealtimeUSec;
    if (one === null || address === null || typeof ends !== 'number') {
      damaged++;
      continue;
    }
    const mac = macOf(hardwareOf(one));
    // A client that names itself by something else than its card: somebody has the address, and nobody knows who.
    entries.set(address, mac === null ? null : { address, mac, endsAt: Math.floor(ends / 1000) as WallMs });
  }
  return readingOf('networkd', entries, damaged);
}

/** Older versions keep only what the client calls itself, which for most phones is the kind of its hardware and the MAC. */
function hardwareOf({
  HardwareAddressType: kind,
  HardwareAddress: hardware,
  ClientId: id,
}: NetworkdLease): readonly number[] {
  if (kind === ETHERNET) return numbersIn(hardware);
  const numbers = kind === undefined ? numbersIn(id) : [];
  return numbers[0] === ETHERNET ? numbers.slice(1) : [];
}

function readingOf(format: LeaseFormat, entries: LeaseReading['entries'], damaged: number): LeaseReading {
  return { format, entries, damaged };
}

function numbersIn(value: unknown): readonly number[] {
  if (!Array.isArray(value) || value.length > 255) return [];
  return value.every((one) => Number.isInteger(one) && one >= 0 && one <= 255) ? (value as number[]) : [];
}

function bytesAt(bytes: string, at: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => bytes.charCodeAt(at + i));
}

function numberAt(bytes: string, at: number): number {
  return bytesAt(bytes, at, 4).reduce((sum, byte) => sum * 256 + byte, 0);
}

function addressOf(bytes: readonly number[]): Address | null {
  return bytes.length === 4 ? normalizeAddress(bytes.join('.')) : null;
}

function macOf(bytes: readonly number[]): MacAddress | null {
  if (bytes.length !== 6 || bytes.every((byte) => byte === 0)) return null;
  const mac = parseMac(bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  return mac.ok ? mac.value : null;
}
