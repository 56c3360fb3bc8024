import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../../ports/clock.ts';
import type { FileOnDisk, TransferWatcher } from '../../ports/tftp.ts';
import { stampOf } from '../file-stamp.ts';

/** At most four a second. */
const PROGRESS_MS = 250;
/** Between the close of a file and the word that it was sent (invented). */
const WORD_MS = 5_000;
/** Between the answer and the opening of a file, which follow each other in one call (invented). */
const OPEN_MS = 10_000;

type Failure = Pick<Parameters<TransferWatcher['failed']>[0], 'reason' | 'message' | 'isUnacked'>;

export interface GivenFileOptions {
  readonly clock: Clock;
  readonly name: string;
  readonly content: Uint8Array | FileOnDisk;
  readonly watcher: TransferWatcher | null;
}

/** One file that was given to the other server for one question; it tells its watcher exactly one end. */
export class GivenFile {
  readonly name: string;
  readonly #options: GivenFileOptions;
  readonly #startedAt: number;
  /** Null when nobody reads it any more, or is to. */
  #content: Uint8Array | FileOnDisk | null;
  #hasEnded = false;
  #readers = 0;
  #disk: Promise<FileHandle | null> | null = null;
  #read = 0;
  #progressAt = Number.NEGATIVE_INFINITY;
  #cancel: () => void;
  #ended: () => void = () => {};
  /** Resolves when its end is known. */
  readonly ended = new Promise<void>((resolve) => {
    this.#ended = resolve;
  });

  constructor(options: GivenFileOptions) {
    const { clock, name, content } = options;
    this.name = name;
    this.#options = options;
    this.#content = content;
    this.#startedAt = clock.now();
    this.#cancel = clock.wakeAt(this.#startedAt + OPEN_MS, () => this.breakOff('nobody opened the file'));
  }

  get length(): number {
    return this.#content?.length ?? 0;
  }

  /** Whether nobody knows yet how it ended, although nobody reads it any more. */
  get isInDoubt(): boolean {
    return this.#readers === 0 && !this.#hasEnded;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  opened(): void {
    this.#readers++;
    this.#cancel();
  }

  /** Resolves with the bytes; null where there are none any more. */
  async read(from: number, length: number): Promise<Uint8Array | null> {
    const content = this.#content;
    if (content === null) return null;
    const bytes =
      content instanceof Uint8Array ? content.subarray(from, from + length) : await this.#part(from, length);
    if (bytes !== null) this.#note(from + bytes.length);
    return bytes;
  }

  /** The other server says that the last block was acknowledged. */
  sent(bytes: number): void {
    if (this.hasEnded) return;
    const at = this.#options.clock.now();
    this.#end();
    this.#options.watcher?.sent({ at, bytes, tookMs: at - this.#startedAt });
  }

  /** The other server has closed it: sent, or given up. */
  closed(): void {
    this.#readers--;
    if (this.#readers > 0) return;
    if (this.#hasEnded) this.#letGo();
    if (this.#hasEnded) return;
    const { clock } = this.#options;
    this.#cancel = clock.wakeAt(clock.now() + WORD_MS, () => this.#endUntold());
  }

  breakOff(message: string): void {
    this.#fail({ reason: 'stopped', message, isUnacked: this.#isReadWhole() });
  }

  #endUntold(): void {
    const isUnacked = this.#isReadWhole();
    const message = isUnacked
      ? 'the other server read all of it, and nobody says whether the phone has acknowledged the end'
      : 'the other server closed it before its end';
    this.#fail({ reason: 'silent', message, isUnacked });
  }

  #fail(failure: Failure): void {
    if (this.hasEnded) return;
    const at = this.#options.clock.now();
    this.#end();
    this.#options.watcher?.failed({ at, bytes: this.#read, tookMs: at - this.#startedAt, ...failure });
  }

  #end(): void {
    this.#cancel();
    this.#hasEnded = true;
    if (this.#readers === 0) this.#letGo();
    this.#ended();
  }

  /** The twin of a transfer, which a repeated question began, may go on for a while. */
  #letGo(): void {
    this.#content = null;
    void this.#disk?.then((file) => file?.close());
    this.#disk = null;
  }

  #isReadWhole(): boolean {
    return this.#content !== null && this.#read >= this.#content.length;
  }

  #note(upTo: number): void {
    if (upTo <= this.#read || this.#hasEnded) return;
    this.#read = upTo;
    const { watcher, clock } = this.#options;
    if (this.#isReadWhole()) watcher?.lastSent?.();
    if (clock.now() - this.#progressAt < PROGRESS_MS) return;
    this.#progressAt = clock.now();
    watcher?.progress(upTo);
  }

  async #part(from: number, length: number): Promise<Uint8Array | null> {
    const { path, stamp } = this.#content as FileOnDisk;
    // What lies under the path now may be another file.
    this.#disk ??= open(path, 'r').then(
      async (file) => {
        if (stampOf(await file.stat()) === stamp) return file;
        await file.close();
        return null;
      },
      () => null,
    );
    const file = await this.#disk;
    if (file === null) {
      this.#fail({ reason: 'unreadable', message: `${path} is another file by now` });
      return null;
    }
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, from);
    return bytes.subarray(0, bytesRead);
  }
}
