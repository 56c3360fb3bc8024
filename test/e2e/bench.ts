import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BENCH, type BenchPhone } from './bench-phones.ts';
import { midFlash } from './bench-story.ts';
import type { Child, Line } from './child.ts';
import { nextPhone } from './harness.ts';

/** One phone of the bench with its own MAC and address. */
export interface Seat extends BenchPhone {
  readonly mac: string;
  readonly address: string;
}

/** The bench phone by phone. */
export function seats(): readonly Seat[] {
  const shared = new Map<string, string>();
  return BENCH.flatMap((phone) =>
    Array.from({ length: phone.count ?? 1 }, () => {
      const { mac, address } = nextPhone();
      if (phone.behind === undefined) return { ...phone, mac, address };
      const common = shared.get(phone.behind) ?? address;
      shared.set(phone.behind, common);
      return { ...phone, mac, address: common };
    }),
  );
}

/** The list that the operator enrols from; its last line is no phone. */
export async function writeList(folder: string, all: readonly Seat[]): Promise<string> {
  const file = join(folder, 'phones.csv');
  const rows = all
    .filter(({ target }) => target !== null)
    .map(({ mac, target, title, stated, model, from = '' }) =>
      [mac, target, stated === true ? model : '', from, `"${title}"`].join(','),
    );
  await writeFile(file, ['mac,target,model,from,label', ...rows, 'NOT-A-MAC,P0S3-08-11-00,,,broken', ''].join('\n'));
  return file;
}

/** What a DHCP server knows of the phones that never name themselves. */
export async function writeLeases(folder: string, all: readonly Seat[]): Promise<string> {
  const file = join(folder, 'dnsmasq.leases');
  const colons = (mac: string) => mac.replace(/(..)(?!$)/g, '$1:').toLowerCase();
  const lines = all
    .filter(({ hasLease }) => hasLease === true)
    .map(({ mac, address }) => {
      return `0 ${colons(mac)} ${address} * *\n`;
    });
  await writeFile(file, lines.join(''));
  return file;
}

/** The same phones for `emulate bench --spec`. */
export async function writeSpec(folder: string, all: readonly Seat[], speed: number): Promise<string> {
  const file = join(folder, 'bench.json');
  const phones = all.map(({ model, load, mac, address, behind, deviation }) => ({
    ...{ model, mac, address, ...deviation },
    ...(load === null ? { bootLoader: true } : { load }),
    ...(behind === undefined ? {} : { nat: true }),
  }));
  await writeFile(file, JSON.stringify({ speed, restartIdle: 90, phones }));
  return file;
}

/** Resolves once the last that was told of every phone named is the state that is wanted. */
export async function untilEach(
  told: () => readonly Line[],
  server: Child,
  wanted: ReadonlyMap<string, string>,
): Promise<void> {
  await server.until((_, index, lines) => {
    if (index !== lines.length - 1) return false;
    const last = new Map<string, unknown>();
    for (const { mac, state } of told()) if (typeof mac === 'string' && state !== undefined) last.set(mac, state);
    return [...wanted].every(([mac, state]) => last.get(mac) === state);
  });
}

/** Resolves at a moment at which so many phones have landed and at least one is writing flash, by its own word and the server's. */
export async function untilKillable(server: Child, phones: Child, landings: number): Promise<void> {
  const landed = () => server.lines.filter((line) => line.event === 'phone.landed').length;
  await server.until((_, index, lines) => {
    if (index !== lines.length - 1) return false;
    return landed() >= landings && midFlash(phones.lines, server.lines).length > 0;
  });
}

/** Rejects as soon as one of these phones says that it was shown a load or got a file; resolves never. */
export async function noneShown(phones: Child, bystanders: ReadonlySet<string>): Promise<never> {
  const isHarm = ({ event, mac, isForMe }: Line) =>
    bystanders.has(String(mac)) && (event === 'file.got' || (event === 'load.shown' && isForMe === true));
  const shown = await phones.until(isHarm).catch(() => null);
  // The phones were stopped, since the test is over.
  if (shown === null) return new Promise<never>(() => {});
  throw new Error(`a bystander was shown something: ${JSON.stringify(shown)}`);
}
