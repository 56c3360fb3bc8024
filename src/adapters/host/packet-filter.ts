import { execFile } from 'node:child_process';
import type { Seen } from '../../core/doctor/seen.ts';

/** Rules of a router with many sets are some megabytes (invented). */
const MOST_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 3_000;

/** What prints the rules and changes nothing, the newer program first. */
const PROGRAMS = [
  { program: 'nft', words: ['list', 'ruleset'] },
  { program: 'iptables', command: 'iptables-save', words: [] },
] as const;

/** Gives what a program prints, or null when it is not there or may not tell this user. */
export type Printer = (command: string, words: readonly string[]) => Promise<string | null>;

/** The rules of the packet filter; null when no program tells them to this user. */
export async function packetFilter(print: Printer = printed): Promise<Seen['filter']> {
  let empty: Seen['filter'] = null;
  for (const { program, words, ...more } of PROGRAMS) {
    const rules = await print('command' in more ? more.command : program, words);
    if (rules === null) continue;
    // Old rules of iptables are not among those of nft.
    if (rules.trim() !== '') return { program, rules };
    empty ??= { program, rules: '' };
  }
  return empty;
}

function printed(command: string, words: readonly string[]): Promise<string | null> {
  // Users who are not root seldom have the folders of these programs.
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
  return new Promise((resolve) => {
    execFile(command, [...words], { timeout: TIMEOUT_MS, maxBuffer: MOST_BYTES, env }, (error, stdout) =>
      resolve(error === null ? stdout : null),
    );
  });
}
