import { u16, u32 } from './bytes.ts';
import { emptyFrame, type FrameSink, MAX_FRAME_BYTES, type RecordReader } from './frame.ts';

/** What the first four bytes say, read highest first: microseconds, nanoseconds, and the "modified" form of old Red Hat systems. */
const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const MODIFIED = 0xa1b2cd34;
const HEADER_BYTES = 24;

/** Whether the bytes begin a file of this kind, in either byte order. */
export function isPcap(bytes: Uint8Array): boolean {
  return [true, false].some((isLittle) => [MICROSECONDS, NANOSECONDS, MODIFIED].includes(u32(bytes, 0, isLittle)));
}

/** Reads pcap (draft-ietf-opsawg-pcap): one header for the file, one for each record. */
export class PcapRecords implements RecordReader {
  readonly filters: readonly string[] = [];
  fault: string | null = null;
  readonly #sink: FrameSink;
  readonly #frame = emptyFrame();
  #hasHeader = false;
  #isLittle = true;
  #recordHeader = 16;
  #unitsPerMs = 1000;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  read(bytes: Uint8Array, from: number): number {
    let at = from;
    if (!this.#hasHeader) {
      if (bytes.length - at < HEADER_BYTES) return at;
      this.#readHeader(bytes, at);
      at += HEADER_BYTES;
    }
    const frame = this.#frame;
    const isLittle = this.#isLittle;
    const header = this.#recordHeader;
    frame.bytes = bytes;
    while (this.fault === null && bytes.length - at >= header) {
      const captured = u32(bytes, at + 8, isLittle);
      if (captured > MAX_FRAME_BYTES) {
        this.fault = `a frame of ${captured} bytes`;
        break;
      }
      const start = at + header;
      if (bytes.length - start < captured) break;
      frame.time = u32(bytes, at, isLittle) * 1000 + u32(bytes, at + 4, isLittle) / this.#unitsPerMs;
      frame.start = start;
      frame.end = start + captured;
      at = frame.end;
      this.#sink(frame);
    }
    return at;
  }

  #readHeader(bytes: Uint8Array, at: number): void {
    const magic = u32(bytes, at, true);
    this.#isLittle = magic === MICROSECONDS || magic === NANOSECONDS || magic === MODIFIED;
    const kind = u32(bytes, at, this.#isLittle);
    if (kind === NANOSECONDS) this.#unitsPerMs = 1_000_000;
    if (kind === MODIFIED) this.#recordHeader = 24;
    // The upper half of the field tells of check sums behind the frames.
    this.#frame.link = u16(bytes, at + (this.#isLittle ? 20 : 22), this.#isLittle);
    this.#hasHeader = true;
  }
}
