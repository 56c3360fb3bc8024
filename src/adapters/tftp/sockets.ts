import { createSocket, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { AppError } from '../../core/errors.ts';
import { DNSMASQ_TAKES_ALL, LEFT_THE_PORT } from '../../core/tftp/taken-port.ts';
import type { Place } from './wire.ts';

type Lookup = NonNullable<SocketOptions['lookup']>;

// Peers are addresses already: asking the resolver would cost a turn of the event loop for every datagram.
const asIs: Lookup = (hostname, _options, callback) => callback(null, hostname, 4);

/** A bound socket with big buffers; rejects with the system's error. */
export async function openSocket(place: Place, bufferBytes: number): Promise<Socket> {
  const isV6 = place.address.includes(':');
  const socket = createSocket({
    type: isV6 ? 'udp6' : 'udp4',
    reuseAddr: place.isShared,
    ipv6Only: isV6,
    lookup: asIs,
  });
  // The lookup answers at once, so the socket may be listening before bind returns. Rejects on 'error'.
  const listening = once(socket, 'listening');
  // In a cluster's worker, a socket that is not exclusive would belong to the primary.
  socket.bind({ address: place.address, port: place.port, exclusive: true });
  try {
    await listening;
  } catch (error) {
    socket.close();
    throw error;
  }
  // A storm of a thousand phones overruns the default buffer in one turn of the event loop.
  socket.setRecvBufferSize(bufferBytes);
  socket.setSendBufferSize(bufferBytes);
  return socket;
}

/** Whether an address stands for all addresses of the machine. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** The machine's own addresses a wildcard stands for. */
export function localAddresses(wildcard: string): string[] {
  const found: string[] = [];
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    for (const entry of entries ?? []) {
      if (entry.family === 'IPv4') found.push(entry.address);
      else if (wildcard === '::') found.push(entry.scopeid > 0 ? `${entry.address}%${name}` : entry.address);
    }
  }
  return [...new Set(found)];
}

/** Takes the place of a server and gives it back; rejects with the AppError that the server would end with. */
export async function tryListen(
  listen: { readonly address: string; readonly port: number },
  bufferBytes: number,
): Promise<void> {
  checkListen(listen);
  for (const address of listen.address === '::' ? ['::', '0.0.0.0'] : [listen.address]) {
    try {
      const socket = await openSocket(
        { address, port: listen.port, isShared: false, isForRequests: true },
        bufferBytes,
      );
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    } catch (error) {
      throw bindFailure(error, { ...listen, address });
    }
  }
}

/** Refuses a listen address that is no IP address or a port that is none. */
export function checkListen(listen: { readonly address: string; readonly port: number }): void {
  const bare = listen.address.replace(/%.*$/, '');
  if (!isIPv4(bare) && !isIPv6(bare)) {
    throw new AppError(
      'E_BAD_USAGE',
      `"${listen.address}" is not an IP address; listen on one such as 0.0.0.0 or 192.0.2.1`,
    );
  }
  if (!Number.isInteger(listen.port) || listen.port < 0 || listen.port > 65_535) {
    throw new AppError('E_BAD_USAGE', `${listen.port} is not a UDP port; choose one from 0 (any) to 65535`);
  }
}

/** The operator's words for an address that cannot be bound; errors of any other kind come back as they are. */
export function bindFailure(error: unknown, listen: { readonly address: string; readonly port: number }): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const place = `${listen.address.includes(':') ? `[${listen.address}]` : listen.address}:${listen.port}`;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'E_PORT_DENIED',
        `UDP port ${listen.port} is not allowed for this user: run "sudo setcap cap_net_bind_service=+ep $(readlink -f $(which node))", ` +
          'or start loadstep as a systemd service with AmbientCapabilities=CAP_NET_BIND_SERVICE, ' +
          'or listen on another port such as 6969 behind a redirect of port 69 to it.',
        { cause: error },
      );
    case 'EADDRINUSE':
      return new AppError(
        'E_PORT_IN_USE',
        `another program already answers on UDP ${place}: stop it ("ss -lunp" shows which one) or choose another address or port` +
          `${listen.port === 69 ? `, or ${LEFT_THE_PORT}` : ''}. ${DNSMASQ_TAKES_ALL}.`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
    case 'ENODEV':
      return new AppError(
        'E_ADDRESS_UNAVAILABLE',
        `this machine has no address ${listen.address}: choose one that "ip address" shows, or 0.0.0.0 for all of them.`,
        { cause: error },
      );
    default:
      return error;
  }
}
