import { isUnheard } from '../../core/identify/evidence.ts';
import { isOfOther } from '../../core/identify/verdict-of-application.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { AskedKind, AskedName } from '../../core/names/asked-name.ts';
import { isUnderWay } from '../../core/phone-states.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { beginsBoot } from '../../core/power/power-record.ts';
import type { SessionState } from './session-state.ts';

/** So soon after its configuration its own name may be that file once more, before it asks for the load (invented; a poll comes after 31 s, legacy-79x0 11.1 H). */
const READS_AGAIN_MS = 10_000;

/** What proves a hop. */
export interface Proof {
  readonly hop: Hop;
  readonly witnesses: readonly string[];
}

/** A landing that rests on a question without a name, where nothing but names tells whose that was. */
interface Doubted extends Proof {
  readonly at: SteadyMs;
  /** When the list began to which the question belongs. */
  readonly startedAt: number;
}

/**
 * A phone that went on to what only an application asks without a name has not asked for its load, as far as was heard by then. Where nothing but names tells
 * who asks, somebody else behind its address may have asked that, between its configuration and its own question for the load, or in the midst of the hunt of a
 * loader that has nothing to start: so it counts once the time for that question is over, or the phone has asked something else by its own name: it asks one
 * file after the other. Lost with the process: its next boot shows it again.
 */
export class UnsaidProof {
  readonly #state: SessionState;
  #doubted: Doubted | null = null;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** When it will count; null where there is none. */
  get countsAt(): SteadyMs | null {
    return this.#doubted === null ? null : this.#doubted.at + this.#waitMs;
  }

  /** Where somebody allows a phone less time to show its load than a lost question takes, half of that has to do. */
  get #waitMs(): number {
    const { aids, context } = this.#state;
    return Math.min(aids.timing.asksForLoadMs, context.budgets.confirming / 2);
  }

  keep(hop: Hop, witnesses: readonly string[], at: SteadyMs): void {
    const { startedAt } = this.#state.evidence.trace;
    this.#doubted ??= { hop, witnesses, at, startedAt };
  }

  /** A question was heard, and what counts by that, once; null where nothing does. One for a load ends it, and one with its own name shows that it asks for none. */
  hear({ kind, mac }: AskedName, now: SteadyMs): Proof | null {
    if (kind === 'manifest' || kind === 'image' || this.#isHunting(kind)) this.#doubted = null;
    const doubted = this.#doubted;
    const isOwn = mac !== null && !beginsBoot(kind);
    const isLater = doubted !== null && now - doubted.at >= READS_AGAIN_MS;
    // Its own file once more begins a list, and ends nothing.
    if (isOwn && doubted !== null) this.#doubted = { ...doubted, startedAt: this.#state.evidence.trace.startedAt };
    return this.take(now, isOwn && isLater);
  }

  /** Whether its loader hunts on, where an application was to run (legacy-79x0 3.1). */
  #isHunting(kind: AskedKind): boolean {
    const hop = this.#doubted?.hop;
    return hop?.kind === 'application' && isOfOther(kind, hop);
  }

  /** What counts by now, once; null where nothing does. */
  take(now: SteadyMs, hasGoneOn = false): Proof | null {
    const doubted = this.#doubted;
    if (doubted === null) return null;
    const { evidence, phone } = this.#state;
    const isSameList = evidence.trace.startedAt === doubted.startedAt && !isUnheard(evidence);
    if (isSameList && !hasGoneOn && now < doubted.at + this.#waitMs) return null;
    this.#doubted = null;
    // Whoever was asleep, or was told another time, may have missed that question.
    const isHeard = this.#state.aids.hearing.unheardMs(doubted.at) === 0;
    return isHeard && isSameList && isUnderWay(phone) && this.#state.isPresent(doubted.hop) ? doubted : null;
  }
}
