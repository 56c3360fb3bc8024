/**
 * `npm run bench:capture`: how fast a large capture is read, beside tshark, and how much memory that takes.
 *
 *   --megabytes N  size of the capture (1000)
 *   --phones N     phones that fetch at the same time (8)
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { hearSources } from '../../src/adapters/heard/hear-sources.ts';
import { type Frame, pcap } from '../capture/files.ts';
import { ack, type Bytes, data, PHONE, rrq, SERVER, tftpError, udp } from '../capture/wire.ts';

const { values } = parseArgs({
  options: { megabytes: { type: 'string' }, phones: { type: 'string' }, read: { type: 'string' } },
});
const MEGABYTES = Number(values.megabytes ?? 1000);
const PHONES = Number(values.phones ?? 8);
const CLI = fileURLToPath(new URL('../../src/cli/main.cjs', import.meta.url));
const HEAD_BYTES = 24;
const BLOCKS = 900;

interface Measured {
  readonly ms: number;
  readonly cpuMs: number;
  readonly megabytes: number;
  readonly events: number;
}

if (values.read === undefined) await main();
else process.stdout.write(JSON.stringify(await read(values.read)));

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-capture-'));
  try {
    const file = join(folder, 'big.pcap');
    await write(file);
    const bytes = statSync(file).size;
    print(`${(bytes / 1e6).toFixed(0)} MB of pcap, ${PHONES} phones at a time`, '', `${meanFrame(file)} bytes a frame`);
    const plain = child(file);
    show('read', bytes, plain);
    const packed = `${file}.gz`;
    await pipeline(createReadStream(file), createGzip({ level: 1 }), createWriteStream(packed));
    show('read, packed by gzip', bytes, child(packed));
    const command = timed('node', [CLI, 'diagnose', file, '--json']);
    print('loadstep diagnose', `${command.toFixed(1)} s`, `${(bytes / 1e6 / command).toFixed(0)} MB/s by the clock`);
    const fields = [
      'frame.number',
      'ip.src',
      'udp.srcport',
      'tftp.opcode',
      'tftp.source_file',
      'tftp.block',
      'tftp.error.message',
    ];
    const tshark = timed('tshark', [
      '-n',
      '-r',
      file,
      '-Y',
      'tftp',
      '-T',
      'fields',
      ...fields.flatMap((one) => ['-e', one]),
    ]);
    print(
      'tshark -T fields',
      `${tshark.toFixed(1)} s`,
      `${((tshark * 1000) / plain.ms).toFixed(1)} times as long as read`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads a file as `diagnose` does; what the process took is measured. */
async function read(file: string): Promise<Measured> {
  let events = 0;
  const [before, cpu] = [performance.now(), process.cpuUsage()];
  await hearSources([file], Date.now(), () => {
    events++;
  });
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - before;
  return { ms, cpuMs: (user + system) / 1000, megabytes: peakMegabytes(), events };
}

/** The most memory that this process had. `ru_maxrss` would not do: Linux begins it with that of the process that started this one. */
function peakMegabytes(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}

function child(file: string): Measured {
  const run = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--read', file], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

function show(what: string, bytes: number, { ms, cpuMs, megabytes, events }: Measured): void {
  const speed = (spent: number) => `${(bytes / 1e3 / spent).toFixed(0)} MB/s`;
  print(
    what,
    `${(ms / 1000).toFixed(1)} s`,
    `${speed(ms)} by the clock, ${speed(cpuMs)} of processor time, ${megabytes.toFixed(0)} MB of memory, ${events} events`,
  );
}

function print(name: string, value: string, note: string): void {
  process.stdout.write(`${name.padEnd(44)} ${value.padStart(9)}  ${note}\n`);
}

/** Seconds that a program takes, its output thrown away. */
function timed(program: string, words: readonly string[]): number {
  const before = performance.now();
  const run = spawnSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (run.error !== undefined || run.status !== 0) throw run.error ?? new Error(`${program} ended with ${run.status}`);
  return (performance.now() - before) / 1000;
}

/** The mean length of the frames in a file, with their headers. */
function meanFrame(file: string): string {
  const head = readFileSync(file).subarray(HEAD_BYTES, HEAD_BYTES + 10_000_000);
  let [at, frames] = [0, 0];
  while (at + 16 <= head.length) {
    at += 16 + head.readUInt32LE(at + 8);
    frames++;
  }
  return (at / frames).toFixed(0);
}

/** Phones that boot side by side again and again: a refusal, then an image in blocks of 512. */
async function write(file: string): Promise<void> {
  const out = createWriteStream(file);
  out.write(pcap([]));
  let [size, round, ms] = [HEAD_BYTES, 0, Date.now() - 86_400_000];
  while (size < MEGABYTES * 1e6) {
    const boots = Array.from({ length: PHONES }, (_, phone) => boot(phone, round));
    const records: Uint8Array[] = [];
    for (let step = 0; step < (boots[0]?.length ?? 0); step++) {
      for (const frames of boots) {
        const frame: Frame = { bytes: frames[step] as Bytes, ms: Math.floor(ms) };
        records.push(pcap([frame]).subarray(HEAD_BYTES));
        ms += 0.1;
      }
    }
    const bytes = Buffer.concat(records);
    size += bytes.length;
    round++;
    if (!out.write(bytes)) await new Promise<void>((resolve) => out.once('drain', () => resolve()));
  }
  await new Promise<void>((resolve) => out.end(() => resolve()));
}

function boot(phone: number, round: number): Bytes[] {
  const mac = `0018b9${(round % 200).toString(16).padStart(4, '0')}${phone.toString(16).padStart(2, '0')}`;
  const client = { ...PHONE, mac, address: `10.${round % 200}.1.${phone + 1}`, port: 50_000 + ((round * 7) % 10_000) };
  const fetches = { ...client, port: client.port + 1 };
  const listener = { ...SERVER, port: 69 };
  const blocks = Array.from({ length: BLOCKS }, (_, index) => [
    udp(SERVER, fetches, data(index + 1, index === BLOCKS - 1 ? 100 : 512)),
    udp(fetches, SERVER, ack(index + 1)),
  ]);
  return [
    udp(client, listener, rrq(`SIP${mac.toUpperCase()}.cnf`)),
    udp(SERVER, client, tftpError(1, 'File not found')),
    udp(fetches, listener, rrq('P0S3-08-11-00.sb2')),
    ...blocks.flat(),
  ];
}
