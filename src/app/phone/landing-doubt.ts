import { has, isHeadless, SOON_MS, type Trace } from '../../core/identify/trace.ts';
import { otherApplicationIn } from '../../core/identify/verdict-of-application.ts';
import type { AskedKind, AskedName } from '../../core/names/asked-name.ts';
import { isJavaFamily } from '../../core/names/family.ts';
import { parseLoadName } from '../../core/names/load-name.ts';
import { isSameLoad, isStemOf } from '../../core/names/same-load.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { type AddressDoubt, MOST_HEADLESS } from './address-doubt.ts';
import type { SessionState } from './session-state.ts';

/** Boots in which a phone that has landed by what it says may say nothing: it may start before its call manager does (invented). */
const MOST_UNSAID = 2;
/** An application asks 22 to 24 s after its manifest, and 46 to 69 s after an image (legacy-79x0 11.1); so long before it a loader was heard, or there was none (invented). */
const STARTS_WITHIN_MS = 90_000;

/** Sees that a landed phone runs its target no more: another server may have given it something else. */
export class LandingDoubt {
  readonly #state: SessionState;
  readonly #address: AddressDoubt;

  constructor(state: SessionState, address: AddressDoubt) {
    this.#state = state;
    this.#address = address;
  }

  /**
   * A phone that runs its target asks for no image; one that does has lost it and may write its flash next. So it is not landed
   * any more, and starts the road again with all that protects it there. What it runs is read from its questions of this boot alone.
   */
  byLoad(asked: AskedName, at: number): void {
    if (!this.#address.mayDoubtLanding(asked, this.#state.evidence.trace)) return;
    const { target } = this.#state.context;
    const load = parseLoadName(target);
    // A Java phone compares the name of its load with what it runs, and asks for the manifest of another one only (java-phones 5.1).
    const isOther =
      asked.kind === 'manifest' && load.ok && isJavaFamily(load.value.family) && isStemOf(asked.stem, target);
    if (asked.kind === 'image' || isOther) this.#fallFrom(`a phone that runs it does not ask ${asked.name}`, at);
  }

  /** After a request that was looked at: what the boot shows as far as it was heard. */
  byBoot(asked: AskedName, at: number): void {
    const { phone, evidence } = this.#state;
    if (!this.#address.hasSpoken(asked, evidence.trace)) return;
    if (phone.state === 'landed' && this.#isOwnBoot(asked, evidence.trace)) this.#state.forget('own-boot-heard');
    this.#byApplication(at);
    this.#withoutLoader(asked, at);
    this.#unsaid(asked, at);
  }

  /** Whether this list is heard from the first name on that the phone's own software asks. */
  #isOwnBoot({ kind }: AskedName, trace: Trace): boolean {
    const { hop } = this.#state;
    if (hop?.kind !== 'image') return has(trace, 'ctl-phone', 'manifest');
    const own = hop.after.protocol === 'SIP' ? 'sip-phone' : 'sep-xml';
    return kind === own && has(trace, 'os79xx') && !this.#address.isDoubted;
  }

  /**
   * A phone with a loader hunts and asks for its manifest in every boot before its SIP application asks (legacy-79x0 3.2, 11.1). One that begins with
   * SIPDefault.cnf, or asks what its target never does, boot after boot, runs something else: what it asks first, OS79XX.TXT, was lost on the way.
   */
  #withoutLoader(asked: AskedName, at: number): void {
    const { hop, phone, evidence } = this.#state;
    if (phone.state !== 'landed' || hop === null || (hop.kind !== 'application' && hop.kind !== 'image')) return;
    const strange = neverAskedBy(hop);
    const isStrange = strange.includes(asked.kind);
    const isOnce = isFirstOf(evidence.trace, isStrange ? strange : [asked.kind]);
    // What finds its configuration in a tree asks one name in each boot: that is one list, as far as its names tell.
    const isLater =
      isStrange && at - (evidence.trace.steps.find(({ kind }) => kind === asked.kind)?.at ?? at) >= SOON_MS;
    if (!(isOnce || isLater) || !(isStrange || this.#isHeadlessSip(asked, hop))) return;
    if (this.#state.countVain({ what: 'headless-boot' }) < MOST_HEADLESS) return;
    const why = isStrange
      ? `it asks for ${asked.name}, as what it ran does not; another server may have flashed it`
      : `it has begun ${MOST_HEADLESS} boots without its loader, which asks first in each; another server may have flashed it`;
    this.#fallFrom(why, at, { isDoubt: true });
  }

  #isHeadlessSip({ kind }: AskedName, hop: Hop): boolean {
    const { evidence, aids } = this.#state;
    const { trace } = evidence;
    if (kind !== 'sip-phone' || hop.kind !== 'application' || hop.after.protocol !== 'SIP') return false;
    if (!isHeadless(trace) || trace.isAfterLoader === true || trace.isInterrupted === true) return false;
    return aids.hearing.unheardMs(trace.startedAt - STARTS_WITHIN_MS) === 0;
  }

  /** Names that only an application of another protocol asks: another server gave it that. */
  #byApplication(at: number): void {
    const { hop, evidence, phone } = this.#state;
    if (hop === null || phone.state !== 'landed') return;
    const other = otherApplicationIn(evidence.trace, hop);
    if (other !== null) this.#fallFrom(`its ${other} application asks`, at);
  }

  /**
   * A phone with a loader that landed by what it said, never by its images: where it refuses that load, and another server has given it another one since,
   * it asks what it asked before. So it has to say it again within two boots, or it has not landed any more (docs/decisions/0039).
   */
  #unsaid(asked: AskedName, at: number): void {
    const { hop, memory, phone, evidence, context } = this.#state;
    const isBySaying = memory.ran?.isByItself === true && isSameLoad(memory.ran.load, context.target);
    if (phone.state !== 'landed' || hop?.kind !== 'application' || !isBySaying) return;
    if (asked.kind !== 'manifest' || !isStemOf(asked.stem, context.target)) return;
    const [first, ...more] = evidence.trace.steps.filter(({ kind }) => kind === 'manifest');
    if (first === undefined || first.times > 1 || more.length > 0) return;
    if (this.#state.countVain({ what: 'unsaid-boot' }) < MOST_UNSAID) return;
    const why = `that rests on what it said of itself, and it has begun ${MOST_UNSAID} boots since and asked ${asked.name} without saying it again; another server may have flashed it`;
    this.#fallFrom(why, at, { isDoubt: true });
  }

  #fallFrom(why: string, at: number, how: { readonly isDoubt?: true } = {}): void {
    if (this.#state.phone.state !== 'landed') return;
    const reason = `${this.#state.context.target} was believed to run; ${why}`;
    const finding = { finding: 'contradiction', code: 'P_CONTRADICTION', reason } as const;
    this.#state.record({ event: 'phone.finding', at, ...this.#state.where(), ...finding });
    this.#state.evidence = { ...this.#state.evidence, software: [] };
    this.#state.apply({ type: 'evidence.contradicted', at, ...how });
  }
}

/**
 * What a phone that runs its target never asks by its own name: with a loader, the file that only SCCP before 7.x asks; without one, what only a loader asks, and
 * where SIP runs, what SCCP asks (legacy-79x0 3.2, 5.2, 5.3).
 */
function neverAskedBy(hop: Hop): readonly AskedKind[] {
  if (hop.kind === 'application') return ['sep-cnf'];
  return hop.after.protocol === 'SIP' ? ['ctl-phone', 'mgc-phone', 'sep-xml', 'sep-cnf'] : ['ctl-phone', 'mgc-phone'];
}

/** Whether the last question is the only one of these kinds in its list. */
function isFirstOf({ steps }: Trace, kinds: readonly AskedKind[]): boolean {
  return steps.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { times }) => sum + times, 0) === 1;
}
