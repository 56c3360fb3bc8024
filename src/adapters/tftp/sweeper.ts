import type { Clock } from '../../ports/clock.ts';

/** Deadlines this close together are served by one sweep. */
const GRAIN_MS = 20;

/**
 * One alarm for all deadlines. Deadlines mostly move away (every ACK pushes one), so instead of a timer for each transfer the
 * alarm stands at the earliest one known, and the sweep looks for the next.
 */
export class Sweeper {
  readonly #clock: Clock;
  readonly #sweep: (at: number) => number;
  #armedAt = Number.POSITIVE_INFINITY;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;

  /** `sweep` does what is due and returns when something is due next. */
  constructor(clock: Clock, sweep: (at: number) => number) {
    this.#clock = clock;
    this.#sweep = sweep;
  }

  /** Sees to it that a sweep happens at `at`, or up to 20 ms later when one has just been. */
  wakeBy(at: number): void {
    if (at >= this.#armedAt) return;
    const wakeAt = Math.max(at, this.#sweptAt + GRAIN_MS);
    if (wakeAt >= this.#armedAt) return;
    this.#cancel?.();
    this.#armedAt = wakeAt;
    this.#cancel = this.#clock.wakeAt(this.#armedAt, () => this.#wake());
  }

  /** Takes the alarm back. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#armedAt = Number.POSITIVE_INFINITY;
  }

  #wake(): void {
    this.#cancel = null;
    this.#armedAt = Number.POSITIVE_INFINITY;
    this.#sweptAt = this.#clock.now();
    const next = this.#sweep(this.#sweptAt);
    if (next !== Number.POSITIVE_INFINITY) this.wakeBy(next);
  }
}
