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

/**
 * Answers browsers and programs. Rejects with AppError `E_PORT_IN_USE`, `E_PORT_DENIED`, `E_ADDRESS_UNAVAILABLE` or `E_BAD_USAGE`, and then
 * holds nothing open.
 */
export async function startWeb(parts: WebParts, listen: ListenAddress): Promise<RunningWeb> {
  if (!isLoopback(listen)) {
    throw new AppError(
      'E_BAD_USAGE',
      `--web ${addressText(listen.address, listen.port)} could be asked by others; give a loopback address, such as 127.0.0.1:6980`,
    );
  }
  const board = new PhoneBoard(parts);
  const hub = new EventHub(parts, board);
  const app = await webApp(parts, board, hub);
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
