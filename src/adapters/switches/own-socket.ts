import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP } from 'node:net';

/** An answer that fills a datagram is the largest there can be. */
type Hear = (datagram: Buffer) => void;

/**
 * What net-snmp takes for the module `dgram`: sockets that hear the asked switch alone. The package takes an answer from whoever sends one, and what it
 * throws about a strange one would end the process; `lost` counts both.
 */
export function socketsFor(address: string, port: number, lost: () => void): { createSocket(type: string): Socket } {
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
      return socket;
    },
  };
}
