import { isUnheard } from '../../core/identify/evidence.ts';
import { isHeadless } from '../../core/identify/trace.ts';
import { BINDING_LIMITS } from '../../core/who/bindings.ts';
import type { AddressDoubt } from './address-doubt.ts';
import type { BehaviourWatch } from './behaviour-watch.ts';
import { bootMissed, restartSoon, turnCame } from './holds.ts';
import type { HopJudge } from './hop-judge.ts';
import { isAskedFirst } from './offers.ts';
import { RefusedManifest } from './refused-manifest.ts';
import type { SessionState } from './session-state.ts';
import type { SilentBoots } from './silent-boots.ts';
import type { TransferNews } from './transfer-news.ts';

/** Two thirds of the age of a name: a person needs the rest to get to the phone (invented). */
const RESTART_WITHIN_MS = 10 * 60_000;

/** Into so many parts the time of an offer is cut, to see at the end of each whether the phone still waits for others (invented). */
const LOOKS = 20;

interface ClockParts {
  readonly judge: HopJudge;
  readonly doubt: AddressDoubt;
  readonly behaviour: BehaviourWatch;
  readonly transfers: TransferNews;
  readonly silent: SilentBoots;
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
  readonly #silent: SilentBoots;
  readonly #waits: Waits;
  readonly #refused: RefusedManifest;
  /** When it was last seen to wait for others; lost with the process. */
  #waitedAt: number | null = null;
  /** When to see whether it still does; null while it is not known to wait. */
  #looksAt: number | null = null;

  constructor(state: SessionState, parts: ClockParts, waits: Waits) {
    this.#state = state;
    this.#judge = parts.judge;
    this.#doubt = parts.doubt;
    this.#behaviour = parts.behaviour;
    this.#transfers = parts.transfers;
    this.#silent = parts.silent;
    this.#waits = waits;
    this.#refused = new RefusedManifest(state);
  }

  /** When the session wants to be woken; null when it waits for nothing. */
  wakeAt(): number | null {
    const { deadlineAt } = this.#state.context;
    const missedAt = this.#behaviour.missedAt();
    const quietAt = [this.#judge.quietAt(), this.#silent.quietAt()];
    const all = [deadlineAt, ...quietAt, missedAt, this.#fadesAt(), this.#looksAt, this.#refused.at()];
    const times = all.filter((time) => time !== null);
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

  /** It may have to wait for others from now on: its time does not run until its turn has come. */
  awaitTurn(at: number): void {
    const { budgets } = this.#state.context;
    const part = Math.ceil(budgets.offered / LOOKS);
    // All phones are looked at together: one timer rings for a thousand that wait.
    this.#looksAt ??= (Math.floor(at / part) + 1) * part;
  }

  /** Its time has come: a phone that went quiet has proven its hop, a deadline that passed is a stall. */
  wake(now: number): void {
    this.#judge.concludeQuiet(now);
    this.#silent.concludeQuiet(now);
    this.#lookForTurn(now);
    this.#refused.conclude(now);
    const { deadlineAt, budgets } = this.#state.context;
    if (deadlineAt !== null && now >= deadlineAt) {
      const { movesUntil } = this.#transfers;
      if (movesUntil > now) this.#state.apply({ type: 'phone.seen', at: now, latest: movesUntil });
      else if (this.#waits.isWaiting(now)) {
        this.#state.apply({ type: 'turn.awaited', at: now });
        this.awaitTurn(now);
      } else this.#endOffer(now, budgets.offered);
    }
    const fadesAt = this.#fadesAt();
    if (fadesAt !== null && now >= fadesAt && !this.#waits.isWaiting(now)) {
      // The machine may have slept past that time.
      const hasFaded = now - (this.#waits.askedAt ?? 0) > BINDING_LIMITS.ageMs.name;
      const hold = restartSoon(this.#state.context, this.#state.memory, hasFaded);
      this.#behaviour.stall(this.#waits.askedAt ?? 0, now, hold);
    }
    const missedAt = this.#behaviour.missedAt();
    if (missedAt !== null && now >= missedAt) this.#behaviour.missFirstRequest(now);
  }

  #lookForTurn(now: number): void {
    if (this.#looksAt === null || now < this.#looksAt) return;
    this.#looksAt = null;
    if (!this.#waits.isWaiting(now)) return;
    this.#waitedAt = now;
    this.awaitTurn(now);
  }

  /** Its deadline has passed; the time in which it had to wait for others was not its own. */
  #endOffer(now: number, budget: number): void {
    const { context, phone, evidence } = this.#state;
    const [waitedAt, askedAt] = [this.#waitedAt, this.#waits.askedAt ?? 0];
    const hasWaited = phone.state === 'offered' && waitedAt !== null && waitedAt >= context.since;
    if (hasWaited && waitedAt + budget > now) this.#state.apply({ type: 'turn.awaited', at: waitedAt });
    else if (hasWaited && askedAt <= waitedAt) this.#behaviour.stall(askedAt, now, turnCame(context));
    else if (phone.state === 'offered' && isHeadless(evidence.trace) && !isUnheard(evidence))
      this.#behaviour.stall(askedAt, now, bootMissed(context, evidence.trace, this.#state.memory));
    else this.#behaviour.stall(askedAt, now, this.#silent.atStall(now, askedAt));
  }
}
