import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** The common currency of unpacking: bytes as they come, never all at once. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** The beginning of a stream, and the whole stream with that beginning put back. */
export interface Peeked {
  readonly head: Uint8Array;
  readonly all: ByteStream;
}

/** Reads at least `sizeBytes` from a stream, fewer only when it ends before. */
export async function peek(stream: ByteStream, sizeBytes: number): Promise<Peeked> {
  const iterator = stream[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let held = 0;
  while (held < sizeBytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    held += next.value.length;
  }
  const head = Buffer.concat(chunks);
  return { head, all: resumed(head, iterator) };
}

async function* resumed(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** The stream without its first bytes. */
export async function* skip(stream: ByteStream, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let left = sizeBytes;
  for await (const chunk of stream) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      yield left === 0 ? chunk : chunk.subarray(left);
      left = 0;
    }
  }
}

/** The unpacked bytes of a gzip stream; throws where the stream is damaged or cut off. */
export async function* gunzipped(stream: ByteStream): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip();
  // Errors of either side reach the reader of `unzip`; the promise is only kept from being unhandled.
  const piping = pipeline(Readable.from(stream), unzip).catch(() => undefined);
  try {
    for await (const chunk of unzip) yield chunk as Uint8Array;
  } finally {
    unzip.destroy();
    await piping;
  }
}

/** Writes a stream to a new file and makes it durable; `onBytes` may throw to stop it. */
export async function writeStream(path: string, stream: ByteStream, onBytes: (total: number) => void): Promise<number> {
  const handle: FileHandle = await open(path, 'wx', 0o644);
  try {
    let total = 0;
    for await (const chunk of stream) {
      total += chunk.length;
      onBytes(total);
      let at = 0;
      while (at < chunk.length) at += (await handle.write(chunk, at)).bytesWritten;
    }
    await handle.sync();
    return total;
  } finally {
    await handle.close();
  }
}

/** The bytes of a regular file. */
export async function* fileStream(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    for (;;) {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(256 * 1024));
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Ends a stream that is not wanted. A generator must have begun for its clean-up to run, so one chunk is taken. */
export async function discard(stream: ByteStream): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  await iterator.return?.();
}
