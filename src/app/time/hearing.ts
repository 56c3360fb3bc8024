import type { SteadyMs, WallMs } from '../../core/moment.ts';
import { type Clock, fromRecord } from '../../ports/clock.ts';

/** Since when this server has heard whatever phones asked. */
export class Hearing {
  readonly #clock: Clock;
  #since: SteadyMs;
  #isGapKnown = true;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  /** Begins after the newest row of the record, null when there is none; the clock may have been set back since. */
  begin(newestAt: WallMs | null): void {
    // Who knows how long nobody listened, when the clock stands before what was recorded?
    this.#isGapKnown = newestAt === null || newestAt <= this.#clock.wall();
    if (newestAt !== null) this.#clock.notBefore?.(fromRecord(newestAt));
    this.#since = this.#clock.now();
  }

  /** Whether it is known for how long nobody listened before this server began to. */
  get isGapKnown(): boolean {
    return this.#isGapKnown;
  }

  /** Since when everything was heard. */
  get since(): SteadyMs {
    return Math.max(this.#since, this.#clock.awakeSince?.() ?? this.#since);
  }

  /** For how long, from that time on, something may have been asked that nobody heard. */
  unheardMs(at: SteadyMs): number {
    if (at < (this.#clock.awakeSince?.() ?? at)) return Number.POSITIVE_INFINITY;
    if (this.#isGapKnown) return Math.max(0, this.#since - at);
    return at > this.#since ? 0 : Number.POSITIVE_INFINITY;
  }
}
