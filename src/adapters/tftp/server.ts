import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { TftpHandler, TftpRequest, TftpServer } from '../../ports/tftp.ts';
import { FairQueue } from '../fair-queue.ts';
import { DGRAM_WIRES } from './dgram-wires.ts';
import { DiskFiles } from './disk-files.ts';
import type { Endpoints } from './endpoints.ts';
import { Intake } from './intake.ts';
import { DEFAULT_LIMITS, noCounts, type TftpCounters, type TftpLimits } from './limits.ts';
import { NarrowEndpoints } from './narrow-endpoints.ts';
import { Sender } from './sender.ts';
import { Service } from './service.ts';
import { bindFailure, checkListen } from './sockets.ts';
import type { TaskQueue } from './task-queue.ts';
import { WideEndpoints } from './wide-endpoints.ts';
import type { Wires } from './wire.ts';

export interface TftpServerOptions {
  /** An IP address of this machine, `0.0.0.0`, or `::` for both families; port 0 takes any free one. */
  readonly listen: { readonly address: string; readonly port: number };
  readonly handler: TftpHandler;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<TftpLimits>;
  /** Answers from the request port too: for containers and NAT that pass one port only. */
  readonly isSinglePort?: boolean;
  /** What follows block 65,535. */
  readonly blockWrap?: 0 | 1;
  /** How datagrams are read and written; Node's own sockets when absent. */
  readonly wires?: Wires;
  /** Where is counted, where somebody else looks on. */
  readonly counters?: TftpCounters;
  /** How questions and ends wait for each other; a few of them in each turn of the event loop when absent. */
  readonly queue?: TaskQueue;
  /** True as soon as no new question is to be answered, where another thread says so before it calls `drain`. */
  readonly isEnding?: () => boolean;
  /** Takes a question back that the handler was asked; false, as when absent, when it is being decided already. */
  readonly takeBack?: (asked: TftpRequest) => boolean;
  /** Where files are read while they are sent, where somebody else looks on. */
  readonly files?: DiskFiles;
  /** What the line that says the server listens tells beside the addresses. */
  readonly about?: Readonly<Record<string, unknown>>;
}

/** A TFTP server that also tells what it counted, and can end what it has begun. */
export interface CountingTftpServer extends TftpServer {
  counters(): Readonly<TftpCounters>;
  /** How many answers are being decided or sent. */
  underWay(): number;
  /**
   * Answers no new question from now on. Resolves once the answers under way have ended, or after `limitMs`, with how many
   * have not; `stop` breaks these off.
   */
  drain(limitMs: number): Promise<number>;
}

/** A read-only TFTP server that is not started yet; see docs/tftp.md for what it does with every datagram. */
export function createTftpServer(options: TftpServerOptions): CountingTftpServer {
  return new SocketServer(options);
}

class SocketServer implements CountingTftpServer {
  readonly #options: TftpServerOptions;
  readonly #counters: TftpCounters;
  readonly #service: Service;
  readonly #endpoints: Endpoints;
  #phase: 'new' | 'running' | 'stopped' = 'new';

  constructor(options: TftpServerOptions) {
    const { handler, clock, log, blockWrap = 0, isSinglePort = false, wires = DGRAM_WIRES } = options;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { counters = noCounts(), queue = new FairQueue(), files = new DiskFiles() } = options;
    const { isEnding = () => false, takeBack = () => false } = options;
    this.#counters = counters;
    this.#options = options;
    const sender = new Sender(log, counters);
    const service = new Service({
      handler,
      clock,
      log,
      limits,
      blockWrap,
      counters,
      queue,
      sender,
      isEnding,
      takeBack,
      files,
    });
    const intake = new Intake({ service, sender, clock, limits, counters });
    const parts = { service, intake, sender, limits, counters, clock, log, isSinglePort };
    this.#service = service;
    this.#endpoints = wires.kind === 'narrow' ? new NarrowEndpoints(parts, wires) : new WideEndpoints(parts, wires);
  }

  counters(): Readonly<TftpCounters> {
    return { ...this.#counters };
  }

  underWay(): number {
    return this.#service.underWay;
  }

  drain(limitMs: number): Promise<number> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      let cancel = () => {};
      const end = () => {
        cancel();
        resolve(this.#service.underWay);
      };
      if (this.#service.underWay > 0) cancel = clock.wakeAt(clock.now() + limitMs, end);
      this.#service.drain(end);
    });
  }

  async start(): Promise<{ readonly address: string; readonly port: number }> {
    const { listen, log, about = {} } = this.#options;
    checkListen(listen);
    this.#phase = 'running';
    let port: number;
    try {
      port = await this.#endpoints.open(listen);
    } catch (error) {
      await this.stop();
      throw bindFailure(error, listen);
    }
    log.info({
      event: 'tftp.listening',
      address: listen.address,
      port,
      addresses: this.#endpoints.addresses(),
      ...about,
    });
    return { address: listen.address, port };
  }

  async stop(): Promise<void> {
    if (this.#phase === 'stopped') return;
    this.#phase = 'stopped';
    const closing = this.#endpoints.close();
    this.#service.stop();
    await closing;
  }
}
