import { writeSync } from 'node:fs';
import { noCounts, type TftpCounters } from '../limits.ts';
import type { SharedState } from './messages.ts';

/** Sockets a thread may have open that the other one would have to close: a machine with `::` and four transfer ports has ten. */
const MOST_DESCRIPTORS = 64;
const NONE = -1;

const KEYS = Object.keys(noCounts()) as readonly (keyof TftpCounters)[];

/** Several times what may be under way at once (invented). */
const OPEN_QUESTIONS = 2 ** 16;

/** Memory for both threads, for so many watched transfers at once. */
export function makeSharedState(transfers: number): SharedState {
  const descriptors = new SharedArrayBuffer(4 * MOST_DESCRIPTORS);
  new Int32Array(descriptors).fill(NONE);
  return {
    counters: new SharedArrayBuffer(8 * KEYS.length),
    descriptors,
    gauges: new SharedArrayBuffer(16 * transfers),
    questions: new SharedArrayBuffer(4 * OPEN_QUESTIONS),
    ending: new SharedArrayBuffer(4),
    doze: new SharedArrayBuffer(8),
  };
}

/** Says to the other thread that no new question is to be answered. */
export function beginEnding({ ending }: SharedState): void {
  Atomics.store(new Int32Array(ending), 0, 1);
}

/** Whether that was said. */
export function endingOf({ ending }: SharedState): () => boolean {
  const said = new Int32Array(ending);
  return () => Atomics.load(said, 0) !== 0;
}

/** The counters in shared memory: what one thread counts the other one sees at once. */
export function sharedCounters({ counters }: SharedState): TftpCounters {
  const values = new Float64Array(counters);
  const shared = {};
  KEYS.forEach((key, at) => {
    Object.defineProperty(shared, key, {
      enumerable: true,
      get: () => values[at],
      set: (value: number) => {
        values[at] = value;
      },
    });
  });
  return shared as TftpCounters;
}

/**
 * Questions that wait to be decided in the other thread. Whoever takes one first has it: the thread that decides, or the one that hears
 * its phone give it up. A message would come behind all the questions that were asked before it.
 */
export class OpenQuestions {
  readonly #numbers: Int32Array;

  constructor({ questions }: SharedState) {
    this.#numbers = new Int32Array(questions);
  }

  open(question: number): void {
    Atomics.store(this.#numbers, question % OPEN_QUESTIONS, question | 0);
  }

  /** True for one of those who ask, once; a question is lost when as many as there is room for were opened after it. */
  take(question: number): boolean {
    const at = question % OPEN_QUESTIONS;
    return Atomics.compareExchange(this.#numbers, at, question | 0, 0) === (question | 0);
  }
}

/** Open sockets that only their number stands for: a thread that dies leaves them open, and the port taken. */
export class SharedDescriptors {
  readonly #numbers: Int32Array;

  constructor({ descriptors }: SharedState) {
    this.#numbers = new Int32Array(descriptors);
  }

  add(descriptor: number): void {
    const at = this.#numbers.indexOf(NONE);
    if (at >= 0) this.#numbers[at] = descriptor;
  }

  delete(descriptor: number): void {
    const at = this.#numbers.indexOf(descriptor);
    if (at >= 0) this.#numbers[at] = NONE;
  }

  /** Takes all of them out. */
  takeAll(): readonly number[] {
    const open = [...this.#numbers].filter((one) => one !== NONE);
    this.#numbers.fill(NONE);
    return open;
  }
}

/** How far each watched transfer is: known even when the thread that sends it has died. */
export class Gauges {
  /** Acknowledged bytes and the size of a block, for each transfer. */
  readonly #values: Float64Array;
  readonly #free: number[] = [];

  constructor({ gauges }: SharedState) {
    this.#values = new Float64Array(gauges);
    for (let gauge = this.#values.length / 2 - 1; gauge >= 0; gauge -= 1) this.#free.push(gauge);
  }

  /** One that nobody uses, at zero; -1 when all are in use. */
  take(): number {
    const gauge = this.#free.pop() ?? -1;
    if (gauge >= 0) this.note(gauge, 0, 0);
    return gauge;
  }

  give(gauge: number): void {
    if (gauge >= 0) this.#free.push(gauge);
  }

  note(gauge: number, bytes: number, blockBytes: number): void {
    this.#values[2 * gauge] = bytes;
    this.#values[2 * gauge + 1] = blockBytes;
  }

  /** Null where there was no room for a gauge. */
  read(gauge: number): { readonly bytes: number; readonly blockBytes: number } | null {
    if (gauge < 0) return null;
    return { bytes: this.#values[2 * gauge] ?? 0, blockBytes: this.#values[2 * gauge + 1] ?? 0 };
  }
}

/** What is written to a bell. */
const ONE = new Uint8Array(new BigUint64Array([1n]).buffer);

/**
 * The thread that sends files stands still in a system call while it waits for the next datagram, and hears of no message meanwhile: whoever has one
 * for it rings the bell that ends the call. Only the thread that rings closes the bell, after the other one has ended: until then its number stands
 * for nothing else.
 */
export class Doze {
  /** Whether it stands still; the descriptor of its bell. */
  readonly #words: Int32Array;

  constructor({ doze }: Pick<SharedState, 'doze'>) {
    this.#words = new Int32Array(doze);
  }

  /** The thread is about to stand still: after this it looks for messages once more, since nobody rang for those that came before. */
  begin(bell: number): void {
    Atomics.store(this.#words, 1, bell);
    Atomics.store(this.#words, 0, 1);
  }

  end(): void {
    Atomics.store(this.#words, 0, 0);
  }

  /** There is a message for it: to be called when that was sent. */
  ring(): void {
    if (Atomics.compareExchange(this.#words, 0, 1, 0) === 1) writeSync(Atomics.load(this.#words, 1), ONE);
  }
}
