import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP } from 'node:net';

/** An answer that fills a datagram is the largest there can be. */
type Hear = (datagram: Buffer) => void;

/** What was not sent, since it must not be any more. */
export class NotSent extends Error {}

/** What is told of a socket, and asked. */
interface SocketParts {
  /** A datagram was no answer of this switch, or none that can be read. */
  readonly lost: () => void;
  /** Asked before each datagram that leaves; whoever is refused gets `NotSent`. */
  readonly maySend?: (() => boolean) | undefined;
}

/**
 * What net-snmp takes for the module `dgram`: sockets that hear the asked switch alone. The package takes an answer from whoever sends one, and what it
 * throws about a strange one would end the process. It also repeats what got no answer, however long ago that was asked.
 */
export function socketsFor(address: string, port: number, parts: SocketParts): { createSocket(type: string): Socket } {
  const { lost, maySend } = parts;
  return {
    createSocket(type) {
      const socket = createSocket({ type: type === 'udp6' ? 'udp6' : 'udp4' });
      const on = socket.on.bind(socket) as (event: string, listener: (...words: unknown[]) => void) => Socket;
      const filtered = (hear: Hear) => (datagram: Buffer, from: RemoteInfo) => {
        if (from.port !== port || (isIP(address) !== 0 && from.address !== address)) return lost();
        try {
          hear(datagram);
        } catch {
          lost();
        }
      };
      const onOwn: typeof on = (event, listener) =>
        on(event, event === 'message' ? (filtered(listener) as typeof listener) : listener);
      socket.on = onOwn as typeof socket.on;
      if (maySend !== undefined) guardSending(socket, maySend);
      return socket;
    },
  };
}

/** Asked twice of the first datagram: Node sends it once the socket is bound, by the same method. */
function guardSending(socket: Socket, maySend: () => boolean): void {
  const send = socket.send.bind(socket) as (...words: unknown[]) => void;
  socket.send = (...words: unknown[]) => {
    if (maySend()) return send(...words);
    const told = words.at(-1);
    if (typeof told === 'function') told(new NotSent('not sent'));
  };
}
