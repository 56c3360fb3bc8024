import { readdir, readFile, readlink } from 'node:fs/promises';
import { SocketAddress } from 'node:net';
import { endianness } from 'node:os';
import { join } from 'node:path';
import type { PortHolder } from '../../core/doctor/seen.ts';

/** So many processes, and descriptors of each, are looked through (invented). */
const MOST = 8_192;
/** Columns of /proc/net/udp (Linux, Documentation/networking/proc_net_tcp.rst). */
const [LOCAL, INODE] = [1, 9];

/** A place to listen at; an IPv6 address may name its interface after a `%`. */
interface Place {
  readonly address: string;
  readonly port: number;
}

/** Open UDP sockets by the family of their table. */
interface Tables {
  readonly v4: readonly OpenSocket[];
  readonly v6: readonly OpenSocket[];
}

interface OpenSocket {
  /** As the system would print it. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/**
 * Processes whose UDP sockets are in the way of one that would listen at this place, as far as this user may see them; null where the system
 * does not tell who has ports. `proc` is another folder in tests.
 */
export async function portHolders(place: Place, proc = '/proc'): Promise<readonly PortHolder[] | null> {
  const tables = await openSockets(place.port, proc);
  if (tables === null) return null;
  const inodes = new Set(inTheWay(place.address, tables).map(({ inode }) => `socket:[${inode}]`));
  if (inodes.size === 0) return [];
  const holders: PortHolder[] = [];
  const pids = (await namesIn(proc)).filter((name) => /^\d+$/.test(name)).slice(0, MOST);
  for (const pid of pids) {
    if (!(await hasSocket(join(proc, pid, 'fd'), inodes))) continue;
    const name = (await readOrNull(join(proc, pid, 'comm')))?.trim() ?? '?';
    holders.push({ pid: Number(pid), name });
  }
  return holders;
}

/** Whether anybody has this UDP port at any address; null where the system does not tell. */
export async function isPortTaken(port: number, proc = '/proc'): Promise<boolean | null> {
  const tables = await openSockets(port, proc);
  return tables === null ? null : tables.v4.length + tables.v6.length > 0;
}

async function openSockets(port: number, proc: string): Promise<Tables | null> {
  const [v4, v6] = await Promise.all(['udp', 'udp6'].map((name) => readOrNull(join(proc, 'net', name))));
  if (v4 === null && v6 === null) return null;
  const at = (table: string | null | undefined) => socketsIn(table ?? '').filter((socket) => socket.port === port);
  return { v4: at(v4), v6: at(v6) };
}

function inTheWay(listen: string, { v4, v6 }: Tables): readonly OpenSocket[] {
  if (listen === '::') return [...v4, ...v6];
  if (listen.includes(':')) {
    const own = printed(listen.replace(/%.*$/, ''));
    return v6.filter(({ address }) => address === '::' || address === own);
  }
  const isAny = listen === '0.0.0.0';
  const over4 = v4.filter(({ address }) => isAny || address === '0.0.0.0' || address === listen);
  // A socket of IPv6 that takes IPv4, too, leaves room for none beside it: where there is one, that of IPv6 takes IPv6 alone.
  if (over4.length > 0) return over4;
  return v6.filter(
    ({ address }) => address === '::' || (isAny ? /^::ffff:.*\./.test(address) : address === `::ffff:${listen}`),
  );
}

function socketsIn(table: string): readonly OpenSocket[] {
  return table.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [, digits = '', port = ''] = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(columns[LOCAL] ?? '') ?? [];
    const inode = columns[INODE];
    const address = addressIn(digits);
    return address === null || inode === undefined ? [] : [{ address, port: Number.parseInt(port, 16), inode }];
  });
}

/** An address as the tables have it: words of 32 bits, each in the byte order of the machine. */
function addressIn(digits: string): string | null {
  const words = (digits.match(/.{8}/g) ?? []).map((word) => word.match(/../g) ?? []);
  const bytes = words.flatMap((word) => (endianness() === 'LE' ? word.reverse() : word));
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  return bytes.length === 16 ? printed((bytes.join('').match(/.{4}/g) ?? []).join(':')) : null;
}

/** An IPv6 address in the one spelling that the system gives it. */
function printed(address: string): string {
  return new SocketAddress({ address, family: 'ipv6' }).address;
}

async function hasSocket(folder: string, inodes: ReadonlySet<string>): Promise<boolean> {
  for (const name of (await namesIn(folder)).slice(0, MOST)) {
    const target = await readlink(join(folder, name)).catch(() => '');
    if (inodes.has(target)) return true;
  }
  return false;
}

/** What may not be read has no names. */
function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

function readOrNull(path: string): Promise<string | null> {
  return readFile(path, 'latin1').catch(() => null);
}
