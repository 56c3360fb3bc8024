import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { noCounts, type TftpCounters } from '../../src/adapters/tftp/limits.ts';
import { type CountingTftpServer, createTftpServer, type TftpServerOptions } from '../../src/adapters/tftp/server.ts';

export interface FuzzReport {
  readonly seed: number;
  readonly datagrams: number;
  /** Whole files fetched correctly in between, as a sign of life. */
  readonly probes: number;
  /** How often they asked again, since this thread was held up for longer than the server waits. */
  readonly heldUp: number;
  readonly counters: TftpCounters;
  /** Active sockets, timers and handles of the process before, and those that were added since. */
  readonly before: readonly string[];
  readonly leaked: readonly string[];
  readonly heapGrowthBytes: number;
}

/** Numbers from a seed (mulberry32), so that a failing run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const PEERS = 32;
const BATCH = 200;
const file = new Uint8Array(3000).map((_, at) => at & 0xff);

/** Throws datagrams of every kind at a server's request port and transfer ports; throws when it stops serving. */
export async function fuzz(
  datagrams: number,
  seed: number,
  settleMs: number,
  create: (options: TftpServerOptions) => CountingTftpServer = createTftpServer,
): Promise<FuzzReport> {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  // A first socket makes Node load what it loads once.
  await new Promise<void>((resolve) => createSocket('udp4').close(() => resolve()));
  const before = await quietResources();
  const heap = heapBytes();
  const log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
  const clock = systemClock();
  const server = create({
    listen: { address: '127.0.0.1', port: 0 },
    clock,
    log,
    // The limits have tests of their own; here every datagram is to reach the parser.
    limits: {
      requestsPerSecond: 1e9,
      requestBurst: 1e9,
      maxTransfersPerAddress: 4096,
      firstWaitMs: 20,
      minWaitMs: 10,
      maxWaitMs: 40,
      lingerMs: 30,
      refusalMemoryMs: 20,
    },
    handler: async ({ name }) => {
      if (name.length % 5 === 0) throw new Error('a handler may fail');
      if (name.length % 3 === 0) return { kind: 'error', code: 1, message: 'file not found' };
      return { kind: 'content', content: file };
    },
  });
  const { port } = await server.start();
  const ports: number[] = [port];
  const peers: Socket[] = [];
  for (let n = 0; n < PEERS; n += 1) {
    const peer = createSocket({ type: 'udp4', lookup: (name, _options, done) => done(null, name, 4) });
    // The lookup answers at once, so the socket may be listening before bind returns.
    const listening = once(peer, 'listening');
    peer.bind(0, `127.0.0.${1 + (n % 4)}`);
    await listening;
    peer.on('message', (_bytes, from) => {
      if (!ports.includes(from.port)) ports.push(from.port);
    });
    peers.push(peer);
  }
  let [probes, heldUp] = [0, 0];
  for (let sent = 0; sent < datagrams; sent += BATCH) {
    const batch = Math.min(BATCH, datagrams - sent);
    for (let n = 0; n < batch; n += 1) {
      const to = random() < 0.5 ? port : pick(ports);
      pick(peers).send(anyDatagram(random, pick), to, '127.0.0.1');
    }
    heldUp += await probe(port, probes);
    probes += 1;
  }
  // Linger, repeats and memories run out.
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const counters = { ...noCounts(), ...server.counters() };
  await server.stop();
  await Promise.all(peers.map((peer) => new Promise<void>((resolve) => peer.close(() => resolve()))));
  const leaked = await quietResources();
  for (const kind of before) if (leaked.includes(kind)) leaked.splice(leaked.indexOf(kind), 1);
  const heapGrowthBytes = heapBytes() - heap;
  return { seed, datagrams, probes, heldUp, counters, before, leaked, heapGrowthBytes };
}

function anyDatagram(random: () => number, pick: <T>(values: readonly T[]) => T): Uint8Array {
  const number = (below: number) => Math.floor(random() * below);
  const bytes = (length: number) => Uint8Array.from({ length }, () => number(256));
  const text = (below: number) => String.fromCharCode(...Array.from({ length: number(below) }, () => 1 + number(255)));
  const word = () => pick([0, 1, 2, 3, 6, 7, number(8), number(65_536), 65_535]);
  switch (number(8)) {
    case 0:
      return bytes(number(5));
    case 1:
      return bytes(number(600));
    case 2:
      return bytes(pick([1400, 9000, 65_000]));
    case 3:
      return Uint8Array.of(0, 4, word() >> 8, word() & 255);
    case 4:
      return Uint8Array.of(0, 5, 0, number(10), ...bytes(number(20)));
    case 5:
      return Uint8Array.of(0, pick([3, 6]), ...bytes(number(40)));
    default: {
      const options = Array.from({ length: number(5) }, () => [
        pick(['blksize', 'BLKSIZE', 'tsize', 'timeout', 'windowsize', 'constructor', text(9)]),
        pick(['0', '8', '512', '65464', '99999999999', '-1', 'x', text(9)]),
      ]);
      const fields = [
        text(pick([9, 30, 300])),
        pick(['octet', 'OCTET', 'netascii', 'mail', text(6)]),
        ...options.flat(),
        '',
      ];
      const request = Buffer.from(`\0${pick(['\x01', '\x01', '\x01', '\x02'])}${fields.join('\0')}`, 'latin1');
      return random() < 0.2 ? request.subarray(0, number(request.length + 1)) : request;
    }
  }
}

/** The server's shortest patience with the limits above is 190 ms: whoever is held up for less has no excuse. */
const EXCUSED_MS = 150;
const MOST_TRIES = 20;

/**
 * Fetches one file as a strict client would, from an address that nobody had before; rejects when the server does not answer rightly.
 * Client and server share a process and a machine: where this thread was held up so long that the server rightly gave it up, it asks
 * again. Returns how often that was.
 */
async function probe(port: number, number: number): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const at = number * MOST_TRIES + tries;
    if (await fetched(port, `127.${64 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`)) return tries;
  }
  throw new Error(`this thread was held up ${MOST_TRIES} times in a row`);
}

/** False: the server gave the transfer up after this thread had been held up. */
async function fetched(port: number, address: string): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    const listening = once(socket, 'listening');
    socket.bind(0, address);
    await listening;
    return await new Promise<boolean>((resolve, reject) => {
      const heard: string[] = [];
      const parts: Uint8Array[] = [];
      let actedAt = performance.now();
      let isExcused = false;
      const fail = (what: string) => reject(new Error(`the server ${what}; heard: ${heard.join(', ')}`));
      const timer = setTimeout(() => fail('stopped serving'), 10_000);
      const end = (isWhole: boolean) => {
        clearTimeout(timer);
        resolve(isWhole);
      };
      const say = (packet: Uint8Array, to: number) => {
        actedAt = performance.now();
        socket.send(packet, to, '127.0.0.1');
      };
      socket.on('message', (bytes, from) => {
        const [waitedMs, block] = [performance.now() - actedAt, bytes.readUInt16BE(2)];
        heard.push(`opcode ${bytes[1]} ${block} after ${Math.round(waitedMs)} ms`);
        isExcused ||= waitedMs > EXCUSED_MS;
        if (bytes[1] === 5 && isExcused) return end(false);
        if (bytes[1] !== 3) return fail('did not answer a good request with DATA');
        if (block > parts.length + 1) return fail('left a block out');
        const isNew = block > parts.length;
        if (isNew) parts.push(bytes.subarray(4));
        // What comes twice may say that its ACK was lost.
        if (block === parts.length) say(Uint8Array.of(0, 4, block >> 8, block & 255), from.port);
        if (!isNew || bytes.length === 516) return;
        if (Buffer.concat(parts).equals(file)) end(true);
        else fail('sent a file that is not the file');
      });
      say(Buffer.from('\0\x01good\0octet\0'), port);
    });
  } finally {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}

async function quietResources(): Promise<string[]> {
  // Closed handles are gone some turns of the event loop later.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().sort();
}

// Exact with `node --expose-gc`.
function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
