/** Smaller contents are mostly asked once: to copy one costs less than memory of its own that threads share. */
export const MIN_SHARED_BYTES = 4096;

/** Of ES2024, which every supported Node has: only the memory of these comes from the system page by page, as it is touched. */
const ResizableBuffer = ArrayBuffer as new (length: number, options: { readonly maxByteLength: number }) => ArrayBuffer;

/** Memory for a file that is to be sent: what the thread that sends files shares need not be copied for it. */
export function bytesToSend(size: number): Uint8Array {
  return size < MIN_SHARED_BYTES ? new Uint8Array(size) : sharedBytes(size);
}

/** Memory that threads share; it goes when no thread holds it any more. */
export function sharedBytes(size: number): Uint8Array {
  const memory = new SharedArrayBuffer(size);
  weigh(memory);
  return new Uint8Array(memory);
}

const weights = new WeakMap<SharedArrayBuffer, ArrayBuffer>();

/**
 * Has the garbage collector of this thread count shared memory as it counts every other memory. V8 does not
 * (`BackingStore::PerIsolateAccountingLength` is 0 for it), so that nothing would urge it to look for files that nobody sends any
 * more. So something that weighs as much, but is never written, is kept beside it.
 */
export function weigh(memory: SharedArrayBuffer): void {
  const one = weight(memory.byteLength);
  if (one !== null) weights.set(memory, one);
}

/** What V8 counts as memory of that size: it is never written, and so takes up addresses only. */
function weight(maxByteLength: number): ArrayBuffer | null {
  try {
    return new ResizableBuffer(maxByteLength, { maxByteLength });
  } catch {
    // Where addresses are limited (`ulimit -v`), files that are sent take them up sooner than this does.
    return null;
  }
}
