import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/** Whether these tests may record here: the programs are there, and so is the right to. */
const mayRecord = ['tcpdump', 'dumpcap'].every((program) => {
  const tried = spawnSync(program, ['-i', 'lo', '-c', '1', '-w', '/dev/null'], { timeout: 1500 });
  // It saw a packet, or listened until its time was up; without the right to it ends at once, and badly.
  return tried.status === 0 || (tried.error !== undefined && 'code' in tried.error && tried.error.code === 'ETIMEDOUT');
});

/** Records with every program while something happens. */
async function recorded(folder: string, happens: () => Promise<Drive>): Promise<Drive> {
  const recorders = RECORDERS.map(([name, words]) => new Recorder(words, join(folder, name)));
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

describe.skipIf(!mayRecord)('a conversion that was recorded (skipped without the right to record)', () => {
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
    for (const [name] of RECORDERS) {
      const { heard, summary } = hear(new Uint8Array(readFileSync(join(folder, name))), 65_536);
      expect(summary, name).toMatchObject({ fault: null, unknownLinks: [] });
      expect(inCapture(heard, address).slice(0, story.length), name).toMatchObject(story);
    }
    const told = await run(['diagnose', '--json', '--mac', driven.mac, join(folder, 'dumpcap-any.pcapng')], folder);
    expect(told.code, told.stderr).toBe(0);
    const [, found] = told.lines;
    expect(found).toMatchObject({
      diagnosis: 'phone',
      mac: driven.mac,
      addresses: [address],
      family: '79x0',
      standing: 'well',
    });
    expect(found?.runs).toBe('SIP application of a 7940/7960 (7+)');
  });
});
