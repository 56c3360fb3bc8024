import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { AppError } from '../core/errors.ts';
import { addressText, isLoopback, type ListenAddress } from '../server/listen-address.ts';
import { EventHub } from './events/event-hub.ts';
import { PhoneBoard } from './phone-board.ts';
import { webApp } from './web-app.ts';
import type { WebParts } from './web-parts.ts';

/** A web server that answers. */
export interface RunningWeb {
  readonly listening: ListenAddress;
  /** Ends at once, streams and downloads, too. */
  stop(): Promise<void>;
}

/** Where it listens, and with which certificate. */
export interface WebPlace {
  readonly listen: ListenAddress;
  /** Files in PEM; null for HTTP in the clear. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

/**
 * Answers browsers and programs. Rejects with AppError `E_PORT_IN_USE`, `E_PORT_DENIED`, `E_ADDRESS_UNAVAILABLE`, `E_WEB_CERT` or `E_WEB_UNGUARDED`, and then
 * holds nothing open.
 */
export async function startWeb(parts: WebParts, { listen, tls }: WebPlace): Promise<RunningWeb> {
  const isOpen = !isLoopback(listen);
  const where = addressText(listen.address, listen.port);
  if (isOpen && parts.store.webAccesses().length === 0) {
    const way = 'run "loadstep web password" first, or give an address of this machine alone, such as 127.0.0.1:6980';
    throw new AppError(
      'E_WEB_UNGUARDED',
      `--web ${where} can be asked by other machines, and no password is set; ${way}`,
    );
  }
  const pair = tls === null ? null : readPair(tls);
  if (isOpen && pair === null) {
    const reason = 'passwords and tokens cross the network in the clear; --web-cert and --web-key close that';
    parts.log.warn({ event: 'web.plain', reason });
  }
  const board = new PhoneBoard(parts);
  const hub = new EventHub(parts, board);
  const app = await webApp(parts, board, hub, { tls: pair });
  const stop = async () => {
    hub.close();
    await app.close();
  };
  try {
    await app.listen({ host: listen.address, port: listen.port });
  } catch (error) {
    await stop();
    throw listenError(error, listen);
  }
  const bound = app.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : listen.port;
  parts.log.info({ event: 'web.listening', address: listen.address, port });
  return { listening: { address: listen.address, port }, stop };
}

function listenError(error: unknown, { address, port }: ListenAddress): unknown {
  const where = addressText(address, port);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new AppError('E_PORT_IN_USE', `another program has ${where}; choose another port with --web`, {
      cause: error,
    });
  }
  if (code === 'EACCES') {
    return new AppError('E_PORT_DENIED', `this user may not listen on ${where}; choose a port above 1023 with --web`, {
      cause: error,
    });
  }
  if (code === 'EADDRNOTAVAIL') {
    return new AppError('E_ADDRESS_UNAVAILABLE', `this machine has no address ${address}; correct --web`, {
      cause: error,
    });
  }
  return error;
}

function readPair({ cert, key }: NonNullable<WebPlace['tls']>): { readonly cert: Buffer; readonly key: Buffer } {
  const read = (path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      throw new AppError('E_WEB_CERT', `${path} cannot be read (${code}); correct --web-cert and --web-key`, { cause });
    }
  };
  const pair = { cert: read(cert), key: read(key) };
  try {
    createSecureContext(pair);
  } catch (cause) {
    throw new AppError('E_WEB_CERT', `${cert} and ${key} are not a certificate and its key (PEM)`, { cause });
  }
  return pair;
}
