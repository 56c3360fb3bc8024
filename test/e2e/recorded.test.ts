import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { Heard } from '../../src/core/heard/heard.ts';
import { hear } from '../capture/hear.ts';
import { type Line, run } from './child.ts';
import { cleanUp, type Drive, drive, newFolder, type Road } from './harness.ts';
import { watched } from './watched.ts';

afterAll(cleanUp);

const TARGET = 'P0S3-08-11-00';
const ROAD: Road = { model: '7940', load: 'P0030301MFG2', target: TARGET, firmware: ['P0S3-05-3-00', TARGET] };
/** A phone that no other test has: what the loopback carries for others at the same time is recorded, too. */
const phoneOf = (n: number) => ({ mac: `0018B9D0C5E${n}`, address: `127.190.17.${n}` });
const FILTER = ['udp', 'and', 'net', '127.0.0.0/8'];

/** How the programs are told to record, and how their files are called. */
const RECORDERS: readonly (readonly [string, readonly string[]])[] = [
  ['tcpdump-lo.pcap', ['tcpdump', '-i', 'lo', '-U', '-w', '{}', ...FILTER]],
  ['tcpdump-any.pcap', ['tcpdump', '-i', 'any', '-U', '-w', '{}', ...FILTER]],
  ['dumpcap-any.pcapng', ['dumpcap', '-q', '-i', 'any', '-f', FILTER.join(' '), '-w', '{}']],
  ['dumpcap-two.pcapng', ['dumpcap', '-q', '-i', 'lo', '-i', 'any', '-f', FILTER.join(' '), '-w', '{}']],
];

/** Whether a program is here and may record: it saw a packet, or listened until its time was up. Without the right it ends at once, and badly. */
function mayRecord(program: string): boolean {
  const tried = spawnSync(program, ['-i', 'lo', '-c', '1', '-w', '/dev/null'], { timeout: 1500 });
  return tried.status === 0 || (tried.error !== undefined && 'code' in tried.error && tried.error.code === 'ETIMEDOUT');
}

const MISSING = ['tcpdump', 'dumpcap'].filter((program) => !mayRecord(program));
const HERE = RECORDERS.filter(([, [program = '']]) => !MISSING.includes(program));

/** Records with every program while something happens. */
async function recorded(folder: string, happens: () => Promise<Drive>): Promise<Drive> {
  const recorders = HERE.map(([name, words]) => new Recorder(words, join(folder, name)));
  try {
    await Promise.all(recorders.map((one) => one.begun));
    return await happens();
  } finally {
    // What was seen last is still on its way to the file.
    await sleep(1000);
    await Promise.all(recorders.map((one) => one.stop()));
  }
}

class Recorder {
  /** Resolves when the program says on standard error that it listens, or where it writes. */
  readonly begun: Promise<void>;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  constructor([program = '', ...words]: readonly string[], file: string) {
    const filled = words.map((word) => (word === '{}' ? file : word));
    this.#process = watched(spawn(program, filled, { stdio: ['ignore', 'ignore', 'pipe'] }));
    this.#ended = new Promise((resolve) => this.#process.once('exit', () => resolve()));
    this.begun = new Promise((resolve, reject) => {
      let said = '';
      this.#process.stderr?.on('data', (text: Buffer) => {
        said += text.toString();
        if (/listening on|File:/.test(said)) resolve();
      });
      this.#process.once('exit', () => reject(new Error(said)));
    });
    this.begun.catch(() => {});
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGINT');
    await this.#ended;
  }
}

const OUTCOMES: Readonly<Record<string, string>> = { 'file.sent': 'sent', 'file.refused': 'not-found' };

/** The story of the server: each request with its port, how it ended, and how many bytes went. */
function inHistory(history: readonly Line[]): object[] {
  return history.flatMap(({ event = '', file, peer, bytes }) => {
    const outcome = OUTCOMES[event];
    // What was asked before the phone named itself is recorded without its port.
    const port = peer === undefined ? {} : { peer };
    return outcome === undefined ? [] : [{ file, outcome, bytes: bytes ?? null, ...port }];
  });
}

/** The same from the capture, of one address. */
function inCapture(heard: readonly Heard[], address: string): object[] {
  return heard.flatMap((event) => {
    if (event.kind !== 'tftp.ended' || event.peer.address !== address) return [];
    const { asked, outcome, bytes, peer } = event;
    return [{ file: asked, outcome, bytes, peer: `${address}:${peer.port}` }];
  });
}

/** The rounds of a phone as `diagnose` tells them: names in their order, and how each ended. */
async function diagnosed(file: string, mac: string, folder: string): Promise<{ phone: Line; rounds: unknown }> {
  const told = await run(['diagnose', '--json', '--mac', mac, file], folder);
  expect(told.code, told.stderr).toBe(0);
  const [, phone = {} as Line] = told.lines;
  const rounds = (phone.rounds as { asked: { name: string; outcome: string; bytes: number | null }[] }[]).map(
    ({ asked }) => asked.map(({ name, outcome, bytes }) => ({ name, outcome, bytes })),
  );
  return { phone, rounds };
}

const SKIPPED =
  MISSING.length === 0 ? '' : ` (without ${MISSING.join(' and ')}: not here, or without the right to record)`;

describe.skipIf(HERE.length === 0)(`a conversion that was recorded${SKIPPED}`, () => {
  test.each([
    ['on a clean network', [], phoneOf(1)],
    ['while one packet in twenty is lost', ['--loss', '0.05'], phoneOf(2)],
  ])('%s is the story of the server, request by request', { timeout: 150_000 }, async (_, deviations, phone) => {
    const folder = await newFolder('recorded');
    const driven = await recorded(folder, () => drive(ROAD, deviations, phone));
    expect(driven.exitCode, driven.stderr).toBe(0);
    const first = driven.history.find(({ peer }) => typeof peer === 'string');
    const address = String(first?.peer).replace(/:\d+$/, '');
    const story = inHistory(driven.history);
    expect(story.length).toBeGreaterThan(10);
    for (const [name] of HERE) {
      const { heard, summary } = hear(new Uint8Array(readFileSync(join(folder, name))), 65_536);
      expect(summary, name).toMatchObject({ fault: null, unknownLinks: [] });
      expect(inCapture(heard, address).slice(0, story.length), name).toMatchObject(story);
    }
    const own = join(folder, 'history.json');
    writeFileSync(own, driven.history.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const ofHistory = await diagnosed(own, driven.mac, folder);
    for (const [name] of HERE) {
      const ofCapture = await diagnosed(join(folder, name), driven.mac, folder);
      expect(ofCapture.rounds, name).toEqual(ofHistory.rounds);
      expectLanded(ofCapture.phone, driven.mac, address);
    }
  });
});

function expectLanded(found: Line, mac: string, address: string): void {
  expect(found).toMatchObject({
    diagnosis: 'phone',
    mac,
    addresses: [address],
    family: '79x0',
    standing: 'well',
    runs: 'SIP application of a 7940/7960 (7+)',
  });
}
