import { X509Certificate } from 'node:crypto';
import type { AppError } from '../core/errors.ts';
import { isLoopback, type ListenAddress } from '../server/listen-address.ts';
import { EventHub } from './events/event-hub.ts';
import { PhoneBoard } from './phone-board.ts';
import { webApp } from './web-app.ts';
import type { WebParts } from './web-parts.ts';
import { IN_THE_CLEAR, listenError, readPair, refuseUnguarded, type WebPlace } from './web-place.ts';

/** A web server that answers. */
export interface RunningWeb {
  readonly listening: ListenAddress;
  /** Ends at once, streams and downloads, too; who looks is told what failed, where that is why. */
  stop(failure?: AppError | null): Promise<void>;
}

/**
 * Answers browsers and programs. Rejects with AppError `E_PORT_IN_USE`, `E_PORT_DENIED`, `E_ADDRESS_UNAVAILABLE`, `E_WEB_CERT` or `E_WEB_UNGUARDED`, and then
 * holds nothing open.
 */
export async function startWeb(parts: WebParts, place: WebPlace): Promise<RunningWeb> {
  const { listen, tls } = place;
  const isOpen = !isLoopback(listen);
  refuseUnguarded(place, parts.store.webAccesses());
  const pair = tls === null ? null : readPair(tls);
  if (isOpen && pair === null) {
    parts.log.warn({ event: 'web.plain', reason: IN_THE_CLEAR });
  }
  const board = new PhoneBoard(parts);
  const hub = new EventHub(parts, board);
  const app = await webApp(parts, board, hub, { tls: pair });
  const stop = async (failure: AppError | null = null) => {
    hub.close(failure);
    // What they are told last has to leave before their connections are closed.
    if (failure !== null) await new Promise((resolve) => setImmediate(resolve));
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
  // For --server-fingerprint of those who ask from elsewhere.
  const shown = pair === null ? {} : { fingerprint: new X509Certificate(pair.cert).fingerprint256 };
  parts.log.info({ event: 'web.listening', address: listen.address, port, ...shown });
  return { listening: { address: listen.address, port }, stop };
}
