import { nextHop, type PhoneContext } from '../../../machines/phone-context.ts';
import { gotItsLoader, hasAll, hasSeenAll, showsAll } from '../../../machines/rules.ts';
import { concludeHop, type Observation } from '../../core/identify/evidence.ts';
import { judge } from '../../core/identify/judge.ts';
import { areTwoLists } from '../../core/identify/pattern.ts';
import { type Proceedings, type Verdict, witnessKind } from '../../core/identify/proceedings.ts';
import { has, SOON_MS, type Trace } from '../../core/identify/trace.ts';
import { otherApplicationIn } from '../../core/identify/verdict-of-application.ts';
import { hasReadItsName, isListOf, quietWitness } from '../../core/identify/verdict-of-silence.ts';
import { type AskedName, classifyName } from '../../core/names/asked-name.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { isUnderWay } from '../../core/phone-states.ts';
import { isAllOf, isLastImage } from '../../core/plan/hop-progress.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { hasOtherManifest, withProven } from '../memory/memory.ts';
import { denialsOf, hasRefused, timesTried } from '../memory/tried.ts';
import type { AddressDoubt } from './address-doubt.ts';
import type { ImageDoubt } from './image-doubt.ts';
import { noteAway } from './long-silence.ts';
import {
  isOther,
  isSaid,
  keepsItsOther,
  noteKept,
  notTaken,
  ranOther,
  refusedWhole,
  saysOther,
} from './refused-hops.ts';
import { usableRungs } from './road.ts';
import type { SessionState } from './session-state.ts';
import { type Proof, UnsaidProof } from './unsaid-proof.ts';

/** A phone asks for a file again and again for 39 s before it gives it up (legacy-79x0 11.2); less, to be sure. */
const REPEATS_FOR_MS = 30_000;
/** Once it may have lost its power while it wrote; images that it has whole and runs none of are refused (invented). */
const MOST_REFUSED = 2;

/** Boots in which an application of another protocol runs on before the hop counts as refused (invented: power may go while it writes). */
const MOST_OF_OTHERS = 2;

/** Draws from one phone's questions and its silence whether its hop has worked. */
export class HopJudge {
  readonly #state: SessionState;
  readonly #doubt: AddressDoubt;
  readonly #images: ImageDoubt;
  readonly #unsaid: UnsaidProof;
  /** Lost with the process: the next boot shows it again. */
  #pending: Proof | null = null;
  /** Whether an image of the hop was asked for in this round by somebody who may have been this phone. */
  #mayHaveAsked = false;

  constructor(state: SessionState, doubt: AddressDoubt, images: ImageDoubt) {
    this.#state = state;
    this.#doubt = doubt;
    this.#images = images;
    this.#unsaid = new UnsaidProof(state);
  }

  /** Nobody can say any more that no image was asked for in this round. */
  doubtSilence(): void {
    this.#mayHaveAsked = true;
  }

  /** True when the request proved the hop or disproved it; `before` and `traceBefore` are what was true without it. */
  conclude(
    { asked, isElsewhere }: Pick<Proceedings, 'asked' | 'isElsewhere'>,
    at: number,
    seen: Observation,
    before: PhoneContext,
    traceBefore: Trace,
  ): boolean {
    if (this.#confirmUnsaid(this.#unsaid.hear(asked, at), at)) return true;
    const { hop, phone, context } = this.#state;
    if (hop === null || !isUnderWay(phone)) return false;
    // What was shown and fetched belongs to the round that this request ended.
    const round = seen.isNewRound ? before : context;
    if (seen.isNewRound) this.#mayHaveAsked = false;
    const proceedings: Proceedings = {
      hop,
      nextImages: nextHop(context)?.files.map((file) => file.name) ?? [],
      asked,
      isNewRound: seen.isNewRound,
      isElsewhere,
      before: traceBefore,
      trace: this.#state.evidence.trace,
      reading: seen.reading,
      isShown: round.isShown,
      trigger: hop.triggers[round.trigger]?.file ?? '',
      fetched: round.fetched,
      fetchedBefore: round.fetchedBefore,
      broken: round.begun.find((name) => !round.taken.includes(name)) ?? null,
      isTaken: isAllOf(hop, round.taken),
      mayBeTaken: hasAll(round),
      isAllSeen: hasSeenAll(round),
      showsAll: showsAll(round),
      isOther:
        hasRefused(this.#state.memory, hop.load) || isOther(hop) || ranOther(this.#state, hop) || this.#saysOther(hop),
      hasLoaderAlone: this.#images.hasLoaderAlone(hop) && !isOther(hop),
      lacksImages: this.#images.lacksImages(hop) && !isOther(hop),
      gotItsLoader: gotItsLoader(context),
      isSoon: at - (traceBefore.steps.at(-1)?.at ?? at) <= SOON_MS,
      wentForIt: this.#state.wentForIt(hop, round.trigger),
      hasFollowed: this.#hasFollowed(hop, hop.triggers[round.trigger]?.file ?? ''),
      wasAsked: Object.keys(round.asked).some((name) => /\.(bin|sbn|sb2)$/i.test(name)),
      mayHaveAsked: this.#mayHaveAsked,
      wasProven: this.#wasProven(hop),
      vouchedBy: this.#vouchedBy(hop),
      wasHeard: this.#wasHeardSince(traceBefore.steps.at(-1)?.at ?? at),
      isBack: phone.state === 'confirming',
      doesSilenceTell: this.#doesSilenceTell(hop, traceBefore, 2),
    };
    const verdict = judge(proceedings) ?? this.#saidNow(proceedings);
    this.#keepPending(proceedings, verdict);
    if (verdict?.kind === 'denied') this.#deny(hop, verdict, seen, at);
    if (verdict?.kind === 'broken') {
      this.#state.apply({ type: 'download.broken', at, file: verdict.file });
      return false;
    }
    // What contradicts all that was believed needs another road, too.
    if (verdict?.kind !== 'confirmed') return verdict !== null && !seen.isContradiction;
    // A phone that has not said its name in this round, where only names tell who asks, proves nothing in it; what asks for the next load has its own rules (0004).
    const goesForNext = nextHop(context) !== null && (asked.kind === 'manifest' || asked.kind === 'image');
    if (!goesForNext && !this.#doubt.hasSpokenSince(asked, this.#state.evidence.trace)) return false;
    const witnesses = this.#believed(verdict.witnesses);
    const isDoubted = nextHop(context) === null && this.#mayBeOfOthers(hop, asked);
    if (witnesses.length > 0 && isDoubted) this.#unsaid.keep(hop, witnesses, at);
    else if (witnesses.length > 0) this.#confirm(hop, witnesses, at);
    return witnesses.length > 0;
  }

  /** Whether somebody else behind its address may have asked this, before the phone itself asks for the load that was named to it. */
  #mayBeOfOthers(hop: Hop, asked: AskedName): boolean {
    const asksAfterIts = hop.kind === 'image' || hop.kind === 'java-load' || hop.kind === 'application';
    return asksAfterIts && asked.mac === null && this.#doubt.isByNamesOnly;
  }

  #confirmUnsaid(proof: Proof | null, now: number): boolean {
    if (proof !== null) this.#confirm(proof.hop, proof.witnesses, now);
    return proof !== null;
  }

  /**
   * The verdict on the question before this one, where that had no name and only names tell who asks: a SIP application asks for its own
   * file right after SIPDefault.cnf (legacy-79x0 11.1 G).
   */
  #saidNow(proceedings: Proceedings): Verdict | null {
    const { hop, asked, before, isNewRound } = proceedings;
    const [last, ...earlier] = [...before.steps].reverse();
    const own = hop.after.protocol === 'MGCP' ? 'mgc-phone' : 'sip-phone';
    const isNamed = last?.kind === 'sip-default' || last?.kind === 'mgc-default';
    if (last === undefined || !isNamed || isNewRound || asked.kind !== own || hop.kind !== 'application') return null;
    const verdict = judge({
      ...proceedings,
      asked: classifyName(last.name),
      trace: before,
      before: { ...before, steps: before.steps.slice(0, -1) },
      wasHeard: this.#wasHeardSince(earlier[0]?.at ?? last.at),
    });
    return verdict?.kind === 'confirmed' ? verdict : null;
  }

  /** What would prove the hop if transfers whose end nobody has seen yet turn out to lack their last acknowledgement only. */
  #keepPending(proceedings: Proceedings, verdict: Verdict | null): void {
    // Images that are taken again make what was shown before void.
    if (verdict !== null || proceedings.asked.kind === 'image') this.#pending = null;
    if (verdict !== null || proceedings.mayBeTaken || this.#state.context.broken.length > 0) return;
    const late = judge({ ...proceedings, mayBeTaken: true, isAllSeen: true, showsAll: true });
    if (late?.kind === 'confirmed') this.#pending = { hop: proceedings.hop, witnesses: late.witnesses };
  }

  /**
   * The end of a transfer tells only now that the phone has everything, or all but the last acknowledgement of it: what it has shown
   * since it booted proves the hop then.
   */
  reconsider(at: number): void {
    const { hop, context } = this.#state;
    const pending = this.#pending;
    if (pending === null || hop === null || !this.#state.isPresent(pending.hop)) return;
    if (!hasSeenAll(context)) return;
    this.#pending = null;
    const witnesses = this.#believed(pending.witnesses);
    if (witnesses.length > 0) this.#confirm(hop, witnesses, at);
  }

  /** When silence will have proven the hop, or what was asked meanwhile will; null when nothing does. */
  quietAt(): number | null {
    return this.#unsaid.countsAt ?? this.#silentAt();
  }

  #silentAt(): number | null {
    const { hop, phone, context, evidence, aids } = this.#state;
    if (phone.state !== 'confirming' || hop === null || !context.isShown) return null;
    if (evidence.trace.isInterrupted === true) return null;
    if (!isAllOf(hop, context.taken)) return null;
    // Silence may be a plug that was pulled: it lets a phone land, and no further hop is built on it.
    if (nextHop(context) !== null || (hop.kind !== 'java-load' && hop.kind !== 'image')) return null;
    // Two phones behind one address, or another one than this: what went quiet may be either.
    if (areTwoLists(evidence.trace) || !this.#doubt.hasSpoken(null, evidence.trace)) return null;
    const { trace } = evidence;
    if (hop.kind === 'java-load' && !isListOf(trace, hop)) return null;
    if (hop.kind === 'image' && trace.isAfterImage !== true && !trace.steps.some((step) => hasReadItsName(step, hop))) {
      return null;
    }
    if (!this.#doesSilenceTell(hop, evidence.trace, 1)) return null;
    const last = evidence.trace.steps.at(-1);
    return last === undefined || !this.#wasHeardSince(last.at) ? null : last.at + aids.timing.quietMs;
  }

  /**
   * A round ends. One in which the phone read what names its load and did not go for it is counted, and so is one that shows that
   * an application of another protocol runs on.
   */
  endRound(ended: Trace, at: number): void {
    const { hop, phone, context, aids } = this.#state;
    noteAway(this.#state, ended.steps.at(-1)?.at ?? at, at);
    if (hop === null || !isUnderWay(phone)) return;
    noteKept(this.#state, hop, ended);
    if (!context.isShown || !isAllOf(hop, context.taken)) return;
    const isHeard = ended.isInterrupted !== true && !aids.hearing.isGapSince(ended.steps.at(-1)?.at ?? at);
    if (phone.state === 'confirming' && isHeard && !has(ended, 'manifest', 'image'))
      this.#state.countVain({ what: 'silent-round', load: hop.load });
    // In the boot of its images it may have yet to restart.
    const other = has(ended, 'image') ? null : otherApplicationIn(ended, hop);
    if (other === null) return;
    const times = this.#state.countVain({ what: 'other-application', load: hop.load });
    if (times < MOST_OF_OTHERS) return;
    const hold = keepsItsOther(hop, context, other);
    this.#state.countVain({ what: 'denied', load: hop.load, code: hold.code });
    this.#state.apply({ type: 'hop.refused', at, hold });
  }

  /**
   * Whether it tells something that the phone reads what names its load, and does not go for it. Its power may have gone in that second; what is
   * more, another server may have flashed it since it took the load. So it tells something a second time; of a Java phone, which may have nothing more to ask
   * for, in the boot right after its images, too. One without a loader asks for its services (legacy-79x0 11.1): where it does not, it may have refused its image.
   */
  #doesSilenceTell(hop: Hop, trace: Trace, rounds: number): boolean {
    const times = timesTried(this.#state.memory, { what: 'silent-round', load: hop.load });
    return (hop.kind === 'java-load' && trace.isAfterImage === true) || times >= rounds;
  }

  /** A phone that went quiet has proven its hop. */
  concludeQuiet(now: number): void {
    if (this.#confirmUnsaid(this.#unsaid.take(now), now)) return;
    const silentAt = this.#silentAt();
    const { hop, context } = this.#state;
    if (silentAt === null || now < silentAt || hop === null) return;
    this.#confirm(hop, [quietWitness(hop, hop.triggers[context.trigger]?.file ?? '')], now);
  }

  /** A witness that was wrong once is none, until the phone has taken something. */
  #believed(witnesses: readonly string[]): readonly string[] {
    const { memory, context } = this.#state;
    if (context.hasTaken || nextHop(context) !== null) return witnesses;
    return witnesses.filter((text) => !memory.disproven.includes(witnessKind(text)));
  }

  /** The phone said itself that it runs the load of its hop; false where such words were wrong before. */
  confirmSaid(hop: Hop, witness: string, at: number): boolean {
    const witnesses = this.#believed([witness]);
    if (witnesses.length > 0) this.#confirm(hop, witnesses, at, isSaid(this.#state, hop) ? 'operator' : 'itself');
    return witnesses.length > 0;
  }

  /** Whether it went for another load when that file named it. */
  #hasFollowed(hop: Hop, file: string): boolean {
    return this.#state.memory.followed.some((one) => one.file === file && one.load !== hop.load);
  }

  /** Whether this load was proven to run before; what the operator says of it is no proof. */
  #wasProven(hop: Hop): boolean {
    const { evidence, memory } = this.#state;
    const { software, stated } = evidence;
    if (memory.ran?.isByBytes !== true || !isSameLoad(memory.ran.load, hop.load)) return false;
    if (timesTried(memory, { what: 'was-away' }) > 0) return false;
    return (
      !isSameLoad(stated.from, hop.load) &&
      software.length > 0 &&
      software.every((one) => isSameLoad(one.load, hop.load))
    );
  }

  #saysOther(hop: Hop): boolean {
    return saysOther(this.#state.memory, hop) !== null;
  }

  #vouchedBy(hop: Hop): Proceedings['vouchedBy'] {
    const { memory } = this.#state;
    const { ran } = memory;
    // Nobody reads another load on its display than it says itself.
    if (this.#saysOther(hop)) return null;
    // What it landed on says nothing of another package of that name: it may well refuse that one. And what it said of itself it has to say again.
    const isProven = isSameLoad(ran?.load, hop.load) && !hasOtherManifest(memory, hop.load);
    if (ran != null && isProven && ran.isByItself !== true) return ran.isByBytes === true ? 'record' : 'operator';
    return isSaid(this.#state, hop) ? 'operator' : null;
  }

  /** Whether the phone has all it needs when it has this file too. */
  isLastImage(hop: Hop, file: string): boolean {
    return isLastImage(hop, file, Object.keys(this.#state.context.asked));
  }

  /** Whether nothing it asked since then can have gone unheard: a server away for less than that only makes it ask again. */
  #wasHeardSince(at: number): boolean {
    return this.#state.aids.hearing.unheardMs(at) <= REPEATS_FOR_MS;
  }

  #confirm(hop: Hop, witnesses: readonly string[], at: number, by: 'itself' | 'operator' = 'operator'): void {
    const { aids } = this.#state;
    this.#state.evidence = concludeHop(this.#state.evidence, hop.after);
    // A loader alone says nothing of the application that it starts.
    const proven = hop.kind === 'loader' ? null : hop.after.load;
    this.#state.memory = withProven(this.#state.memory, proven, hasAll(this.#state.context) ? 'bytes' : by);
    const next = nextHop(this.#state.context);
    const usable = next === null ? [] : usableRungs(next, this.#state.evidence, aids.modelFamily);
    const budgets = next === null ? {} : { budgets: this.#state.budgets(next.load) };
    this.#state.apply({ type: 'hop.confirmed', at, witnesses, trigger: usable[0] ?? 0, ...budgets });
  }

  #deny(
    hop: Hop,
    { code, reason, mayRunIt }: Extract<Verdict, { kind: 'denied' }>,
    seen: Pick<Observation, 'isContradiction'>,
    at: number,
  ): void {
    const { evidence } = this.#state;
    this.#state.evidence = { ...evidence, software: seen.isContradiction ? evidence.software : hop.from };
    const times = this.#state.countVain({ what: 'came-back-unchanged' });
    const isRefused = code === 'P_POWER_LOST' && times >= MOST_REFUSED;
    const { memory, context } = this.#state;
    // A loader that asks for no image any more does so since its application was rejected: the cause keeps its name.
    const wasRejected = code === 'P_MANIFEST_LOOP' && denialsOf(memory, hop.load).includes('P_APPLICATION_REJECTED');
    const doubt = mayRunIt === true && !wasRejected ? { mayRunIt } : {};
    const named = { kind: 'denied', code: wasRejected ? 'P_APPLICATION_REJECTED' : code, reason, ...doubt } as const;
    const hold = isRefused ? refusedWhole(hop, context, reason) : notTaken(context, named, this.#state);
    const open = mayRunIt === true && !isRefused ? { isOpen: mayRunIt } : {};
    this.#state.countVain({ what: 'denied', load: hop.load, code: hold.code, ...open });
    const denials = denialsOf(this.#state.memory, hop.load).length;
    this.#state.apply({ type: 'hop.denied', at, hold, times: denials });
  }
}
