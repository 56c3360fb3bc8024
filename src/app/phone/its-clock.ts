import type { AddressDoubt } from './address-doubt.ts';
import type { BehaviourWatch } from './behaviour-watch.ts';
import { restartSoon } from './holds.ts';
import type { HopJudge } from './hop-judge.ts';
import { isAskedFirst } from './offers.ts';
import type { SessionState } from './session-state.ts';
import type { TransferNews } from './transfer-news.ts';

/** Two thirds of the age of a name: a person needs the rest to get to the phone (invented). */
const RESTART_WITHIN_MS = 10 * 60_000;

interface ClockParts {
  readonly judge: HopJudge;
  readonly doubt: AddressDoubt;
  readonly behaviour: BehaviourWatch;
  readonly transfers: TransferNews;
}

/** When the phone was heard, and whether it waits for others. */
interface Waits {
  readonly askedAt: number | null;
  readonly isWaiting: (at: number) => boolean;
}

/** Tells when one phone has been silent for too long, and what that means. */
export class ItsClock {
  readonly #state: SessionState;
  readonly #judge: HopJudge;
  readonly #doubt: AddressDoubt;
  readonly #behaviour: BehaviourWatch;
  readonly #transfers: TransferNews;
  readonly #waits: Waits;

  constructor(state: SessionState, parts: ClockParts, waits: Waits) {
    this.#state = state;
    this.#judge = parts.judge;
    this.#doubt = parts.doubt;
    this.#behaviour = parts.behaviour;
    this.#transfers = parts.transfers;
    this.#waits = waits;
  }

  /** When the session wants to be woken; null when it waits for nothing. */
  wakeAt(): number | null {
    const { deadlineAt } = this.#state.context;
    const missedAt = this.#behaviour.missedAt();
    const times = [deadlineAt, this.#judge.quietAt(), missedAt, this.#fadesAt()].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /**
   * When a phone whose first question has no name, and whose address only its names tell, is to be restarted at the latest: later on
   * nobody would know that the question is its own. Null where that does not matter.
   */
  #fadesAt(): number | null {
    const { hop, context } = this.#state;
    const trigger = hop?.triggers[context.trigger];
    if (this.#state.phone.state !== 'offered' || !this.#doubt.isAddressUntold || this.#waits.askedAt === null)
      return null;
    if (trigger === undefined || !isAskedFirst(trigger.file) || this.#waits.isWaiting(this.#waits.askedAt)) return null;
    return this.#waits.askedAt + RESTART_WITHIN_MS;
  }

  /** Its time has come: a phone that went quiet has proven its hop, a deadline that passed is a stall. */
  wake(now: number): void {
    this.#judge.concludeQuiet(now);
    const { deadlineAt } = this.#state.context;
    if (deadlineAt !== null && now >= deadlineAt) {
      const { movesUntil } = this.#transfers;
      if (movesUntil > now) this.#state.apply({ type: 'phone.seen', at: now, latest: movesUntil });
      else if (this.#waits.isWaiting(now)) this.#state.apply({ type: 'turn.awaited', at: now });
      else this.#behaviour.stall(this.#waits.askedAt ?? 0, now);
    }
    const fadesAt = this.#fadesAt();
    if (fadesAt !== null && now >= fadesAt && !this.#waits.isWaiting(now)) {
      this.#behaviour.stall(this.#waits.askedAt ?? 0, now, restartSoon(this.#state.context, this.#state.memory));
    }
    const missedAt = this.#behaviour.missedAt();
    if (missedAt !== null && now >= missedAt) this.#behaviour.missFirstRequest(now);
  }
}
