import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { Flood } from './flood.ts';

type Child = ChildProcessByStdio<null, Readable, null>;

export interface SoakOptions {
  /** The built command: `dist/src/cli/main.js`. */
  readonly cli: string;
  /** An empty folder. */
  readonly folder: string;
  readonly seconds: number;
  /** The flood goes on beyond `seconds` until all phones have landed, but no longer than this. */
  readonly atMost?: number;
  /** Made-up requests a second. */
  readonly rate: number;
  readonly phones: number;
  /** How many times faster than real ones the phones are. */
  readonly speed: number;
  readonly enroll: 'listed' | 'all';
  readonly onSample?: (sample: SoakSample) => void;
}

/** Sizes in bytes. */
export interface SoakSample {
  readonly second: number;
  readonly memory: number;
  readonly database: number;
  readonly log: number;
  readonly events: number;
  readonly landed: number;
}

export interface SoakFigures {
  readonly samples: readonly SoakSample[];
  readonly peakMemory: number;
  readonly sent: number;
  readonly answered: number;
  readonly addresses: number;
  readonly macs: number;
  readonly landed: number;
  readonly held: number;
  /** What the record holds when the server has ended. */
  readonly recorded: {
    readonly phones: number;
    readonly listed: number;
    readonly rows: number;
    readonly bindings: number;
  };
}

const TARGETS = ['P0S3-08-11-00', 'SIP42.9-3-1SR4-1S'];
const SAMPLES = 20;

/** Phones that are converted while somebody floods the server with made-up names. */
export async function runSoak(options: SoakOptions): Promise<SoakFigures> {
  const { folder, seconds, rate, phones, speed, enroll, atMost = seconds } = options;
  const at = (name: string) => join(folder, name);
  const db = at('soak.db');
  const log = openSync(at('log'), 'w');
  const run = (words: readonly string[]) =>
    spawn(process.execPath, [options.cli, ...words], { stdio: ['ignore', 'pipe', log] }) as Child;
  const done = async (words: readonly string[]) => {
    const child = run(words);
    child.stdout.resume();
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}`);
  };
  const releases = ['P0S3-05-3-00', ...TARGETS].flatMap((release) => ['--release', release]);
  await done(['emulate', 'firmware', '--out', at('fw'), ...releases]);
  const macs = Array.from({ length: phones }, (_, n) =>
    (0x0018b9000001 + n).toString(16).toUpperCase().padStart(12, '0'),
  );
  for (const mac of macs) await done(['enroll', '--mac', mac, '--target', TARGETS[0] ?? '', '--db', db]);
  const wanted = enroll === 'all' ? TARGETS.flatMap((target) => ['--target', target]) : [];
  const place = ['--db', db, '--firmware', at('fw'), '--listen', '127.0.0.1:0', '--json'];
  const server = run(['serve', ...place, '--enroll', enroll, ...wanted]);
  const counts = { landed: 0, held: 0, events: 0 };
  const isOurs = (line: string) => macs.some((mac) => line.includes(`"mac":"${mac}"`));
  const port = await new Promise<number>((resolve, reject) => {
    server.once('exit', () => reject(new Error(`serve ended: ${readFileSync(at('log'), 'utf8').slice(-500)}`)));
    createInterface(server.stdout).on('line', (line) => {
      counts.events += line.length + 1;
      if (line.includes('"server.listening"')) resolve(JSON.parse(line).port);
      if (line.includes('"event":"phone.landed"') && isOurs(line)) counts.landed++;
      if (line.includes('"event":"phone.held"') && isOurs(line)) counts.held++;
    });
  });
  const memoryOf = (key: 'VmRSS' | 'VmHWM') =>
    1024 * Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]);
  const flood = new Flood(port, rate);
  const kinds = ['--count', String(phones), '--mix', '7940:P0030301MFG2=1', '--first-address', '127.10.0.1'];
  const pace = ['--first-mac', macs[0] ?? '', '--speed', String(speed), '--network-speed', '1'];
  const until = ['--until', TARGETS[0] ?? '', '--for', String(atMost)];
  const samples: SoakSample[] = [];
  const began = performance.now();
  await flood.start();
  const bench = run(['emulate', 'bench', ...kinds, ...pace, ...until, '--server', `127.0.0.1:${port}`, '--json']);
  bench.stdout.resume();
  const benchEnded = once(bench, 'close');
  try {
    for (let n = 1; n <= SAMPLES; n++) {
      await sleep(began + (1000 * seconds * n) / SAMPLES - performance.now());
      const sample = {
        second: Math.round((performance.now() - began) / 1000),
        memory: memoryOf('VmRSS'),
        database: sizeOf(db) + sizeOf(`${db}-wal`),
        log: sizeOf(at('log')),
        events: counts.events,
        landed: counts.landed,
      };
      samples.push(sample);
      options.onSample?.(sample);
    }
    while (counts.landed < phones && performance.now() - began < 1000 * atMost) await sleep(100);
  } finally {
    flood.stop();
    bench.kill('SIGTERM');
  }
  await benchEnded;
  const peakMemory = memoryOf('VmHWM');
  server.removeAllListeners('exit');
  server.kill('SIGTERM');
  await once(server, 'close');
  const store = openStore({ path: db, mode: 'reader' });
  const records = store.phones();
  const recorded = {
    phones: records.length,
    listed: records.filter(({ enrolment }) => enrolment !== null).length,
    rows: store.lastSequence(),
    bindings: store.bindings().length,
  };
  store.close();
  return { samples, peakMemory, ...flood.counts, landed: counts.landed, held: counts.held, recorded };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
