import { closeSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { AppError, ERROR_CODES, type ErrorCode } from '../../../core/errors.ts';
import { FairQueue } from '../../fair-queue.ts';
import { DEFAULT_LIMITS, type TftpCounters } from '../limits.ts';
import type { CountingTftpServer, TftpServerOptions } from '../server.ts';
import { Decisions } from './decisions.ts';
import { Link } from './link.ts';
import type { DataPlane, FromPlane, PlaneData, SharedState } from './messages.ts';
import { beginEnding, Doze, makeSharedState, SharedDescriptors, sharedCounters } from './shared-state.ts';
import { startPlaneWorker } from './start-worker.ts';

export interface WorkerServerOptions extends Omit<TftpServerOptions, 'wires' | 'counters' | 'queue' | 'about'> {
  /** `auto`: batches where the system has them, else Node's own sockets. */
  readonly plane: DataPlane | 'auto';
  /** Starts the thread; the product's own program when absent. */
  readonly startWorker?: (data: PlaneData) => Worker;
}

/** Invented: how long a thread that ended is waited for before the next one, at first and at most. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Invented: a thread that lived this long did not end of what the one before ended of. */
const SETTLED_MS = 60_000;
/** Invented: a thread that is asked to stop is ended after this. */
const STOP_MS = 800;
/** Invented: after so many ends in a row the batches are given up: they are the youngest part. */
const ENDS_OF_BATCHES = 2;

const THREAD_ENDED = 'the thread that sends files ended';
const NO_BATCHES = 'the thread that sends files has ended twice in a row with batches';

/** A TFTP server whose datagrams and transfers are in a thread of their own; what a request gets is decided here. */
export function createWorkerTftpServer(options: WorkerServerOptions): WorkerTftpServer {
  return new WorkerTftpServer(options);
}

export class WorkerTftpServer implements CountingTftpServer {
  readonly #options: WorkerServerOptions;
  readonly #shared: SharedState;
  readonly #counters: TftpCounters;
  readonly #descriptors: SharedDescriptors;
  readonly #queue = new FairQueue();
  readonly #decisions: Decisions;
  #phase: 'new' | 'running' | 'stopped' = 'new';
  #link: Link | null = null;
  #port: number;
  #startedAt = 0;
  #ends = 0;
  #cancelStart: (() => void) | null = null;
  #isDraining = false;
  #whenDrained: (() => void)[] = [];
  #whenStopped: () => void = () => {};
  #whenListening: ((item: Extract<FromPlane, { kind: 'listening' | 'not-listening' }>) => void) | null = null;

  constructor(options: WorkerServerOptions) {
    const { maxTransfers } = { ...DEFAULT_LIMITS, ...options.limits };
    this.#options = options;
    this.#shared = makeSharedState(maxTransfers);
    this.#counters = sharedCounters(this.#shared);
    this.#descriptors = new SharedDescriptors(this.#shared);
    this.#decisions = new Decisions({
      ...options,
      shared: this.#shared,
      reply: (question, answer) => this.#link?.put({ kind: 'answer', question, answer }),
      withdraw: (question) => this.#link?.put({ kind: 'withdraw', question }),
    });
    this.#port = options.listen.port;
  }

  counters(): Readonly<TftpCounters> {
    return { ...this.#counters };
  }

  underWay(): number {
    return this.#counters.underWay;
  }

  async start(): Promise<{ readonly address: string; readonly port: number }> {
    this.#phase = 'running';
    try {
      const { address, port } = await this.#launch();
      this.#port = port;
      return { address, port };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  drain(limitMs: number): Promise<number> {
    const { clock } = this.#options;
    this.#isDraining = true;
    beginEnding(this.#shared);
    return new Promise((resolve) => {
      let cancel = () => {};
      const end = () => {
        cancel();
        resolve(this.#counters.underWay);
      };
      if (this.#link === null) {
        // Between two threads nothing is under way, and the next one would only begin something new.
        this.#cancelStart?.();
        end();
        return;
      }
      cancel = clock.wakeAt(clock.now() + limitMs, end);
      this.#whenDrained.push(end);
      this.#link.put({ kind: 'drain' });
      this.#link.flush();
    });
  }

  async stop(): Promise<void> {
    if (this.#phase === 'stopped') return;
    this.#phase = 'stopped';
    this.#cancelStart?.();
    const link = this.#link;
    if (link !== null) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#whenStopped = resolve;
        timer = setTimeout(resolve, STOP_MS);
        link.put({ kind: 'stop' });
        link.flush();
      });
      clearTimeout(timer);
      await link.end();
    }
    this.#abandon('stopped', 'the server was stopped');
  }

  /** Takes what has crossed from the thread so far, now. */
  pump(): void {
    this.#link?.pump();
  }

  /** Starts a thread; resolves when it listens. */
  #launch(): Promise<{ readonly address: string; readonly port: number }> {
    const { listen, limits = {}, isSinglePort = false, blockWrap = 0, clock, startWorker } = this.#options;
    const isGivenUp = this.#options.plane === 'auto' && this.#ends >= ENDS_OF_BATCHES;
    this.#startedAt = clock.now();
    return new Promise((resolve, reject) => {
      let hasFailed = false;
      this.#whenListening = (item) => {
        this.#whenListening = null;
        hasFailed = item.kind === 'not-listening';
        if (item.kind === 'listening') resolve(item);
        else reject(startFailure(item));
      };
      const data = {
        listen: { ...listen, port: this.#port },
        plane: isGivenUp ? 'dgram' : this.#options.plane,
        reason: isGivenUp ? NO_BATCHES : null,
        ...{ limits, isSinglePort, blockWrap, shared: this.#shared },
      };
      this.#link = new Link(startWorker ?? startPlaneWorker, data, {
        onItem: (item) => this.#take(item),
        onEnd: (error) => {
          this.#closeDescriptors();
          this.#link = null;
          this.#whenStopped();
          if (!hasFailed && this.#phase === 'running') this.#onEnd(error);
        },
      });
    });
  }

  #take(item: FromPlane): void {
    switch (item.kind) {
      case 'asked': {
        const { thread } = this.#decisions;
        this.#queue.run(() => {
          if (this.#phase === 'running') this.#decisions.decide(item, thread);
        });
        return;
      }
      case 'progress':
        this.#decisions.progress(item);
        return;
      case 'last-sent':
        this.#decisions.lastSent(item);
        return;
      case 'sent':
      case 'failed':
        this.#queue.run(() => this.#decisions.ended(item));
        return;
      case 'log':
        this.#options.log[item.level](item.fields);
        return;
      case 'listening':
      case 'not-listening':
        this.#whenListening?.(item);
        return;
      case 'drained':
        // After the ends that were told before it.
        this.#queue.run(() => this.#drained());
        return;
      case 'stopped':
        this.#queue.flush();
        this.#whenStopped();
    }
  }

  #drained(): void {
    for (const call of this.#whenDrained.splice(0)) call();
  }

  #onEnd(error: Error | null): void {
    const { log } = this.#options;
    const reason = error === null ? 'nobody knows of what' : error.message;
    const whenListening = this.#whenListening;
    if (whenListening !== null) {
      // It may have asked before it said that it listens.
      this.#abandon('socket', THREAD_ENDED);
      whenListening({ kind: 'not-listening', code: null, message: `the thread that sends files ended: ${reason}` });
      return;
    }
    const transfers = this.#counters.underWay;
    log.error({ event: 'tftp.thread.ended', reason, transfers });
    this.#abandon('socket', THREAD_ENDED);
    // Nothing is under way any more, and nothing new would be answered.
    if (!this.#isDraining) this.#startAgain();
  }

  /** What was under way in the thread has ended with it: phones ask again. */
  #abandon(reason: 'stopped' | 'socket', message: string): void {
    this.#queue.flush();
    this.#decisions.abandon(reason, message);
    this.#counters.underWay = 0;
    this.#drained();
  }

  #closeDescriptors(): void {
    // Nobody is there to be woken, and the number of its bell stands for nothing from here on.
    new Doze(this.#shared).end();
    for (const descriptor of this.#descriptors.takeAll()) closeDescriptor(descriptor);
  }

  #startAgain(): void {
    const { clock, log } = this.#options;
    const now = clock.now();
    this.#ends = now - this.#startedAt >= SETTLED_MS ? 1 : this.#ends + 1;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#ends - 1));
    this.#cancelStart = clock.wakeAt(now + pause, () => {
      this.#cancelStart = null;
      this.#launch().catch((error: unknown) => {
        if (this.#phase === 'stopped') return;
        const reason = error instanceof Error ? error.message : String(error);
        log.error({ event: 'tftp.thread.not-started', reason });
        this.#startAgain();
      });
    });
  }
}

function startFailure({ code, message }: Extract<FromPlane, { kind: 'not-listening' }>): Error {
  return code !== null && Object.hasOwn(ERROR_CODES, code)
    ? new AppError(code as ErrorCode, message)
    : new Error(message);
}

function closeDescriptor(descriptor: number): void {
  try {
    closeSync(descriptor);
  } catch {
    // It was closed by the thread, which had no time to say so.
  }
}
