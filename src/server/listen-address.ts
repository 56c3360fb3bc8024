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

/** Where browsers and programs are answered when nothing is said (the port is invented). */
const DEFAULT_WEB: ListenAddress = { address: '127.0.0.1', port: 6980 };

/** Reads where browsers and programs are to be answered, written as `parseListen` takes it. */
export function parseWebListen(text: string): Result<ListenAddress, string> {
  return parseListen(text, DEFAULT_WEB, 'such as 127.0.0.1:6980, 192.168.1.5:6980 or [::]:6980');
}

const MOST_PORT = 65_535;

/** Reads `ADDR:PORT`, `ADDR`, `:PORT` or `PORT`; IPv6 as `[::1]:69`, `[::1]` or `::1`. Names are refused. */
export function parseListen(
  text: string,
  otherwise: ListenAddress = DEFAULT_LISTEN,
  such = 'such as 0.0.0.0:69, 192.168.1.5:69 or [::]:69',
): Result<ListenAddress, string> {
  const bare = text.trim();
  if (isIPv6(bare)) return ok({ address: bare, port: otherwise.port });
  const match = /^\[(.+)\](?::(\d{1,5}))?$/.exec(bare) ?? /^([^:[\]]*?)(?::?(\d{1,5}))?$/.exec(bare);
  if (isIPv4(bare)) return ok({ address: bare, port: otherwise.port });
  const address = match?.[1] === '' ? otherwise.address : match?.[1];
  const port = match?.[2] === undefined ? otherwise.port : Number(match[2]);
  if (port > MOST_PORT)
    return err(`"${text}" names the port ${port}, and ports end at ${MOST_PORT}; write one ${such}`);
  if (address === undefined || isIP(address) === 0 || bare === '') {
    return err(`"${text}" is not an address to listen on; write one ${such}`);
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
