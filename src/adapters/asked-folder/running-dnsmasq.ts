import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { mixesFiles } from '../../core/beside/dnsmasq-version.ts';
import { AppError } from '../../core/errors.ts';

/** What the kernel calls it. */
export const DNSMASQ = 'dnsmasq';
/** It only prints a few lines (invented). */
const LIMIT_MS = 2_000;

/** Whether a program that runs may be trusted with files of several phones, by file of the program. */
const trusted = new Map<string, Promise<boolean>>();

/** Whether this process is a dnsmasq that gives each phone what was asked for. */
export async function givesWhatIsAsked(pid: number): Promise<boolean> {
  const program = `/proc/${pid}/exe`;
  const file = await stat(program).catch(() => null);
  if (file === null) return false;
  const key = `${file.dev} ${file.ino} ${file.mtimeMs}`;
  const known = trusted.get(key) ?? versionOf(program).then((told) => !mixesFiles(told));
  trusted.set(key, known);
  return known;
}

/** Rejects with AppError `E_REDIRECT_REFUSED` where a dnsmasq of this network may mix up files. */
export async function checkDnsmasq(): Promise<void> {
  const here = await readlink('/proc/self/ns/net').catch(() => '');
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const name = await readFile(`/proc/${pid}/comm`, 'latin1').catch(() => '');
    if (name.trim() !== DNSMASQ || (await readlink(`/proc/${pid}/ns/net`).catch(() => '')) !== here) continue;
    if (!(await givesWhatIsAsked(Number(pid)))) throw new AppError('E_REDIRECT_REFUSED', MIXES_FILES);
  }
}

export const MIXES_FILES =
  'this dnsmasq is 2.92 or newer, or does not say what it is: it may answer a phone with a file that another one has asked for, so that nobody knows which load a phone is shown; use "loadstep beside nft" or "loadstep beside iptables", or dnsmasq 2.91 or older';

function versionOf(program: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: LIMIT_MS }, (_error, stdout) => resolve(stdout));
  });
}
