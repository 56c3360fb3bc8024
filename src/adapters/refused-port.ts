import { AppError } from '../core/errors.ts';

/** Why a port cannot be listened to, as AppError where the reason is known. */
export function refusedBy(
  error: unknown,
  { address, port }: { readonly address: string; readonly port: number },
  protocol: string,
  flag: string,
): unknown {
  const where = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const cause = { cause: error };
  if (code === 'EADDRINUSE') {
    const way = `stop it ("ss -lnp" shows which one), or give another address or port with ${flag}, or none`;
    return new AppError('E_PORT_IN_USE', `another program already answers on ${where} for ${protocol}: ${way}`, cause);
  }
  if (code === 'EACCES' || code === 'EPERM')
    return new AppError(
      'E_PORT_DENIED',
      `this user may not listen on ${where} for ${protocol}; choose a port with ${flag}`,
      cause,
    );
  if (code === 'EADDRNOTAVAIL' || code === 'EINVAL')
    return new AppError('E_ADDRESS_UNAVAILABLE', `this machine has no address ${address}; correct ${flag}`, cause);
  return error;
}
