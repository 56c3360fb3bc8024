import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Linux gives ports from 32768 on to those who ask for any (ip_local_port_range); below, nobody gets one unasked. */
const [FIRST_PORT, PORTS] = [20_000, 12_000];
const MOST_TRIES = 50;

/**
 * A UDP port of a loopback address that is free, and stays free while a server is dead between two of its lives: another
 * socket that asks for any port does not get it meanwhile.
 */
export async function quietPort(address: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    const socket = createSocket('udp4');
    try {
      socket.bind(port, address);
      await once(socket, 'listening');
      return port;
    } catch (error) {
      if (tries === MOST_TRIES || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    } finally {
      await new Promise<void>((resolve) => socket.close(resolve));
    }
  }
}
