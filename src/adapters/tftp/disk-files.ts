import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { BoundedMap } from '../../core/bounded-map.ts';
import type { FileOnDisk } from '../../ports/tftp.ts';
import { stampOf } from '../file-stamp.ts';

/** Invented: what is read at once, in whole blocks; a larger block is read by itself. */
const PIECE_BYTES = 16 * 1024;
/** Invented: pieces kept for all files together. Each transfer needs two of them: the one that it sends, and the next. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Files that are read while they are sent: each is open once for all its transfers, as long as one of them runs. */
export class DiskFiles {
  readonly #open = new Map<string, { readonly file: DiskFile; users: number }>();
  readonly #pieces = new BoundedMap<string, Uint8Array>(KEPT_BYTES, (piece) => piece.length);

  /** How many pieces are being read at this moment. */
  get reading(): number {
    let pieces = 0;
    for (const { file } of this.#open.values()) pieces += file.reading;
    return pieces;
  }

  /** Begins to use a file, until `release` is called once for it. */
  take(content: FileOnDisk): DiskFile {
    const key = `${content.stamp} ${content.path}`;
    const known = this.#open.get(key) ?? { file: new DiskFile(content, key, this.#pieces), users: 0 };
    known.users += 1;
    this.#open.set(key, known);
    return known.file;
  }

  release(file: DiskFile): void {
    const known = this.#open.get(file.key);
    if (known === undefined) return;
    known.users -= 1;
    if (known.users > 0) return;
    this.#open.delete(file.key);
    file.close();
  }
}

/** One file as it was when it was decided upon. */
export class DiskFile {
  readonly key: string;
  readonly #content: FileOnDisk;
  readonly #pieces: BoundedMap<string, Uint8Array>;
  readonly #reading = new Map<string, Promise<Uint8Array>>();
  readonly #handle: Promise<FileHandle>;

  constructor(content: FileOnDisk, key: string, pieces: BoundedMap<string, Uint8Array>) {
    this.key = key;
    this.#content = content;
    this.#pieces = pieces;
    this.#handle = opened(content);
    // Whoever reads hears of it.
    this.#handle.catch(() => {});
  }

  get sizeBytes(): number {
    return this.#content.length;
  }

  get reading(): number {
    return this.#reading.size;
  }

  /** Resolves when it is open: from then on it stays what it is, whatever takes its name. */
  async ready(): Promise<void> {
    await this.#handle;
  }

  /** The bytes of a block where they are at hand, else null; blocks count from 1. */
  kept(block: number, blockBytes: number): Uint8Array | null {
    const { key, at, blockAt } = this.#pieceOf(block, blockBytes);
    const piece = this.#pieces.use(key);
    if (piece === undefined) return null;
    if (blockAt === 0) this.#readAhead(at + piece.length, blockBytes);
    return piece.subarray(blockAt, blockAt + blockBytes);
  }

  /** The bytes of a block; rejects when the file was cut short or written over since it was decided upon. */
  async read(block: number, blockBytes: number): Promise<Uint8Array> {
    const { key, at, length, blockAt } = this.#pieceOf(block, blockBytes);
    const piece = this.#pieces.use(key) ?? (await this.#piece(key, at, length));
    this.#readAhead(at + piece.length, blockBytes);
    return piece.subarray(blockAt, blockAt + blockBytes);
  }

  close(): void {
    // A handle is closed when its last reading has ended.
    this.#handle.then(
      (handle) => handle.close().catch(() => {}),
      () => {},
    );
  }

  #pieceOf(block: number, blockBytes: number) {
    const pieceBytes = blockBytes * Math.max(1, Math.floor(PIECE_BYTES / blockBytes));
    const from = (block - 1) * blockBytes;
    const at = Math.floor(from / pieceBytes) * pieceBytes;
    const length = Math.min(pieceBytes, this.sizeBytes - at);
    return { key: `${at} ${blockBytes} ${this.key}`, at, length, blockAt: from - at };
  }

  /** The next piece is at hand by the time that it is asked for. */
  #readAhead(at: number, blockBytes: number): void {
    if (at >= this.sizeBytes) return;
    const { key, length } = this.#pieceOf(at / blockBytes + 1, blockBytes);
    if (this.#pieces.use(key) === undefined) this.#piece(key, at, length).catch(() => {});
  }

  #piece(key: string, at: number, length: number): Promise<Uint8Array> {
    const running = this.#reading.get(key);
    if (running !== undefined) return running;
    const started = this.#readPiece(at, length)
      .then((piece) => {
        if (length > 0) this.#pieces.set(key, piece);
        return piece;
      })
      .finally(() => this.#reading.delete(key));
    this.#reading.set(key, started);
    return started;
  }

  async #readPiece(at: number, length: number): Promise<Uint8Array> {
    const handle = await this.#handle;
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, at + filled);
      if (bytesRead === 0) throw new Error(CHANGED);
      filled += bytesRead;
    }
    // A block of the one state and the next of another would arrive as a file that never was.
    if (stampOf(await handle.stat()) !== this.#content.stamp) throw new Error(CHANGED);
    return bytes;
  }
}

const CHANGED = 'the file changed on the server while it was being sent';

async function opened({ path, stamp }: FileOnDisk): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (stampOf(await handle.stat()) === stamp) return handle;
  await handle.close();
  throw new Error(CHANGED);
}
