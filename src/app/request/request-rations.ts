import { Ration } from '../../core/ration.ts';
import type { PhoneSession } from '../phone/phone-session.ts';

// A boot asks some thirty names, a held phone one in 31 seconds: no phone comes near these numbers (all invented), not even an
// emulated one that does everything fifty times as fast.
const MOST_REQUESTS = 5_000;
const REQUEST_EVERY_MS = 1_000;
const MOST_REFUSALS = 1_000;
const REFUSAL_EVERY_MS = 10_000;

interface Rations {
  readonly requests: Ration;
  readonly refusals: Ration;
  /** Refusals that were left out of the record since the last one in it. */
  leftOut: number;
}

/** How much one phone may ask, and how many refusals of it are recorded: anybody can send requests that carry its MAC. */
export class RequestRations {
  readonly #rations = new WeakMap<PhoneSession, Rations>();

  /** Whether one more request of the phone is decided. */
  mayAsk(session: PhoneSession, at: number): boolean {
    return this.#of(session, at).requests.take(at);
  }

  /** How many refusals are missing in the record before this one; null when this one is left out too. */
  refusal(session: PhoneSession, at: number): number | null {
    const rations = this.#of(session, at);
    if (!rations.refusals.take(at)) {
      rations.leftOut += 1;
      return null;
    }
    const { leftOut } = rations;
    rations.leftOut = 0;
    return leftOut;
  }

  #of(session: PhoneSession, at: number): Rations {
    const known = this.#rations.get(session);
    if (known !== undefined) return known;
    const fresh = {
      requests: new Ration(MOST_REQUESTS, REQUEST_EVERY_MS, at),
      refusals: new Ration(MOST_REFUSALS, REFUSAL_EVERY_MS, at),
      leftOut: 0,
    };
    this.#rations.set(session, fresh);
    return fresh;
  }
}
