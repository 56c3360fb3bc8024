import { BoundedMap } from '../../core/bounded-map.ts';
import { wireBlock } from '../../core/tftp/block-number.ts';
import { OPCODE, writeHead } from '../../core/tftp/codec.ts';
import { blockCount } from '../../core/tftp/transfer.ts';

/** A content cut into DATA packets, each in one piece with its header. */
export interface Frames extends FrameFormat {
  /** Not to be changed, because transfers share it. */
  readonly content: Uint8Array;
  readonly sizeBytes: number;
  readonly lastBlock: number;
  /** The DATA packet of a block, 1 to `lastBlock`; not to be changed, because transfers share it. */
  frame(block: number): Uint8Array;
}

export interface FrameFormat {
  readonly blockBytes: number;
  readonly blockWrap: 0 | 1;
}

/** About what V8 keeps for one view of a buffer, in bytes: measured with Node 20. */
const VIEW_BYTES = 160;
/** Smaller contents are mostly written for one phone and asked once: sharing them costs more than it saves. */
const MIN_SHARED_BYTES = 4096;
/** Invented: contents nobody asked for this long leave the memory. */
const IDLE_MS = 60_000;

interface Kept {
  readonly frames: SharedFrames;
  usedAt: number;
}

/**
 * Packets shared by all transfers of one content, found by the identity of its array and limited in memory. A content that
 * leaves the cache stays whole for the transfers that still send it.
 */
export class FrameCache {
  readonly #limitBytes: number;
  readonly #kept: BoundedMap<string, Kept>;
  readonly #numbers = new WeakMap<Uint8Array, number>();
  #contents = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
    this.#kept = new BoundedMap(limitBytes, ({ frames }) => frames.bytes);
  }

  /** Memory held for sharing. */
  get bytes(): number {
    return this.#kept.weight;
  }

  /** When something held may have become idle; never when nothing is held. */
  get idleAt(): number {
    for (const [, { usedAt }] of this.#kept) return usedAt + IDLE_MS;
    return Number.POSITIVE_INFINITY;
  }

  /** The packets of a content, shared with its other transfers where that saves memory. */
  framesOf(content: Uint8Array, format: FrameFormat, at: number): Frames {
    const frames = new SharedFrames(content, format);
    if (content.length < MIN_SHARED_BYTES || frames.bytes > this.#limitBytes) return new SingleFrames(content, format);
    const number = this.#numbers.get(content) ?? ++this.#contents;
    this.#numbers.set(content, number);
    const key = `${number} ${format.blockBytes} ${format.blockWrap}`;
    const kept = this.#kept.use(key) ?? { frames, usedAt: at };
    kept.usedAt = at;
    if (kept.frames === frames) this.#kept.set(key, kept);
    return kept.frames;
  }

  /** Forgets what nobody used for a minute. */
  dropIdle(at: number): void {
    for (const [key, { usedAt }] of this.#kept) {
      if (at - usedAt < IDLE_MS) return;
      this.#kept.delete(key);
    }
  }
}

abstract class CutFrames implements Frames {
  readonly content: Uint8Array;
  readonly sizeBytes: number;
  readonly lastBlock: number;
  readonly blockBytes: number;
  readonly blockWrap: 0 | 1;

  constructor(content: Uint8Array, { blockBytes, blockWrap }: FrameFormat) {
    this.content = content;
    this.sizeBytes = content.length;
    this.lastBlock = blockCount(content.length, blockBytes);
    this.blockBytes = blockBytes;
    this.blockWrap = blockWrap;
  }

  abstract frame(block: number): Uint8Array;
}

class SharedFrames extends CutFrames {
  readonly #frames: Array<Uint8Array | undefined> = [];
  #memory: Buffer | null = null;

  get bytes(): number {
    return this.sizeBytes + this.lastBlock * (4 + VIEW_BYTES);
  }

  // Block by block, when first asked: cutting megabytes in one go would hold up every other phone.
  frame(block: number): Uint8Array {
    const known = this.#frames[block];
    if (known !== undefined) return known;
    const { blockBytes } = this;
    this.#memory ??= Buffer.allocUnsafeSlow(this.sizeBytes + 4 * this.lastBlock);
    const from = (block - 1) * (blockBytes + 4);
    const frame = this.#memory.subarray(from, from + blockBytes + 4);
    fill(frame, this, block);
    this.#frames[block] = frame;
    return frame;
  }
}

class SingleFrames extends CutFrames {
  // A new array each time: a datagram may still wait in the send queue when the next one is cut.
  frame(block: number): Uint8Array {
    const frame = Buffer.allocUnsafe(4 + payloadBytes(this, block));
    fill(frame, this, block);
    return frame;
  }
}

/** How long the payload of a block is. */
export function payloadBytes({ blockBytes, sizeBytes }: Frames, block: number): number {
  return Math.min(blockBytes, sizeBytes - (block - 1) * blockBytes);
}

function fill(frame: Uint8Array, { content, blockBytes, blockWrap }: Frames, block: number): void {
  const from = (block - 1) * blockBytes;
  writeHead(frame, OPCODE.data, wireBlock(block, blockWrap));
  frame.set(content.subarray(from, from + frame.length - 4), 4);
}
