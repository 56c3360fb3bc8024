import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../core/errors.ts';

/** A tftpd-hpa that runs as a server of its own. */
export interface RunningTftpd {
  readonly pid: number;
  readonly map: string;
}

/** What the kernel calls it. */
export const TFTPD = 'in.tftpd';

/** Finds the tftpd-hpa of this network that gives out a folder; rejects with AppError `E_REDIRECT_REFUSED` where there is none that can be told. */
export async function runningTftpd(root: string): Promise<RunningTftpd> {
  const here = await netOf('self');
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of all) {
    if ((await wordOf(pid, 'comm')) !== TFTPD || (await netOf(pid)) !== here) continue;
    const [, , , parent = ''] = (await wordOf(pid, 'stat')).split(' ');
    // It has a child for each transfer.
    if ((await wordOf(parent, 'comm')) === TFTPD) continue;
    const words = (await wordOf(pid, 'cmdline')).split('\0').filter((word) => word !== '');
    const { map, folders } = tftpdWords(words);
    if (!(await isAmong(root, folders)))
      throw refused(`in.tftpd gives out ${folders.join(', ') || 'no folder'}; name that with --root`);
    if (map === null)
      throw refused('in.tftpd has no map file; start it with --map-file /etc/tftpd.map, where an empty file will do');
    // It has gone to its folder before it reads the map.
    return { pid: Number(pid), map: resolve(await readlink(`/proc/${pid}/cwd`).catch(() => '/'), map) };
  }
  throw refused(
    'no in.tftpd runs here as a server of its own (--listen); try "loadstep beside nft", which needs nothing of it',
  );
}

const WITH_VALUE = new Set('auUPmrBRtTSW');
/** Those of 5.2, and those that came with 7. */
const LONG_WITH_VALUE = new Set([
  ...['address', 'user', 'umask', 'pidfile', 'map-file', 'refuse', 'blocksize', 'port-range', 'timeout', 'retransmit'],
  ...['service', 'port', 'max-upload', 'max-size', 'path-prefix', 'map-steps', 'map-test', 'verbosity', 'reject'],
  ...['windowsize', 'window-bytes', 'ports', 'logfile', 'logformat'],
]);

/** What the words of its command line say (tftpd(8)). */
export function tftpdWords([, ...words]: readonly string[]): {
  readonly map: string | null;
  readonly folders: readonly string[];
} {
  let map: string | null = null;
  const folders: string[] = [];
  while (words.length > 0) {
    const word = words.shift() ?? '';
    const long = /^--([a-z0-9-]+)(?:=(.*))?$/.exec(word);
    if (long !== null) {
      const [, name = '', value] = long;
      const given = value ?? (LONG_WITH_VALUE.has(name) ? words.shift() : undefined);
      if (name === 'map-file') map = given ?? null;
    } else if (word.startsWith('-')) {
      const at = [...word].findIndex((letter, i) => i > 0 && WITH_VALUE.has(letter));
      if (at < 0) continue;
      const given = at < word.length - 1 ? word.slice(at + 1) : words.shift();
      if (word[at] === 'm') map = given ?? null;
    } else folders.push(word);
  }
  return { map, folders };
}

async function isAmong(root: string, folders: readonly string[]): Promise<boolean> {
  const real = await realpath(root).catch(() => root);
  for (const folder of folders) if ((await realpath(folder).catch(() => folder)) === real) return true;
  return false;
}

function wordOf(pid: string, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'latin1').then(
    (text) => text.trim(),
    () => '',
  );
}

function netOf(pid: string): Promise<string> {
  return readlink(`/proc/${pid}/ns/net`).catch(() => '');
}

function refused(why: string): AppError {
  return new AppError('E_REDIRECT_REFUSED', why);
}
