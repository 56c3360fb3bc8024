import { isIP, isIPv4, isIPv6 } from 'node:net';
import { err, ok, type Result } from '../core/result.ts';

/** Where a server listens. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

/** The well-known port of TFTP, and the only one phones ask. */
export const TFTP_PORT = 69;
export const DEFAULT_LISTEN: ListenAddress = { address: '0.0.0.0', port: TFTP_PORT };

/** Reads `ADDR:PORT`, `ADDR`, `:PORT` or `PORT`; IPv6 as `[::1]:69`, `[::1]` or `::1`. Names are refused. */
export function parseListen(text: string): Result<ListenAddress, string> {
  const bare = text.trim();
  if (isIPv6(bare)) return ok({ address: bare, port: TFTP_PORT });
  const match = /^\[(.+)\](?::(\d{1,5}))?$/.exec(bare) ?? /^([^:[\]]*?)(?::?(\d{1,5}))?$/.exec(bare);
  if (isIPv4(bare)) return ok({ address: bare, port: TFTP_PORT });
  const address = match?.[1] === '' ? DEFAULT_LISTEN.address : match?.[1];
  const port = match?.[2] === undefined ? TFTP_PORT : Number(match[2]);
  if (address === undefined || isIP(address) === 0 || port > 65_535 || bare === '') {
    return err(`"${text}" is not an address to listen on; write one such as 0.0.0.0:69, 192.168.1.5:69 or [::]:69`);
  }
  return ok({ address, port });
}

/** Whether only this machine can ask there. */
export function isLoopback({ address }: ListenAddress): boolean {
  return /^127\.|^::1$/.test(address);
}

/** An address and port as they are written together; IPv6 in brackets. */
export function addressText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
