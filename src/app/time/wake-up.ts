import type { SteadyMs } from '../../core/moment.ts';
import type { Clock } from '../../ports/clock.ts';

/** Something that wants to be woken at a time of its own. */
export interface Sleeper {
  /** Null when it waits for nothing. */
  wakeAt(): SteadyMs | null;
}

/** One timer for all phones, at the earliest time any of them asked for; one that moved later is found when it rings. */
export class Vigil<T extends Sleeper> {
  readonly #clock: Clock;
  readonly #sleepers: () => Iterable<T>;
  readonly #wake: (sleeper: T, now: SteadyMs) => void;
  #cancel: (() => void) | null = null;
  #ringsAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, sleepers: () => Iterable<T>, wake: (sleeper: T, now: SteadyMs) => void) {
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
