import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '../../ports/clock.ts';
import type { FileOnDisk } from '../../ports/tftp.ts';
import { stampOf } from '../file-stamp.ts';

/** Between the close of a file and the word that it was sent (invented). */
const WORD_MS = 5_000;
/** Between the answer and the opening of a file, which follow each other in one call (invented). */
const OPEN_MS = 10_000;
/**
 * A last block that was sent this long ago may have been given up. dnsmasq 2.90 gives up after some 28 s and 2.92 after 120 s, by the clock of
 * the machine, and says that the file was sent (tftp.c).
 */
const GIVEN_UP_AFTER_MS = 15_000;
/** A file that nobody has read or closed for so long is forgotten, as dnsmasq does with `tftp-single-port` when a phone repeats its question (invented; longer than it waits for anything). */
const FORGOTTEN_MS = 180_000;
/** A clock of the machine that ran ahead by more than this while somebody waited may have made the other server give up (invented). */
const STEP_MS = 2_000;

/** Whoever wants to know what becomes of a file. */
export interface FileListener {
  /** The bytes up to here have been read. */
  read(upTo: number): void;
  /** Nobody reads it any more; `isDoubtful` where whoever says that it was sent may be wrong. */
  closed(isDoubtful: boolean): void;
  /** Nobody will read it, or say anything of it. */
  ended(): void;
  /** What lies on the disk is another file by now. */
  unreadable(message: string): void;
}

/** One file as the other server opens it once, for one datagram of a phone. */
export class GivenFile {
  readonly name: string;
  /** When it was given, by both clocks. */
  readonly at: Moment;
  readonly #clock: Clock;
  readonly #listener: FileListener;
  /** Null when nobody is to read it any more. */
  #content: Uint8Array | FileOnDisk | null;
  readonly length: number;
  #readers = 0;
  #wasOpened = false;
  #usedAt = 0;
  #hasEnded = false;
  #disk: Promise<FileHandle | null> | null = null;
  #blockBytes: number | null = null;
  #hasMoved = false;
  #wholeAt: Moment | null = null;
  #wholeReads = 0;
  #cancel: () => void;

  constructor(clock: Clock, name: string, content: Uint8Array | FileOnDisk, listener: FileListener) {
    this.name = name;
    this.length = content.length;
    this.at = momentOf(clock);
    this.#clock = clock;
    this.#content = content;
    this.#listener = listener;
    this.#cancel = clock.wakeAt(this.at.steady + OPEN_MS, () => this.end());
  }

  get wasOpened(): boolean {
    return this.#wasOpened;
  }

  /** Whether its first block was acknowledged. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  get wasRead(): boolean {
    return this.#blockBytes !== null;
  }

  /** Whether its last byte has been read. */
  get isWhole(): boolean {
    return this.#wholeReads > 0;
  }

  get isOpen(): boolean {
    return this.#readers > 0;
  }

  /** Whether nothing will come of it any more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  opened(): void {
    this.#readers++;
    this.#wasOpened = true;
    this.#usedAt = this.#clock.now();
    this.#cancel();
    if (!this.#hasEnded) this.#watch();
  }

  /** The bytes; null where there are none any more. */
  read(from: number, length: number): Uint8Array | null | Promise<Uint8Array | null> {
    const content = this.#content;
    if (content === null) return null;
    if (content instanceof Uint8Array) {
      const bytes = content.subarray(from, from + length);
      this.#note(from, bytes.length);
      return bytes;
    }
    return this.#part(content, from, length).then((bytes) => {
      if (bytes !== null) this.#note(from, bytes.length);
      return bytes;
    });
  }

  /** The other server has closed it: sent, or given up. */
  closed(): void {
    this.#readers--;
    if (this.#readers > 0) return;
    this.#cancel();
    this.withdraw();
    this.#listener.closed(this.#hasEnded || this.#isDoubtful());
    if (!this.#hasEnded) this.#cancel = this.#clock.wakeAt(this.#clock.now() + WORD_MS, () => this.end());
  }

  /** From now on whoever still reads it is told that it cannot be read. */
  withdraw(): void {
    this.#content = null;
    void this.#disk?.then((file) => file?.close());
    this.#disk = null;
  }

  /** Nothing more is expected of it; whoever still reads it may go on. */
  end(): void {
    if (this.#hasEnded) return;
    this.#cancel();
    this.#hasEnded = true;
    if (this.#readers === 0) this.withdraw();
    this.#listener.ended();
  }

  /**
   * An acknowledged last block is read once: dnsmasq reads it again before it repeats it, before it gives up, and when the phone answers it with
   * an ERROR, and up to 2.91 it calls a file sent in all three cases. From 2.92 on it keeps the block, and only time tells.
   */
  #isDoubtful(): boolean {
    const since = this.#wholeAt;
    if (since === null || this.#wholeReads > 1) return true;
    const now = momentOf(this.#clock);
    const waited = now.steady - since.steady;
    return waited >= GIVEN_UP_AFTER_MS || Math.abs(now.wall - since.wall - waited) >= STEP_MS;
  }

  #watch(): void {
    this.#cancel = this.#clock.wakeAt(this.#usedAt + FORGOTTEN_MS, () => {
      if (this.#clock.now() - this.#usedAt < FORGOTTEN_MS) this.#watch();
      else this.end();
    });
  }

  #note(from: number, length: number): void {
    this.#usedAt = this.#clock.now();
    if (length === 0) return;
    this.#blockBytes ??= length;
    // Some read one block ahead of what they send.
    if (from > this.#blockBytes) this.#hasMoved = true;
    if (from + length >= this.length) {
      this.#wholeReads++;
      this.#wholeAt ??= momentOf(this.#clock);
    }
    if (!this.#hasEnded) this.#listener.read(from + length);
  }

  async #part({ path, stamp }: FileOnDisk, from: number, length: number): Promise<Uint8Array | null> {
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
      this.#listener.unreadable(`${path} is another file by now`);
      return null;
    }
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, from);
    return bytes.subarray(0, bytesRead);
  }
}

/** A moment by the clock that only runs on, and by that of the machine. */
export interface Moment {
  readonly steady: number;
  readonly wall: number;
}

function momentOf(clock: Clock): Moment {
  return { steady: clock.now(), wall: clock.wall() };
}
