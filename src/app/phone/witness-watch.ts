import { isUnheard } from '../../core/identify/evidence.ts';
import { has } from '../../core/identify/trace.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { isUnderWay } from '../../core/phone-states.ts';
import { describeSoftware } from '../../core/software-words.ts';
import { doubtOf, type Heard, hear } from '../../core/witness/hear.ts';
import { SAID_BY, type Statement } from '../../core/witness/statement.ts';
import { softwareTold } from '../../core/witness/told-software.ts';
import { withOlderWord } from '../memory/memory.ts';
import type { BehaviourWatch } from './behaviour-watch.ts';
import type { HopJudge } from './hop-judge.ts';
import type { SessionState } from './session-state.ts';

/** Holds that are about something else than what runs: a person decides there, whatever the phone says. */
const OF_OTHER_THINGS: ReadonlySet<string> = new Set([
  'E_FIRMWARE_CHANGED',
  'E_FIRMWARE_UNREADABLE',
  'E_WRONG_FAMILY',
  'P_CONTRADICTION',
  'P_OTHER_PHONE',
  'P_SNAPSHOT_UNREADABLE',
  'P_UNEXPECTED_LOAD',
]);
/** A phone says the same again and again; other words are recorded so often since it was heard to start (invented). */
const MOST_TOLD = 8;
/** A phone that has asked for nothing for so long has done with its boot; the second try comes as long after the first (invented). */
const IDLE_MS = 20_000;
const MOST_PAGES = 2;
/** Later on its name may not tell any more whose address that is. */
const PAGE_UNTIL_MS = 10 * 60_000;

/** Takes what one phone says of itself: it narrows what may run, and is a proof of what it names (docs/decisions/0040). */
export class WitnessWatch {
  readonly #state: SessionState;
  readonly #judge: HopJudge;
  readonly #behaviour: BehaviourWatch;
  /** What was recorded in the present boot; lost with the process. */
  #told: { readonly startedAt: SteadyMs; readonly reasons: Set<string> } = { startedAt: 0, reasons: new Set() };

  /** How often its page was asked in the present boot. */
  #page: { readonly startedAt: SteadyMs; readonly times: number } = { startedAt: 0, times: 0 };

  constructor(state: SessionState, judge: HopJudge, behaviour: BehaviourWatch) {
    this.#state = state;
    this.#judge = judge;
    this.#behaviour = behaviour;
  }

  /** The phone said something of itself, from its own address. */
  hear(statement: Statement): void {
    const { phone, evidence, aids } = this.#state;
    if (phone.state === 'waiting' || phone.state === 'cancelled') return;
    const told = softwareTold(statement.said, { matrix: aids.matrix, index: aids.index() });
    if (told === null) return;
    const { at } = statement;
    const says = `${SAID_BY[statement.by]} at ${statement.address} says "${statement.words}"`;
    const doubt = this.#doubt(statement);
    const heard = doubt === null ? hear(evidence, told.software, aids) : null;
    if (heard === null) this.#tell(`${says}; ${doubt}, so it counts for nothing`, at);
    else if (heard.kind === 'excluded')
      this.#tell(`${says}; what it asks excludes that, so it counts for nothing`, at, 'P_CONTRADICTION');
    else {
      this.#believe(heard, told.load, { says, witness: `${letterOf(statement)} ${says}`, at });
      const { memory, phone: now } = this.#state;
      if (now.state !== 'landed')
        this.#state.memory = { ...memory, ownWord: { software: heard.evidence.software, boots: 0 } };
    }
  }

  /** A phone with a loader asks for a manifest once in a boot, before it can have said anything. */
  noteAsked({ kind }: AskedName): void {
    const [first, ...more] = this.#state.evidence.trace.steps.filter((step) => step.kind === 'manifest');
    if (kind !== 'manifest' || first === undefined || first.times > 1 || more.length > 0) return;
    this.#state.memory = withOlderWord(this.#state.memory);
  }

  /** Why what it says counts for nothing now; null where it does count. */
  #doubt(statement: Statement): string | null {
    if (this.#state.isBusy) return 'the phone may be writing its flash';
    if (this.#isHeldOtherwise()) return 'a person has to see to something else first';
    return doubtOf(statement, this.#state.evidence);
  }

  #isHeldOtherwise(): boolean {
    const { state, context } = this.#state.phone;
    return state === 'held' && OF_OTHER_THINGS.has(context.hold?.code ?? '');
  }

  #believe(
    heard: Exclude<Heard, { kind: 'excluded' }>,
    load: LoadName | null,
    { says, witness, at }: { readonly says: string; readonly witness: string; readonly at: SteadyMs },
  ): void {
    const { phone, evidence, context } = this.#state;
    this.#state.evidence = heard.evidence;
    const runs = describeSoftware(heard.evidence.software);
    if (heard.kind === 'otherwise') {
      const code = isUnderWay(phone) && context.hasTaken ? 'P_UNEXPECTED_LOAD' : 'P_CONTRADICTION';
      this.#tell(`${says}; ${describeSoftware(evidence.software)} was believed: it runs ${runs}`, at, code);
      this.#state.forget('contradicted');
    } else this.#tell(`${says}: it runs ${runs}`, at);
    const { from } = evidence.stated;
    if (from !== null && heard.evidence.stated.from === null) {
      const reason = `--from ${from} does not fit: ${says}`;
      this.#state.record({ event: 'phone.finding', at, ...this.#state.where(), finding: 'operator-overruled', reason });
    }
    if (isSameLoad(load, this.#state.context.target)) this.#state.forget('said');
    if (load !== null && this.#land(load, witness, at)) return;
    if (heard.kind === 'otherwise') this.#behaviour.comeBacks.contradict(at, evidence.software);
    else if (heard.isNarrower) this.#hearMore(at);
    this.#state.road.plan(at);
  }

  /** An offer for other phones than it is ends at once: it would be waited for what it never takes. What else it was held for is no way out. */
  #hearMore(at: SteadyMs): void {
    const { phone, road } = this.#state;
    const { comeBacks } = this.#behaviour;
    const ahead = phone.state === 'offered' || phone.state === 'held' ? road.ahead(null) : null;
    if (ahead?.kind !== 'hold' || ahead.hold.code !== 'E_WRONG_FAMILY') comeBacks.hearMore(at);
    else if (phone.state === 'offered') this.#state.apply({ type: 'evidence.contradicted', at });
    else if (comeBacks.mayLift()) comeBacks.lift('the phone says a load of other models', at, {});
  }

  /**
   * Whether its page may be asked. It is up and idle, as far as its silence tells; a phone that may be writing its flash is left alone. Twice in a
   * boot: it may not be ready the first time.
   */
  mayAskPage(now: SteadyMs, askedAt: SteadyMs): boolean {
    const { phone, evidence } = this.#state;
    const { trace } = evidence;
    const isWanted = phone.state === 'identifying' || phone.state === 'offered' || phone.state === 'confirming';
    const isHeld = phone.state === 'held' && !this.#isHeldOtherwise();
    if (!isWanted && !isHeld) return false;
    if (trace.steps.length === 0 || has(trace, 'image') || isUnheard(evidence)) return false;
    const last = this.#page.startedAt === trace.startedAt ? this.#page : { startedAt: trace.startedAt, times: 0 };
    const isTime = now - askedAt >= IDLE_MS * (last.times + 1) && now - askedAt < PAGE_UNTIL_MS;
    if (!isTime || last.times >= MOST_PAGES) return false;
    this.#page = { ...last, times: last.times + 1 };
    return true;
  }

  /** What it names is the load of its hop, or its target: that is proven. */
  #land(load: LoadName, witness: string, at: SteadyMs): boolean {
    const { target } = this.#state.context;
    const { state } = this.#state.phone;
    if (state === 'landed' || (!isSameLoad(load, target) && !isSameLoad(this.#state.hop?.load, load))) return false;
    if (this.#confirm(load, witness, at)) return true;
    if (!isSameLoad(load, target)) return false;
    if (state === 'held') {
      if (!this.#behaviour.comeBacks.mayLift()) return false;
      this.#behaviour.comeBacks.lift(`the phone says that it runs ${target}`, at, { isAnew: true });
    } else if (isSameLoad(this.#state.hop?.load, load)) return false;
    else if (state !== 'identifying') {
      // It runs its target, and is on the way to something else.
      this.#state.apply({ type: 'evidence.contradicted', at });
      this.#state.road.plan(at);
    } else this.#state.road.plan(at);
    return this.#confirm(load, witness, at);
  }

  #confirm(load: LoadName, witness: string, at: SteadyMs): boolean {
    const { hop } = this.#state;
    const { state } = this.#state.phone;
    if (hop === null || !isSameLoad(hop.load, load) || (state !== 'offered' && state !== 'confirming')) return false;
    return this.#judge.confirmSaid(hop, witness, at);
  }

  /** Recorded once in a boot. */
  #tell(reason: string, at: SteadyMs, code?: string): void {
    const { startedAt } = this.#state.evidence.trace;
    if (this.#told.startedAt !== startedAt) this.#told = { startedAt, reasons: new Set() };
    const { reasons } = this.#told;
    if (reasons.has(reason) || reasons.size >= MOST_TOLD) return;
    reasons.add(reason);
    const finding = code === undefined ? 'witness' : 'contradiction';
    const coded = code === undefined ? {} : { code };
    this.#state.record({ event: 'phone.finding', at, ...this.#state.where(), finding, ...coded, reason });
  }
}

const LETTERS = { cdp: '(e)', page: '(c)' } as const;

function letterOf({ by }: Statement): '(c)' | '(d)' | '(e)' {
  return by === 'cdp' || by === 'page' ? LETTERS[by] : '(d)';
}
