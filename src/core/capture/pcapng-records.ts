import { decodeText } from '../tftp/codec.ts';
import { u16, u32 } from './bytes.ts';
import { emptyFrame, type FrameSink, MAX_FRAME_BYTES, type RecordReader } from './frame.ts';

const SECTION = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

/** Blocks without a packet that Wireshark counts as frames: custom ones, which may be copied or not, and lines of a journal. */
const COUNTED: readonly number[] = [0x0bad, 0x4000_0bad, 9];

const OPTION_FILTER = 11;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;

/** A block with a frame in it: the frame, its header, and room for options (invented). */
const MAX_BLOCK_BYTES = MAX_FRAME_BYTES + 131_072;
/** Interfaces of one section that are remembered (invented); frames of further ones are not read. */
const MAX_INTERFACES = 1024;
/** Filters that are remembered, and characters of each (invented). */
const MAX_FILTERS = 8;
const MAX_FILTER_LENGTH = 200;

interface Interface {
  readonly link: number;
  readonly snapBytes: number;
  /** Units of its times in a second. */
  readonly unitsPerSecond: number;
  /** Seconds to be added to its times. */
  readonly offsetSeconds: number;
}

/** Whether the bytes begin a file of this kind. */
export function isPcapng(bytes: Uint8Array): boolean {
  return u32(bytes, 0, true) === SECTION;
}

/**
 * Reads pcapng (draft-ietf-opsawg-pcapng): sections in either byte order, each with interfaces of its own, whose links and clocks
 * differ. Blocks that hold no frame are skipped, however long they are.
 */
export class PcapngRecords implements RecordReader {
  readonly filters: string[] = [];
  fault: string | null = null;
  readonly #sink: FrameSink;
  readonly #frame = emptyFrame();
  #isLittle = true;
  #interfaces: Interface[] = [];
  /** Bytes of a long block that are still to be passed over. */
  #toSkip = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  read(bytes: Uint8Array, from: number): number {
    let at = from;
    while (this.fault === null) {
      if (this.#toSkip > 0) {
        const skipped = Math.min(this.#toSkip, bytes.length - at);
        this.#toSkip -= skipped;
        at += skipped;
      }
      if (bytes.length - at < 12) break;
      const type = u32(bytes, at, this.#isLittle);
      // A new section may have the other byte order; its type reads the same in both.
      if (type === SECTION && !this.#openSection(bytes, at)) break;
      const length = u32(bytes, at + 4, this.#isLittle);
      if (length < 12 || length % 4 !== 0) {
        this.fault = `a block of ${length} bytes`;
        break;
      }
      const isNeeded = type === INTERFACE || isPacket(type);
      if (length > MAX_BLOCK_BYTES) {
        if (isNeeded) {
          this.fault = `a block of ${length} bytes`;
          break;
        }
        this.#toSkip = length;
        continue;
      }
      if (bytes.length - at < length) break;
      if (u32(bytes, at + length - 4, this.#isLittle) !== length) {
        this.fault = 'a block whose two lengths differ';
        break;
      }
      if (type === INTERFACE) this.#openInterface(bytes, at, at + length - 4);
      else if (isNeeded) this.#readPacket(bytes, at, at + length - 4, type);
      else if (COUNTED.includes(type)) this.#sink(emptyFrame());
      at += length;
    }
    return at;
  }

  #openSection(bytes: Uint8Array, at: number): boolean {
    const isLittle = u32(bytes, at + 8, true) === BYTE_ORDER;
    if (!isLittle && u32(bytes, at + 8, false) !== BYTE_ORDER) {
      this.fault = 'a section without its byte order';
      return false;
    }
    this.#isLittle = isLittle;
    this.#interfaces = [];
    return true;
  }

  #openInterface(bytes: Uint8Array, at: number, end: number): void {
    if (this.#interfaces.length >= MAX_INTERFACES || end - at < 16) return;
    const isLittle = this.#isLittle;
    let unitsPerSecond = 1_000_000;
    let offsetSeconds = 0;
    for (let option = at + 16; option + 4 <= end; ) {
      const code = u16(bytes, option, isLittle);
      const length = u16(bytes, option + 2, isLittle);
      const value = option + 4;
      if (code === 0 || value + length > end) break;
      if (code === OPTION_RESOLUTION && length === 1) unitsPerSecond = unitsOf(bytes[value] ?? 0);
      if (code === OPTION_OFFSET && length === 8) offsetSeconds = this.#signed64(bytes, value);
      // A filter of libpcap is a text behind a zero byte.
      if (code === OPTION_FILTER && length > 1 && bytes[value] === 0) {
        this.#noteFilter(decodeText(bytes.subarray(value + 1, value + length)));
      }
      option = value + length + ((4 - (length % 4)) % 4);
    }
    const link = u16(bytes, at + 8, isLittle);
    this.#interfaces.push({ link, snapBytes: u32(bytes, at + 12, isLittle), unitsPerSecond, offsetSeconds });
  }

  #noteFilter(filter: string): void {
    const text = filter.slice(0, MAX_FILTER_LENGTH);
    if (this.filters.length < MAX_FILTERS && !this.filters.includes(text)) this.filters.push(text);
  }

  #signed64(bytes: Uint8Array, at: number): number {
    const high = u32(bytes, at + (this.#isLittle ? 4 : 0), this.#isLittle) | 0;
    return high * 2 ** 32 + u32(bytes, at + (this.#isLittle ? 0 : 4), this.#isLittle);
  }

  #readPacket(bytes: Uint8Array, at: number, end: number, type: number): void {
    const isLittle = this.#isLittle;
    const isSimple = type === SIMPLE_PACKET;
    const start = at + (isSimple ? 12 : 28);
    if (start > end) {
      this.fault = 'a block that is too short for its frame';
      return;
    }
    const index = isSimple ? 0 : type === OLD_PACKET ? u16(bytes, at + 8, isLittle) : u32(bytes, at + 8, isLittle);
    const from = this.#interfaces[index];
    const frame = this.#frame;
    let captured = end - start;
    if (isSimple) {
      // Such a block does not tell how much was captured, nor when.
      captured = Math.min(captured, u32(bytes, at + 8, isLittle), from?.snapBytes || captured);
      frame.time = Number.NaN;
    } else {
      captured = u32(bytes, at + 20, isLittle);
      const ticks = u32(bytes, at + 12, isLittle) * 2 ** 32 + u32(bytes, at + 16, isLittle);
      frame.time = from === undefined ? Number.NaN : (ticks / from.unitsPerSecond + from.offsetSeconds) * 1000;
    }
    if (captured > end - start || captured > MAX_FRAME_BYTES) {
      this.fault = `a frame of ${captured} bytes`;
      return;
    }
    frame.bytes = bytes;
    frame.start = start;
    frame.end = start + captured;
    frame.link = from?.link ?? -1;
    this.#sink(frame);
  }
}

function isPacket(type: number): boolean {
  return type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OLD_PACKET;
}

/** The option names a power of ten, or of two where its highest bit is set. */
function unitsOf(resolution: number): number {
  return resolution < 128 ? 10 ** resolution : 2 ** (resolution - 128);
}
