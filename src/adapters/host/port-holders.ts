import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PortHolder } from '../../core/doctor/seen.ts';

/** So many processes, and descriptors of each, are looked through (invented). */
const MOST = 8_192;
/** Columns of /proc/net/udp (Linux, Documentation/networking/proc_net_tcp.rst). */
const [LOCAL, INODE] = [1, 9];

/**
 * Processes that have a UDP port, as far as this user may see them; null where the system does not tell who has ports. `proc` is
 * another folder in tests.
 */
export async function portHolders(port: number, proc = '/proc'): Promise<readonly PortHolder[] | null> {
  const tables = await Promise.all(['udp', 'udp6'].map((name) => readOrNull(join(proc, 'net', name))));
  if (tables.every((table) => table === null)) return null;
  const inodes = new Set(tables.flatMap((table) => inodesOf(table ?? '', port)));
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

function inodesOf(table: string, port: number): readonly string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const inode = columns[INODE];
    return columns[LOCAL]?.endsWith(`:${hex}`) === true && inode !== undefined ? [`socket:[${inode}]`] : [];
  });
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
