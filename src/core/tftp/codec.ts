import { err, ok, type Result } from '../result.ts';

/** Packet types on the wire (RFC 1350 5, RFC 2347). */
export const OPCODE = { rrq: 1, wrq: 2, data: 3, ack: 4, error: 5, oack: 6 } as const;

/** Error codes on the wire (RFC 1350 5, RFC 2347). */
export const TFTP_ERROR = {
  seeMessage: 0,
  notFound: 1,
  access: 2,
  diskFull: 3,
  illegal: 4,
  unknownTid: 5,
  exists: 6,
  noUser: 7,
  badOptions: 8,
} as const;

/** Longest file name taken from a request, in bytes. */
const MAX_NAME_BYTES = 255;

/** One option of a request or an OACK, spelled as it came: names count in any case (RFC 2347). */
export interface TftpOption {
  readonly name: string;
  readonly value: string;
}

export interface ReadOrWriteRequest {
  readonly kind: 'rrq' | 'wrq';
  readonly name: string;
  readonly mode: 'octet' | 'netascii';
  readonly options: readonly TftpOption[];
}

/** Every packet of RFC 1350 and RFC 2347; `payload` is a view of the datagram it was parsed from. */
export type TftpPacket =
  | ReadOrWriteRequest
  | { readonly kind: 'data'; readonly block: number; readonly payload: Uint8Array }
  | { readonly kind: 'ack'; readonly block: number }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'oack'; readonly options: readonly TftpOption[] };

/** Why bytes are no packet. `request`: a broken RRQ or WRQ, to be refused with ERROR 4; the others deserve silence. */
export interface PacketFault {
  readonly reason: 'short' | 'opcode' | 'request';
  readonly message: string;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8 = new TextEncoder();

/** The text of some bytes: UTF-8 where it is valid, else Latin-1, so that any bytes give a text. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  }
}

/** The opcode of a datagram; 0 when it is too short to have one. */
export function opcodeOf(bytes: Uint8Array): number {
  return bytes.length < 2 ? 0 : ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

/** The second 16-bit word of a datagram: block number or error code; -1 when it is too short to have one. */
export function wordOf(bytes: Uint8Array): number {
  return bytes.length < 4 ? -1 : ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
}

/** Parses one datagram; never throws, whatever the bytes. */
export function parsePacket(bytes: Uint8Array): Result<TftpPacket, PacketFault> {
  if (bytes.length < 2) return err({ reason: 'short', message: 'a packet has at least 2 bytes' });
  switch (opcodeOf(bytes)) {
    case OPCODE.rrq:
      return parseRequest('rrq', bytes);
    case OPCODE.wrq:
      return parseRequest('wrq', bytes);
    case OPCODE.data:
      if (bytes.length < 4) return err({ reason: 'short', message: 'DATA without a block number' });
      return ok({ kind: 'data', block: wordOf(bytes), payload: bytes.subarray(4) });
    case OPCODE.ack:
      if (bytes.length < 4) return err({ reason: 'short', message: 'ACK without a block number' });
      return ok({ kind: 'ack', block: wordOf(bytes) });
    case OPCODE.error: {
      if (bytes.length < 4) return err({ reason: 'short', message: 'ERROR without a code' });
      const end = bytes.indexOf(0, 4);
      return ok({
        kind: 'error',
        code: wordOf(bytes),
        message: decodeText(bytes.subarray(4, end < 0 ? bytes.length : end)),
      });
    }
    case OPCODE.oack:
      return ok({ kind: 'oack', options: parseOptions(bytes, 2) });
    default:
      return err({ reason: 'opcode', message: `opcode ${opcodeOf(bytes)} is not a TFTP packet` });
  }
}

function parseRequest(kind: 'rrq' | 'wrq', bytes: Uint8Array): Result<ReadOrWriteRequest, PacketFault> {
  const nameEnd = bytes.indexOf(0, 2);
  if (nameEnd < 0) return refuse('file name without a terminating NUL');
  if (nameEnd === 2) return refuse('empty file name');
  if (nameEnd - 2 > MAX_NAME_BYTES) return refuse(`file name longer than ${MAX_NAME_BYTES} bytes`);
  const modeEnd = bytes.indexOf(0, nameEnd + 1);
  if (modeEnd < 0) return refuse('missing transfer mode');
  const mode = decodeText(bytes.subarray(nameEnd + 1, modeEnd)).toLowerCase();
  if (mode !== 'octet' && mode !== 'netascii') return refuse('transfer mode is neither octet nor netascii');
  const name = decodeText(bytes.subarray(2, nameEnd));
  return ok({ kind, name, mode, options: parseOptions(bytes, modeEnd + 1) });
}

function refuse(message: string): Result<never, PacketFault> {
  return err({ reason: 'request', message });
}

// An option without its value, or without the closing NUL, is left out: the transfer works without it.
function parseOptions(bytes: Uint8Array, start: number): TftpOption[] {
  const options: TftpOption[] = [];
  let at = start;
  while (at < bytes.length) {
    const nameEnd = bytes.indexOf(0, at);
    if (nameEnd < 0) break;
    const valueEnd = bytes.indexOf(0, nameEnd + 1);
    if (valueEnd < 0) break;
    if (nameEnd > at) {
      options.push({
        name: decodeText(bytes.subarray(at, nameEnd)),
        value: decodeText(bytes.subarray(nameEnd + 1, valueEnd)),
      });
    }
    at = valueEnd + 1;
  }
  return options;
}

/** The bytes of one packet; texts are cut at a NUL, which would otherwise end them early on the wire. */
export function encodePacket(packet: TftpPacket): Uint8Array {
  switch (packet.kind) {
    case 'rrq':
    case 'wrq':
      return encodeTexts(OPCODE[packet.kind], [packet.name, packet.mode, ...packet.options.flatMap(pair)]);
    case 'data': {
      const bytes = new Uint8Array(4 + packet.payload.length);
      writeHead(bytes, OPCODE.data, packet.block);
      bytes.set(packet.payload, 4);
      return bytes;
    }
    case 'ack': {
      const bytes = new Uint8Array(4);
      writeHead(bytes, OPCODE.ack, packet.block);
      return bytes;
    }
    case 'error': {
      const text = utf8.encode(untilNul(packet.message));
      const bytes = new Uint8Array(5 + text.length);
      writeHead(bytes, OPCODE.error, packet.code);
      bytes.set(text, 4);
      return bytes;
    }
    case 'oack':
      return encodeTexts(OPCODE.oack, packet.options.flatMap(pair));
  }
}

/** Writes opcode and block number (or error code) into the first four bytes. */
export function writeHead(bytes: Uint8Array, opcode: number, word: number): void {
  bytes[0] = opcode >> 8;
  bytes[1] = opcode & 0xff;
  bytes[2] = (word >> 8) & 0xff;
  bytes[3] = word & 0xff;
}

function pair(option: TftpOption): string[] {
  return [option.name, option.value];
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function encodeTexts(opcode: number, texts: readonly string[]): Uint8Array {
  const parts = texts.map((text) => utf8.encode(untilNul(text)));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, 2));
  bytes[1] = opcode;
  let at = 2;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length + 1;
  }
  return bytes;
}
