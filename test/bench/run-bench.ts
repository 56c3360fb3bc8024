import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Generator, generateLoad, type LoadFigures, makeGenerator } from './load.ts';
import { machineSeconds, memoryMb, processorSeconds, processTree } from './process-tree.ts';
import type { RunningTarget, Target } from './targets.ts';

/** One kind of load. */
export interface Workload {
  readonly id: 'storm' | 'bulk50' | 'bulk200' | 'bulk500' | 'bulk1000' | 'single' | 'both';
  readonly title: string;
  readonly unit: 'requests/s' | 'blocks/s';
  readonly clients: number;
  readonly names: readonly string[];
  /** Who asks at the same time; of them only what they had to repeat, and what failed, is counted. */
  readonly beside?: { readonly clients: number; readonly names: readonly string[] };
}

/** What one server did under one workload, once. */
interface Measurement {
  readonly load: LoadFigures;
  readonly rate: number;
  /** Processor time of the server for one request or block: unlike the rate, no other program on the machine changes it. */
  readonly costUs: number;
  /** The most memory the server and its children had at once. */
  readonly memoryMb: number;
  readonly loopP99Ms: number | null;
  /** Share of a processor that the server takes when nobody asks; null where it was not measured. */
  readonly idleShare: number | null;
  /** Share of the machine's processors that others than server and load took meanwhile. */
  readonly othersShare: number;
}

/** One measurement with when and of what it was. */
interface Round extends Measurement {
  readonly round: number;
  readonly at: string;
  readonly target: string;
  readonly workload: Workload['id'];
}

/** Medians over the rounds; null: the server could not do it at all. */
export interface Row {
  readonly target: string;
  readonly workload: Workload['id'];
  readonly rate: number;
  readonly costUs: number;
  readonly retransmissions: number;
  readonly failed: number;
  readonly firstP99: number;
  readonly memoryMb: number;
  readonly loopP99Ms: number | null;
  readonly idleShare: number | null;
  readonly othersShare: number;
}

export interface BenchOptions {
  readonly rounds: number;
  /** Smaller files and fewer clients, to see that everything works. */
  readonly isQuick: boolean;
  readonly workloads: readonly Workload['id'][] | null;
  /** Whether this target is measured under this workload. */
  readonly isWanted: (target: string, workload: Workload['id']) => boolean;
  /** Told about every step. */
  readonly say: (line: string) => void;
}

export interface BenchResult {
  readonly rows: readonly Row[];
  /** Every measurement, so that a noisy round can be told. */
  readonly rounds: readonly Round[];
  readonly skipped: readonly { readonly target: string; readonly why: string }[];
  readonly isPinned: boolean;
  readonly weakness: string | null;
}

/** The seven requests of a boot: some files are there, most are not. */
const BOOT = [
  'CTLSEP{mac}.tlv',
  'SEP{mac}.cnf.xml',
  'SIP{mac}.cnf',
  'MGC{mac}.cnf',
  'dialplan.xml',
  'RINGLIST.DAT',
  'bench-config.xml',
];

/** The workloads, full or quick. */
export function workloadsFor(isQuick: boolean): readonly Workload[] {
  const scale = isQuick ? 10 : 1;
  const bulk = (id: Workload['id'], clients: number): Workload => ({
    id,
    title: `${clients} x ${isQuick ? '128 kB' : '1 MB'}, lock-step`,
    unit: 'blocks/s',
    clients,
    names: ['bench-bulk.tone'],
  });
  const storm = 1000 / scale;
  return [
    { id: 'storm', title: `boot storm, ${storm} clients x 7`, unit: 'requests/s', clients: storm, names: BOOT },
    bulk('bulk50', 50),
    bulk('bulk200', 200 / (isQuick ? 2 : 1)),
    bulk('bulk500', 500 / (isQuick ? 5 : 1)),
    bulk('bulk1000', 1000 / (isQuick ? 5 : 1)),
    { id: 'single', title: 'one client, 8 MB', unit: 'blocks/s', clients: 1, names: ['bench-single.tone'] },
    {
      ...bulk('both', 500 / (isQuick ? 5 : 1)),
      title: `${500 / (isQuick ? 5 : 1)} download while ${storm / 2} boot`,
      beside: { clients: storm / 2, names: BOOT },
    },
  ];
}

/** Measures every target under every workload, all targets in each round, so that a slow minute of the machine hits all of them. */
export async function runBench(targets: readonly Target[], options: BenchOptions): Promise<BenchResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'loadstep-bench-'));
  try {
    const root = join(scratch, 'root');
    fillRoot(root, options.isQuick);
    const generator = makeGenerator(scratch);
    const pins = pinning();
    const skipped: { target: string; why: string }[] = [];
    const able: Target[] = [];
    for (const target of targets) {
      const why = await target.unavailable();
      if (why === null) able.push(target);
      else skipped.push({ target: target.name, why });
    }
    const workloads = workloadsFor(options.isQuick).filter((load) => options.workloads?.includes(load.id) ?? true);
    const all: Round[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const target of able) {
        for (const workload of workloads.filter(({ id }) => options.isWanted(target.name, id))) {
          const folder = mkdtempSync(join(scratch, 'run-'));
          const measured = await measure(target, workload, { root, folder, generator, pins }).catch((error: Error) => {
            options.say(`round ${round}  ${target.name}  ${workload.title}: ${error.message}`);
            return null;
          });
          rmSync(folder, { recursive: true, force: true });
          if (measured === null) continue;
          const at = new Date().toISOString();
          all.push({ round, at, target: target.name, workload: workload.id, ...measured });
          const { retransmissions, failed } = measured.load;
          options.say(
            `round ${round}  ${target.name}  ${workload.title}: ${Math.round(measured.rate)} ${workload.unit}, ` +
              `${retransmissions} repeated, ${failed} failed`,
          );
        }
      }
    }
    const kinds = new Map<string, Round[]>();
    for (const one of all) {
      const key = `${one.target}\n${one.workload}`;
      kinds.set(key, [...(kinds.get(key) ?? []), one]);
    }
    return {
      rows: [...kinds.values()].map(summarise),
      rounds: all,
      skipped,
      isPinned: pins !== null,
      weakness: generator.weakness,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Setting {
  readonly root: string;
  readonly folder: string;
  readonly generator: Generator;
  readonly pins: { readonly server: readonly string[]; readonly load: readonly string[] } | null;
}

// A server of its own for every workload: memory and event loop are then those of this workload.
async function measure(target: Target, workload: Workload, setting: Setting): Promise<Measurement> {
  const { root, folder, generator, pins } = setting;
  const loopDelayFile = join(folder, 'loop-delay.json');
  const scratch = join(folder, 'server');
  mkdirSync(scratch);
  const server = await target.start({ root, scratch, prefix: pins?.server ?? [], loopDelayFile });
  try {
    const { address, port } = server;
    const { clients, names, beside } = workload;
    const prefix = pins?.load ?? [];
    // Servers run for months: what is compiled or read once is not part of the figures.
    await generateLoad(generator, { address, port, clients: 10, names: ['bench-bulk.tone'], prefix });
    if (target.hasEventLoop) await loopDelay(server, loopDelayFile);
    let peakMb = 0;
    const sampling = setInterval(() => {
      peakMb = Math.max(peakMb, memoryMb(processTree(server.pid)));
    }, 250);
    const before = machineSeconds();
    const busyBefore = processorSeconds(processTree(server.pid));
    const loads = await Promise.all(
      [{ clients, names }, ...(beside === undefined ? [] : [{ ...beside, base: '127.20.0.1' }])].map((one) =>
        generateLoad(generator, { address, port, prefix, ...one }),
      ),
    );
    clearInterval(sampling);
    const busy = processorSeconds(processTree(server.pid)) - busyBefore;
    const after = machineSeconds();
    const ours = busy + loads.reduce((sum, one) => sum + one.processor, 0);
    const othersShare = Math.max(0, (after.busy - before.busy - ours) / (after.all - before.all));
    const load = together(loads);
    peakMb = Math.max(peakMb, memoryMb(processTree(server.pid)));
    const loopP99Ms = target.hasEventLoop ? await loopDelay(server, loopDelayFile) : null;
    const done = workload.unit === 'requests/s' ? load.files + load.missing : load.blocks;
    // A file that nobody is given would look like a server that is infinitely fast.
    if (done === 0) throw new Error('nothing was served');
    const idleShare = workload.id === 'single' ? await idle(server) : null;
    const rate = done / load.seconds;
    return { load, rate, costUs: (busy / done) * 1e6, memoryMb: peakMb, loopP99Ms, idleShare, othersShare };
  } finally {
    await server.stop();
  }
}

/** The first load with what was repeated and failed in all of them. */
function together(loads: readonly LoadFigures[]): LoadFigures {
  const sum = (value: (one: LoadFigures) => number) => loads.reduce((all, one) => all + value(one), 0);
  const [first] = loads;
  if (first === undefined) throw new Error('nobody asked');
  return { ...first, retransmissions: sum((one) => one.retransmissions), failed: sum((one) => one.failed) };
}

const IDLE_SECONDS = 3;

/** What it takes when everything was answered. */
async function idle(server: RunningTarget): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const before = processorSeconds(processTree(server.pid));
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
  return (processorSeconds(processTree(server.pid)) - before) / IDLE_SECONDS;
}

/** Asks the server for the figures since the last time; null when it does not tell. */
async function loopDelay(server: RunningTarget, file: string): Promise<number | null> {
  await rm(file, { force: true });
  try {
    // taskset replaces itself by the server, so this is the server's own number.
    process.kill(server.pid, 'SIGUSR2');
  } catch {
    return null;
  }
  for (let tries = 0; tries < 50; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) return JSON.parse(text).p99;
  }
  return null;
}

function summarise(measured: readonly Round[]): Row {
  const [first] = measured;
  if (first === undefined) throw new Error('nothing was measured');
  const middle = (value: (one: Measurement) => number) => median(measured.map(value));
  const known = (values: readonly (number | null)[]) => {
    const told = values.filter((value) => value !== null);
    return told.length === 0 ? null : median(told);
  };
  return {
    target: first.target,
    workload: first.workload,
    rate: middle((one) => one.rate),
    costUs: middle((one) => one.costUs),
    retransmissions: middle((one) => one.load.retransmissions),
    failed: middle((one) => one.load.failed),
    firstP99: middle((one) => one.load.firstP99),
    memoryMb: middle((one) => one.memoryMb),
    loopP99Ms: known(measured.map((one) => one.loopP99Ms)),
    idleShare: known(measured.map((one) => one.idleShare)),
    othersShare: middle((one) => one.othersShare),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half) - 1] ?? 0)) / 2;
}

function pinning(): Setting['pins'] {
  if (cpus().length < 2 || spawnSync('taskset', ['--version']).status !== 0) return null;
  return { server: ['taskset', '-c', '0'], load: ['taskset', '-c', '1'] };
}

function fillRoot(root: string, isQuick: boolean): void {
  mkdirSync(root, { mode: 0o755 });
  const put = (name: string, size: number) => {
    writeFileSync(join(root, name), Buffer.alloc(size, `${name} `), { mode: 0o644 });
  };
  put('bench-bulk.tone', isQuick ? 131_072 : 1_048_576);
  put('bench-single.tone', 8_388_608);
  put('dialplan.xml', 1900);
  put('RINGLIST.DAT', 300);
  put('bench-config.xml', 1200);
}
