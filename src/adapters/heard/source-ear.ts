import { CaptureReader, type CaptureSummary, isCapture } from '../../core/capture/capture-reader.ts';
import { type LogCount, LogReader, type LogReaderOptions } from '../../core/heard/log-reader.ts';
import { LineSplitter } from './split-lines.ts';

/** So many bytes tell a capture from a log. */
const EAR_BYTES = 12;

/** What was read of a source; `lines` counts the frames of a capture. */
export interface EarCount extends LogCount {
  /** What is said of a capture as a whole; null for a log. */
  readonly capture: CaptureSummary | null;
}

/** Hears what one source tells, whichever kind of file it is. */
interface SourceEar {
  /** False where the rest of the source need not be given. */
  add(chunk: Uint8Array): boolean;
  end(): void;
  /** To be asked after `end`. */
  count(): EarCount;
}

/** Decides at the first bytes whether the source is a capture, or else a log. */
export class UnknownEar implements SourceEar {
  readonly #aids: LogReaderOptions;
  #head: Uint8Array = new Uint8Array(0);
  #ear: SourceEar | null = null;

  constructor(aids: LogReaderOptions) {
    this.#aids = aids;
  }

  add(chunk: Uint8Array): boolean {
    if (this.#ear !== null) return this.#ear.add(chunk);
    this.#head = Buffer.concat([this.#head, chunk]);
    return this.#head.length < EAR_BYTES || this.#decide();
  }

  end(): void {
    if (this.#ear === null) this.#decide();
    this.#ear?.end();
  }

  /** The source begins anew, as a log that is rotated: a log goes on, a capture is another file, and may be of another kind. */
  begin(): void {
    if (!(this.#ear instanceof CaptureEar)) return;
    this.#ear.end();
    this.#ear = null;
  }

  count(): EarCount {
    return (this.#ear ?? new LogEar(this.#aids)).count();
  }

  #decide(): boolean {
    const head = this.#head;
    const ear = isCapture(head) ? new CaptureEar(this.#aids) : new LogEar(this.#aids);
    this.#ear = ear;
    this.#head = new Uint8Array(0);
    return ear.add(head);
  }
}

class LogEar implements SourceEar {
  readonly #reader: LogReader;
  readonly #lines: LineSplitter;

  constructor(aids: LogReaderOptions) {
    const reader = new LogReader(aids);
    this.#reader = reader;
    this.#lines = new LineSplitter((line) => reader.read(line));
  }

  add(chunk: Uint8Array): boolean {
    this.#lines.add(chunk);
    return true;
  }

  end(): void {
    this.#lines.end();
  }

  count(): EarCount {
    return { ...this.#reader.count, capture: null };
  }
}

class CaptureEar implements SourceEar {
  readonly #source: string;
  readonly #reader: CaptureReader;

  constructor({ source, hear }: LogReaderOptions) {
    this.#source = source;
    this.#reader = new CaptureReader(source, hear);
  }

  add(chunk: Uint8Array): boolean {
    return this.#reader.push(chunk);
  }

  end(): void {
    this.#reader.end();
  }

  count(): EarCount {
    const capture = this.#reader.summary;
    return {
      source: this.#source,
      lines: capture.frames,
      known: new Map([[capture.format ?? 'capture', capture.frames]]),
      unread: [],
      unreadLines: 0,
      clock: { isWithoutDate: false, isWithoutYear: false, isWithoutZone: false, timesBack: 0 },
      bundle: null,
      capture,
    };
  }
}
