import { later, type SteadyMs, type WallMs } from '../../core/moment.ts';
import { type Clock, fromRecord } from '../../ports/clock.ts';

/** Where nobody knows how long ago the record was written, it counts as this old: nothing in it is fresh (invented). */
const LONG_AGO_MS = 86_400_000;

/** A process that stood still reads what waited for it in its socket; within so long from the first of it (invented) it has. */
const WAKING_MS = 2_000;

/** Since when this server has heard whatever phones asked. */
export class Hearing {
  readonly #clock: Clock;
  #since: SteadyMs;
  #isGapKnown = true;
  readonly #elsewhere: () => SteadyMs | null;
  /** When it woke, as of the last question; and until when what is read may have waited. */
  #wokeAt: SteadyMs | null = null;
  #waitedUntil: SteadyMs = Number.NEGATIVE_INFINITY;

  /** `answeredElsewhere` tells until when another server may have answered phones in our place; null where none does. */
  constructor(clock: Clock, answeredElsewhere: () => SteadyMs | null = () => null) {
    this.#clock = clock;
    this.#elsewhere = answeredElsewhere;
    this.#since = clock.now();
  }

  /**
   * Begins after the newest row of the record, null when there is none; the clock may have been set back since. A board without a clock of
   * its own goes on after a start with the time at which it was turned off: what another run of the machine wrote may be of any age.
   */
  begin(newestAt: WallMs | null, isSameRun: boolean): void {
    // Who knows how long nobody listened, when the clock stands before what was recorded?
    this.#isGapKnown = newestAt === null || (isSameRun && newestAt <= this.#clock.wall());
    if (newestAt !== null) {
      const last = fromRecord(newestAt);
      this.#clock.notBefore?.(this.#isGapKnown ? last : later(last, LONG_AGO_MS));
    }
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

  /**
   * Whether a phone may have been told "file not found" by another server since then: it goes on at once. Where nobody answers, since this process was
   * asleep or another one had yet to start, it repeats its question and goes on late.
   */
  isGapSince(at: SteadyMs): boolean {
    return at < (this.#elsewhere() ?? Number.NEGATIVE_INFINITY);
  }

  /**
   * Whether a question that is read now may have been asked while nobody listened: by whom, and who has its address now, nobody knows. The time begins
   * with the first question after the process woke, since one that is starved then may be long awake before it reads any. A phone that still waits for the
   * answer asks once more within 4 s (legacy-79x0 11.2).
   */
  mayHaveWaited(readAt: SteadyMs): boolean {
    const awakeSince = this.#clock.awakeSince?.() ?? null;
    if (awakeSince !== null && awakeSince !== this.#wokeAt) {
      this.#wokeAt = awakeSince;
      this.#waitedUntil = Math.max(readAt, awakeSince) + WAKING_MS;
    }
    return readAt < this.#waitedUntil;
  }

  /** For how long, from that time on, something may have been asked that nobody heard. */
  unheardMs(at: SteadyMs): number {
    if (this.isGapSince(at)) return Number.POSITIVE_INFINITY;
    if (at < (this.#clock.awakeSince?.() ?? at)) return Number.POSITIVE_INFINITY;
    if (this.#isGapKnown) return Math.max(0, this.#since - at);
    return at > this.#since ? 0 : Number.POSITIVE_INFINITY;
  }
}
