import { be16, be32, copyOf, le32 } from './bytes.ts';
import { type Endpoint, EndpointTable } from './endpoint-table.ts';
import type { Tell } from './hearing.ts';
import { isSccp, readSccp, readSipRegister, SCCP_HEADER_BYTES } from './load-told.ts';
import { macOf, type Packet } from './packet.ts';

/** Where a CallManager listens for SCCP. */
const SCCP_PORT = 2000;
/** The head of a REGISTER with its bulk body, and any SCCP message, fit in here (invented). */
const MAX_MESSAGE_BYTES = 8192;
/** Segments that came too early and wait for the ones before them; together no longer than one message (invented). */
const MAX_EARLY = 8;
/** How many streams are kept at a time, divided by eight (invented). */
const STREAM_BUCKETS = 128;

const SYN = 2;
const REGISTER = [...'REGISTER sip:'].map((character) => character.charCodeAt(0));

interface Stream extends Endpoint {
  readonly kind: 'sccp' | 'sip';
  readonly targetPort: number;
  readonly mac: string | null;
  /** The number of the byte that comes next. */
  next: number;
  kept: Uint8Array;
  early: { readonly number: number; readonly bytes: Uint8Array }[];
}

/**
 * Hears what phones say to a CallManager or a SIP server over TCP, put together as far as one message needs it. A stream is kept
 * where it begins at the port of SCCP, or where a segment begins with a message that names a load; all others pass by.
 */
export class TcpEar {
  readonly #tell: Tell;
  readonly #streams = new EndpointTable<Stream>(STREAM_BUCKETS);

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  hear(packet: Packet): void {
    const { head, body, at, captured, sourceAt, addressBytes } = packet;
    packet.sourcePort = be16(body, at);
    packet.targetPort = be16(body, at + 2);
    if (captured < 20) return;
    const header = ((body[at + 12] ?? 0) >> 4) * 4;
    if (header < 20 || header > captured) return;
    const number = be32(body, at + 4);
    if (((body[at + 13] ?? 0) & SYN) !== 0) {
      if (packet.targetPort === SCCP_PORT) this.#open(packet, 'sccp', (number + 1) | 0);
      return;
    }
    const from = at + header;
    const end = at + captured;
    if (from >= end) return;
    const kind = isSccp(body, from, end) ? 'sccp' : isRegister(body, from, end) ? 'sip' : null;
    const found = this.#streams.find(head, sourceAt, addressBytes, packet.sourcePort);
    const stream = found !== null && found.targetPort === packet.targetPort ? found : null;
    if (stream === null && kind === null) return;
    const isCut = captured < packet.length;
    const ahead = stream === null ? 0 : (number - stream.next) | 0;
    // A message that begins here and does not fit in is the place to begin anew: what lies between was not captured.
    const isLost = stream !== null && (ahead > MAX_MESSAGE_BYTES || ahead < -MAX_MESSAGE_BYTES);
    if (stream === null || isLost || stream.kind !== (kind ?? stream.kind)) {
      if (kind !== null) this.#take(this.#open(packet, kind, number | 0), packet, copyOf(body, from, end), isCut);
      return;
    }
    stream.lastFrame = packet.frame;
    if (ahead > 0) {
      const waiting = stream.early.reduce((sum, { bytes }) => sum + bytes.length, end - from);
      if (stream.early.length >= MAX_EARLY || waiting > MAX_MESSAGE_BYTES) this.#streams.delete(stream);
      else stream.early.push({ number: number | 0, bytes: copyOf(body, from, end) });
      return;
    }
    if (-ahead < end - from) this.#take(stream, packet, copyOf(body, from - ahead, end), isCut);
  }

  #open(packet: Packet, kind: Stream['kind'], next: number): Stream {
    const { head, sourceAt, addressBytes, sourcePort, targetPort, frame } = packet;
    const stream: Stream = {
      kind,
      address: copyOf(head, sourceAt, sourceAt + addressBytes),
      port: sourcePort,
      targetPort,
      mac: macOf(packet),
      lastFrame: frame,
      next,
      kept: new Uint8Array(0),
      early: [],
    };
    this.#streams.add(stream);
    return stream;
  }

  #take(stream: Stream, packet: Packet, bytes: Uint8Array, isCut: boolean): void {
    this.#append(stream, packet, bytes);
    for (let waits = true; waits; ) {
      waits = false;
      for (const piece of stream.early) {
        const late = (stream.next - piece.number) | 0;
        if (late < 0) continue;
        stream.early = stream.early.filter((other) => other !== piece);
        if (late < piece.bytes.length) this.#append(stream, packet, piece.bytes.subarray(late));
        waits = true;
        break;
      }
    }
    // What was cut off is not known, and so neither is where the next message begins.
    if (isCut || stream.kept.length > MAX_MESSAGE_BYTES) this.#streams.delete(stream);
  }

  #append(stream: Stream, packet: Packet, bytes: Uint8Array): void {
    stream.next = (stream.next + bytes.length) | 0;
    const kept = new Uint8Array(stream.kept.length + bytes.length);
    kept.set(stream.kept);
    kept.set(bytes, stream.kept.length);
    stream.kept = kept;
    if (stream.kind === 'sccp') this.#readSccp(stream, packet);
    else this.#readSip(stream, packet);
  }

  #readSccp(stream: Stream, packet: Packet): void {
    let at = 0;
    const { kept } = stream;
    while (kept.length - at >= SCCP_HEADER_BYTES) {
      const end = at + 8 + le32(kept, at);
      if (end - at < SCCP_HEADER_BYTES || end - at > MAX_MESSAGE_BYTES) {
        this.#streams.delete(stream);
        return;
      }
      if (end > kept.length) break;
      this.#tellOf(stream, packet, readSccp(le32(kept, at + 8), kept.subarray(at + SCCP_HEADER_BYTES, end)));
      at = end;
    }
    stream.kept = copyOf(kept, at);
  }

  /** Only the head of the message counts; the next one is known by its beginning. */
  #readSip(stream: Stream, packet: Packet): void {
    const { kept } = stream;
    for (let at = 0; at + 3 < kept.length; at++) {
      if (kept[at] !== 13 || kept[at + 1] !== 10 || kept[at + 2] !== 13 || kept[at + 3] !== 10) continue;
      this.#tellOf(stream, packet, readSipRegister(kept.subarray(0, at)));
      this.#streams.delete(stream);
      return;
    }
  }

  #tellOf({ address, port, mac }: Stream, packet: Packet, fact: ReturnType<typeof readSccp>): void {
    if (fact !== null) this.#tell({ address, port, mac }, packet.frame, packet.time, fact);
  }
}

/** Whether the bytes begin a SIP REGISTER. */
export function isRegister(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < REGISTER.length) return false;
  for (let i = 0; i < REGISTER.length; i++) if (bytes[at + i] !== REGISTER[i]) return false;
  return true;
}
