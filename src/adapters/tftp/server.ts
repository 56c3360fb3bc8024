import type { Socket } from 'node:dgram';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { TftpHandler, TftpServer } from '../../ports/tftp.ts';
import { type Channel, type Endpoint, makeEndpoint } from './endpoint.ts';
import { Intake } from './intake.ts';
import { DEFAULT_LIMITS, noCounts, type TftpCounters, type TftpLimits } from './limits.ts';
import { Sender } from './sender.ts';
import { Service } from './service.ts';
import { bindFailure, checkListen, isWildcard, localAddresses, openSocket } from './sockets.ts';

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
  readonly #limits: TftpLimits;
  readonly #counters = noCounts();
  readonly #service: Service;
  readonly #sender: Sender;
  readonly #intake: Intake;
  readonly #endpoints = new Map<string, Endpoint>();
  #cancelCheck: (() => void) | null = null;
  #phase: 'new' | 'running' | 'stopped' = 'new';

  constructor(options: TftpServerOptions) {
    const { handler, clock, log, blockWrap = 0 } = options;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const counters = this.#counters;
    this.#options = options;
    this.#limits = limits;
    this.#sender = new Sender(log, counters);
    this.#service = new Service({ handler, clock, log, limits, blockWrap, counters, sender: this.#sender });
    this.#intake = new Intake({ service: this.#service, sender: this.#sender, clock, limits, counters });
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
    const { listen, log } = this.#options;
    checkListen(listen);
    this.#phase = 'running';
    let port: number;
    try {
      port = await this.#openAll(listen);
    } catch (error) {
      await this.stop();
      throw bindFailure(error, listen);
    }
    log.info({ event: 'tftp.listening', address: listen.address, port, addresses: [...this.#endpoints.keys()] });
    return { address: listen.address, port };
  }

  async stop(): Promise<void> {
    if (this.#phase === 'stopped') return;
    this.#phase = 'stopped';
    this.#cancelCheck?.();
    const closing: Promise<void>[] = [];
    for (const endpoint of this.#endpoints.values()) {
      this.#service.dropEndpoint(endpoint, 'stopped', 'the server was stopped');
      closing.push(closeEndpoint(endpoint));
    }
    this.#service.stop();
    this.#endpoints.clear();
    await Promise.all(closing);
  }

  async #openAll(listen: { readonly address: string; readonly port: number }): Promise<number> {
    if (!isWildcard(listen.address)) {
      const socket = await openSocket({ ...listen, isShared: false }, this.#limits.socketBufferBytes);
      await this.#addEndpoint(listen.address, socket);
      return socket.address().port;
    }
    // Sockets that share a port would also share it with another server: first make sure that there is none.
    const probe = await openSocket({ ...listen, isShared: false }, this.#limits.socketBufferBytes);
    const { port } = probe.address();
    await close(probe);
    for (const address of listen.address === '::' ? ['::', '0.0.0.0'] : ['0.0.0.0']) await this.#open(address, port);
    await this.#checkAddresses(listen.address, port);
    return port;
  }

  // RFC 1123 4.2.3 leaves it open, but phones take an answer only from the address they asked. Node cannot learn to which
  // address a datagram came, so every address of the machine gets sockets of its own, and addresses come and go.
  async #checkAddresses(wildcard: string, port: number): Promise<void> {
    const { log, clock } = this.#options;
    const present = new Set(localAddresses(wildcard));
    for (const [address, endpoint] of this.#endpoints) {
      if (isWildcard(address) || present.has(address)) continue;
      this.#endpoints.delete(address);
      this.#service.dropEndpoint(endpoint, 'socket', `the address ${address} went away`);
      await closeEndpoint(endpoint);
    }
    for (const address of present) {
      if (this.#endpoints.has(address)) continue;
      try {
        await this.#open(address, port);
      } catch (error) {
        // The socket for all addresses still takes its requests, and answers from an address the kernel chooses.
        log.warn({ event: 'tftp.address.failed', address, error });
      }
    }
    if (this.#phase !== 'running') return;
    const again = () => void this.#checkAddresses(wildcard, port);
    this.#cancelCheck = clock.wakeAt(clock.now() + this.#limits.addressCheckMs, again);
  }

  async #open(address: string, port: number): Promise<void> {
    const socket = await openSocket({ address, port, isShared: true }, this.#limits.socketBufferBytes);
    await this.#addEndpoint(address, socket);
  }

  async #addEndpoint(address: string, request: Socket): Promise<void> {
    const sockets: Socket[] = [];
    const count = this.#options.isSinglePort === true ? 0 : this.#limits.socketsPerAddress;
    try {
      for (let opened = 0; opened < count; opened += 1) {
        sockets.push(await openSocket({ address, port: 0, isShared: false }, this.#limits.socketBufferBytes));
      }
    } catch (error) {
      // One is enough to serve; without any, this address cannot be.
      if (sockets.length === 0) {
        await close(request);
        throw error;
      }
    }
    const endpoint = makeEndpoint(address, request, sockets);
    if (this.#phase !== 'running') return closeEndpoint(endpoint);
    this.#endpoints.set(address, endpoint);
    this.#listen(endpoint, endpoint.request);
    for (const channel of endpoint.channels) if (channel !== endpoint.request) this.#listen(endpoint, channel);
  }

  #listen(endpoint: Endpoint, channel: Channel): void {
    const intake = this.#intake;
    channel.socket.on('error', (error) => this.#sender.onSocketError(error));
    if (channel === endpoint.request) {
      channel.socket.on('message', (bytes, from) => intake.onRequestPort(endpoint, bytes, from));
    } else {
      channel.socket.on('message', (bytes, from) => intake.onTransferPort(endpoint, channel, bytes, from));
    }
  }
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

async function closeEndpoint(endpoint: Endpoint): Promise<void> {
  const channels = new Set([endpoint.request, ...endpoint.channels]);
  await Promise.all([...channels].map((channel) => close(channel.socket)));
}
