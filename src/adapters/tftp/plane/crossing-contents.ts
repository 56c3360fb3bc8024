import type { FileOnDisk } from '../../../ports/tftp.ts';
import { MIN_SHARED_BYTES, sharedBytes, weigh } from '../../bytes-to-send.ts';
import type { CrossingBytes, CrossingContent } from './messages.ts';

/** Contents on their way to the other thread: each is put into shared memory once, and kept there as long as somebody has it. */
export class CrossingContents {
  readonly #shared = new WeakMap<Uint8Array, CrossingBytes>();
  #last = 0;

  crossing(content: Uint8Array | FileOnDisk): CrossingContent {
    if (content instanceof Uint8Array) return this.#bytes(content);
    const { path, length, stamp } = content;
    return { path, length, stamp };
  }

  #bytes(content: Uint8Array): CrossingBytes {
    const known = this.#shared.get(content);
    if (known !== undefined) return known;
    const isShared = content.buffer instanceof SharedArrayBuffer;
    // A copy of its own: a small view would take the whole memory behind it along.
    if (!isShared && content.length < MIN_SHARED_BYTES) return { number: null, bytes: content.slice() };
    const bytes = isShared ? content : sharedCopy(content);
    this.#last += 1;
    const crossing = { number: this.#last, bytes };
    this.#shared.set(content, crossing);
    return crossing;
  }
}

/** The other side: under one number always the same array, so that all its transfers share their packets. */
export class ArrivedContents {
  readonly #known = new Map<number, WeakRef<Uint8Array>>();
  readonly #gone = new FinalizationRegistry<number>((number) => {
    if (this.#known.get(number)?.deref() === undefined) this.#known.delete(number);
  });

  arrived(content: CrossingContent): Uint8Array | FileOnDisk {
    if ('path' in content) return content;
    const { number, bytes } = content;
    if (number === null) return bytes;
    const known = this.#known.get(number)?.deref();
    if (known !== undefined) return known;
    if (bytes.buffer instanceof SharedArrayBuffer) weigh(bytes.buffer);
    this.#known.set(number, new WeakRef(bytes));
    this.#gone.register(bytes, number);
    return bytes;
  }
}

function sharedCopy(content: Uint8Array): Uint8Array {
  const bytes = sharedBytes(content.length);
  bytes.set(content);
  return bytes;
}
