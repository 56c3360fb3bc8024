import { isUnheard } from '../../core/identify/evidence.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { isUnderWay } from '../../core/phone-states.ts';
import type { Hop } from '../../core/plan/plan.ts';
import type { SessionState } from './session-state.ts';

/** So soon after its configuration a phone asks for the load that it names (legacy-79x0 11.1; java-phones 4.4: within two seconds); a second more is invented. */
const ASKS_WITHIN_MS = 3_000;

/** A landing that rests on a question without a name, where nothing but names tells whose that was. */
interface Doubted {
  readonly hop: Hop;
  readonly witnesses: readonly string[];
  readonly at: SteadyMs;
  /** When the list began to which the question belongs. */
  readonly startedAt: number;
}

/**
 * A phone that went on to what only an application asks without a name has not asked for its load, as far as was heard by then. Where nothing but names tells
 * who asks, somebody else behind its address may have asked that, between its configuration and its own question for the load: so it counts once the time for
 * that question is over. Lost with the process: its next boot shows it again.
 */
export class UnsaidProof {
  readonly #state: SessionState;
  #doubted: Doubted | null = null;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** When it will count; null where there is none. */
  get countsAt(): SteadyMs | null {
    return this.#doubted === null ? null : this.#doubted.at + ASKS_WITHIN_MS;
  }

  keep(hop: Hop, witnesses: readonly string[], at: SteadyMs): void {
    const { startedAt } = this.#state.evidence.trace;
    this.#doubted ??= { hop, witnesses, at, startedAt };
  }

  /** A question was heard: one for a load ends it. */
  note({ kind }: AskedName): void {
    if (kind === 'manifest' || kind === 'image') this.#doubted = null;
  }

  /** What counts by now, once; null where nothing does. */
  take(now: SteadyMs): Pick<Doubted, 'hop' | 'witnesses'> | null {
    const doubted = this.#doubted;
    if (doubted === null) return null;
    const { evidence, phone } = this.#state;
    const isSameList = evidence.trace.startedAt === doubted.startedAt && !isUnheard(evidence);
    if (isSameList && now < doubted.at + ASKS_WITHIN_MS) return null;
    this.#doubted = null;
    return isSameList && isUnderWay(phone) && this.#state.isPresent(doubted.hop) ? doubted : null;
  }
}
