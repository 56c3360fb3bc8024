import type { Clock } from '../../ports/clock.ts';
import type { FileOnDisk, TransferWatcher } from '../../ports/tftp.ts';
import { GivenFile } from './given-file.ts';

/** At most four a second. */
const PROGRESS_MS = 250;
/** A phone repeats a question after some 4 s (legacy-79x0 11.2); what comes later is another one (invented). */
const REPEAT_MS = 10_000;

type Failure = Pick<Parameters<TransferWatcher['failed']>[0], 'reason' | 'message' | 'isUnacked'>;

export interface QuestionOptions {
  readonly clock: Clock;
  readonly name: string;
  readonly content: Uint8Array | FileOnDisk;
  readonly watcher: TransferWatcher | null;
  /** Whether it would be answered in the same way still. */
  readonly isCurrent: () => boolean;
  /** The other server has closed one of its files; `isDoubtful` where it may call the file sent although it was not. */
  readonly closed: (question: GivenQuestion, file: GivenFile, isDoubtful: boolean) => void;
}

/**
 * One question of a phone: one file for each datagram in which it was put, because the other server opens it each time, and goes on sending what
 * it has opened. Its watcher is told exactly one end.
 */
export class GivenQuestion {
  readonly name: string;
  readonly #options: QuestionOptions;
  readonly #startedAt: number;
  readonly #files: GivenFile[] = [];
  #hasEnded = false;
  #read = 0;
  /** Whether all of one file was sent, and nobody can tell whether its end was acknowledged. */
  #isUnsure = false;
  #progressAt = Number.NEGATIVE_INFINITY;
  #ended: () => void = () => {};
  /** Resolves when its end is known. */
  readonly ended = new Promise<void>((resolve) => {
    this.#ended = resolve;
  });

  constructor(options: QuestionOptions) {
    this.name = options.name;
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** One file for each datagram so far. */
  get files(): readonly GivenFile[] {
    return this.#files;
  }

  /** Whether nobody knows yet how it ended, although nobody reads it any more. */
  get isInDoubt(): boolean {
    return !this.#hasEnded && this.#files.every((file) => file.wasOpened && !file.isOpen);
  }

  /** Whether the same name, asked now, is this question again: it is answered as before, and nothing had come of it. */
  isRepeatedAt(now: number): boolean {
    const last = this.#files.at(-1)?.at.steady ?? this.#startedAt;
    const isFresh = !this.#hasEnded && now - last < REPEAT_MS && !this.#files.some((file) => file.hasMoved);
    return isFresh && this.#options.isCurrent();
  }

  gives(content: Uint8Array | FileOnDisk): boolean {
    const own = this.#options.content;
    if (own instanceof Uint8Array && content instanceof Uint8Array) return Buffer.compare(own, content) === 0;
    if (own instanceof Uint8Array || content instanceof Uint8Array) return false;
    return own.path === content.path && own.stamp === content.stamp;
  }

  /** One more file, for one more datagram. */
  addFile(): GivenFile {
    const { clock, name, content, closed } = this.#options;
    const file: GivenFile = new GivenFile(clock, name, content, {
      read: (upTo) => this.#note(upTo),
      closed: (isDoubtful) => closed(this, file, isDoubtful),
      ended: () => {
        if (this.#files.every((one) => one.hasEnded)) this.#endUntold();
      },
      unreadable: (message) => this.#fail({ reason: 'unreadable', message }),
    });
    this.#files.push(file);
    return file;
  }

  /** The last block of one of its files was acknowledged. */
  sent(bytes: number): void {
    if (this.#hasEnded) return;
    const at = this.#options.clock.now();
    this.#end();
    this.#options.watcher?.sent({ at, bytes, tookMs: at - this.#startedAt });
  }

  /** All of one of its files was sent, and nobody can tell whether its end was acknowledged. */
  doubt(): void {
    this.#isUnsure = true;
  }

  breakOff(message: string): void {
    this.#fail({ reason: 'stopped', message, isUnacked: this.#isWhole() });
  }

  /** The phone has asked for the name anew, and is answered anew. */
  supersede(): void {
    this.#fail({ reason: 'superseded', message: 'the phone asked for it once more', isUnacked: this.#isWhole() });
  }

  /** Nothing of it may be sent any more. */
  withdraw(): void {
    for (const file of this.#files) file.withdraw();
  }

  #isWhole(): boolean {
    return this.#files.some((file) => file.isWhole);
  }

  #endUntold(): void {
    const isUnacked = this.#isUnsure;
    const message = isUnacked
      ? 'the other server sent all of it, and nobody can tell whether the phone acknowledged the end'
      : 'the other server closed it before its end';
    this.#fail({ reason: 'silent', message, isUnacked });
  }

  #fail(failure: Failure): void {
    if (this.#hasEnded) return;
    const at = this.#options.clock.now();
    this.#end();
    this.#options.watcher?.failed({ at, bytes: this.#read, tookMs: at - this.#startedAt, ...failure });
  }

  #end(): void {
    this.#hasEnded = true;
    for (const file of this.#files) file.end();
    this.#ended();
  }

  #note(upTo: number): void {
    if (upTo <= this.#read || this.#hasEnded) return;
    this.#read = upTo;
    const { watcher, clock } = this.#options;
    if (this.#isWhole()) watcher?.lastSent?.();
    if (clock.now() - this.#progressAt < PROGRESS_MS) return;
    this.#progressAt = clock.now();
    watcher?.progress(upTo);
  }
}
