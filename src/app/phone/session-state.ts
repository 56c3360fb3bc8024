import { type Hold, type PhoneContext, presentHop, type StateBudgets } from '../../../machines/phone-context.ts';
import type { PhoneEvent, PhoneEventType } from '../../../machines/phone-event.ts';
import { isBusy } from '../../../machines/phone-states.ts';
import { rowsOf, whereOf } from '../../../machines/record.ts';
import { triggersSpent } from '../../../machines/rules.ts';
import { type Phone, step } from '../../../machines/step.ts';
import { withKeys } from '../../core/explain/hold-advice.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import { type Evidence, noteFollowed, PROBE_LOAD } from '../../core/identify/evidence.ts';
import { witnessKind } from '../../core/identify/judge.ts';
import { witnessOf } from '../../core/identify/shown-load.ts';
import { EMPTY_TRACE } from '../../core/identify/trace.ts';
import type { ModelId } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { type Hop, hopKey } from '../../core/plan/plan.ts';
import { holdFor } from './holds.ts';
import { UNDER_WAY } from './offers.ts';
import { type RoadAnswer, roadFor, usableRungs } from './road.ts';
import type { SessionAids } from './session-aids.ts';

const NO_VAIN = { hop: 0, rounds: 0 };

/** A phone may stall so often in one hop after it was shown its load; then it does not go on by itself any more (invented). */
const MOST_STALLS = 5;
/** A phone that landed and showed something else so often is not led to its target any more (invented). */
const MOST_FALLS = 3;
/** A phone that keeps asking and gets no further has so many times the time of its state (invented). */
const MOST_BUDGETS = 3;
/** What brings a phone further without a change of its state; each of these is counted elsewhere and ends. */
const STEPS: ReadonlySet<PhoneEventType> = new Set(['image.requested', 'image.sent', 'turn.awaited']);
/** Counts that outlive a proven hop: what the phone came back from may be what it comes to again. */
const LASTING = /^came back from /;
const PASSED_OVER = 'passed over ';

/** What one session remembers of its phone: its machine, its evidence, and the rows that are still to be committed. */
export class SessionState {
  phone: Phone;
  evidence: Evidence;
  /** The trigger answered last, until its transfer ends: its last ACK may be lost although the phone has it. */
  answered: string | null = null;
  readonly aids: SessionAids;
  #rows: HistoryEvent[] = [];

  constructor(phone: Phone, evidence: Evidence, aids: SessionAids) {
    this.phone = phone;
    this.evidence = evidence;
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
    return this.evidence.vendorModel ?? this.evidence.stated.model;
  }

  get isBusy(): boolean {
    return isBusy(this.phone);
  }

  /** Where the phone stands, as rows and live events bear it. */
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
    this.phone = this.#advised(before, next);
    this.#rows.push(...rowsOf(before, event, this.phone));
    this.#noteMove(before, event);
    if (event.type === 'manifest.requested' || event.type === 'image.requested') this.#noteFollowed(before);
    if (event.type === 'evidence.contradicted' && before.state === 'landed') this.#noteFall(before);
    if (event.type === 'evidence.contradicted' || event.type === 'operator.retried') this.answered = null;
    if (event.type === 'operator.retried') {
      const anew = { trace: EMPTY_TRACE, told: [], vain: NO_VAIN, surprises: 0, falls: 0, disproven: [] };
      this.evidence = { ...this.evidence, ...anew, vainly: {} };
    }
    if (event.type === 'hop.confirmed') this.#keepCounts((what) => LASTING.test(what));
    const isAnew = event.type === 'hold.lifted' && event.isAnew;
    if (isAnew || event.type === 'evidence.contradicted') this.#keepCounts((what) => !what.startsWith(PASSED_OVER));
  }

  #keepCounts(isKept: (what: string) => boolean): void {
    const kept = Object.entries(this.evidence.vainly ?? {}).filter(([what]) => isKept(what));
    this.evidence = { ...this.evidence, vainly: Object.fromEntries(kept) };
  }

  /** Until when the phone may go on asking in its present state without getting any further. */
  get latest(): number | undefined {
    const { budgets, since } = this.context;
    const { state } = this.phone;
    if (state !== 'identifying' && state !== 'offered' && state !== 'downloading' && state !== 'confirming') {
      return undefined;
    }
    return Math.max(since, this.evidence.movedAt ?? 0) + MOST_BUDGETS * budgets[state];
  }

  /** Time that the phone had to wait for others is not its own. */
  noteWait(at: number): void {
    this.evidence = { ...this.evidence, movedAt: at };
  }

  #noteMove({ state, context }: Phone, event: PhoneEvent): void {
    const now = this.phone;
    const isShown = now.state === 'offered' && now.context.isShown && !context.isShown;
    const isElsewhere =
      state !== now.state || context.hop !== now.context.hop || context.trigger !== now.context.trigger;
    if (isShown || isElsewhere || STEPS.has(event.type)) this.evidence = { ...this.evidence, movedAt: event.at };
  }

  /** It goes for the load of its hop: so it does what it reads in the file that names it. */
  #noteFollowed({ context }: Phone): void {
    const hop = presentHop(context);
    const trigger = hop?.triggers[context.trigger];
    if (hop !== null && trigger !== undefined) this.evidence = noteFollowed(this.evidence, trigger.file, hop.load);
  }

  /** What let it land was wrong. An application after a boot loader is expected to fetch its load under another name. */
  #noteFall({ context }: Phone): void {
    const { falls = 0, disproven = [] } = this.evidence;
    if (presentHop(context)?.kind === 'boot-loader') return;
    const kinds = context.hasTaken ? [] : context.witnesses.map(witnessKind);
    this.evidence = { ...this.evidence, falls: falls + 1, disproven: [...new Set([...disproven, ...kinds])] };
  }

  /** It went for the load that no release bears: so it does what it reads in its own SIP file. */
  noteProbed(): void {
    this.evidence = noteFollowed(this.evidence, 'SIP<MAC>.cnf', PROBE_LOAD);
  }

  /** Whether it has landed and fallen so often that its target is not what it keeps. */
  get hasFallenTooOften(): boolean {
    return (this.evidence.falls ?? 0) >= MOST_FALLS;
  }

  /** The phone read the present trigger and did not come for what it names; that is remembered while it sits idle, too. */
  passOver(): void {
    const { hop, context } = this;
    if (hop !== null && context.isShown) this.countVain(passedOver(hop, context.trigger));
  }

  /** The rungs of a hop's ladder that may be published for this phone and were not passed over already. */
  openRungs(hop: Hop): number[] {
    const usable = usableRungs(hop, this.evidence, this.aids.modelFamily);
    const { vainly = {} } = this.evidence;
    return usable.filter((rung) => (vainly[passedOver(hop, rung)] ?? 0) < this.context.patience.roundsPerTrigger);
  }

  record(row: HistoryEvent): void {
    this.#rows.push(row);
  }

  /** Records something that stays true for a while, and outlives a restart, only once. */
  tellOnce(key: string, row: HistoryEvent): void {
    const told = this.evidence.told ?? [];
    if (told.includes(key)) return;
    this.evidence = { ...this.evidence, told: [...told, key] };
    this.#rows.push(row);
  }

  /** Counts what was tried in vain once more; how often that is now. */
  countVain(what: string): number {
    const { vainly = {} } = this.evidence;
    const times = (vainly[what] ?? 0) + 1;
    this.evidence = { ...this.evidence, vainly: { ...vainly, [what]: times } };
    return times;
  }

  /** The phone was shown its load in the round that ends, and did not come for it. */
  passTurn(): void {
    const { hop } = this.context;
    const rounds = this.evidence.vain?.hop === hop ? this.evidence.vain.rounds : 0;
    this.evidence = { ...this.evidence, vain: { hop, rounds: rounds + 1 } };
  }

  /** The rows since it was asked last. */
  take(): HistoryEvent[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  budgets(load: LoadName | null, target: LoadName): StateBudgets {
    return this.aids.budgets({ load, target, model: this.model });
  }

  /** The road from everything the evidence admits, around what the phone refused. */
  road(lastHold: Hold | null): RoadAnswer {
    const { target, avoid } = this.context;
    const { matrix, index } = this.aids;
    const isTargetShown = this.#witness() !== null;
    return roadFor({ matrix, index: index(), evidence: this.evidence, isTargetShown, target, avoid, lastHold });
  }

  /** What the phone asked in this boot that proves its target; null when nothing did. */
  #witness(): string | null {
    const { termFamily, isWhole } = this.aids;
    return witnessOf(this.context.target, this.evidence.trace, termFamily, isWhole);
  }

  /** Plans, where the phone is being identified; what came of it is in its machine then. */
  plan(at: number): void {
    if (this.phone.state !== 'identifying') return;
    if (this.hasFallenTooOften) {
      this.apply({ type: 'plan.refused', at, hold: fallen(this.context) });
      return;
    }
    const { target, hold } = this.context;
    const { software, trace } = this.evidence;
    // Nothing was asked since somebody began anew: a target that was proven before waits for what the phone shows now.
    if (trace.steps.length === 0 && software.length > 0 && software.every(({ load }) => load === target)) return;
    const road = this.road(hold);
    if (road.kind === 'wait') return;
    if (road.kind === 'hold') {
      this.apply({ type: 'plan.refused', at, hold: road.hold });
      return;
    }
    const first = road.plan.hops[0];
    const usable = first === undefined ? [0] : usableRungs(first, this.evidence, this.aids.modelFamily);
    const open = first === undefined ? usable : this.openRungs(first);
    const rung = open[0] ?? usable[0];
    if (rung === undefined) return;
    const witness = this.#witness();
    const witnesses = first === undefined && witness !== null ? { witnesses: [witness] } : {};
    const budgets = this.budgets(first?.load ?? null, target);
    this.apply({ type: 'plan.made', at, plan: road.plan, trigger: rung, budgets, ...witnesses });
    if (open.length > 0) return;
    this.apply({ type: 'hop.refused', at, hold: triggersSpent(this.context) });
    this.plan(at);
  }

  /** A phone that is held from now on bears advice with the keys of its model. */
  #advised(before: Phone, next: Phone): Phone {
    const { hold } = next.context;
    if (next.state !== 'held' || before.state === 'held' || hold === null) return next;
    const lasting = this.#stalledTooOften(before) && hold.isResumable ? spent(hold) : hold;
    const advice = withKeys(lasting.code, lasting.advice, this.#group());
    return { ...next, context: { ...next.context, hold: { ...lasting, advice } } };
  }

  /** Whether this phone has now been offered its hop in vain for the last time; one that was not shown its load missed nothing. */
  #stalledTooOften({ state, context }: Phone): boolean {
    const hop = presentHop(context);
    const wasTried = state === 'offered' ? context.isShown : UNDER_WAY.has(state);
    return hop !== null && wasTried && this.countVain(`stalled ${hop.load}`) >= MOST_STALLS;
  }

  /** Which phones its keys are those of; null while that is not known. */
  #group(): '79x0' | 'java' | null {
    const { software } = this.evidence;
    if (this.model !== null) return this.aids.modelFamily(this.model) === '79x0' ? '79x0' : 'java';
    const [first] = software;
    if (first === undefined || software.some((one) => (one.generation === 'java') !== (first.generation === 'java'))) {
      return null;
    }
    return first.generation === 'java' ? 'java' : '79x0';
  }
}

function passedOver(hop: Hop, rung: number): string {
  return `${PASSED_OVER}${hopKey(hop)} ${hop.triggers[rung]?.file ?? rung}`;
}

function fallen({ target }: PhoneContext): Hold {
  const reason = `the phone had landed on ${target} ${MOST_FALLS} times and showed then that it runs something else`;
  return holdFor({ code: 'P_UNEXPECTED_LOAD', reason }, false);
}

/** The hold of a phone that would go on at its next sign of life, only to stop in the same place again. */
function spent({ code, reason, advice }: Hold): Hold {
  const often = `${reason}; that was the ${MOST_STALLS}th time in this step, so it does not go on by itself any more`;
  return { code, reason: often, advice: `${advice}; then run: loadstep retry`, isResumable: false };
}
