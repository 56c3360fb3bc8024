import { type PhoneContext, presentHop, type StateBudgets } from '../../../machines/phone-context.ts';
import type { PhoneEvent, PhoneEventType } from '../../../machines/phone-event.ts';
import { rowsOf, whereOf } from '../../../machines/record.ts';
import { type Phone, step } from '../../../machines/step.ts';
import { PROBE_LOAD } from '../../core/answer/answer.ts';
import { withBytesOf } from '../../core/answer/package-of-hop.ts';
import { withKeys } from '../../core/explain/hold-advice.ts';
import type { KeysOf } from '../../core/explain/keys.ts';
import type { FirmwarePackage } from '../../core/firmware/package.ts';
import { type DecidedRow, POWER_NOT_SWITCHED, POWER_SWITCHED } from '../../core/history/event.ts';
import { type Evidence, modelOf, withOldTrace } from '../../core/identify/evidence.ts';
import { IN_ITS_WORDS, witnessKind } from '../../core/identify/proceedings.ts';
import type { ModelId } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { factsOf, isBusy } from '../../core/phone-states.ts';
import type { Hop } from '../../core/plan/plan.ts';
import { POWER_CYCLE_FAILED, POWER_CYCLED } from '../../core/power/power-record.ts';
import { type Because, forget } from '../memory/forgetting.ts';
import {
  noteFall,
  noteFollowed,
  noteSwitching,
  noteTold,
  type PhoneMemory,
  passRound,
  type Told,
  wasTold,
  withOldWord,
} from '../memory/memory.ts';
import { TellingsKept } from '../memory/told-to-restart.ts';
import { type Tried, timesTried, tryAgain } from '../memory/tried.ts';
import { spent } from './holds.ts';
import { ItsRoad, passedOver } from './its-road.ts';
import { inWords } from './machine-holds.ts';
import type { SessionAids } from './session-aids.ts';
import { afterSwitching } from './switched-in-vain.ts';

/** A phone may stall so often in one hop after it was shown its load; then it does not go on by itself any more (invented). */
const MOST_STALLS = 5;
/** A phone that keeps asking and gets no further has so many times the time of its state (invented). */
const MOST_BUDGETS = 3;
/** What brings a phone further without a change of its state; each of these is counted elsewhere and ends. */
const STEPS: ReadonlySet<PhoneEventType> = new Set(['image.requested', 'image.sent', 'turn.awaited']);
/** What a session begins with, as its record has it. */
export interface Remembered {
  readonly phone: Phone;
  readonly evidence: Evidence;
  readonly memory: PhoneMemory;
}

/** Where one session stands: its machine, its evidence, its memory, and the rows that are still to be committed. */
export class SessionState {
  phone: Phone;
  evidence: Evidence;
  memory: PhoneMemory;
  readonly aids: SessionAids;
  readonly road: ItsRoad = new ItsRoad(this);
  readonly #tellings = new TellingsKept();
  #rows: DecidedRow[] = [];

  constructor({ phone, evidence, memory }: Remembered, aids: SessionAids) {
    this.phone = phone;
    this.evidence = evidence;
    this.memory = memory;
    this.aids = aids;
  }

  get context(): PhoneContext {
    return this.phone.context;
  }

  /** The hop that is being taken, or the last one after landing. */
  get hop(): Hop | null {
    return presentHop(this.phone.context);
  }

  /** The model as far as it is known. */
  get model(): ModelId | null {
    return modelOf(this.evidence);
  }

  get isBusy(): boolean {
    return isBusy(this.phone);
  }

  /** Where the phone stands, as rows and live events carry it. */
  where(): ReturnType<typeof whereOf> {
    return whereOf(this.phone);
  }

  /** A transfer may end after its phone has gone on to another hop: then it says nothing of that one. */
  isPresent(hop: Hop): boolean {
    return this.hop?.kind === hop.kind && this.hop.load === hop.load;
  }

  apply(event: PhoneEvent): void {
    const before = this.phone;
    const { next, ignored } = step(before, event);
    if (ignored) return;
    this.phone = this.#advised(before, worded(before, event, next, this));
    this.#rows.push(...rowsOf(before, event, this.phone));
    this.#noteMove(before, event);
    if (event.type === 'manifest.requested' || event.type === 'image.requested') this.#noteFollowed(before);
    if (event.type === 'evidence.contradicted' && event.isDoubt !== true && before.state === 'landed')
      this.#noteFall(before);
    if (event.type === 'operator.retried') this.evidence = withOldTrace(this.evidence);
    const because = causeIn(event);
    if (because !== null) this.forget(because);
    if (this.phone.state === 'landed' && before.state !== 'landed') {
      this.forget('landed');
      this.memory = withOldWord(this.memory);
    }
  }

  forget(because: Because): void {
    this.memory = forget(this.memory, because);
  }

  /** Until when the phone may go on asking in its present state without getting any further. */
  get latest(): number | undefined {
    const { budgets, since } = this.context;
    const { state } = this.phone;
    if (state !== 'identifying' && state !== 'offered' && state !== 'downloading' && state !== 'confirming') {
      return undefined;
    }
    return Math.max(since, this.memory.movedAt ?? 0) + MOST_BUDGETS * budgets[state];
  }

  /** Time that the phone had to wait for others is not its own. */
  noteWait(at: number): void {
    this.memory = { ...this.memory, movedAt: at };
  }

  /** For so long nobody could hear the phone: that is not its time, and it has that much more. */
  oversleep(ms: number): void {
    const { context } = this;
    const { deadlineAt, since } = context;
    if (deadlineAt === null) return;
    this.phone = { ...this.phone, context: { ...context, deadlineAt: deadlineAt + ms } };
    this.noteWait(Math.max(since, this.memory.movedAt ?? 0) + ms);
  }

  #noteMove({ state, context }: Phone, event: PhoneEvent): void {
    const now = this.phone;
    const isShown = now.state === 'offered' && now.context.isShown && !context.isShown;
    const isElsewhere =
      state !== now.state || context.hop !== now.context.hop || context.trigger !== now.context.trigger;
    if (isShown || isElsewhere || STEPS.has(event.type)) this.memory = { ...this.memory, movedAt: event.at };
  }

  /** It goes for the load of its hop: so it does what it reads in the file that names it. */
  #noteFollowed({ context }: Phone): void {
    const hop = presentHop(context);
    const trigger = hop?.triggers[context.trigger];
    if (hop !== null && trigger !== undefined) this.memory = noteFollowed(this.memory, trigger.file, hop.load);
  }

  /** What let it land was wrong. An application after a boot loader is expected to fetch its load under another name. */
  #noteFall({ context }: Phone): void {
    if (presentHop(context)?.kind === 'boot-loader') return;
    // What the phone said itself was so when it said it: how often it may fall is counted.
    const kinds = context.witnesses.map(witnessKind).filter((kind) => !IN_ITS_WORDS.has(kind));
    this.memory = noteFall(this.memory, context.hasTaken ? [] : kinds);
  }

  /** It went for the load that no release has: so it does what it reads in its own SIP file. */
  noteProbed(): void {
    this.memory = noteFollowed(this.memory, 'SIP<MAC>.cnf', PROBE_LOAD);
  }

  /** The phone read the present trigger and did not come for what it names; that is remembered while it sits idle, too. */
  passOver(): void {
    const { hop, context } = this;
    if (hop !== null && context.isShown) this.countVain(passedOver(hop, context.trigger));
  }

  /** Records what was decided about its power or its restart, or came of that, and remembers it. */
  decide(decision: Pick<DecidedRow, 'reason' | 'code' | 'finding'>, at: number): void {
    const { code, finding } = decision;
    if (code === POWER_CYCLED) this.memory = noteSwitching(this.memory, at, null);
    if (finding === POWER_SWITCHED) this.memory = noteSwitching(this.memory, at, true);
    if (code === POWER_CYCLE_FAILED || finding === POWER_NOT_SWITCHED)
      this.memory = noteSwitching(this.memory, at, false);
    this.memory = this.#tellings.after(this.memory, decision, at);
    this.record({ event: 'phone.decision', at, ...this.where(), ...decision });
  }

  record(row: DecidedRow): void {
    this.#rows.push(row);
  }

  /** Records something that stays true for a while, and outlives a restart, only once. */
  tellOnce(told: Told, row: DecidedRow): void {
    if (wasTold(this.memory, told)) return;
    this.memory = noteTold(this.memory, told);
    this.#rows.push(row);
  }

  /** Whether the phone went for the load of this hop when this rung of its ladder named it. */
  wentForIt(hop: Hop, rung: number): boolean {
    const file = hop.triggers[rung]?.file;
    return this.memory.followed.some((one) => one.file === file && one.load === hop.load);
  }

  /**
   * A file of its hop is given from this package: these bytes are the ones by which the package is known from now on, also where it was
   * replaced after the road was planned.
   */
  noteBytes(hop: Hop, pack: FirmwarePackage): void {
    const { plan } = this.context;
    const known = withBytesOf(hop, pack);
    if (plan === null || known === hop) return;
    const hops = plan.hops.map((one) => (one === hop ? known : one));
    this.phone = { ...this.phone, context: { ...this.context, plan: { ...plan, hops } } };
  }

  /** Counts what was tried in vain once more; how often that is now. */
  countVain(tried: Tried): number {
    this.memory = tryAgain(this.memory, tried);
    return timesTried(this.memory, tried);
  }

  /** The phone was shown its load in the round that ends, and did not come for it. */
  passTurn(): void {
    this.memory = passRound(this.memory, this.context.hop);
  }

  /** The rows since it was asked last. */
  take(): DecidedRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** How long each state of a hop to this load may last for this phone. */
  budgets(load: LoadName | null, target: LoadName = this.context.target): StateBudgets {
    return this.aids.budgets({ load, target, model: this.model });
  }

  /** A phone that is held from now on carries advice with the keys of its model. */
  #advised(before: Phone, next: Phone): Phone {
    const { hold } = next.context;
    if (next.state !== 'held' || before.state === 'held' || hold === null) return next;
    const lasting = this.#stalledTooOften(before) && hold.isResumable ? spent(hold, MOST_STALLS) : hold;
    const said = afterSwitching(lasting, this.memory, next.context, next.context.since, 'before');
    const advice = withKeys(said.code, said.advice, this.#keysOf());
    return { ...next, context: { ...next.context, hold: { ...said, advice } } };
  }

  /** Whether this phone has now been offered its hop in vain for the last time; one that was not shown its load missed nothing. */
  #stalledTooOften({ state, context }: Phone): boolean {
    const hop = presentHop(context);
    const wasTried = state === 'offered' ? context.isShown : factsOf(state).underWay;
    return hop !== null && wasTried && this.countVain({ what: 'stalled', load: hop.load }) >= MOST_STALLS;
  }

  /** Whose keys it has; null while that is not known. */
  #keysOf(): KeysOf {
    if (this.model !== null) return this.aids.modelFamily(this.model);
    const kinds = new Set(this.evidence.software.map((one) => (one.generation === 'java' ? 'java' : '79x0')));
    const [only] = kinds.size === 1 ? kinds : [];
    return only ?? null;
  }
}

/** The machine names a hold by its code alone. */
function worded(before: Phone, event: PhoneEvent, next: Phone, { memory, evidence }: SessionState): Phone {
  const { hold } = next.context;
  if (hold === null || hold === before.context.hold) return next;
  return {
    ...next,
    context: { ...next.context, hold: inWords(hold, before, event, { memory, said: evidence.stated.from }) },
  };
}

/** What an event makes void. A phone that behaves otherwise now may read what it passed over before. */
function causeIn(event: PhoneEvent): Because | null {
  switch (event.type) {
    case 'operator.retried':
      return 'retried';
    case 'hop.confirmed':
      return 'hop-proven';
    case 'evidence.contradicted':
      return 'contradicted';
    case 'manifest.requested':
    case 'image.requested':
      return 'load-asked';
    case 'image.sent':
      return event.isLast ? 'load-taken' : null;
    case 'hold.lifted':
      return event.isAnew ? 'hold-lifted' : null;
    default:
      return null;
  }
}
