import type { HeardFact } from '../heard/heard.ts';
import { decodeText } from '../tftp/codec.ts';
import { addressText, ipv4OrNull } from './address-text.ts';
import { be32 } from './bytes.ts';
import { macText, type Packet } from './packet.ts';

/** Ports of servers and clients (RFC 2131 4.1). */
const DHCP_PORTS: readonly number[] = [67, 68];
const COOKIE = 0x63825363;
const OPTIONS_AT = 240;

const MESSAGES = { 1: 'discover', 2: 'offer', 3: 'request', 5: 'ack', 6: 'nak' } as const;

export type DhcpFact = Extract<HeardFact, { kind: 'dhcp' }>;

/** Whether a packet goes between a DHCP server, or a relay, and a client. */
export function isDhcp({ sourcePort, targetPort }: Packet): boolean {
  return DHCP_PORTS.includes(targetPort) && DHCP_PORTS.includes(sourcePort);
}

/** Reads a DHCP message (RFC 2131 2, RFC 2132); null where it is none, of no Ethernet client, or of a kind that tells nothing. */
export function readDhcp(bytes: Uint8Array): DhcpFact | null {
  if (bytes.length < OPTIONS_AT || be32(bytes, 236) !== COOKIE || bytes[1] !== 1 || bytes[2] !== 6) return null;
  const mac = macText(bytes, 28);
  const options = readOptions(bytes);
  const message = MESSAGES[(options.get(53)?.[0] ?? 0) as keyof typeof MESSAGES];
  if (mac === null || message === undefined) return null;
  const isAnswer = bytes[0] === 2;
  const wished = options.get(50);
  const address = ipv4OrNull(bytes, isAnswer ? 16 : 12);
  return {
    kind: 'dhcp',
    message,
    mac,
    address: address ?? (!isAnswer && wished?.length === 4 ? ipv4OrNull(wished, 0) : null),
    vendorClass: textOr(options.get(60)),
    option66: textOr(options.get(66))?.replace(/\0+$/, '') ?? null,
    option150: addresses(options.get(150)),
    nextServer: isAnswer ? ipv4OrNull(bytes, 20) : null,
  };
}

/** Options from a place in the bytes on. One that comes in several pieces is one value (RFC 3396). */
export function readOptions(bytes: Uint8Array, from = OPTIONS_AT): ReadonlyMap<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  for (let at = from; at + 1 < bytes.length; ) {
    const code = bytes[at] ?? 0;
    if (code === 255) break;
    if (code === 0) {
      at++;
      continue;
    }
    const end = at + 2 + (bytes[at + 1] ?? 0);
    if (end > bytes.length) break;
    const before = found.get(code) ?? new Uint8Array(0);
    found.set(code, Uint8Array.from([...before, ...bytes.subarray(at + 2, end)]));
    at = end;
  }
  return found;
}

function textOr(value: Uint8Array | undefined): string | null {
  return value === undefined ? null : decodeText(value);
}

function addresses(value: Uint8Array | undefined): string[] {
  const count = Math.floor((value?.length ?? 0) / 4);
  return Array.from({ length: count }, (_, index) => addressText(value ?? new Uint8Array(0), index * 4, 4));
}
