/**
 * `npm run bench:bench`: emulated phones that all go from SCCP 3.1 to SIP 8.11 at once, and their record, filled to a million rows.
 *
 *   --phones N   how many phones (1000)
 *   --groups N   in so many groups, each emulated by a process of its own (one for every 1000 phones)
 *   --every S    the groups are powered on so many seconds after each other (20)
 *   --convert    only converts them: the record is not filled up and read
 *   --rows N     rows of the record (1000000)
 *   --at-once N  at most so many phones take a load at a time (no limit)
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { LoopDelay } from './loop-delay.ts';
import { machineSeconds, processorSeconds } from './process-tree.ts';

const { values } = parseArgs({
  options: {
    phones: { type: 'string' },
    groups: { type: 'string' },
    every: { type: 'string' },
    convert: { type: 'boolean', default: false },
    rows: { type: 'string' },
    'at-once': { type: 'string' },
  },
});
const PHONES = Number(values.phones ?? 1000);
const GROUPS = Number(values.groups ?? Math.ceil(PHONES / 1000));
const EVERY_MS = Number(values.every ?? 20) * 1000;
const ROWS = Number(values.rows ?? 1_000_000);
const LIMITS = values['at-once'] === undefined ? [] : ['--at-once', values['at-once']];
const TARGET = 'P0S3-08-11-00' as LoadName;
const CLI = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const DELAY = fileURLToPath(new URL('./loop-delay.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'loadstep-scale-'));
const at = (name: string) => join(folder, name);
const macOf = (phone: number) => (0x0018b9000001 + phone).toString(16).toUpperCase().padStart(12, '0') as MacAddress;
/** Its address on the loopback; 127.10.0.1 is the first one's. */
const addressOf = (phone: number) => `127.10.${(phone + 1) >> 8}.${(phone + 1) & 255}`;
const print = (name: string, value: string, goal = '') => {
  process.stdout.write(`${name.padEnd(52)} ${value.padStart(14)}  ${goal}\n`);
};

function cli(words: readonly string[], before: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const options = { env: { ...process.env, ...env } };
  return spawn(process.execPath, [...before, CLI, ...words], { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function done(words: readonly string[]): Promise<void> {
  const child = cli(words);
  child.stdout.resume();
  await once(child, 'close');
}

/** Asks the preloaded meter for its figures since the last time. */
async function loopDelay(pid: number): Promise<LoopDelay> {
  rmSync(at('delay.json'), { force: true });
  process.kill(pid, 'SIGUSR2');
  while (!existsSync(at('delay.json'))) await sleep(20);
  return JSON.parse(readFileSync(at('delay.json'), 'utf8'));
}

async function convert(): Promise<void> {
  await done(['emulate', 'firmware', '--out', at('fw'), '--release', 'P0S3-05-3-00', '--release', TARGET]);
  writeFileSync(at('list.csv'), `mac\n${Array.from({ length: PHONES }, (_, phone) => macOf(phone)).join('\n')}\n`);
  await done(['enroll', '--from-csv', at('list.csv'), '--target', TARGET, '--db', at('bench.db')]);
  const place = ['--db', at('bench.db'), '--firmware', at('fw'), '--listen', '127.0.0.1:0', '--json'];
  const env = { LOADSTEP_BENCH_LOOP_DELAY: at('delay.json'), LOADSTEP_BENCH_LOOP_OWN: '1' };
  const server = cli(['serve', ...place, ...LIMITS], ['--import', DELAY], env);
  let [landed, held] = [0, 0];
  let open: (port: number) => void = () => {};
  const listening = new Promise<number>((resolve) => {
    open = resolve;
  });
  server.stdout.pipe(createWriteStream(at('events.jsonl')));
  createInterface(server.stdout).on('line', (line) => {
    if (line.includes('"server.listening"')) open(JSON.parse(line).port);
    if (line.includes('"event":"phone.landed"')) landed++;
    if (line.includes('"event":"phone.held"')) held++;
  });
  const [port, pid] = [await listening, server.pid ?? 0];
  await sleep(500);
  await loopDelay(pid);
  const started = Date.now();
  let [asked, repeated] = [0, 0];
  const costBefore = processorSeconds([pid]);
  const begun = machineSeconds();
  const ended: Promise<number>[] = [];
  for (let group = 0; group < GROUPS; group++) {
    if (group > 0) await sleep(EVERY_MS);
    const [first, next] = [Math.round((PHONES * group) / GROUPS), Math.round((PHONES * (group + 1)) / GROUPS)];
    const kinds = ['--count', String(next - first), '--mix', '7940:P0030301MFG2=1'];
    const who = ['--first-address', addressOf(first), '--first-mac', macOf(first)];
    // Waits for an answer as long as real phones do; everything else eight times as fast.
    const pace = ['--speed', '8', '--network-speed', '1', '--until', TARGET, '--for', '900'];
    const phones = cli(['emulate', 'bench', ...kinds, ...who, ...pace, '--server', `127.0.0.1:${port}`, '--json']);
    createInterface(phones.stdout).on('line', (line) => {
      if (!line.includes('"file.asked"')) return;
      asked++;
      if (JSON.parse(line).attempt > 1) repeated++;
    });
    const pids = [phones.pid ?? 0];
    let busy = 0;
    const look = setInterval(() => {
      busy = Math.max(busy, processorSeconds(pids));
    }, 500);
    ended.push(
      once(phones, 'close').then(() => {
        clearInterval(look);
        return busy;
      }),
    );
  }
  const emulating = (await Promise.all(ended)).reduce((sum, one) => sum + one, 0);
  const seconds = (Date.now() - started) / 1000;
  const cost = processorSeconds([pid]) - costBefore;
  const over = machineSeconds();
  const others = (over.busy - begun.busy - cost - emulating) / (over.all - begun.all);
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  const delay = await loopDelay(pid);
  server.kill('SIGTERM');
  await once(server, 'close');
  print('growth a request, states and plans included', `${(sizeOf(at('bench.db')) / asked).toFixed(0)} bytes`);
  print('phones landed, held', `${landed}, ${held}`, `${PHONES}, 0`);
  print('time for all', `${seconds.toFixed(0)} s`);
  print('processor time of the server for a phone', `${((cost / PHONES) * 1000).toFixed(1)} ms`);
  print('share of the machine that others took', `${(others * 100).toFixed(0)} %`);
  print('requests, of them repeated', `${asked}, ${repeated}`, 'no storm');
  print('memory of the server at its peak', `${peak.toFixed(0)} MB`, 'below 250 MB');
  print('event loop delay p50, p99', `${delay.p50.toFixed(1)}, ${delay.p99.toFixed(1)} ms`);
  print('event loop delay, longest', `${delay.max.toFixed(0)} ms`, 'below 50 ms');
  print('the same, less waiting for a processor', `${delay.maxOwn.toFixed(0)} ms`, 'below 50 ms');
}

/** Bytes of the database, its log included. */
const sizeOf = (path: string) =>
  [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);

/** Fills the record that the conversion left up to a million rows, with what polling phones ask. */
async function remember(): Promise<void> {
  const path = at('bench.db');
  const store = openStore({ path, mode: 'server' });
  const [rows, before] = [store.lastSequence(), sizeOf(path)];
  const start = Date.now() - 30 * 86_400_000;
  for (let row = rows; row < ROWS; ) {
    const turn: Promise<void>[] = [];
    for (let k = 0; k < 500 && row < ROWS; k++, row += 2) {
      const mac = macOf((row >> 1) % PHONES);
      const peer = `10.0.${row % 4}.${row % 250}:${49_152 + (row % 16_000)}`;
      const place = {
        mac,
        file: `SIP${mac}.cnf`,
        peer,
        state: 'landed',
        hop: 3,
        hops: 3,
        load: TARGET,
        target: TARGET,
      };
      const asked: HistoryEvent = { event: 'file.requested', at: start + row * 2, ...place, size: 29 };
      const sent: HistoryEvent = { ...asked, event: 'file.sent', at: asked.at + 1, bytes: 29, tookMs: 4 };
      turn.push(store.commit({ mac, events: [asked, sent] }));
    }
    await Promise.all(turn);
  }
  const filled = store.lastSequence();
  store.close();
  const bytes = (sizeOf(path) - before) / ((filled - rows) / 2);
  const reader = openStore({ path, mode: 'reader' });
  const timed = (name: string, work: () => unknown) => {
    const began = performance.now();
    work();
    print(name, `${(performance.now() - began).toFixed(0)} ms`, 'below 100 ms');
  };
  timed(`status of ${PHONES} phones, ${filled} rows`, () => reader.phones().map(statusOf));
  timed(`history of one phone, ${filled} rows`, () => [...reader.history({ mac: macOf(7) })]);
  reader.close();
  for (const words of [
    ['--version'],
    ['status', '--json'],
    ['status', '--json', '--mac', macOf(7)],
    ['history', '--json', '--mac', macOf(7)],
  ]) {
    const times: number[] = [];
    for (let run = 0; run < 9; run++) {
      const began = performance.now();
      await done(words[0] === '--version' ? words : [...words, '--db', path]);
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    print(`as a command, median of 9: ${words.join(' ')}`, `${times[4]?.toFixed(0)} ms`, 'below 100 ms');
  }
  print('growth a request (two rows)', `${bytes.toFixed(0)} bytes`, 'below 200 bytes');
}

try {
  await convert();
  if (!values.convert) await remember();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
