/** What one stream of `GET /api/v1/events` brought, without the first picture of all phones. */
export interface StreamFigures {
  readonly seconds: number;
  readonly bytes: number;
  /** Of them those of `phones` events; nearly all others are rows of the record. */
  readonly phonesBytes: number;
  /** Of the second in which most came. */
  readonly busiestBytes: number;
  /** The first `phones` event, which tells of every phone. */
  readonly firstBytes: number;
}

/** One event of a stream. */
export interface StreamEvent {
  readonly name: string;
  readonly text: string;
}

/** Counts what a stream brings. A text has a character for each byte, as `latin1` gives it. */
export class StreamMeter {
  #rest = '';
  #since: number;
  #bytes = 0;
  #phonesBytes = 0;
  #firstBytes = 0;
  readonly #seconds = new Map<number, number>();

  constructor(at: number) {
    this.#since = at;
  }

  /** Counts from here on. */
  restart(at: number): void {
    this.#since = at;
    [this.#bytes, this.#phonesBytes] = [0, 0];
    this.#seconds.clear();
  }

  /** Takes a piece of the stream as it came, and gives the events that are whole by now. */
  take(piece: string, at: number): readonly StreamEvent[] {
    this.#rest += piece;
    const texts = this.#rest.split('\n\n');
    this.#rest = texts.pop() ?? '';
    const events = texts.map((text) => ({ name: /^event: (.*)$/m.exec(text)?.[1] ?? '', text }));
    for (const { name, text } of events) this.#count(name, text.length + 2, at);
    return events;
  }

  figures(at: number): StreamFigures {
    return {
      seconds: (at - this.#since) / 1000,
      bytes: this.#bytes,
      phonesBytes: this.#phonesBytes,
      busiestBytes: Math.max(0, ...this.#seconds.values()),
      firstBytes: this.#firstBytes,
    };
  }

  get hasBegun(): boolean {
    return this.#firstBytes > 0;
  }

  #count(name: string, bytes: number, at: number): void {
    if (name === 'phones' && this.#firstBytes === 0) {
      this.#firstBytes = bytes;
      return;
    }
    const second = Math.floor((at - this.#since) / 1000);
    this.#bytes += bytes;
    if (name === 'phones') this.#phonesBytes += bytes;
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + bytes);
  }
}
