import type { Clock } from '../../ports/clock.ts';

/** Something that wants to be woken at a time of its own. */
export interface Sleeper {
  /** Milliseconds since the epoch; null when it waits for nothing. */
  wakeAt(): number | null;
}

/** One timer for all phones, at the earliest time any of them asked for; one that moved later is found when it rings. */
export class Vigil<T extends Sleeper> {
  readonly #clock: Clock;
  readonly #sleepers: () => Iterable<T>;
  readonly #wake: (sleeper: T, now: number) => void;
  #cancel: (() => void) | null = null;
  #ringsAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, sleepers: () => Iterable<T>, wake: (sleeper: T, now: number) => void) {
    this.#clock = clock;
    this.#sleepers = sleepers;
    this.#wake = wake;
  }

  /** Notes that a sleeper's time may have changed. */
  watch(sleeper: Sleeper): void {
    const at = sleeper.wakeAt();
    if (at === null || at >= this.#ringsAt) return;
    this.#cancel?.();
    this.#ringsAt = at;
    this.#cancel = this.#clock.wakeAt(at, () => this.#ring());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#ringsAt = Number.POSITIVE_INFINITY;
  }

  #ring(): void {
    const now = this.#clock.now();
    this.#ringsAt = Number.POSITIVE_INFINITY;
    for (const sleeper of this.#sleepers()) {
      const at = sleeper.wakeAt();
      if (at !== null && at <= now) this.#wake(sleeper, now);
      this.watch(sleeper);
    }
  }
}
