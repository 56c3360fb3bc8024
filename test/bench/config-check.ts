/**
 * `npm run bench:config`: how long `config check` takes for a tree of configurations, beside xmllint, which only looks whether XML is well-formed.
 *
 *   --files N      configurations in the tree (1000)
 *   --runs N       runs of each program, in turn; the middle one counts (5)
 *   --mutations N  in place of that: read N broken files, and throw at none
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { check } from '../config-check/checked.ts';
import { mutated, SEEDS } from '../config-check/mutate.ts';
import { generated, SIP_PHONES, wishFor } from '../support/phone-config.ts';

const { values } = parseArgs({
  options: { files: { type: 'string' }, runs: { type: 'string' }, mutations: { type: 'string' } },
});
const CLI = fileURLToPath(new URL('../../src/cli/main.cjs', import.meta.url));
const FILES = Number(values.files ?? 1000);
const RUNS = Number(values.runs ?? 5);
const FIRST_MAC = 0x0018_b9c0_0000;

if (values.mutations === undefined) compare();
else readBroken(Number(values.mutations));

function compare(): void {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-config-check-'));
  try {
    const { all, xml, bytes } = write(folder);
    const whole = [process.execPath, CLI, 'config', 'check', folder];
    const ours = [process.execPath, CLI, 'config', 'check', ...xml];
    const rows = [
      ['config check, whole tree', all.length, () => timed(whole)],
      ['config check, XML only', xml.length, () => timed(ours)],
      ['loadstep --version', 0, () => timed([process.execPath, CLI, '--version'])],
      ['xmllint --noout, all at once', xml.length, () => timed(['xmllint', '--noout', ...xml])],
      [
        'xmllint --noout, one by one',
        xml.length,
        () => xml.reduce((sum, one) => sum + timed(['xmllint', '--noout', one]), 0),
      ],
    ] as const;
    print(`${all.length} files, ${xml.length} of them XML`, `${Math.round(bytes / 1000)} kB`);
    const spent = rows.map((): number[] => []);
    for (let run = 0; run < RUNS; run += 1)
      for (const [at, [, , measure]] of rows.entries()) spent[at]?.push(measure());
    for (const [at, [name]] of rows.entries()) {
      const sorted = (spent[at] ?? []).toSorted((a, b) => a - b);
      print(name, `${((sorted[Math.floor(sorted.length / 2)] ?? 0) * 1000).toFixed(0)} ms`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Configurations as `configure` writes them, for every phone and load of the matrix in turn, each with a MAC of its own. */
function write(folder: string): { all: string[]; xml: string[]; bytes: number } {
  const [all, xml]: [string[], string[]] = [[], []];
  let bytes = 0;
  for (let at = 0; at < FILES; at += 1) {
    const [model, load] = SIP_PHONES[at % SIP_PHONES.length] ?? ['7960', 'P0S3-8-12-00'];
    const mac = (FIRST_MAC + at).toString(16).toUpperCase().padStart(12, '0') as MacAddress;
    const wish = wishFor(model, load);
    const { files } = generated({
      ...wish,
      phone: { ...wish.phone, mac },
      account: wish.account && { ...wish.account, mac },
    });
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name);
      if (name.includes('/')) continue;
      writeFileSync(path, text);
      if (!name.includes(mac)) continue;
      bytes += text.length;
      all.push(path);
      if (name.endsWith('.xml')) xml.push(path);
    }
  }
  return { all, xml, bytes };
}

/** Seconds that a program takes, its output thrown away. */
function timed([program = '', ...words]: readonly string[]): number {
  const before = performance.now();
  const run = spawnSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (run.error !== undefined || run.status !== 0) throw run.error ?? new Error(`${program} ended with ${run.status}`);
  return (performance.now() - before) / 1000;
}

function readBroken(count: number): void {
  const before = performance.now();
  let [findings, passedOver] = [0, 0];
  for (let seed = 0; seed < count; seed += 1) {
    const [name, text] = SEEDS[seed % SEEDS.length] ?? ['', ''];
    try {
      findings += check(name, mutated(text, seed)).length;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('passed over')) throw error;
      passedOver += 1;
    }
  }
  const seconds = (performance.now() - before) / 1000;
  print(`${count} broken files`, `${seconds.toFixed(1)} s`);
  print('findings, files passed over', `${findings}, ${passedOver}`);
}

function print(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(40)} ${value.padStart(12)}\n`);
}
