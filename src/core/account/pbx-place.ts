import { err, ok, type Result } from '../result.ts';
import type { PbxPlace } from './account.ts';

/** What the phones keep of an address or a name, in characters. */
const HOST_LENGTH = 47;
const DEFAULT_PORT = 5060;
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** Reads where the PBX is: `192.0.2.10`, `192.0.2.10:5160` or `pbx.example`. The phones know no IPv6 in their settings. */
export function readPbxPlace(text: string, transport: PbxPlace['transport'] = 'udp'): Result<PbxPlace, string> {
  const [, host = '', digits] = /^([^:]*)(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  const octets = /^\d+(?:\.\d+)*$/.test(host) ? host.split('.').map(Number) : null;
  const isAddress = octets?.length === 4 && octets.every((octet) => octet <= 255);
  const isHost = octets === null ? NAME.test(host) : isAddress;
  if (!isHost || port < 1 || port > 65535) {
    return err(
      `"${text}" is no place of a PBX; write its address or name, and its port where it is not 5060, such as 192.0.2.10:5160`,
    );
  }
  if (host.length > HOST_LENGTH)
    return err(`"${host}" is longer than the ${HOST_LENGTH} characters that the phones keep; write the address`);
  return ok({ host, port, transport });
}
