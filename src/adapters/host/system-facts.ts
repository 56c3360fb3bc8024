import { readFile, statfs } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** CAP_NET_BIND_SERVICE of capability.h. */
const BIND_SERVICE = 10n;
/** What Linux starts with (ip-sysctl). */
const FIRST_FREE_PORT = 1024;

/** Whether this process may take ports below the first free one; null where the system does not tell. */
export async function mayTakeLowPorts(proc = '/proc'): Promise<boolean | null> {
  const status = await readFile(join(proc, 'self', 'status'), 'latin1').catch(() => '');
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return mask === undefined ? null : ((BigInt(`0x${mask}`) >> BIND_SERVICE) & 1n) === 1n;
}

/** The first port that every user may take. */
export async function firstFreePort(proc = '/proc'): Promise<number> {
  const path = join(proc, 'sys', 'net', 'ipv4', 'ip_unprivileged_port_start');
  const text = await readFile(path, 'latin1').catch(() => '');
  return /^\d+$/.test(text.trim()) ? Number(text) : FIRST_FREE_PORT;
}

/** The interfaces with one of the addresses, and the largest packet of each in bytes; null where the system does not tell. */
export async function interfacesWith(
  addresses: readonly string[],
  sys = '/sys',
): Promise<readonly { readonly name: string; readonly mtu: number | null }[]> {
  const names = Object.entries(networkInterfaces())
    .filter(([, list]) => list?.some(({ address }) => addresses.includes(address)) === true)
    .map(([name]) => name);
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(sys, 'class', 'net', name, 'mtu'), 'latin1').catch(() => '');
      return { name, mtu: /^\d+$/.test(text.trim()) ? Number(text) : null };
    }),
  );
}

/** Room for a user without special rights on the disk of a folder, in bytes; null where nobody can tell. */
export async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
