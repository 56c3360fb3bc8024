import { createSocket, type Socket } from 'node:dgram';
import { createConnection, type Socket as TcpSocket } from 'node:net';
import { AppError } from '../../core/errors.ts';

/** Host and port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** One request on its way: what it is sent with again is the same socket. */
export interface Sender {
  send(text: string): void;
  close(): void;
}

/** The phone's side of the wire. */
export interface SipPort {
  readonly transport: 'UDP' | 'TCP';
  /** The port that Via and Contact name. */
  readonly namedPort: number;
  /** A request to that place, from wherever the phone sends from. */
  sender(to: Endpoint): Sender;
  /** An answer to where a request came from. */
  answer(text: string, to: Endpoint): void;
  close(): Promise<void>;
}

/** Told every message that reaches the port that is listened to, with the place it came from. */
export type Listener = (text: string, from: Endpoint) => void;

/** How a phone is on the network. */
export interface PortWish {
  readonly address: string;
  readonly controlPort: number;
  /** With NAT on, requests leave from the port that is listened to. */
  readonly isNatOn: boolean;
}

/**
 * UDP of these phones: it listens on one port only. With NAT off every request leaves from a port of its own, and what is answered
 * there is lost (after-landing 0, 1).
 */
export async function openUdp(wish: PortWish, listener: Listener): Promise<SipPort> {
  const { address, controlPort, isNatOn } = wish;
  const open = new Set<Socket>();
  const main = await bound(address, controlPort);
  open.add(main);
  main.on('message', (data, { address: host, port }) => listener(data.toString('latin1'), { host, port }));
  // A port that nobody listens on is silence to a phone.
  main.on('error', () => {});
  const closing: Promise<void>[] = [];
  const close = (socket: Socket) => {
    if (!open.delete(socket)) return;
    closing.push(new Promise((resolve) => socket.close(() => resolve())));
  };
  const fresh = (): Socket => {
    const socket = createSocket('udp4');
    open.add(socket);
    socket.on('error', () => {});
    return socket;
  };
  const put = (socket: Socket, text: string, to: Endpoint) => {
    if (open.has(socket)) socket.send(Buffer.from(text, 'latin1'), to.port, to.host, () => {});
  };
  return {
    transport: 'UDP',
    namedPort: controlPort,
    sender: (to) => {
      const socket = isNatOn ? main : fresh();
      let ready: Promise<void> | null = null;
      return {
        send: (text) => {
          ready ??= isNatOn ? Promise.resolve() : bind(socket, address);
          void ready.then(() => put(socket, text, to)).catch(() => {});
        },
        close: () => {
          if (!isNatOn) close(socket);
        },
      };
    },
    answer: (text, to) => put(main, text, to),
    close: async () => {
      for (const socket of [...open]) close(socket);
      await Promise.all(closing);
    },
  };
}

async function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  try {
    await bind(socket, address, port);
  } catch (cause) {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    const way = 'give every emulated phone an address of its own, or its configuration another voip_control_port';
    throw new AppError('E_ADDRESS_UNAVAILABLE', `${address}:${port} is not free for SIP; ${way}`, { cause });
  }
  return socket;
}

function bind(socket: Socket, address: string, port = 0): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

/** TCP of a Java phone: one connection, used both ways; Via and Contact name its local port (after-landing 3.1). */
export async function openTcp(
  address: string,
  server: Endpoint,
  listener: Listener,
  lost: () => void,
): Promise<SipPort | null> {
  const socket = createConnection({ host: server.host, port: server.port, localAddress: address });
  const isThere = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
  if (!isThere) {
    socket.destroy();
    return null;
  }
  socket.on('error', () => {});
  let isClosing = false;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  void closed.then(() => {
    if (!isClosing) lost();
  });
  readMessages(socket, (text) => listener(text, server));
  const put = (text: string) => {
    if (socket.writable) socket.write(text, 'latin1');
  };
  return {
    transport: 'TCP',
    namedPort: socket.localPort ?? 0,
    sender: () => ({ send: put, close: () => {} }),
    answer: put,
    close: () => {
      isClosing = true;
      socket.destroy();
      return closed;
    },
  };
}

/** Invented: more than that before a message ends is none. */
const LARGEST = 65_536;

/** Messages one after the other, each as long as its Content-Length says. */
function readMessages(socket: TcpSocket, take: (text: string) => void): void {
  let kept = '';
  socket.setEncoding('latin1');
  socket.on('data', (data: string) => {
    kept += data;
    for (;;) {
      kept = kept.replace(/^(?:\r\n)+/, '');
      const end = kept.indexOf('\r\n\r\n');
      if (end === -1) break;
      const length = Number(/(?:^|\r\n)(?:Content-Length|l)[ \t]*:[ \t]*(\d{1,6})/i.exec(kept.slice(0, end))?.[1] ?? 0);
      if (kept.length < end + 4 + length) break;
      take(kept.slice(0, end + 4 + length));
      kept = kept.slice(end + 4 + length);
    }
    if (kept.length > LARGEST) socket.destroy();
  });
}
