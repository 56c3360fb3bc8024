import { type PhoneJson, phoneJson } from '../app/told/phone-json.ts';
import type { PhoneReport } from '../app/told/phone-line.ts';
import { phonesTold } from '../app/told/phones-told.ts';
import type { WebParts } from './web-parts.ts';

/** A picture that is this old is drawn anew (invented); it costs about as much as `loadstep status`. */
const LEAST_MS = 500;
/** A picture is kept this many times as long as it took: it never takes more than a twentieth of the processor (invented). */
const TIMES_ITS_COST = 20;

/**
 * Where all phones are, drawn at most twice a second for everybody who looks: phones are answered by the same thread, and twenty pages must
 * not cost twenty times as much as one.
 */
export class PhoneBoard {
  readonly #parts: WebParts;
  #drawn: readonly PhoneJson[] = [];
  #at = Number.NEGATIVE_INFINITY;
  #keepMs = 0;

  constructor(parts: WebParts) {
    this.#parts = parts;
  }

  /** All phones, in the order of the record, as they were a moment ago. */
  phones(): readonly PhoneJson[] {
    const { clock } = this.#parts;
    if (clock.now() - this.#at < this.#keepMs) return this.#drawn;
    const began = performance.now();
    this.#drawn = this.#reports().map(phoneJson);
    this.#keepMs = Math.max(LEAST_MS, (performance.now() - began) * TIMES_ITS_COST);
    this.#at = clock.now();
    return this.#drawn;
  }

  /** The next look draws anew: something was changed by the one who looks. */
  forget(): void {
    this.#at = Number.NEGATIVE_INFINITY;
  }

  #reports(): readonly PhoneReport[] {
    const { store, clock, startedAt, isBeside, leased, power, words } = this.#parts;
    const beside = { listensSince: startedAt, isBeside, leased: leased(), power: power(), clockText: words.timeOfDay };
    return phonesTold(store, null, clock.wall(), beside);
  }
}
