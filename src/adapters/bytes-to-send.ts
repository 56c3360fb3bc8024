/** Smaller contents are mostly asked once: to copy one costs less than memory of its own that threads share. */
export const MIN_SHARED_BYTES = 4096;

/** Memory for a file that is to be sent: what the thread that sends files shares need not be copied for it. */
export function bytesToSend(size: number): Uint8Array {
  return size < MIN_SHARED_BYTES ? new Uint8Array(size) : new Uint8Array(new SharedArrayBuffer(size));
}
