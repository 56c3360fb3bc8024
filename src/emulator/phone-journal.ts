import type { PhoneEvent } from './phone-event.ts';

interface Waiter {
  readonly fits: (event: PhoneEvent) => boolean;
  readonly resolve: (event: PhoneEvent) => void;
  readonly reject: (why: Error) => void;
}

/** Keeps what happened, tells the listener, and wakes anybody who waits for something. */
export class PhoneJournal {
  readonly records: PhoneEvent[] = [];
  readonly #listener: ((event: PhoneEvent) => void) | undefined;
  readonly #waiters = new Set<Waiter>();
  #failure: Error | null = null;

  constructor(listener: ((event: PhoneEvent) => void) | undefined) {
    this.#listener = listener;
  }

  add(event: PhoneEvent): void {
    this.records.push(event);
    this.#listener?.(event);
    for (const waiter of [...this.#waiters]) {
      if (!waiter.fits(event)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(event);
    }
  }

  /** Resolves with the first record, past or future, that fits. */
  until(fits: (event: PhoneEvent) => boolean): Promise<PhoneEvent> {
    const past = this.records.find(fits);
    if (past !== undefined) return Promise.resolve(past);
    return this.next(fits);
  }

  /** Resolves with the first record from now on that fits. */
  next(fits: (event: PhoneEvent) => boolean): Promise<PhoneEvent> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiters.add({ fits, resolve, reject }));
  }

  /** Nothing more will happen: anybody who waits is told why. */
  close(why: Error): void {
    this.#failure = why;
    for (const waiter of this.#waiters) waiter.reject(why);
    this.#waiters.clear();
  }

  /** Things happen again after `close`. */
  reopen(): void {
    this.#failure = null;
  }
}
