import { execFile } from 'node:child_process';
import {
  IPTABLES_TABLES,
  iptablesChain,
  iptablesEndText,
  iptablesJump,
  iptablesPhonesText,
} from '../../core/beside/iptables-text.ts';
import { nftEndText, nftPhonesText, nftTable, nftTableText } from '../../core/beside/nft-text.ts';
import type { RedirectPlace } from '../../core/beside/redirect-place.ts';
import { AppError } from '../../core/errors.ts';
import { type PortRedirect, REDIRECT_LIFE_MS } from '../../ports/port-redirect.ts';

const NOBODY = { macs: [], addresses: [] };

/** A table of nftables, changed by `nft`. */
export function nftRedirect(place: RedirectPlace, run: Runner = ran): PortRedirect {
  const nft = (text: string) => run('nft', ['-f', '-'], text);
  let isLaid = false;
  return {
    where: `table ${nftTable(place)} of nftables`,
    async check() {
      const trouble = await run('nft', ['--check', '-f', '-'], nftTableText(place, NOBODY, REDIRECT_LIFE_MS));
      if (trouble !== null) throw refused('nft', 'nftables', trouble);
    },
    async direct(phones, onMissing) {
      // Whoever loads the rules of this machine again takes the table away with the rest.
      if (isLaid && (await nft(nftPhonesText(place, phones, REDIRECT_LIFE_MS))) === null) return;
      if (isLaid) onMissing?.();
      isLaid = false;
      const trouble = await nft(nftTableText(place, phones, REDIRECT_LIFE_MS));
      if (trouble !== null) throw refused('nft', 'nftables', trouble);
      isLaid = true;
    },
    end: async () => void (await nft(nftEndText(place))),
  };
}

/** A chain of iptables, changed by `iptables` and `iptables-restore`; `wall` is the machine's clock. */
export function iptablesRedirect(place: RedirectPlace, wall: () => number, run: Runner = ran): PortRedirect {
  const restore = (text: string) => run('iptables-restore', ['--noflush', '--wait', '2'], text);
  const jump = (how: string, table: (typeof IPTABLES_TABLES)[number]) =>
    run('iptables', ['-w', '2', '-t', table, how, ...iptablesJump(place)], '');
  const layJumps = async (onMissing?: () => void) => {
    for (const table of IPTABLES_TABLES) {
      if ((await jump('-C', table)) === null) continue;
      onMissing?.();
      // First, since the first rule that rewrites a packet wins.
      const trouble = await jump('-I', table);
      if (trouble !== null) return trouble;
    }
    return null;
  };
  return {
    where: `chain ${iptablesChain(place)} of iptables`,
    async check() {
      const trouble = await run('iptables-restore', ['--test', '--noflush'], iptablesPhonesText(place, NOBODY, ''));
      if (trouble !== null) throw refused('iptables', 'iptables', trouble);
    },
    async direct(phones, onMissing) {
      const until = new Date(wall() + REDIRECT_LIFE_MS).toISOString();
      const lay = async () => (await restore(iptablesPhonesText(place, phones, until))) ?? (await layJumps(onMissing));
      // Whoever loads the rules of this machine again in the midst of it takes the chain away before anything leads there.
      const trouble = (await lay()) === null ? null : await lay();
      if (trouble !== null) throw refused('iptables', 'iptables', trouble);
    },
    async end() {
      for (const table of IPTABLES_TABLES) await jump('-D', table);
      await restore(iptablesEndText(place));
    },
  };
}

/** Gives why a program did not do what it was to do with the text on its standard input; null when it did. */
export type Runner = (program: string, words: readonly string[], text: string) => Promise<Trouble | null>;

/** Why a program did not do it. */
export interface Trouble {
  readonly code: 'missing' | 'other';
  readonly said: string;
}

const TIMEOUT_MS = 5_000;
const NO_RIGHT = /Operation not permitted|Permission denied|must be root/i;

function refused(program: string, debian: string, { code, said }: Trouble): AppError {
  const other = program === 'nft' ? 'iptables' : 'nft';
  if (code === 'missing') {
    return new AppError(
      'E_REDIRECT_REFUSED',
      `there is no program ${program} here; install ${debian}, or try "loadstep beside ${other}"`,
    );
  }
  if (NO_RIGHT.test(said)) {
    return new AppError(
      'E_REDIRECT_REFUSED',
      `this user may not change the packet filter; run loadstep as root, or give its service CAP_NET_ADMIN (see docs/beside.md)`,
    );
  }
  return new AppError('E_REDIRECT_REFUSED', `${program} refused to redirect the phones: ${said}`);
}

function ran(program: string, words: readonly string[], text: string): Promise<Trouble | null> {
  // Users who are not root seldom have the folders of these programs.
  const env = { LC_ALL: 'C', PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
  return new Promise((resolve) => {
    const child = execFile(program, [...words], { timeout: TIMEOUT_MS, env }, (error, _, stderr) => {
      if (error === null) return resolve(null);
      const [first = ''] = stderr.split('\n').filter((line) => line.trim() !== '');
      if (error.code === ('ENOENT' as unknown)) return resolve({ code: 'missing', said: '' });
      resolve({ code: 'other', said: first === '' ? String(error.message) : first.trim() });
    });
    // A program that was not started, or that read nothing, says so itself.
    child.stdin?.on('error', () => {});
    child.stdin?.end(text);
  });
}
