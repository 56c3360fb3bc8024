import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { LoopDelay } from './loop-delay.ts';
import { machineSeconds, processorSeconds } from './process-tree.ts';

/** What goes on beside a conversion, such as people who look. */
export interface Onlookers {
  /** The phones are powered on now. */
  begin(): void;
  end(): Promise<void>;
}

/** What a conversion of many emulated phones cost a server. */
export interface Conversion {
  readonly phones: number;
  readonly landed: number;
  readonly held: number;
  readonly seconds: number;
  /** Processor time of the server for one phone. */
  readonly costMs: number;
  readonly peakMb: number;
  /** Share of the machine's processors that others than server and phones took meanwhile. */
  readonly othersShare: number;
  readonly asked: number;
  readonly repeated: number;
  readonly delay: LoopDelay;
  /** Of the record, for one question. */
  readonly grownBytes: number;
}

export interface ConversionOptions {
  /** For everything that is made; the record is `bench.db` in it. */
  readonly folder: string;
  /** The build that serves; the phones are always of this one. */
  readonly cli: string;
  readonly phones: number;
  /** In so many groups, each emulated by a process of its own. */
  readonly groups: number;
  readonly everyMs: number;
  /** More words for `serve`, such as limits. */
  readonly limits: readonly string[];
  /** So many times as fast as real phones, but for their waits for an answer (8). */
  readonly speed?: number;
  /** Comes when the server answers; the processor time that it takes to come counts for nobody. */
  readonly onlookers?: () => Promise<Onlookers>;
  /** Whether the loop's own delay is told from what it waited for a processor, which costs 5 to 7 % of a core (true). */
  readonly tellsOwnDelay?: boolean;
}

/** The command of this build. */
export const THIS_CLI = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
export const TARGET = 'P0S3-08-11-00' as LoadName;
const DELAY = fileURLToPath(new URL('./loop-delay.js', import.meta.url));

export const macOf = (phone: number) =>
  (0x0018b9000001 + phone).toString(16).toUpperCase().padStart(12, '0') as MacAddress;
/** Its address on the loopback; 127.10.0.1 is the first one's. */
export const addressOf = (phone: number) => `127.10.${(phone + 1) >> 8}.${(phone + 1) & 255}`;

/** Starts a command of a build; what it prints may be read, what it logs is shown. */
export function start(
  cli: string,
  words: readonly string[],
  before: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
) {
  const options = { env: { ...process.env, ...env } };
  return spawn(process.execPath, [...before, cli, ...words], { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Runs a command of a build to its end. */
export async function done(cli: string, words: readonly string[]): Promise<void> {
  const child = start(cli, words);
  child.stdout.resume();
  await once(child, 'close');
}

/** Bytes of a database, its log included. */
export const sizeOf = (path: string) =>
  [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);

/** Where LOADSTEP_BENCH_PROFILE names a folder, V8 leaves there, in one named after the run, what each thread spent its time with. */
export function profiling(folder: string): readonly string[] {
  const profiles = process.env.LOADSTEP_BENCH_PROFILE;
  return profiles === undefined
    ? []
    : ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${join(profiles, basename(folder))}`];
}

/** Asks the preloaded meter for its figures since the last time. */
async function loopDelay(pid: number, file: string): Promise<LoopDelay> {
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  while (!existsSync(file)) await sleep(20);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Takes emulated phones from SCCP 3.1 by way of SIP 5.3 to SIP 8.11, all of a group at once. */
export async function convert({ folder, cli, ...options }: ConversionOptions): Promise<Conversion> {
  mkdirSync(folder);
  const at = (name: string) => join(folder, name);
  const count = options.phones;
  await done(cli, ['emulate', 'firmware', '--out', at('fw'), '--release', 'P0S3-05-3-00', '--release', TARGET]);
  writeFileSync(at('list.csv'), `mac\n${Array.from({ length: count }, (_, phone) => macOf(phone)).join('\n')}\n`);
  await done(cli, ['enroll', '--from-csv', at('list.csv'), '--target', TARGET, '--db', at('bench.db')]);
  const place = ['--db', at('bench.db'), '--firmware', at('fw'), '--listen', '127.0.0.1:0', '--json'];
  const own = options.tellsOwnDelay === false ? {} : { LOADSTEP_BENCH_LOOP_OWN: '1' };
  const env = { LOADSTEP_BENCH_LOOP_DELAY: at('delay.json'), ...own };
  const server = start(cli, ['serve', ...place, ...options.limits], ['--import', DELAY, ...profiling(folder)], env);
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
  const onlookers = await options.onlookers?.().catch((error: unknown) => {
    server.kill('SIGKILL');
    throw error;
  });
  await sleep(500);
  await loopDelay(pid, at('delay.json'));
  const started = Date.now();
  let [asked, repeated] = [0, 0];
  const costBefore = processorSeconds([pid]);
  const begun = machineSeconds();
  onlookers?.begin();
  const ended: Promise<number>[] = [];
  for (let group = 0; group < options.groups; group++) {
    if (group > 0) await sleep(options.everyMs);
    const [first, next] = [group, group + 1].map((one) => Math.round((count * one) / options.groups)) as [
      number,
      number,
    ];
    const kinds = ['--count', String(next - first), '--mix', '7940:P0030301MFG2=1'];
    const who = ['--first-address', addressOf(first), '--first-mac', macOf(first)];
    // Waits for an answer as long as real phones do; everything else faster.
    const pace = ['--speed', String(options.speed ?? 8), '--network-speed', '1', '--until', TARGET, '--for', '900'];
    const where = ['--server', `127.0.0.1:${port}`, '--json'];
    const phones = start(THIS_CLI, ['emulate', 'bench', ...kinds, ...who, ...pace, ...where]);
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
  const othersShare = (over.busy - begun.busy - cost - emulating) / (over.all - begun.all);
  const peakMb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  const delay = await loopDelay(pid, at('delay.json'));
  await onlookers?.end();
  server.kill('SIGTERM');
  await once(server, 'close');
  const figures = { phones: count, landed, held, seconds, peakMb, othersShare, asked, repeated, delay };
  return { ...figures, costMs: (cost / count) * 1000, grownBytes: sizeOf(at('bench.db')) / asked };
}
