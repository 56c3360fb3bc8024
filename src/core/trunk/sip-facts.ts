import { addressText } from '../capture/address-text.ts';
import { macText } from '../capture/packet.ts';

/** NTT's number among enterprises (IANA). */
const NTT = 210;
/** Jumps in one compressed name that are followed (invented). */
const MOST_JUMPS = 16;
/** Longest name in DNS. */
const MOST_NAME = 255;

/** Where SIP is asked, as option 120 tells it (RFC 3361). */
export interface SipServers {
  /** The first byte says which it is; they are never mixed. */
  readonly kind: 'addresses' | 'names';
  readonly servers: readonly string[];
}

/** What NTT tells of a line in option 125 (RFC 3925). */
export interface NttFacts {
  /** Sub-option 202. */
  readonly number: string | null;
  /** Sub-option 203, repeated. */
  readonly furtherNumbers: readonly string[];
  /** Sub-option 204. */
  readonly domain: string | null;
  /** Sub-option 201. */
  readonly gatewayMac: string | null;
  /** Sub-option 210, a name and no number. */
  readonly firmwareHost: string | null;
  /** Numbers of other sub-options. */
  readonly others: readonly number[];
}

/** A route of option 121: whose network, over which router. */
export interface ToldRoute {
  readonly network: string;
  readonly router: string;
}

/** Reads option 120; a text says why it cannot be read. Its first byte is an encoding: 0 for names, 1 for addresses. It is no count. */
export function readSipServers(bytes: Uint8Array): SipServers | string {
  const encoding = bytes[0];
  if (encoding === 1) {
    if (bytes.length < 5 || bytes.length % 4 !== 1)
      return `its addresses take ${bytes.length - 1} bytes, and each has 4`;
    const count = (bytes.length - 1) / 4;
    return { kind: 'addresses', servers: Array.from({ length: count }, (_, i) => addressText(bytes, 1 + i * 4, 4)) };
  }
  if (encoding === 0) {
    const servers = readNames(bytes, 1);
    return servers === null || servers.length === 0 ? 'its names are not whole' : { kind: 'names', servers };
  }
  return encoding === undefined
    ? 'it is empty'
    : `its first byte is ${encoding}, and only 0 (names) and 1 (addresses) have a meaning`;
}

/** Reads what NTT says in option 125; null where it holds nothing of NTT. */
export function readNttFacts(bytes: Uint8Array): NttFacts | null {
  const found = new Map<number, Uint8Array[]>();
  let isThere = false;
  // { enterprise of 4 bytes, length, { code, length, data }… }…
  for (let at = 0; at + 5 <= bytes.length; ) {
    const enterprise = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + (bytes[at + i] ?? 0), 0);
    const end = at + 5 + (bytes[at + 4] ?? 0);
    if (enterprise === NTT) {
      isThere = true;
      for (let sub = at + 5; sub + 2 <= Math.min(end, bytes.length); sub += 2 + (bytes[sub + 1] ?? 0)) {
        const data = bytes.subarray(sub + 2, Math.min(sub + 2 + (bytes[sub + 1] ?? 0), end));
        const code = bytes[sub] ?? 0;
        found.set(code, [...(found.get(code) ?? []), data]);
      }
    }
    at = end;
  }
  if (!isThere) return null;
  const first = (code: number) => found.get(code)?.[0] ?? null;
  const name = (code: number) => {
    const data = first(code);
    return data === null ? null : (readNames(data, 0)?.[0] ?? null);
  };
  const digits = (data: Uint8Array | null) => {
    const text = data === null ? '' : String.fromCharCode(...data);
    return /^\d{1,20}$/.test(text) ? text : null;
  };
  const mac = first(201);
  return {
    number: digits(first(202)),
    furtherNumbers: (found.get(203) ?? []).map(digits).filter((one) => one !== null),
    domain: name(204),
    gatewayMac: mac?.length === 6 ? macText(mac, 0) : null,
    firmwareHost: name(210),
    others: [...found.keys()].filter((code) => ![201, 202, 203, 204, 210].includes(code)),
  };
}

/** Reads option 121 (RFC 3442); what is not whole at its end is left out. */
export function readRoutes(bytes: Uint8Array): readonly ToldRoute[] {
  const routes: ToldRoute[] = [];
  for (let at = 0; at < bytes.length; ) {
    const width = bytes[at] ?? 0;
    const significant = Math.ceil(width / 8);
    if (width > 32 || at + 1 + significant + 4 > bytes.length) break;
    const network = Array.from({ length: 4 }, (_, i) => (i < significant ? (bytes[at + 1 + i] ?? 0) : 0)).join('.');
    routes.push({ network: `${network}/${width}`, router: addressText(bytes, at + 1 + significant, 4) });
    at += 5 + significant;
  }
  return routes;
}

/** Names in DNS labels (RFC 1035), also compressed, from a place on; null where one is not whole or has signs that no host name has. */
function readNames(bytes: Uint8Array, from: number): readonly string[] | null {
  const names: string[] = [];
  for (let at = from; at < bytes.length; ) {
    const read = readName(bytes, at, from);
    if (read === null) return null;
    if (read.name !== '') names.push(read.name);
    at = read.end;
  }
  return names;
}

function readName(
  bytes: Uint8Array,
  start: number,
  base: number,
): { readonly name: string; readonly end: number } | null {
  const labels: string[] = [];
  let end: number | null = null;
  let jumps = 0;
  for (let at = start; at < bytes.length; ) {
    const length = bytes[at] ?? 0;
    if (length === 0) return { name: labels.join('.'), end: end ?? at + 1 };
    if (length >= 0xc0) {
      end ??= at + 2;
      at = base + ((length & 0x3f) * 256 + (bytes[at + 1] ?? 0));
      if (++jumps > MOST_JUMPS) return null;
      continue;
    }
    const label = String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length));
    if (length > 63 || label.length < length || !/^[A-Za-z0-9_-]+$/.test(label)) return null;
    labels.push(label);
    if (labels.join('.').length > MOST_NAME) return null;
    at += 1 + length;
  }
  // Some servers leave out the empty label at the end.
  return end === null && labels.length > 0 ? { name: labels.join('.'), end: bytes.length } : null;
}
