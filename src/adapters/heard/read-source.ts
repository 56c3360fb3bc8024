import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../core/errors.ts';

/** A log or a capture that is read from its beginning, unpacked where it was packed by gzip. */
export interface ByteSource {
  /** As the user gave it; "-" is standard input. */
  readonly name: string;
  /** Its bytes in order; may be asked for once. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Set once a packed file turned out to be cut or damaged: what came before that was read. */
  readonly cutOff: () => string | null;
  /** Lets go of it, read or not. */
  readonly close: () => void;
}

/** What is read of a file at a time. */
const CHUNK_BYTES = 256 * 1024;

/** Opens a file, or standard input for "-". Throws `AppError` `E_LOG_UNREADABLE` where that is not possible. */
export async function openSource(name: string): Promise<ByteSource> {
  const raw =
    name === '-' ? process.stdin : createReadStream('', { fd: await opened(name), highWaterMark: CHUNK_BYTES });
  const close = (): void => {
    raw.destroy();
  };
  const [head, all] = await withHead(raw, name);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return { name, chunks: readable(all, name), cutOff: () => null, close };
  let fault: string | null = null;
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  pipeline(Readable.from(all), unpacked, () => {});
  const chunks = (async function* () {
    try {
      yield* unpacked as AsyncIterable<Uint8Array>;
    } catch (error) {
      fault = (error as Error).message;
    }
  })();
  return { name, chunks, cutOff: () => fault, close };
}

async function opened(name: string): Promise<Awaited<ReturnType<typeof open>>> {
  try {
    const file = await open(name, 'r');
    if ((await file.stat()).isDirectory()) {
      await file.close();
      throw new AppError('E_LOG_UNREADABLE', `${name} is a folder; give the files in it, such as ${name}/*`);
    }
    return file;
  } catch (error) {
    throw error instanceof AppError ? error : unreadable(name, error);
  }
}

export function unreadable(name: string, cause: unknown): AppError {
  const { code } = cause as NodeJS.ErrnoException;
  const why =
    code === 'ENOENT'
      ? 'is not there'
      : code === 'EACCES'
        ? 'may not be read by this user'
        : `cannot be read (${code})`;
  const shown = name === '-' ? 'standard input' : name;
  return new AppError(
    'E_LOG_UNREADABLE',
    `${shown} ${why}; give a log or a capture that can be read, or - for standard input`,
    {
      cause,
    },
  );
}

async function* readable(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** The first bytes, and everything with them again in front. */
async function withHead(stream: Readable, name: string): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
  const rest = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < 4) {
      const next = await rest.next();
      if (next.done === true) break;
      first.push(next.value);
      length += next.value.length;
    }
  } catch (error) {
    throw unreadable(name, error);
  }
  const all = (async function* () {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => rest };
  })();
  return [Buffer.concat(first), all];
}
