import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createSecureContext } from 'node:tls';
import { AppError } from '../core/errors.ts';
import type { WebAccess } from '../ports/web-access.ts';
import { addressText, isLoopback, type ListenAddress } from '../server/listen-address.ts';

/** Where a web server listens, and with which certificate. */
export interface WebPlace {
  readonly listen: ListenAddress;
  /** That a password or token is asked for from this machine, too. */
  readonly asksEverybody: boolean;
  /** Files in PEM; null for HTTP in the clear. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

/** Throws AppError `E_WEB_UNGUARDED` where a password or token is asked for, and there is none. */
export function refuseUnguarded({ listen, asksEverybody }: WebPlace, accesses: readonly WebAccess[]): void {
  if (accesses.length > 0) return;
  const where = addressText(listen.address, listen.port);
  if (!isLoopback(listen)) {
    const way = 'run "loadstep web password" first, or give an address of this machine alone, such as 127.0.0.1:6980';
    const message = `--web ${where} can be asked by other machines, and no password is set; ${way}`;
    throw new AppError('E_WEB_UNGUARDED', message);
  }
  if (asksEverybody) {
    const message =
      'nobody could log in, since no password is set; run "loadstep web password" first, or leave --web-ask-everybody out';
    throw new AppError('E_WEB_UNGUARDED', message);
  }
}

/** What is said of a server that is asked over the network without a certificate. */
export const IN_THE_CLEAR = 'passwords and tokens cross the network in the clear; --web-cert and --web-key close that';

/** Listens there for a moment. Rejects like a web server that cannot. */
export async function tryWebListen(listen: ListenAddress): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host: listen.address, port: listen.port }, resolve);
    });
  } catch (error) {
    throw listenError(error, listen);
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

/** Why it cannot listen there, as AppError where the reason is known. */
export function listenError(error: unknown, { address, port }: ListenAddress): unknown {
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

/** Certificate and key; throws AppError `E_WEB_CERT` where they cannot be used. */
export function readPair({ cert, key }: NonNullable<WebPlace['tls']>): { readonly cert: Buffer; readonly key: Buffer } {
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
