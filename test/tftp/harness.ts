import { Worker } from 'node:worker_threads';
import { afterEach, inject } from 'vitest';
import type { TftpLimits } from '../../src/adapters/tftp/limits.ts';
import type { PlaneData } from '../../src/adapters/tftp/plane/messages.ts';
import { Doze } from '../../src/adapters/tftp/plane/shared-state.ts';
import { createWorkerTftpServer, type WorkerTftpServer } from '../../src/adapters/tftp/plane/worker-server.ts';
import { type CountingTftpServer, createTftpServer, type TftpServerOptions } from '../../src/adapters/tftp/server.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';
import type { TftpAnswer, TftpHandler, TftpRequest, TransferWatcher } from '../../src/ports/tftp.ts';
import { FakeClock } from '../support/clock.ts';
import { Peer } from './peer.ts';

const cleanups: Array<() => void | Promise<void>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs after the test that called it. */
export function afterThisTest(cleanup: () => void | Promise<void>): void {
  cleanups.push(cleanup);
}

/** A log that keeps its lines. */
export class KeptLog implements Log {
  readonly lines: Array<LogFields & { readonly level: string }> = [];
  error = (fields: LogFields) => void this.lines.push({ ...fields, level: 'error' });
  warn = (fields: LogFields) => void this.lines.push({ ...fields, level: 'warn' });
  info = (fields: LogFields) => void this.lines.push({ ...fields, level: 'info' });
  debug = (fields: LogFields) => void this.lines.push({ ...fields, level: 'debug' });
}

/** What a watcher was told, in order. */
export interface Told {
  readonly calls: string[];
  readonly watcher: TransferWatcher;
  /** Resolves with the end it is told. */
  readonly end: Promise<string>;
}

export function watch(): Told {
  const calls: string[] = [];
  let resolve: (end: string) => void = () => {};
  const end = new Promise<string>((done) => {
    resolve = done;
  });
  const tell = (call: string) => {
    calls.push(call);
    if (!call.startsWith('progress')) resolve(call);
  };
  return {
    calls,
    end,
    watcher: {
      progress: (bytes) => tell(`progress ${bytes}`),
      sent: ({ bytes }) => tell(`sent ${bytes}`),
      failed: ({ reason, bytes }) => tell(`failed ${reason} ${bytes}`),
    },
  };
}

/** Bytes in which every block differs. */
export function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) bytes[at] = (at * 31 + (at >> 9) * 7 + 3) & 0xff;
  return bytes;
}

export interface Bench {
  readonly server: CountingTftpServer;
  readonly clock: PlaneClock;
  readonly log: KeptLog;
  readonly asked: TftpRequest[];
  readonly at: { readonly address: string; readonly port: number };
  peer(address?: string, port?: number): Promise<Peer>;
  /** The thread that sends files, where there is one and it lives. */
  thread(): Worker | null;
}

/** Time that a test moves, in this thread and in the one that sends files: when it has moved, both have done what was due. */
export class PlaneClock extends FakeClock {
  #link: { readonly worker: Worker; readonly moved: Int32Array; readonly doze: Doze } | null = null;
  #server: WorkerTftpServer | null = null;
  #worker: Worker | null = null;

  get worker(): Worker | null {
    return this.#worker;
  }

  drive(server: WorkerTftpServer): void {
    this.#server = server;
  }

  /** Starts the thread of a server. */
  startWorker(data: PlaneData, hasRealTime: boolean): Worker {
    const moved = new Int32Array(new SharedArrayBuffer(4));
    const workerData = { ...data, hasRealTime, moved };
    const worker = new Worker(inject('planeProgram'), { workerData, transferList: [data.port], name: 'tftp' });
    this.#worker = worker;
    this.#link = hasRealTime ? null : { worker, moved, doze: new Doze(data.shared) };
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#link = null;
    });
    return worker;
  }

  /** The same while this thread is held up: what the other one tells is taken up later. */
  advanceHeldUp(ms: number): void {
    this.#advanceThread(ms);
    super.advance(ms);
  }

  override advance(ms: number): void {
    this.#advanceThread(ms);
    this.#server?.pump();
    super.advance(ms);
  }

  #advanceThread(ms: number): void {
    if (this.#link !== null) {
      const { worker, moved, doze } = this.#link;
      Atomics.store(moved, 0, 0);
      worker.postMessage(ms);
      doze.ring();
      Atomics.wait(moved, 0, 0, 10_000);
    }
  }
}

/** A server on the plane of this run, in the machine's time. */
export function inRealTime({ clock, ...options }: TftpServerOptions): CountingTftpServer {
  return makeServer(new PlaneClock(), clock, options);
}

/** A server on the plane of this run, in a time that stands still. */
export function inFakeTime(
  options: Omit<TftpServerOptions, 'clock' | 'wires' | 'counters' | 'queue'>,
  clock = new PlaneClock(),
): CountingTftpServer {
  return makeServer(clock, undefined, options);
}

/** The server on the plane of this run. */
function makeServer(
  clock: PlaneClock,
  realClock: Clock | undefined,
  options: Omit<TftpServerOptions, 'clock' | 'wires' | 'counters' | 'queue'>,
): CountingTftpServer {
  const plane = inject('plane');
  if (plane === 'here') return createTftpServer({ ...options, clock: realClock ?? clock });
  const startWorker = (data: PlaneData) => clock.startWorker(data, realClock !== undefined);
  const server = createWorkerTftpServer({ ...options, clock: realClock ?? clock, plane, startWorker });
  clock.drive(server);
  return server;
}

/** A running server with fake time (unless a clock is given), ended after the test. */
export async function serve(
  given: Record<string, Uint8Array | TftpAnswer> | TftpHandler,
  options: Partial<Omit<TftpServerOptions, 'limits'>> & {
    readonly limits?: Partial<TftpLimits>;
    readonly realClock?: Clock;
  } = {},
): Promise<Bench> {
  const clock = new PlaneClock();
  const log = new KeptLog();
  const asked: TftpRequest[] = [];
  const answers = typeof given === 'function' ? null : new Map(Object.entries(given));
  const { realClock, ...rest } = options;
  const server = makeServer(clock, realClock, {
    listen: { address: '127.0.0.1', port: 0 },
    log,
    ...rest,
    handler: async (request) => {
      asked.push(request);
      if (typeof given === 'function') return given(request);
      const answer = answers?.get(request.name) ?? { kind: 'error', code: 1, message: 'file not found' };
      return answer instanceof Uint8Array ? { kind: 'content', content: answer } : answer;
    },
  });
  const at = await server.start();
  afterThisTest(() => server.stop());
  return {
    server,
    clock,
    log,
    asked,
    at,
    thread: () => clock.worker,
    peer: async (address = '127.0.0.1', port = 0) => {
      const target = at.address === '0.0.0.0' ? { ...at, address: '127.0.0.1' } : at;
      const peer = await Peer.open(target, address, port);
      afterThisTest(() => peer.close());
      return peer;
    },
  };
}

/** Resolves when everything the event loop has taken up so far is done, replies to earlier datagrams included. */
export async function settled(peer: Peer): Promise<void> {
  // The server reads one socket in order, so the answer to a question says that all before it was read.
  peer.ask('no-such-file-to-settle');
  for (;;) {
    const { packet } = await peer.next();
    if (packet.kind === 'error' && packet.code === 1) return;
  }
}

/** How many UDP sockets this process has, once those that are being closed are gone. */
export async function openSockets(): Promise<number> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith('UDP')).length;
}

/** Resolves when something has become true that the event loop brings about. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
