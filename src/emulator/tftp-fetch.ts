import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { type Line, makeLine } from './impairment.ts';
import type { Deviations } from './phone-options.ts';
import { PowerLost, type PowerSession } from './power-session.ts';
import type { Random } from './random.ts';
import { acknowledgement, BLOCK_BYTES, errorPacket, readPacket, readRequest } from './tftp-packet.ts';

/** When a phone repeats itself, in phone milliseconds (legacy-79x0 11.2). */
export interface RetrySchedule {
  /** Pauses before each repeat on one source port. */
  readonly repeats: readonly number[];
  /** Pause after the last repeat, then the next source port. */
  readonly last: number;
  readonly ports: number;
}

/** What a fetch came to. `silent`: every port timed out; `dropped`: the phone closed its port on purpose. */
export type FetchAnswer =
  | { readonly kind: 'file'; readonly bytes: Buffer; readonly blocks: number }
  | { readonly kind: 'missing'; readonly code: number; readonly message: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'dropped' };

/** What a fetch tells as it goes. */
export interface FetchWatcher {
  asked(port: number, attempt: number): void;
  /** After each block in order; `drop` closes the port, `go-on` acknowledges. */
  block(port: number, blocks: number, isLast: boolean): 'go-on' | 'drop';
  ended(port: number, answer: FetchAnswer, blocks: number): void;
}

/** Where and how a phone speaks; shared by all its fetches of one power session. */
export interface Wire {
  readonly session: PowerSession;
  readonly server: { readonly host: string; readonly port: number };
  readonly address: string;
  readonly deviations: Deviations;
  readonly random: Random;
  /** The next source port; 0 leaves it to the machine. */
  nextPort(): number;
  /** Real milliseconds of a network wait of so many phone milliseconds. */
  networkMs(phoneMs: number): number;
  /** Real milliseconds that a block takes the phone. */
  readonly blockMs: number;
  opened(socket: Socket): void;
}

const BAD_TID = 5;
const BIND_TRIES = 500;
/** How long a finished fetch still acknowledges a repeated last block (RFC 1350 6: dallying), phone milliseconds. */
const DALLY_MS = 1000;
/** Shorter pauses are saved up: a timer of less is not kept by the machine. */
const LEAST_PAUSE_MS = 3;
/** ERROR 0 stands for what no code fits: here for a block that is too long. */
const TOO_LONG: FetchAnswer = { kind: 'missing', code: 0, message: 'Data block exceeds 512' };

/** Fetches one file as a phone does: port after port, each with its repeats, always from block 1. */
export async function fetchFile(
  name: string,
  wire: Wire,
  schedule: RetrySchedule,
  watcher: FetchWatcher,
): Promise<FetchAnswer> {
  for (let port = 0; port < schedule.ports; port++) {
    const answer = await new PortFetch(name, wire, schedule, watcher).run();
    if (answer.kind !== 'silent') return answer;
  }
  return { kind: 'silent' };
}

/** One fetch from one source port. */
class PortFetch {
  readonly #name: string;
  readonly #wire: Wire;
  readonly #schedule: RetrySchedule;
  readonly #watcher: FetchWatcher;
  readonly #out: Line;
  readonly #in: Line;
  readonly #parts: Buffer[] = [];
  #socket: Socket | null = null;
  #port = 0;
  #peer: RemoteInfo | null = null;
  #blocks = 0;
  #sent = 0;
  #pauseMs = 0;
  #isPaused = false;
  #isOver = false;
  #cancelTimer: () => void = () => {};
  #settle: (answer: FetchAnswer) => void = () => {};

  constructor(name: string, wire: Wire, schedule: RetrySchedule, watcher: FetchWatcher) {
    this.#name = name;
    this.#wire = wire;
    this.#schedule = schedule;
    this.#watcher = watcher;
    const after = (ms: number, call: () => void) => {
      wire.session.after(wire.networkMs(ms), call);
    };
    this.#out = makeLine(wire.deviations, wire.random, after);
    this.#in = makeLine(wire.deviations, wire.random, after);
  }

  async run(): Promise<FetchAnswer> {
    const socket = await bindSocket(this.#wire);
    this.#socket = socket;
    this.#port = socket.address().port;
    socket.on('message', (bytes, from) => this.#in(() => this.#received(bytes, from)));
    // A send that fails is a datagram that was lost.
    socket.on('error', () => {});
    return new Promise<FetchAnswer>((resolve, reject) => {
      const off = this.#wire.session.onEnd(() => {
        this.#close();
        reject(new PowerLost());
      });
      this.#settle = (answer) => {
        off();
        resolve(answer);
      };
      if (this.#wire.session.endedBy !== null) {
        this.#close();
        reject(new PowerLost());
      } else this.#send();
    });
  }

  /** The last thing said: the request before the first block, then the last acknowledgement. */
  #say(): void {
    const { server } = this.#wire;
    if (this.#peer === null) this.#datagram(readRequest(this.#name), server.port, server.host);
    else this.#datagram(acknowledgement(this.#blocks & 0xffff), this.#peer.port, this.#peer.address);
  }

  #datagram(bytes: Buffer, port: number, host: string): void {
    this.#out(() => this.#socket?.send(bytes, port, host, () => {}));
  }

  #send(): void {
    this.#sent += 1;
    if (this.#peer === null) this.#watcher.asked(this.#port, this.#sent);
    if (this.#isOver) return;
    this.#say();
    this.#arm();
  }

  #arm(): void {
    const { repeats, last } = this.#schedule;
    const pause = repeats[this.#sent - 1];
    this.#cancelTimer();
    this.#cancelTimer = this.#wire.session.after(this.#wire.networkMs(pause ?? last), () => {
      if (pause === undefined) this.#end({ kind: 'silent' });
      else this.#send();
    });
  }

  #received(bytes: Buffer, from: RemoteInfo): void {
    if (this.#socket === null || from.address !== this.#wire.server.host) return;
    if (this.#peer !== null && from.port !== this.#peer.port) {
      // RFC 1350 4: a stranger is told so, the transfer goes on.
      this.#datagram(errorPacket(BAD_TID, 'Bad TID'), from.port, from.address);
      return;
    }
    const packet = readPacket(bytes);
    if (packet.kind === 'data') this.#data(packet.block, packet.data, from);
    else if (packet.kind === 'error' && !this.#isOver) {
      this.#end({ kind: 'missing', code: packet.code, message: packet.message });
    }
  }

  #data(block: number, data: Buffer, from: RemoteInfo): void {
    if (block === (this.#blocks & 0xffff) && this.#blocks > 0) {
      // A repeated block is acknowledged again: the server may have missed the first acknowledgement.
      if (!this.#isPaused) this.#say();
      return;
    }
    if (this.#isOver || this.#isPaused || block !== ((this.#blocks + 1) & 0xffff)) return;
    if (data.length > BLOCK_BYTES) {
      this.#end(TOO_LONG);
      return;
    }
    this.#peer = from;
    this.#blocks += 1;
    this.#parts.push(Buffer.from(data));
    const isLast = data.length < BLOCK_BYTES;
    if (this.#watcher.block(this.#port, this.#blocks, isLast) === 'drop') {
      this.#end({ kind: 'dropped' });
      return;
    }
    // The watcher may have cut the power.
    if (this.#socket === null) return;
    this.#pauseThen(() => this.#acknowledge(isLast));
  }

  #pauseThen(next: () => void): void {
    this.#pauseMs += this.#wire.blockMs;
    if (this.#pauseMs < LEAST_PAUSE_MS) {
      next();
      return;
    }
    this.#isPaused = true;
    this.#cancelTimer();
    this.#wire.session.after(this.#pauseMs, () => {
      this.#isPaused = false;
      next();
    });
    this.#pauseMs = 0;
  }

  #acknowledge(isLast: boolean): void {
    this.#sent = 1;
    this.#say();
    if (isLast) this.#end({ kind: 'file', bytes: Buffer.concat(this.#parts), blocks: this.#blocks });
    else this.#arm();
  }

  #end(answer: FetchAnswer): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelTimer();
    if (answer.kind === 'file') this.#dally();
    else this.#close();
    this.#watcher.ended(this.#port, answer, this.#blocks);
    this.#settle(answer);
  }

  #dally(): void {
    const off = this.#wire.session.onEnd(() => this.#close());
    this.#wire.session.after(this.#wire.networkMs(DALLY_MS), () => {
      off();
      this.#close();
    });
  }

  #close(): void {
    this.#cancelTimer();
    this.#isOver = true;
    this.#socket?.close();
    this.#socket = null;
  }
}

/** A socket on the next free source port of the phone. */
async function bindSocket(wire: Wire): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = createSocket('udp4');
    const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      socket.once('error', resolve);
      socket.bind({ port: wire.nextPort(), address: wire.address, exclusive: true }, () => {
        socket.removeListener('error', resolve);
        resolve(null);
      });
    });
    if (failure === null) {
      wire.opened(socket);
      return socket;
    }
    socket.close();
    if (failure.code !== 'EADDRINUSE' || tries >= BIND_TRIES) throw failure;
  }
}
