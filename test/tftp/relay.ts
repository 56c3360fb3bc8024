import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { seededRandom } from '../bench/fuzz.ts';

interface Session {
  /** Faces the server. */
  readonly inner: Socket;
  /** Faces the client, as the server's transfer port. */
  readonly outer: Socket;
  serverPort: number;
}

/** A path between clients and a server on 127.0.0.1 that loses datagrams in both directions. */
export class LossyRelay {
  readonly #front: Socket;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #random: () => number;
  readonly #loss: number;
  lost = 0;
  passed = 0;

  private constructor(front: Socket, loss: number, seed: number) {
    this.#front = front;
    this.#loss = loss;
    this.#random = seededRandom(seed);
  }

  static async open(serverPort: number, loss: number, seed: number): Promise<LossyRelay> {
    const front = await bound();
    const relay = new LossyRelay(front, loss, seed);
    front.on('message', async (bytes, from) => {
      const key = `${from.address}:${from.port}`;
      const opening = relay.#sessions.get(key) ?? relay.#openSession(from.address, from.port, serverPort);
      relay.#sessions.set(key, opening);
      const { inner } = await opening;
      relay.#pass(inner, bytes, serverPort, '127.0.0.1');
    });
    return relay;
  }

  get port(): number {
    return this.#front.address().port;
  }

  async close(): Promise<void> {
    this.#front.close();
    for (const session of await Promise.all(this.#sessions.values())) {
      session.inner.close();
      session.outer.close();
    }
  }

  async #openSession(clientAddress: string, clientPort: number, serverPort: number): Promise<Session> {
    const session: Session = { inner: await bound(), outer: await bound(), serverPort };
    session.inner.on('message', (bytes, from) => {
      session.serverPort = from.port;
      this.#pass(session.outer, bytes, clientPort, clientAddress);
    });
    session.outer.on('message', (bytes) => this.#pass(session.inner, bytes, session.serverPort, '127.0.0.1'));
    return session;
  }

  #pass(socket: Socket, bytes: Uint8Array, port: number, address: string): void {
    if (this.#random() < this.#loss) {
      this.lost += 1;
      return;
    }
    this.passed += 1;
    socket.send(bytes, port, address);
  }
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  return socket;
}
