import { type Hold, nextHop } from '../../../machines/phone-context.ts';
import { hasAll } from '../../../machines/rules.ts';
import { triggerFileOf } from '../../core/answer/answer.ts';
import { isUnheard } from '../../core/identify/evidence.ts';
import { has, type Trace } from '../../core/identify/trace.ts';
import { isListOf } from '../../core/identify/verdict-of-silence.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { AddressDoubt } from './address-doubt.ts';
import { silentOnItsWay } from './holds.ts';
import type { SessionState } from './session-state.ts';

/** Its power may have gone in the first (invented). */
const MOST_SILENT = 2;

/**
 * Counts the boots of a Java phone on its way to another load, in which it read what names the load that it has whole from us, and asked for nothing more. It runs
 * that load, or its power went in that second: no further step is built on it (docs/decisions/0016). Nor does another boot tell, after the second: its display does.
 */
export class SilentBoots {
  readonly #state: SessionState;
  readonly #doubt: AddressDoubt;
  /** When the boot began that was counted last; lost with the process, which counts no boot that began before it. */
  #countedAt: SteadyMs | null = null;
  #isDue = false;

  constructor(state: SessionState, doubt: AddressDoubt) {
    this.#state = state;
    this.#doubt = doubt;
  }

  /** When the present boot will have been silent; null where it does not matter, or was counted. */
  quietAt(): SteadyMs | null {
    const { evidence, aids } = this.#state;
    const { trace } = evidence;
    const last = trace.steps.at(-1);
    return last === undefined || isUnheard(evidence) || !this.#isSilent(trace) ? null : last.at + aids.timing.quietMs;
  }

  /** The present boot is silent. */
  concludeQuiet(now: SteadyMs): void {
    const quietAt = this.quietAt();
    if (quietAt === null || now < quietAt) return;
    this.#isDue = this.#count(this.#state.evidence.trace);
    this.hold(now);
  }

  /** A boot ends since the next one begins; one in which somebody gave an order meanwhile is counted, and holds nothing back. */
  endRound(ended: Trace): void {
    if (!this.#isSilent(ended)) return;
    const isOld = ended.steps.every((step) => step.isOld === true);
    this.#isDue = this.#count(ended) && !isOld;
  }

  /** Holds a phone that was silent once too often, and that the first question of its next boot has not brought further. */
  hold(at: SteadyMs): void {
    const isDue = this.#isDue;
    this.#isDue = false;
    const { phone, context } = this.#state;
    if (isDue && phone.state === 'confirming')
      this.#state.apply({ type: 'deadline.passed', at, hold: silentOnItsWay(context) });
  }

  /**
   * The hold of a phone without a loader that is on its way to another load, has this one whole, was heard since, and has now been silent for all its time: the second time a
   * restart has not helped. It goes round by the same names as it boots, so only such a silence counts. Undefined where that is not so.
   */
  atStall(now: SteadyMs, askedAt: SteadyMs): Hold | undefined {
    const { phone, hop, context, evidence } = this.#state;
    if (phone.state !== 'confirming' || hop?.kind !== 'image' || nextHop(context) === null) return undefined;
    if (!hasAll(context) || isUnheard(evidence) || has(evidence.trace, 'image')) return undefined;
    if (now - askedAt < context.budgets.confirming || this.#doubt.sharedSince(context.since) !== null) return undefined;
    return this.#count(evidence.trace) ? silentOnItsWay(context) : undefined;
  }

  /** Whether that was once too often. */
  #count(trace: Trace): boolean {
    this.#countedAt = trace.startedAt;
    const { hop } = this.#state;
    return hop !== null && this.#state.countVain({ what: 'silent-boot', load: hop.load }) >= MOST_SILENT;
  }

  #isSilent(trace: Trace): boolean {
    const { phone, hop, context, aids } = this.#state;
    if (phone.state !== 'confirming' || hop?.kind !== 'java-load' || nextHop(context) === null) return false;
    if (trace.startedAt === this.#countedAt || !context.isShown || !hasAll(context)) return false;
    // What went to nobody, since several phones share its address, may have been its question for the load.
    if (this.#doubt.sharedSince(trace.startedAt) !== null) return false;
    const last = trace.steps.at(-1);
    if (last === undefined || !isListOf(trace, hop) || has(trace, 'manifest', 'image')) return false;
    const isRead = last.isGiven === true || last.isOld === true;
    const isLast = isRead && triggerFileOf(last.kind) === hop.triggers[context.trigger]?.file;
    // Whoever may have been answered by another server, or not at all, was maybe not silent.
    const isHeard = last.at >= aids.hearing.since && trace.isInterrupted !== true && !aids.hearing.isGapSince(last.at);
    return isLast && isHeard;
  }
}
