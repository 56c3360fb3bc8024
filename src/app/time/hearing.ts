import type { Clock } from '../../ports/clock.ts';

/** A clock that is behind the record by more than this is believed: the record was written by one that was wrong (invented). */
const MOST_BEHIND_MS = 24 * 3_600_000;

/** Since when this server has heard whatever phones asked. */
export class Hearing {
  readonly #clock: Clock;
  #since: number;
  #isGapKnown = true;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  /** Begins after the newest row of the record, null when there is none; the clock may have been set back since. */
  begin(newestAt: number | null): void {
    const now = this.#clock.now();
    const behindMs = (newestAt ?? now) - now;
    // Who knows how long nobody listened, when the clock stands before what was recorded?
    this.#isGapKnown = behindMs <= 0;
    if (newestAt !== null && !this.#isGapKnown && behindMs <= MOST_BEHIND_MS) this.#clock.notBefore?.(newestAt);
    this.#since = this.#clock.now();
  }

  /** Whether it is known for how long nobody listened before this server began to. */
  get isGapKnown(): boolean {
    return this.#isGapKnown;
  }

  /** Since when everything was heard, milliseconds since the epoch. */
  get since(): number {
    return Math.max(this.#since, this.#clock.awakeSince?.() ?? this.#since);
  }

  /** For how long, from that time on, something may have been asked that nobody heard. */
  unheardMs(at: number): number {
    if (at < (this.#clock.awakeSince?.() ?? at)) return Number.POSITIVE_INFINITY;
    if (this.#isGapKnown) return Math.max(0, this.#since - at);
    return at > this.#since ? 0 : Number.POSITIVE_INFINITY;
  }
}
