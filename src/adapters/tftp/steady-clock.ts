import type { Clock } from '../../ports/clock.ts';

/**
 * A clock that never runs backwards: a machine without a battery-backed clock sets it while the server runs, and a transfer
 * must not wait for a deadline that moved an hour away.
 */
export class SteadyClock implements Clock {
  readonly #clock: Clock;
  #last = Number.NEGATIVE_INFINITY;
  #lost = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    const at = this.#clock.now();
    if (at < this.#last) this.#lost += this.#last - at;
    this.#last = at;
    return at + this.#lost;
  }

  wakeAt(at: number, wake: () => void): () => void {
    return this.#clock.wakeAt(at - this.#lost, wake);
  }
}
