import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { LINUX } from './libc.ts';

/** The most bytes that a name or a control message of either family takes, rounded up. */
export const NAME_BYTES = 32;
export const CONTROL_BYTES = 64;

/** Bytes of `struct sockaddr_in` and `struct sockaddr_in6`. */
const V4_NAME = 16;
const V6_NAME = 28;
/** Bytes of a control message with `struct in_pktinfo` and `struct in6_pktinfo`, with and without what fills them up. */
const V4_CONTROL = 28;
const V4_CONTROL_SPACE = 32;
const V6_CONTROL = 36;
const V6_CONTROL_SPACE = 40;

/** Addresses remembered in both spellings; what the network chooses must not grow the memory (invented). */
const MOST_REMEMBERED = 10_000;

/** How the system writes an address of a family, beside the text that everybody else uses. */
export interface Names {
  readonly family: number;
  readonly nameBytes: number;
  readonly controlBytes: number;
  /** The address that lies in memory there, as text. */
  text(memory: Buffer, at: number): string;
  port(memory: Buffer, at: number): number;
  /** Writes address and port of a peer, or of ours. */
  write(memory: Buffer, at: number, address: string, port: number): void;
  /** The address of ours that a datagram came to, out of its control message; null where it has none. */
  local(memory: Buffer, at: number, bytes: number): string | null;
  /** Writes the control message that has a datagram come from that address. */
  writeLocal(memory: Buffer, at: number, address: string): void;
}

export const V4_NAMES: Names = {
  family: LINUX.AF_INET,
  nameBytes: V4_NAME,
  controlBytes: V4_CONTROL_SPACE,
  text: (memory, at) => v4Text(memory.readUInt32BE(at + 4)),
  port: (memory, at) => memory.readUInt16BE(at + 2),
  write(memory, at, address, port) {
    memory.writeUInt16LE(LINUX.AF_INET, at);
    memory.writeUInt16BE(port, at + 2);
    memory.writeUInt32BE(v4Number(address), at + 4);
  },
  local(memory, at, bytes) {
    if (bytes < V4_CONTROL || memory.readInt32LE(at + 12) !== LINUX.IP_PKTINFO) return null;
    // `ipi_spec_dst`: also for a broadcast an address that can be answered from.
    return v4Text(memory.readUInt32BE(at + 20));
  },
  writeLocal(memory, at, address) {
    writeHead(memory, at, V4_CONTROL, LINUX.IPPROTO_IP, LINUX.IP_PKTINFO);
    memory.writeUInt32LE(0, at + 16);
    memory.writeUInt32BE(v4Number(address), at + 20);
    memory.writeUInt32LE(0, at + 24);
  },
};

export const V6_NAMES: Names = {
  family: LINUX.AF_INET6,
  nameBytes: V6_NAME,
  controlBytes: V6_CONTROL_SPACE,
  text: (memory, at) => v6Text(memory, at + 8, memory.readUInt32LE(at + 24)),
  port: (memory, at) => memory.readUInt16BE(at + 2),
  write(memory, at, address, port) {
    const { bytes, scope } = v6Bytes(address);
    memory.writeUInt16LE(LINUX.AF_INET6, at);
    memory.writeUInt16BE(port, at + 2);
    memory.writeUInt32LE(0, at + 4);
    memory.set(bytes, at + 8);
    memory.writeUInt32LE(scope, at + 24);
  },
  local(memory, at, bytes) {
    if (bytes < V6_CONTROL || memory.readInt32LE(at + 12) !== LINUX.IPV6_PKTINFO) return null;
    const isOfOneLink = memory[at + 16] === 0xfe && ((memory[at + 17] ?? 0) & 0xc0) === 0x80;
    return v6Text(memory, at + 16, isOfOneLink ? memory.readUInt32LE(at + 32) : 0);
  },
  writeLocal(memory, at, address) {
    const { bytes, scope } = v6Bytes(address);
    writeHead(memory, at, V6_CONTROL, LINUX.IPPROTO_IPV6, LINUX.IPV6_PKTINFO);
    memory.set(bytes, at + 16);
    memory.writeUInt32LE(scope, at + 32);
  },
};

/** The names of the family that an address is of. */
export function namesOf(address: string): Names {
  return address.includes(':') ? V6_NAMES : V4_NAMES;
}

/** `struct cmsghdr`. */
function writeHead(memory: Buffer, at: number, bytes: number, level: number, type: number): void {
  memory.writeUInt32LE(bytes, at);
  memory.writeUInt32LE(0, at + 4);
  memory.writeInt32LE(level, at + 8);
  memory.writeInt32LE(type, at + 12);
}

/** A map for what is cheap to find out again: full, it begins anew. */
function remember<K, V>(known: Map<K, V>, key: K, value: V): V {
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, value);
  return value;
}

const v4Texts = new Map<number, string>();
const v4Numbers = new Map<string, number>();

function v4Text(number: number): string {
  const known = v4Texts.get(number);
  if (known !== undefined) return known;
  const text = `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
  return remember(v4Texts, number, text);
}

function v4Number(text: string): number {
  const known = v4Numbers.get(text);
  if (known !== undefined) return known;
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return remember(v4Numbers, text, ((a << 24) | (b << 16) | (c << 8) | d) >>> 0);
}

const v6Texts = new Map<string, string>();
const v6Numbers = new Map<string, { readonly bytes: Uint8Array; readonly scope: number }>();

function v6Text(memory: Buffer, at: number, scope: number): string {
  const key = `${memory.toString('latin1', at, at + 16)}${scope}`;
  const known = v6Texts.get(key);
  if (known !== undefined) return known;
  const groups = Array.from({ length: 8 }, (_, group) => memory.readUInt16BE(at + 2 * group));
  const text = scope === 0 ? groupsText(groups) : `${groupsText(groups)}%${interfaceName(scope)}`;
  return remember(v6Texts, key, text);
}

/** RFC 5952: the longest run of zeros, of two at least and the first of several, is left out. */
function groupsText(groups: readonly number[]): string {
  let start = -1;
  let longest = 1;
  for (let from = 0; from < 8; from += 1) {
    let length = 0;
    while (from + length < 8 && groups[from + length] === 0) length += 1;
    if (length > longest) {
      start = from;
      longest = length;
    }
  }
  const text = (some: readonly number[]) => some.map((group) => group.toString(16)).join(':');
  return start < 0 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + longest))}`;
}

function v6Bytes(text: string): { readonly bytes: Uint8Array; readonly scope: number } {
  const known = v6Numbers.get(text);
  if (known !== undefined) return known;
  const [address = '', zone = ''] = text.split('%');
  const [head = '', tail = null] = address.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').flatMap(groupBytes));
  const first = groups(head);
  const last = tail === null ? [] : groups(tail);
  const bytes = new Uint8Array(16);
  if (isIPv6(address)) {
    bytes.set(first);
    bytes.set(last, 16 - last.length);
  }
  return remember(v6Numbers, text, { bytes, scope: zone === '' ? 0 : interfaceIndex(zone) });
}

/** One group, or an IPv4 address in place of the last two. */
function groupBytes(group: string): number[] {
  if (group.includes('.')) return group.split('.').map(Number);
  const number = Number.parseInt(group, 16);
  return [number >> 8, number & 255];
}

// Only addresses of one link have a zone, and each interface that has such an address tells its index.
function interfaceName(index: number): string {
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    if (entries?.some((entry) => entry.family === 'IPv6' && entry.scopeid === index)) return name;
  }
  return String(index);
}

function interfaceIndex(zone: string): number {
  const entries = networkInterfaces()[zone] ?? [];
  for (const entry of entries) if (entry.family === 'IPv6' && entry.scopeid > 0) return entry.scopeid;
  return /^\d+$/.test(zone) ? Number(zone) : 0;
}
