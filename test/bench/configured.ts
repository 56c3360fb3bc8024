/**
 * `npm run bench:configured`: phones that are landed and configured by one server, in turn with as many that are only landed.
 *
 *   --phones N   how many phones (1000)
 *   --runs N     runs of each kind, in turn; the middle one counts (3)
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineSeconds, processorSeconds } from './process-tree.ts';

const { values } = parseArgs({ options: { phones: { type: 'string' }, runs: { type: 'string' } } });
const PHONES = Number(values.phones ?? 1000);
const RUNS = Number(values.runs ?? 3);
const TARGET = 'P0S3-08-11-00';
const CLI = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
/** The few lines that name a load are shorter, a configuration is longer. */
const CONFIGURATION_BYTES = 500;
const FIRST_MAC = '0018B9000001';

interface Run {
  readonly seconds: number;
  /** Of the server, for a phone. */
  readonly costMs: number;
  readonly restarts: number;
  /** What of the machine's processors neither server nor phones took. */
  readonly others: number;
}

const folder = mkdtempSync(join(tmpdir(), 'loadstep-configured-'));
const at = (name: string) => join(folder, name);
const macOf = (phone: number) => (0x0018b9000001 + phone).toString(16).toUpperCase().padStart(12, '0');
/** Its address on the loopback; 127.10.0.1 is the first one's. */
const addressOf = (phone: number) => `127.10.${(phone + 1) >> 8}.${(phone + 1) & 255}`;
const macs = Array.from({ length: PHONES }, (_, phone) => macOf(phone));
const keys = ['--accounts-key', at('accounts.key')];
const cli = (words: readonly string[]) =>
  spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });

async function done(words: readonly string[]): Promise<void> {
  const child = cli(words);
  child.stdout.resume();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`loadstep ${words.join(' ')} ended with ${code}`);
}

/**
 * From the power until the last phone has landed, or has its configuration. A lease tells who has which address, as in an office. Nobody restarts a
 * phone, but for one that has had nothing to do for five minutes.
 */
async function convert(isConfigured: boolean, name: string): Promise<Run> {
  const record = ['--db', at(`${name}.db`)];
  await done(['enroll', '--from-csv', at('list.csv'), '--target', TARGET, ...record]);
  await done(['accounts', 'import', at('accounts.csv'), ...record, ...keys]);
  const wish = isConfigured ? ['--configure', '--pbx', '192.0.2.10', '--zone', 'Europe/Berlin', ...keys] : [];
  const place = ['--firmware', at('fw'), '--leases', at('leases'), '--listen', '127.0.0.1:0', '--json', ...record];
  const server = cli(['serve', ...place, ...wish]);
  const there = new Set<string>();
  let [restarts, tell]: [number, () => void] = [0, () => {}];
  const all = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const arrive = (mac: string) => {
    there.add(mac);
    if (there.size === PHONES) tell();
  };
  let open: (port: number) => void = () => {};
  const listening = new Promise<number>((resolve) => {
    open = resolve;
  });
  createInterface(server.stdout).on('line', (line) => {
    if (line.includes('"server.listening"')) open(JSON.parse(line).port);
    if (!isConfigured && line.includes('"event":"phone.landed"')) arrive(JSON.parse(line).mac);
  });
  const port = await listening;
  const [begun, costBefore, started] = [machineSeconds(), processorSeconds([server.pid ?? 0]), Date.now()];
  const kinds = ['--count', String(PHONES), '--mix', '7940:P0030301MFG2=1', '--restart-idle', '2400'];
  const who = ['--first-address', addressOf(0), '--first-mac', FIRST_MAC];
  const pace = ['--speed', '8', '--network-speed', '1', '--for', '900'];
  const phones = cli(['emulate', 'bench', ...kinds, ...who, ...pace, '--server', `127.0.0.1:${port}`, '--json']);
  createInterface(phones.stdout).on('line', (line) => {
    if (line.includes('"idle-restart"')) restarts += 1;
    if (!isConfigured || !line.includes('"file.got"') || !line.includes('"SIP0')) return;
    const { bytes, mac } = JSON.parse(line);
    if (bytes > CONFIGURATION_BYTES) arrive(mac);
  });
  await Promise.race([all, once(phones, 'close')]);
  const seconds = (Date.now() - started) / 1000;
  const costs = [server, phones].map(({ pid }) => processorSeconds([pid ?? 0]));
  const [cost = 0, emulating = 0] = [(costs[0] ?? 0) - costBefore, costs[1]];
  const over = machineSeconds();
  const others = (over.busy - begun.busy - cost - emulating) / (over.all - begun.all);
  if (there.size < PHONES) throw new Error(`only ${there.size} of ${PHONES} phones came to their end`);
  for (const child of [phones, server]) {
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  }
  return { seconds, costMs: (cost / PHONES) * 1000, restarts, others };
}

const middle = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

try {
  await done(['emulate', 'firmware', '--out', at('fw'), '--release', 'P0S3-05-3-00', '--release', TARGET]);
  writeFileSync(at('list.csv'), `mac\n${macs.join('\n')}\n`);
  const pairs = (mac: string) => mac.replace(/(..)(?!$)/g, '$1:').toLowerCase();
  const until = Math.floor(Date.now() / 1000) + 86_400;
  writeFileSync(at('leases'), macs.map((mac, k) => `${until} ${pairs(mac)} ${addressOf(k)} * *\n`).join(''));
  const rows = macs.map((mac, k) => `${mac},${1000 + k},s3cretPW\n`);
  writeFileSync(at('accounts.csv'), `mac,extension,password\n${rows.join('')}`);
  const runs: Record<'landed' | 'configured', Run[]> = { landed: [], configured: [] };
  for (let run = 0; run < RUNS; run += 1) {
    runs.landed.push(await convert(false, `landed-${run}`));
    runs.configured.push(await convert(true, `configured-${run}`));
  }
  const show = (name: string, of: (run: Run) => number, digits: number, unit: string) => {
    const [landed, configured] = [middle(runs.landed.map(of)), middle(runs.configured.map(of))];
    const figures = [landed, configured].map((one) => `${one.toFixed(digits)} ${unit}`.padStart(12)).join('');
    const times = landed === 0 ? '' : `${(configured / landed).toFixed(2)} x`;
    process.stdout.write(`${name.padEnd(44)}${figures}${times.padStart(10)}\n`);
  };
  process.stdout.write(`${`${PHONES} phones, middle of ${RUNS}`.padEnd(44)}      landed  configured\n`);
  show('time for all', ({ seconds }) => seconds, 1, 's');
  show('processor time of the server for a phone', ({ costMs }) => costMs, 1, 'ms');
  show('restarts by hand', ({ restarts }) => restarts, 0, '');
  show('share of the machine that others took', ({ others }) => others * 100, 0, '%');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
