import { createServer, type Socket } from 'node:net';
import type { SteadyMs } from '../../core/moment.ts';
import type { Clock } from '../../ports/clock.ts';

/** Connections at a time, and of one address (invented: a bench has a thousand phones, a phone has two connections). */
const MOST_CONNECTIONS = 2048;
const MOST_OF_ONE = 4;
/** Who says nothing that can be read within so long has nothing to say (invented). */
const FIRST_WORD_MS = 10_000;
/** A phone that registered speaks again every two minutes (after-landing 3.1); three of them (invented). */
const IDLE_MS = 6 * 60_000;
/** A process that stood still takes the connections that were opened meanwhile as soon as it wakes; within so long (invented) it has. */
const WAKING_MS = 10_000;
/** Bytes of answers that nobody takes (invented; an answer has some hundreds). */
const MOST_UNTAKEN = 65_536;
/** Pieces that wait until those before them are answered (invented). */
const MOST_WAITING = 32;

/** The other side of one connection. */
export interface Conversation {
  /** What to send back to whom is known for a whole message, maybe nothing; null while nobody is known or none is whole, `end` when there is nothing more to say. */
  take(bytes: Uint8Array): Promise<Uint8Array | null | 'end'>;
  /** The connection is closed. */
  closed?(): void;
}

/** Sends to the other side without being asked; false where it cannot. */
export type Speak = (bytes: Uint8Array) => boolean;

interface TcpEarOptions {
  readonly listen: { readonly address: string; readonly port: number };
  readonly clock: Clock;
  /** `connectedAt` is null where nobody knows when the connection was opened. */
  readonly begin: (source: string, connectedAt: SteadyMs | null, speak: Speak) => Conversation;
  /** Where it could not listen. */
  readonly refused: (error: unknown) => unknown;
}

/** A TCP port that is listened to: connections are few, short or quiet, and each piece is answered after the one before. */
export class TcpEar {
  readonly #options: TcpEarOptions;
  readonly #server = createServer((socket) => this.#connected(socket));
  readonly #open = new Map<Socket, string>();

  constructor(options: TcpEarOptions) {
    this.#options = options;
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** Resolves with the port. */
  async start(): Promise<number> {
    const { listen, refused } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(refused(error)));
      this.#server.listen({ host: listen.address, port: listen.port, exclusive: true }, resolve);
    });
    this.#server.on('error', () => {});
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : listen.port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open.keys()) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** A connection that has waited for this process to wake is as old as nobody knows, and so is what came over it. */
  #connectedAt(): SteadyMs | null {
    const { clock } = this.#options;
    const wokeAt = clock.awakeSince?.() ?? null;
    const now = clock.now();
    return wokeAt !== null && now - wokeAt < WAKING_MS ? null : now;
  }

  #connected(socket: Socket): void {
    const source = bare(socket.remoteAddress ?? '');
    const others = [...this.#open.values()].filter((one) => one === source).length;
    socket.on('error', () => {});
    if (source === '' || others >= MOST_OF_ONE) {
      socket.destroy();
      return;
    }
    this.#open.set(socket, source);
    const { clock } = this.#options;
    let cancel = () => {};
    // From the start, or from a whole message: bytes alone win no time.
    const mayStay = (ms: number) => {
      cancel();
      cancel = clock.wakeAt(clock.now() + ms, () => socket.destroy());
    };
    mayStay(FIRST_WORD_MS);
    const speak: Speak = (bytes) => {
      if (!socket.writable) return false;
      socket.write(bytes);
      return true;
    };
    const conversation = this.#options.begin(source, this.#connectedAt(), speak);
    socket.once('close', () => {
      cancel();
      this.#open.delete(socket);
      conversation.closed?.();
    });
    let waiting = 0;
    let last = Promise.resolve();
    socket.on('data', (bytes: Buffer) => {
      waiting++;
      if (waiting > MOST_WAITING) {
        socket.destroy();
        return;
      }
      last = last.then(async () => {
        waiting--;
        const answer = socket.destroyed ? null : await conversation.take(bytes).catch(() => 'end' as const);
        if (answer === 'end') socket.destroy();
        else if (answer !== null && socket.writable) {
          // Only who is known is answered, and may stay.
          mayStay(IDLE_MS);
          if (answer.length > 0) socket.write(answer);
          if (socket.writableLength > MOST_UNTAKEN) socket.destroy();
        }
      });
    });
  }
}

/** An IPv4 address that reached a socket for both families. */
export function bare(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
