import type { LiveEvent } from '../app/record/live-event.ts';

/** Events of one server, in the order in which they happened, for one reader. */
export interface EventStream extends AsyncIterableIterator<LiveEvent> {
  /** How many events this reader missed because it was too slow; the record has them all the same. */
  readonly missed: number;
  /** Ends this stream; events that were not read are dropped. */
  return(): Promise<IteratorResult<LiveEvent>>;
}

/** A day of a busy bench (invented); a reader that is further behind has to read the record. */
export const MOST_WAITING = 10_000;

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

interface Waiter {
  readonly resolve: (result: IteratorResult<LiveEvent>) => void;
  readonly reject: (error: Error) => void;
}

/** One reader's events: they wait for it up to a limit, beyond which the oldest are dropped. */
export class Stream implements EventStream {
  readonly #limit: number;
  readonly #onEnd: (stream: Stream) => void;
  readonly #waiting: LiveEvent[] = [];
  readonly #readers: Waiter[] = [];
  #missed = 0;
  #end: { readonly error: Error | null } | null = null;

  constructor(limit: number, onEnd: (stream: Stream) => void) {
    this.#limit = limit;
    this.#onEnd = onEnd;
  }

  get missed(): number {
    return this.#missed;
  }

  push(event: LiveEvent): void {
    if (this.#end !== null) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader.resolve({ done: false, value: event });
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length <= this.#limit) return;
    this.#waiting.shift();
    this.#missed += 1;
  }

  /** Nothing more will come; the reader still gets what waits, and then the error, if there is one. */
  end(error: Error | null): void {
    if (this.#end !== null) return;
    this.#end = { error };
    for (const reader of this.#readers.splice(0)) this.#finish(reader);
    this.#onEnd(this);
  }

  next(): Promise<IteratorResult<LiveEvent>> {
    const event = this.#waiting.shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    return new Promise((resolve, reject) => {
      const reader = { resolve, reject };
      if (this.#end === null) this.#readers.push(reader);
      else this.#finish(reader);
    });
  }

  return(): Promise<IteratorResult<LiveEvent>> {
    this.#waiting.length = 0;
    this.end(null);
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(reader: Waiter): void {
    const error = this.#end?.error ?? null;
    // The error is thrown once; a reader that goes on has come to the end.
    this.#end = { error: null };
    if (error === null) reader.resolve(DONE);
    else reader.reject(error);
  }
}
