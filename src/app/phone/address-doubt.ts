import { nextHop } from '../../../machines/phone-context.ts';
import { triggerFileOf } from '../../core/answer/answer.ts';
import type { Observation } from '../../core/identify/evidence.ts';
import { goesOn } from '../../core/identify/proceedings.ts';
import { has, SOON_MS, type Trace } from '../../core/identify/trace.ts';
import type { SteadyMs } from '../../core/moment.ts';
import { type AskedKind, type AskedName, classifyName } from '../../core/names/asked-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { isStemOf } from '../../core/names/same-load.ts';
import { isWithoutLoader, type Software } from '../../core/software.ts';
import { noteHeardNameless, noteWithheld } from '../memory/memory.ts';
import { hasAskedImages } from '../memory/tried.ts';
import { sharedAddress } from './holds.ts';
import { isAskedFirst } from './offers.ts';
import {
  askedByAnother,
  askedFor,
  DOUBTED,
  GIVEN_ONCE,
  type OtherMachine,
  OWN_ADDRESS,
  type Refusal,
  SHARED_SINCE,
  TELL_BY_LEASES,
} from './refusals.ts';
import type { SessionState } from './session-state.ts';

/** Boots of a landed phone of which nothing of its loader is heard, or which a question without a name begins: in one it may have been lost, or a stranger's (invented). */
export const MOST_HEADLESS = 2;

/** Nameless questions of programs that say in the same boot who they are; a boot loader never does (java-phones 4.3). */
const NAMED_SOON: ReadonlySet<AskedKind> = new Set<AskedKind>(['os79xx', 'sip-default', 'mgc-default', 'xml-default']);

/** Files after which a phone asks for an image at once: they name it. */
const NAMES_IMAGES: ReadonlySet<AskedKind> = new Set<AskedKind>([
  'os79xx',
  'manifest',
  'mgc-default',
  'mgc-phone',
  'sep-cnf',
  'sep-default',
  'sep-xml',
  'sip-default',
  'sip-phone',
  'xml-default',
]);

/** The finding that another machine has asked under the name of the phone. */
export const BY_ANOTHER = 'asked-by-another';
/** The code of all that makes an address nobody's, such as another phone that names itself there. */
export const SHARED = 'P_AMBIGUOUS_ADDRESS';

/** A file that was asked for without a name, and went to nobody. */
interface Unanswered {
  readonly file: string;
  readonly at: SteadyMs;
}

/** An address, and whose it is. */
export interface Elsewhere {
  readonly address: string;
  readonly owner: MacAddress;
}

/** Another machine, and the address at which it asked under the name of the phone. */
export interface OtherAt extends OtherMachine {
  readonly address: string;
}

/** Doubts whether a request without a name is the phone's own, where nothing but names tells who has its address. */
export class AddressDoubt {
  readonly #state: SessionState;
  /** Whether nothing but names tells that the present request is this phone's. */
  #isByNamesOnly = false;
  /** Whether what names its load was given to an address that only names tell, and nothing was taken. */
  #isGivenOnce = false;
  /** Whether the present request fits nothing that this phone has shown, and may be another phone's. */
  #isDoubted = false;
  /** Whether the present round began with a question without a name, of which nothing but the names around it tells that it is its own. */
  #isUnsaidRound = false;
  /** When a round of a landed phone began that contradicts its landing and shows nothing yet: the first of its kind; null where there was none. */
  #uncountedRound: number | null = null;
  /** Whether questions are being learnt that became its own only when it said its name after them. */
  #isUntold = false;
  /** What the phone had asked before the questions that begin a list without its name, as long as nothing tells whose they are; null where none do. */
  #undoubted: Trace | null = null;
  /** Whether, when that was looked at last, neither a lease nor the neighbour table knew its address. */
  #isAddressUntold = false;
  /** What was asked last without a name, behind the address that it shares, and went to nobody; null since its own nameless questions are heard. */
  #unanswered: Unanswered | null = null;
  /** The same, where it said its own name right after: so that was its own boot. */
  #unansweredBoot: Unanswered | null = null;
  /** Which other machine asked under its name last. */
  #posed: { readonly from: OtherAt; readonly at: SteadyMs } | null = null;

  constructor(state: SessionState) {
    this.#state = state;
  }

  /** Whether nothing but names tells that what was asked last is this phone's. */
  get isByNamesOnly(): boolean {
    return this.#isByNamesOnly;
  }

  get isAddressUntold(): boolean {
    return this.#isAddressUntold;
  }

  /** Whether what was asked last fits nothing that this phone has shown, and shows nothing. */
  get isDoubted(): boolean {
    return this.#isDoubted;
  }

  get isGivenOnce(): boolean {
    return this.#isGivenOnce;
  }

  /** A request came; `wasUntold` when nameless requests before it are known only now to be the phone's own. */
  note(asked: AskedName, at: SteadyMs, isByNamesOnly: boolean, wasUntold: boolean): void {
    this.#isByNamesOnly = isByNamesOnly;
    this.#isUntold = wasUntold;
    // A request with its name says nothing about its address.
    if (asked.mac === null && !isByNamesOnly) this.#isGivenOnce = false;
    if (asked.mac === null || wasUntold) this.#isAddressUntold = isByNamesOnly || wasUntold;
    if (asked.mac !== null) {
      if (this.isAfterUnanswered(at)) this.#unansweredBoot = this.#unanswered;
      return;
    }
    this.#unanswered = null;
    this.#unansweredBoot = null;
    this.#state.memory = noteHeardNameless(this.#state.memory);
  }

  /**
   * What contradicts everything the phone has shown is believed only from itself: where nothing but names tells who asks, another phone
   * may have its address by now. The phone's own name, in the same round, brings it back.
   */
  believed(seen: Observation, asked: AskedName): Observation {
    const isOfDoubtedRound = this.#isDoubted && !seen.isNewRound;
    const { trace } = seen.evidence;
    // A boot loader never says its name, and all others soon.
    const isUnsaid =
      !this.#state.evidence.software.every(mayYield) && !has(trace, 'term-default') && !this.hasSpoken(asked, trace);
    const isOfNobody = asked.kind === 'image' && (isUnsaid || this.#isOfNobody(asked, trace));
    // A phone that says its name has not become one that never does, such as a very old SCCP image (legacy-79x0 5.6).
    const isUnnamed = asked.kind !== 'image' && asked.kind !== 'term-default' && !this.hasSpoken(asked, trace);
    const isDoubtful =
      NAMED_SOON.has(asked.kind) || isOfNobody || isUnnamed || (isOfDoubtedRound && asked.mac === null);
    this.#isDoubted =
      (this.#isByNamesOnly && isDoubtful && seen.isContradiction) || this.#isDoubtedLanding(seen, asked);
    if (this.#isByNamesOnly && NAMED_SOON.has(asked.kind)) this.#undoubted ??= this.#state.evidence.trace;
    else this.#undoubted = null;
    if (!this.#isDoubted) return seen;
    const evidence = { ...this.#state.evidence, trace: seen.evidence.trace };
    return { ...seen, evidence, isChanged: false, isContradiction: false, findings: [], reading: null };
  }

  /**
   * Whether a landed phone is contradicted by a round that somebody began before it said its name. A stranger's question may have come between two of its
   * own, so such a round shows nothing the first time; it is shown no load in it either way.
   */
  #isDoubtedLanding({ isContradiction, isNewRound, evidence }: Observation, asked: AskedName): boolean {
    if (isNewRound || evidence.trace.steps.length === 1)
      this.#isUnsaidRound = asked.mac === null && (this.#isByNamesOnly || this.#isUntold);
    if (!this.#isUnsaidRound || !isContradiction || this.#state.phone.state !== 'landed') return false;
    const { startedAt } = evidence.trace;
    if (this.#uncountedRound === startedAt) return true;
    if (this.#state.countVain({ what: 'headless-boot' }) >= MOST_HEADLESS) return false;
    this.#uncountedRound = startedAt;
    return true;
  }

  /** What was asked last, without a name, is not its own: the round is what it was before. */
  disown(): void {
    if (this.#undoubted === null) return;
    this.#state.evidence = { ...this.#state.evidence, trace: this.#undoubted };
    this.#undoubted = null;
    this.#isDoubted = false;
  }

  /**
   * Whether a question without a name can be its own, where nothing but names tells who has its address. A boot loader never says its name (java-phones
   * 4.3), so nothing ever ends a doubt about its question: it is the phone's own where that is in its boot loader already, or may have lost
   * what it ran while it took images. `isShared`: another phone named itself there today.
   */
  mayBeOwn(asked: AskedName, isShared: boolean): boolean {
    if (asked.kind !== 'term-default') return true;
    const { evidence, phone, context, memory, aids } = this.#state;
    const isKnown = evidence.software.length > 0;
    const family = aids.termFamily(asked.term ?? '');
    // Each family has a boot loader of its own, and a 7940 or 7960 has none that asks so (java-phones 4.3).
    const isOfOthers =
      isKnown && family !== null && evidence.software.every((one) => one.family !== null && one.family !== family);
    if (isOfOthers) return false;
    const isBootLoader = isKnown && evidence.software.every((one) => one.running === 'boot-loader');
    const hasTaken = context.hasTaken || context.begun.length > 0 || hasAskedImages(memory);
    return !isShared && phone.state !== 'landed' && (isBootLoader || hasTaken);
  }

  /** A boot loader asked from its address, and may be its own: said once in a hop. */
  tellDoubted(asked: AskedName, at: SteadyMs): void {
    const code = SHARED;
    const row = { event: 'phone.finding', at, ...this.#state.where(), finding: 'shared-address', code } as const;
    const why = { file: asked.name, reason: `${asked.name} is not given: ${DOUBTED.reason}`, advice: TELL_BY_LEASES };
    this.#state.tellOnce({ what: 'behaviour', code, hop: this.#state.context.hop }, { ...row, ...why });
  }

  /** Another machine has asked under its name, and was given nothing: said once in a hop. */
  tellAskedByAnother(asked: AskedName, at: SteadyMs, from: OtherAt): void {
    this.#posed = { from, at };
    const why = askedByAnother(from.address, from);
    const row = { event: 'phone.finding', at, ...this.#state.where(), file: asked.name, code: SHARED, ...why } as const;
    const told = { what: 'behaviour', code: BY_ANOTHER, hop: this.#state.context.hop } as const;
    this.#state.tellOnce(told, { ...row, finding: BY_ANOTHER });
  }

  /** Which other machine has asked under its name since then; null where none has. */
  posedSince(since: SteadyMs): OtherAt | null {
    return this.#posed !== null && this.#posed.at > since ? this.#posed.from : null;
  }

  /**
   * Whether the phone itself has spoken in this round, as far as anybody can tell: where nothing but names tells who asks, only what comes
   * with its own name does. `asked` is the present request, null when there is none.
   */
  hasSpoken(asked: AskedName | null, { steps }: Pick<Trace, 'steps'>): boolean {
    const isNamed = asked !== null && asked.mac !== null;
    return !this.#isByNamesOnly || isNamed || steps.some(({ name }) => classifyName(name).mac !== null);
  }

  /** The same of what has started since the files were taken: by then a phone may ask that was never heard before. */
  hasSpokenSince(asked: AskedName | null, { steps }: Trace): boolean {
    const taken = steps.findLastIndex(({ kind }) => kind === 'manifest' || kind === 'image');
    return this.hasSpoken(asked, { steps: steps.slice(taken + 1) });
  }

  /**
   * Whether an image is asked for right after nothing that names one; or by a landed phone, which should ask for none, in a round of a
   * program that says who it is and has not said so. It may be another phone's.
   */
  #isOfNobody(asked: AskedName, trace: Trace): boolean {
    if (!this.#isByNamesOnly || has(trace, 'term-default')) return false;
    const before = trace.steps.findLast(({ kind }) => kind !== 'image');
    const isUnsaid = this.#state.phone.state === 'landed' && !this.hasSpoken(asked, trace);
    // A Java phone goes by the manifest alone (java-phones 4.2).
    const isJava = this.#state.hop?.kind === 'java-load';
    return isUnsaid || (before !== undefined && !(isJava ? before.kind === 'manifest' : NAMES_IMAGES.has(before.kind)));
  }

  /** Whether a manifest or an image that a landed phone would not ask for is its own, as far as anybody can tell: a manifest is, after its name. */
  mayDoubtLanding(asked: AskedName, trace: Trace): boolean {
    return asked.kind === 'manifest' ? this.hasSpoken(asked, trace) : !this.#isOfNobody(asked, trace);
  }

  /** A round has ended, in which the phone was turned away or not. */
  endRound(trace: Trace, wasTurnedAway: boolean): void {
    if (this.#isByNamesOnly && !wasTurnedAway && this.#wasPassedOver(trace)) this.#isGivenOnce = true;
  }

  /** A file that went to nobody since then, because several phones share the address; null when nothing did, or that has ended. */
  sharedSince(since: SteadyMs): string | null {
    return this.#unanswered !== null && this.#unanswered.at >= since ? this.#unanswered.file : null;
  }

  /** The same of its own boots: that in which it came back counts, whose first names were asked before that was known. */
  sharedInBoot(since: SteadyMs): string | null {
    const boot = this.#unansweredBoot;
    return boot !== null && boot.at >= since - SOON_MS ? boot.file : null;
  }

  /** Whether somebody behind its address asked without a name right before: it may have begun a boot, of which only its own names are known as its own. */
  isAfterUnanswered(at: SteadyMs): boolean {
    return this.#unanswered !== null && at - this.#unanswered.at <= SOON_MS;
  }

  /** It goes on with the names that carry its MAC, and what it asks without them shows nothing of it: said once in a hop. */
  tellShared(asked: AskedName, at: SteadyMs): void {
    const { state } = this.#state.phone;
    // By its services it would show a step on its way.
    const isProof = state === 'confirming' && nextHop(this.#state.context) !== null && goesOn(asked);
    if (isProof || asked.kind === 'manifest' || asked.kind === 'image' || triggerFileOf(asked.kind) !== null) {
      this.#unanswered = { file: asked.name, at };
    }
    const isTold = state === 'identifying' || state === 'offered' || state === 'confirming';
    if (!isTold || triggerFileOf(asked.kind) === null) return;
    const { code, reason } = sharedAddress(asked.name);
    const row = {
      event: 'phone.finding',
      at,
      ...this.#state.where(),
      finding: 'shared-address',
      code,
      reason,
    } as const;
    this.#state.tellOnce({ what: 'behaviour', code, hop: this.#state.context.hop }, { ...row, advice: OWN_ADDRESS });
  }

  /**
   * A landed phone works on with less than it had: what it may have asked for in vain stands in `status` until it is heard again.
   * `elsewhere`: whose address that was, where a lease or the neighbour table tells that it is another device's.
   */
  tellLanded(asked: AskedName, at: SteadyMs, elsewhere: Elsewhere | null): void {
    const { memory, context, phone } = this.#state;
    if (phone.state !== 'landed') return;
    const isOwnLoad = asked.kind === 'manifest' && isStemOf(asked.stem, context.target);
    const file = isOwnLoad ? `${context.target}.loads` : triggerFileOf(asked.kind);
    if (file === null || memory.withheld.some((one) => one.file === file && one.isShared === true)) return;
    const why =
      elsewhere === null ? { reason: SHARED_SINCE, advice: OWN_ADDRESS } : askedFor(elsewhere.address, elsewhere.owner);
    this.#state.memory = noteWithheld(memory, file, { ...why, isShared: true });
    const { code } = sharedAddress(file);
    const row = { event: 'phone.finding', at, ...this.#state.where(), finding: 'shared-address', code, file } as const;
    this.#state.record({ ...row, ...why, reason: `${file} is not given: ${why.reason}` });
  }

  /**
   * Why what changes its load is not given to this request; null when it may be. `file` is the trigger file that it would be, null for a
   * file of the load. Given once before a name, and again, it may be another phone that takes it; so may be who comes for a file of the
   * load without having read its name.
   */
  refusal(asked: AskedName, file: string | null): Refusal | null {
    if (this.#isDoubted) return DOUBTED;
    const isOpen = !this.#isGivenOnce || !this.#isByNamesOnly || asked.mac !== null;
    if (isOpen || this.#state.phone.state !== 'offered') return null;
    const mayBeAnother = file === null ? !this.#state.context.isShown : isAskedFirst(file);
    return mayBeAnother ? GIVEN_ONCE : null;
  }

  /** Whether the phone read the file that names its load before it said who it is, said so, and came for nothing. */
  #wasPassedOver({ steps }: Trace): boolean {
    const { hop, context, phone } = this.#state;
    const file = hop?.triggers[context.trigger]?.file;
    if (phone.state !== 'offered' || !context.isShown || file === undefined || !isAskedFirst(file)) return false;
    const after = steps.slice(steps.findLastIndex((step) => triggerFileOf(step.kind) === file) + 1);
    const hasCome = after.some(({ kind }) => kind === 'manifest' || kind === 'image');
    return !hasCome && after.some(({ name }) => classifyName(name).mac !== null);
  }
}

/**
 * Whether this yields at once to an image that somebody asks without a name: what SCCP 5 and 6 ask is not documented, so that such a phone may ask what a 3.x
 * one asks, and either shows itself by the extension alone that it appends before it says its name. All else is known by the names or the bytes of the
 * phone itself, or by an image that it asked after its name.
 */
function mayYield(software: Software): boolean {
  return software.load === null && software.protocol === 'SCCP' && isWithoutLoader(software);
}
