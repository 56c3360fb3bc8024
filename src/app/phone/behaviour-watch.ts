import { type Hold, nextHop } from '../../../machines/phone-context.ts';
import type { PhoneEvent } from '../../../machines/phone-event.ts';
import { type Answer, missingOf } from '../../core/answer/answer.ts';
import { packageOf } from '../../core/answer/package-of-hop.ts';
import { retryClassOf, waitsForFiles, waitsForPlan } from '../../core/batch/retry-class.ts';
import { type FirmwareIndex, findFile } from '../../core/firmware/package.ts';
import { type Behaviour, behaviourOf, hasEnded } from '../../core/identify/behaviour.ts';
import { mayBeProbed } from '../../core/identify/evidence.ts';
import { believed } from '../../core/identify/stated-word.ts';
import { imageMaybeUnderWay, type Trace } from '../../core/identify/trace.ts';
import { isUnclear } from '../../core/identify/unclear.ts';
import { showsMoreWhenItBoots } from '../../core/identify/up-already.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { isUnderWay } from '../../core/phone-states.ts';
import { isAllOf } from '../../core/plan/hop-progress.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { beginsBoot } from '../../core/power/power-record.ts';
import { describeSoftware } from '../../core/software-words.ts';
import { NEVER_HEARD, wasTold } from '../memory/memory.ts';
import { type Tried, timesTried } from '../memory/tried.ts';
import type { AddressDoubt } from './address-doubt.ts';
import { ComeBacks } from './come-backs.ts';
import {
  filesMissing,
  fitsSeveral,
  holdFor,
  keepsAsking,
  mayStillWrite,
  onlyAskedByAnother,
  sharedAddress,
  wasUpAlready,
} from './holds.ts';
import { hopeless, refusedWhole } from './refused-hops.ts';
import type { SessionState } from './session-state.ts';

/** A name asked so often with nothing in between is asked endlessly (invented; lost datagrams repeat a name a few times). */
const POLLS = 6;
/** An image that a phone had whole so often and asks for once more is refused (invented; power may go while it writes). */
const MOST_WHOLE = 4;

/** Full rounds before the operator's word is acted upon where the phone shows nothing (invented, as many as for a trigger). */
const ROUNDS_BEFORE_WORD = 2;

const wholeImage = (file: string): Tried => ({ what: 'taken-whole', file });

/** What a phone's questions are known as, in which hop it was seen, and when last. */
interface Known {
  readonly hop: number;
  readonly at: number;
  readonly seen: Behaviour;
}

/** Names what one phone does, holds it under that name when nothing else helps, and lets it go on when it does something new. */
export class BehaviourWatch {
  readonly #state: SessionState;
  readonly #doubt: AddressDoubt;
  #known: Known | null = null;
  /** What becomes of it when it shows something else than before. */
  readonly comeBacks: ComeBacks;

  constructor(state: SessionState, doubt: AddressDoubt) {
    this.#state = state;
    this.#doubt = doubt;
    this.comeBacks = new ComeBacks(state, () => {
      this.#known = null;
    });
  }

  /** Looks at one request; `before` is the trace without it. What it is known as is recorded once a hop. */
  notice(asked: AskedName, at: number, isNewRound: boolean, before: Trace): void {
    const { phone, context, evidence } = this.#state;
    const { trace, pattern } = evidence;
    const hop = isUnderWay(phone) ? this.#state.hop : null;
    const question = { asked, at, isNewRound, before, trace, pattern, hop };
    const found = behaviourOf({
      ...question,
      isShown: context.isShown,
      taken: context.asked,
      manifests: context.manifestsInRow,
    });
    const last = trace.steps.at(-1);
    // It may ask for its own file for ever, and begin no other round by that.
    if (
      phone.state === 'identifying' &&
      evidence.software.length === 0 &&
      last?.kind === 'sep-xml' &&
      last.times >= POLLS
    )
      this.#believe(trace, `${last.times} questions for ${last.name}`, at);
    if (found !== null) this.find(found, at);
    else if (this.#known !== null && hasEnded(this.#known.seen.code, asked)) this.#known = null;
  }

  /** Looks at one answer: some things show only in what a phone was given or not. */
  noticeAnswer(answer: Answer, asked: AskedName, at: number): void {
    const { state } = this.#state.phone;
    const { hop, context } = this.#state;
    // What is refused for a reason of its own, with advice, is not missing.
    const isMissing = answer.kind === 'not-found' && answer.said === undefined && answer.advice === undefined;
    if (isMissing && hop !== null && isUnderWay(this.#state.phone) && lacks(hop, asked, this.#state.aids.index())) {
      this.#state.countVain({ what: 'came-in-vain', load: hop.load, kind: asked.extension });
    }
    if (isMissing && asked.kind === 'image' && state === 'downloading' && hop !== null) {
      const reason = `asked ${asked.name}, which the package of ${hop.load} does not hold`;
      const seen = { code: 'P_FILE_REFUSED', reason, isHopeless: false } as const;
      this.find(seen, at);
      if (this.#state.countVain({ what: 'missed-file', load: hop.load }) >= context.patience.imageStarts) {
        this.#state.apply({ type: 'hop.refused', at, hold: holdFor(seen, false) });
        this.#state.road.plan(at);
      }
    }
    if (
      answer.kind === 'file' &&
      answer.role === 'image' &&
      context.plan?.hops[context.hop - 2]?.kind === 'boot-loader'
    ) {
      const reason = `${answer.hop.load} is fetched a second time, since it has another name now: normal`;
      this.find({ code: 'P_DOUBLE_DOWNLOAD', reason, isHopeless: false }, at);
    }
  }

  /** Records a behaviour, once a hop. */
  find(seen: Behaviour, at: number): void {
    const { hop } = this.#state.context;
    const { code, reason } = seen;
    this.#known = { hop, at, seen };
    const finding = code.slice(2).toLowerCase().replaceAll('_', '-');
    const row = { event: 'phone.finding', at, ...this.#state.where(), finding, code, reason } as const;
    this.#state.tellOnce({ what: 'behaviour', code, hop }, row);
  }

  /** The hold that names what the phone has been seen to do in this hop; nothing where the usual words say more. */
  hold(isResumable: boolean): { readonly hold?: Hold } {
    const known = this.#known;
    const { state, context } = this.#state.phone;
    if (known === null || known.hop !== context.hop || state === 'flashing' || state === 'confirming') return {};
    if (!NAMES_A_HOLD.has(known.seen.code)) return {};
    return { hold: holdFor(known.seen, isResumable, context) };
  }

  /** What has gone on for too long, this request included, is not tried again. */
  giveUp(asked: AskedName, at: number): void {
    const known = this.#known;
    if (known === null || !known.seen.isHopeless || known.at !== at || known.hop !== this.#state.context.hop) return;
    const hold = hopeless(known.seen, this.#state.context);
    // It asks for a manifest: so it writes nothing any more.
    if (this.#state.phone.state === 'flashing') this.#state.apply({ type: 'manifest.requested', at, file: asked.name });
    if (this.#state.phone.state === 'identifying') this.#state.apply({ type: 'plan.refused', at, hold });
    else this.#state.apply({ type: 'hop.refused', at, hold, isFinal: retryClassOf(hold.code) === 'final' });
  }

  /**
   * The store has lost files of the hop: nothing more of it is named. A phone that has everything and may be writing it, or has yet
   * to prove it, is left to that, until it asks for an image: then it has none. The road stays allowed, for when the files are back;
   * another one is taken at once.
   */
  loseFiles(at: number, asked: AskedName | null = null): boolean {
    const { phone, hop, context, aids } = this.#state;
    if (hop === null || !isUnderWay(phone)) return false;
    const missing = this.#missing();
    const wants = asked?.kind === 'image' && hop.files.some(({ name }) => isSameName(name, asked.name));
    const isDone = phone.state === 'flashing' || (phone.state === 'confirming' && isAllOf(hop, context.taken));
    // Between two of its images files that are back before it asks were never missing.
    const isUnderWayHere = phone.state === 'downloading' && asked === null;
    if (missing.length === 0 || isUnderWayHere || (isDone && !wants)) return false;
    if (phone.state === 'flashing' && wants) this.#state.apply({ type: 'image.requested', at, file: asked.name });
    this.#state.apply({ type: 'hop.refused', at, hold: filesMissing(hop, missing, aids.index()), isFinal: true });
    this.reconsider(at, true);
    return true;
  }

  /** The firmware store has changed, or a server has started: a phone that was held for want of a road may have one now. */
  reconsider(at: number, isChanged: boolean): void {
    if (this.loseFiles(at)) return;
    const code = this.comeBacks.heldFor();
    if (code === null || !(isChanged ? waitsForFiles(code) : waitsForPlan(code))) return;
    if (this.#state.road.ahead(null).kind !== 'plan') return;
    // Where the road leads over another package of that name, what it took of the one that is gone counts no more.
    const how = this.#missing().length === 0 ? { isSame: true as const } : {};
    this.comeBacks.lift('the firmware store holds now what a road to the target needs', at, how);
  }

  /** When a phone that was never heard is worth a word; null when it was heard or that was said. */
  missedAt(): number | null {
    const { phone, memory, aids } = this.#state;
    if (phone.state !== 'waiting' || wasTold(memory, NEVER_HEARD)) return null;
    return Math.max(phone.context.since, aids.hearing.since) + aids.timing.firstRequestMs;
  }

  missFirstRequest(at: number): void {
    const reason =
      'the phone has not asked this server for anything since it was put on the list or was to start again';
    this.find({ code: 'P_NO_FIRST_REQUEST', reason, isHopeless: false }, at);
  }

  /**
   * A round of a phone that is being identified ends. After two that show nothing of what it runs, the operator's word is acted upon
   * where its questions do not contradict it; what it shows later overrules it as ever.
   */
  endRound(ended: Trace, at: number): void {
    const { phone, evidence } = this.#state;
    if (phone.state !== 'identifying' || (evidence.software.length > 0 && !mayBeProbed(evidence))) return;
    const rounds = this.#state.countVain({ what: 'showed-nothing' });
    if (rounds >= ROUNDS_BEFORE_WORD) this.#believe(ended, `${rounds} rounds`, at);
  }

  /** Acts upon what was said of the phone; `shown` showed nothing of what it runs. */
  #believe(trace: Trace, shown: string, at: number): void {
    const { evidence, aids } = this.#state;
    const next = believed({ ...evidence, trace }, aids);
    if (next === null) return;
    this.#state.evidence = { ...next, trace: evidence.trace };
    const { from } = evidence.stated;
    const said =
      from === null ? `a ${this.#state.model} that runs ${describeSoftware(next.software)}` : `--from ${from}`;
    const reason = `${shown} showed nothing of what it runs, and nothing in them contradicts ${said}`;
    this.#state.record({ event: 'phone.finding', at, ...this.#state.where(), finding: 'operator-believed', reason });
  }

  /**
   * The phone asked for something, and by how much that may put its deadline off; null while it only repeats one name, as an
   * unprovisioned phone does endlessly. That moves nothing, so it neither puts off the deadline of an offer nor brings back a
   * phone that was held until it is restarted.
   */
  seen(asked: AskedName, at: number): PhoneEvent | null {
    if (this.#isPolling(asked, at)) return null;
    const { latest } = this.#state;
    return { type: 'phone.seen', at, ...(latest === undefined ? {} : { latest }) };
  }

  #isPolling({ name, kind }: AskedName, at: number): boolean {
    const { phone, evidence } = this.#state;
    const { state, context } = phone;
    // It was held while it polled, and shows more when it boots.
    if (state === 'held' && context.hold?.code === 'P_UNPROVEN') return !beginsBoot(kind);
    if (state !== 'offered' && !(state === 'held' && context.hold?.code === 'P_NEEDS_RESTART')) return false;
    // Of a boot behind a shared address no more than this one name may be known as its own; it was told to boot.
    if (state === 'held' && this.#doubt.isAfterUnanswered(at)) return false;
    const last = evidence.trace.steps.at(-1);
    return last?.name === name && last.times >= POLLS;
  }

  /** Its deadline has passed: the phone was not heard for too long, or it keeps asking and gets no further. */
  stall(heardAt: number, now: number, otherwise?: Hold): void {
    const { phone, memory, evidence } = this.#state;
    const { state: name, context } = phone;
    if (name === 'offered') this.#state.passOver();
    const isSlow = name === 'identifying' || name === 'downloading' || name === 'confirming';
    const isAsking = isSlow && now - heardAt < context.budgets[name];
    const ms = now - Math.max(context.since, memory.movedAt ?? 0);
    const isIdle = name === 'offered' || name === 'identifying';
    // What lands a phone its next boot may show by its own name; no step on its way is proven so.
    const isOnItsWay = name === 'confirming' && nextHop(context) !== null;
    const ofStep = isOnItsWay ? this.#doubt.sharedSince(context.since) : null;
    const shared = isIdle ? this.#doubt.sharedInBoot(context.since) : ofStep;
    const isAgain =
      name === 'identifying' && !isAsking && isUnclear(evidence) && this.#state.countVain({ what: 'fits-several' }) > 1;
    const unclear = isAgain ? fitsSeveral(context, evidence.software, evidence.stated.from) : undefined;
    const held = otherwise ?? unclear;
    const usual = shared !== null ? { hold: sharedAddress(shared) } : held === undefined ? {} : { hold: held };
    const image = isIdle ? imageMaybeUnderWay(evidence.trace) : null;
    const named =
      isIdle && image !== null ? { hold: mayStillWrite(image, context, name) } : { ...usual, ...this.hold(!isAsking) };
    const posed = isIdle && !isAsking ? this.#doubt.posedSince(heardAt) : null;
    const known = posed === null ? named : { hold: onlyAskedByAnother(posed, named.hold) };
    const hold = isAsking && known.hold === undefined ? { hold: this.#inVain(name, ms) } : known;
    this.#state.apply({ type: 'deadline.passed', at: now, ...hold });
  }

  /** The hold of a phone that asks and asks: for files that are gone, for its address, where its nameless questions go to nobody, or for what it does not show. */
  #inVain(state: Parameters<typeof keepsAsking>[0], ms: number): Hold {
    const { context, evidence, hop, aids } = this.#state;
    const missing = this.#missing();
    // What is not named to it cannot prove anything.
    if (hop !== null && missing.length > 0) return filesMissing(hop, missing, aids.index());
    const file = this.#doubt.sharedSince(context.since);
    if (file !== null) return sharedAddress(file);
    if (showsMoreWhenItBoots(state, evidence)) return wasUpAlready(context, ms, evidence.stated.from);
    return keepsAsking(state, context, ms, evidence.stated.from);
  }

  /** What the store has not got, or not whole, of its hop. */
  #missing(): readonly string[] {
    const { hop, aids } = this.#state;
    return hop === null ? [] : missingOf(hop, aids.index());
  }

  /** An image reached the phone whole. */
  countWhole(file: string): void {
    this.#state.countVain(wholeImage(file));
  }

  /** Refuses the hop of an image that the phone asks for again though it had it whole too often; false when it did not. */
  refuseWhole(hop: Hop, file: string, at: number): boolean {
    const times = timesTried(this.#state.memory, wholeImage(file));
    if (times < MOST_WHOLE || !isUnderWay(this.#state.phone)) return false;
    const reason = `${file} reached the phone whole ${MOST_WHOLE} times and is asked for again`;
    const hold = refusedWhole(hop, this.#state.context, reason);
    // It asks for an image: so it writes nothing any more.
    this.#state.apply({ type: 'image.requested', at, file });
    this.#state.apply({ type: 'hop.refused', at, hold });
    return true;
  }
}

/** Behaviours that say more than "stalled" or "took none of its files"; the others go on beside whatever else happens. */
export const NAMES_A_HOLD: ReadonlySet<string> = new Set([
  'P_APP_BIN_ASKED',
  'P_CTLSEP_LOOP',
  'P_ENCRYPTED_CONFIG_ASKED',
  'P_FILE_REFUSED',
  'P_HUNT_ONLY',
  'P_ROUND_RESTARTED',
  'P_SEPDEFAULT_ONLY',
  'P_SIGNED_CONFIG_ASKED',
]);

function isSameName(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

/** Whether the package lacks this manifest or image of the hop's load; there are no more such names than extensions. */
function lacks(hop: Hop, { kind, name, stem }: AskedName, index: FirmwareIndex): boolean {
  const isOfLoad = (kind === 'manifest' || kind === 'image') && stem.toLowerCase() === hop.load.toLowerCase();
  const pack = packageOf(hop, index);
  return isOfLoad && pack !== undefined && findFile(pack, name) === null;
}
