import {
  freshContext,
  type Hold,
  nextHop,
  type PhoneContext,
  presentHop,
  type StateBudgets,
} from '../../machines/phone-context.ts';
import type { PhoneEvent } from '../../machines/phone-event.ts';
import { rowsOf, whereOf } from '../../machines/record.ts';
import { persist } from '../../machines/snapshot.ts';
import { begin, isBusy, type Phone, step } from '../../machines/step.ts';
import { type Answer, answerFor, type Offer } from '../core/answer/answer.ts';
import type { GatePhone } from '../core/batch/gate.ts';
import { type Standing, standingOf } from '../core/batch/outcome.ts';
import { type HistoryEvent, WAITS } from '../core/history/event.ts';
import {
  concludeHop,
  type Evidence,
  type ObeyedWord,
  type Observation,
  observe,
  state,
} from '../core/identify/evidence.ts';
import { duringFlash, judge, quietWitness, type Verdict } from '../core/identify/judge.ts';
import { EMPTY_TRACE } from '../core/identify/trace.ts';
import type { AskedName } from '../core/names/asked-name.ts';
import type { ModelId } from '../core/names/family.ts';
import type { LoadName } from '../core/names/load-name.ts';
import type { Hop } from '../core/plan/plan.ts';
import type { Enrolment, StoredSnapshot } from '../ports/store.ts';
import { mayShow, roadFor, usableRungs } from './road.ts';
import type { SessionAids } from './session-aids.ts';
import { gatePhoneOf, waitText } from './turn.ts';

/** What one request led to: the answer, and the rows that are committed before its first byte. */
export interface Decision {
  readonly answer: Answer;
  readonly rows: readonly HistoryEvent[];
}

/** A phone asks for a file again and again for 39 s before it gives it up (legacy-79x0 11.2); less, to be sure. */
const REPEATS_FOR_MS = 30_000;
const UNDER_WAY: ReadonlySet<Phone['state']> = new Set(['offered', 'downloading', 'flashing', 'confirming']);
const PUBLISHES: ReadonlySet<Phone['state']> = new Set([...UNDER_WAY, 'landed']);

/** A name asked so often with nothing in between is asked for ever (invented; lost datagrams repeat a name a few times). */
const POLLS = 6;

/** One enrolled phone: turns what it asks into facts for its machine, and the machine's state into answers. */
export class PhoneSession {
  #enrolment: Enrolment;
  /** What the operator asked while the phone may be writing flash; obeyed at its next boot. */
  #word: Enrolment | null = null;
  #phone: Phone;
  #evidence: Evidence;
  #rows: HistoryEvent[] = [];
  /** The trigger answered last, until its transfer ends: its last ACK may be lost although the phone has it. */
  #answered: string | null = null;
  /** The hop that was named to the phone since it began its list of names; it may come for it. */
  #shown: Hop | null = null;
  /** Whether it was turned away in this round, since others go first. */
  #wasTurnedAway = false;
  #askedAt: number | null = null;
  /** True while its power is being switched: whatever it is shown now, it could be writing when its power goes. */
  #isWithheld = false;
  readonly #aids: SessionAids;

  constructor(enrolment: Enrolment, phone: Phone, evidence: Evidence, aids: SessionAids) {
    this.#enrolment = enrolment;
    this.#phone = phone;
    this.#evidence = evidence;
    this.#aids = aids;
  }

  /** What the operator asked, as far as it was obeyed. */
  get enrolment(): Enrolment {
    return this.#enrolment;
  }

  /** Whether the operator let the phone go, and the phone could be let go. */
  get isReleased(): boolean {
    return this.#enrolment.status === 'released';
  }

  get phone(): Phone {
    return this.#phone;
  }

  get evidence(): Evidence {
    return this.#evidence;
  }

  /** The model as far as it is known. */
  get model(): ModelId | null {
    return this.#evidence.vendorModel ?? this.#evidence.stated.model;
  }

  get isBusy(): boolean {
    return isBusy(this.#phone);
  }

  /** Whether its stored record could not be read by this version; then it is not written over. */
  get isUnreadable(): boolean {
    return this.#phone.state === 'held' && this.#phone.context.hold?.code === 'P_SNAPSHOT_UNREADABLE';
  }

  get snapshot(): StoredSnapshot {
    return persist(this.#phone);
  }

  /** Where the phone stands, as rows and live events bear it. */
  where(): ReturnType<typeof whereOf> {
    return whereOf(this.#phone);
  }

  /** The phone as the gate of the batch sees it. */
  gatePhone(now: number): GatePhone {
    const { enrolledAt } = this.#enrolment;
    const wasShown = this.#shown !== null && this.#isPresent(this.#shown);
    return gatePhoneOf({ phone: this.#phone, enrolledAt, askedAt: this.#askedAt, wasShown }, now);
  }

  /** Shows the phone no load until the returned function is called; null while it may be taking or writing one. */
  withhold(): (() => void) | null {
    if (this.isBusy) return null;
    this.#isWithheld = true;
    return () => {
      this.#isWithheld = false;
    };
  }

  /** How the phone counts in its batch. */
  get standing(): Standing['kind'] {
    return standingOf(this.#phone.state, this.#phone.context.hold);
  }

  /** The answer to one request. `earlier` are nameless requests of the same boot that are known only now to be its own. */
  ask(asked: AskedName, at: number, earlier: readonly AskedName[]): Decision {
    this.#askedAt = at;
    if (!this.#isPolling(asked)) this.#apply({ type: 'phone.seen', at });
    for (const one of earlier) this.#learn(one, at);
    const verdictBefore = this.#phone.context;
    const traceBefore = this.#evidence.trace;
    const seen = this.#learn(asked, at);
    this.#conclude(asked, at, seen, verdictBefore, traceBefore);
    if (this.#obey(at)) {
      // What was asked for begins with the boot that this request belongs to.
      this.#apply({ type: 'phone.seen', at });
      this.#learn(asked, at);
    }
    if (this.#phone.state === 'identifying') this.#plan(at);
    this.#countFile(asked, at);
    const answer = this.#answer(asked, at);
    this.#record(answer, asked, at);
    return { answer, rows: this.#take() };
  }

  /**
   * Whether it only repeats one name, as an unprovisioned phone does for ever: that moves nothing, so it neither puts off the
   * deadline of an offer nor brings back a phone that was held until it is restarted.
   */
  #isPolling({ name }: AskedName): boolean {
    const { state, context } = this.#phone;
    if (state !== 'offered' && !(state === 'held' && context.hold?.code === 'P_NEEDS_RESTART')) return false;
    const last = this.#evidence.trace.steps.at(-1);
    return last?.name === name && last.times >= POLLS;
  }

  /** The DHCP server knows which model this is. */
  noteVendorModel(model: ModelId): void {
    this.#evidence = { ...this.#evidence, vendorModel: model };
  }

  /** A file of the phone's hop, or a text that names its load, reached it whole. */
  sent(answer: Answer, at: number): readonly HistoryEvent[] {
    if (answer.kind === 'trigger') {
      this.#answered = null;
      if (this.#isPresent(answer.hop)) this.#apply({ type: 'trigger.shown', at, file: answer.trigger.file });
    }
    if (answer.kind === 'file' && answer.role === 'image' && this.#isPresent(answer.hop)) {
      this.#apply({ type: 'image.sent', at, file: answer.name, isLast: this.#isLastImage(answer.hop, answer.name) });
    }
    return this.#take();
  }

  /** A transfer ended before its end. */
  failed(answer: Answer, at: number): readonly HistoryEvent[] {
    if (answer.kind === 'trigger') this.#answered = null;
    if (answer.kind === 'file' && answer.role === 'image' && this.#isPresent(answer.hop)) {
      this.#apply({ type: 'image.failed', at, file: answer.name });
    }
    return this.#take();
  }

  /** A transfer may end after its phone has gone on to another hop: then it says nothing of that one. */
  #isPresent(hop: Hop): boolean {
    const present = presentHop(this.#phone.context);
    return present !== null && present.kind === hop.kind && present.load === hop.load;
  }

  /** The store can no longer give what the hop needs. */
  refuse(hold: Hold, at: number): readonly HistoryEvent[] {
    this.#apply({ type: 'hop.refused', at, hold });
    if (this.#phone.state === 'identifying') this.#plan(at);
    return this.#take();
  }

  /** The phone, or another one behind its address, asked without a name for what its hop needs: neither can be answered. */
  askUnnamed(asked: AskedName, at: number): readonly HistoryEvent[] {
    const hop = presentHop(this.#phone.context);
    if (hop === null || this.#phone.state !== 'offered') return [];
    const isTrigger = hop.triggers[this.#phone.context.trigger]?.file === asked.name;
    const isFile = this.#phone.context.isShown && hop.files.some((file) => file.name === asked.name);
    if (!isTrigger && !isFile) return [];
    const hold: Hold = {
      code: 'P_AMBIGUOUS_ADDRESS',
      reason: `${asked.name} was asked from an address that several phones share, so it cannot be told whose it would be`,
      advice: 'give each phone an address of its own or connect them one at a time, then run: loadstep retry',
      isResumable: false,
    };
    this.#apply({ type: 'hop.refused', at, hold, isFinal: true });
    return this.#take();
  }

  /** When the session wants to be woken, milliseconds since the epoch; null when it waits for nothing. */
  wakeAt(): number | null {
    const { deadlineAt } = this.#phone.context;
    const quietAt = this.#quietAt();
    if (quietAt === null) return deadlineAt;
    return deadlineAt === null ? quietAt : Math.min(deadlineAt, quietAt);
  }

  /** Its time has come: a phone that went quiet has proven its hop, a deadline that passed is a stall. */
  wake(now: number): readonly HistoryEvent[] {
    const quietAt = this.#quietAt();
    const hop = presentHop(this.#phone.context);
    if (quietAt !== null && now >= quietAt && hop !== null) {
      const file = hop.triggers[this.#phone.context.trigger]?.file ?? '';
      this.#confirm(hop, [quietWitness(hop, file)], now);
    }
    const { deadlineAt } = this.#phone.context;
    if (deadlineAt !== null && now >= deadlineAt) {
      this.#apply({ type: this.isWaiting(now) ? 'turn.awaited' : 'deadline.passed', at: now });
    }
    if (this.#obey(now) && this.#phone.state === 'identifying') this.#plan(now);
    return this.#take();
  }

  /**
   * Takes the operator's word: a release, a retry, another target, another description. A phone that may be writing flash
   * goes on as if nothing had been said, and obeys at its next boot; a restart of the server in between changes nothing.
   */
  instruct(enrolment: Enrolment, at: number): readonly HistoryEvent[] {
    this.#word = enrolment;
    if (this.#obey(at) && this.#phone.state === 'identifying') this.#plan(at);
    return this.#take();
  }

  /** True when the operator's word changed something for the phone. */
  #obey(at: number): boolean {
    const word = this.#word;
    if (word === null || this.isBusy) return false;
    const was = this.#enrolment;
    const { from, model } = word;
    this.#word = null;
    this.#enrolment = word;
    this.#evidence = { ...this.#evidence, obeyed: obeyedWord(word) };
    if (word.status === 'released') {
      this.#apply({ type: 'operator.released', at });
      return true;
    }
    const isSameRoad = was.target === word.target && was.from === from && was.model === model;
    // Only the label changed, and a run under way has nothing to do with it.
    const isRenamed = isSameRoad && was.enrolledAt !== word.enrolledAt;
    if (isRenamed && this.#phone.state !== 'held' && this.#phone.state !== 'cancelled') return false;
    this.#evidence = state(this.#evidence, { from, model });
    const isAnew = was.target !== word.target || this.#phone.state === 'cancelled';
    if (isAnew) this.#startOver(word, at);
    else this.#apply({ type: 'operator.retried', at });
    return true;
  }

  /** Another target, or a phone that was released before: the road begins anew; what was learnt of the phone stays. */
  #startOver({ mac, target }: Enrolment, at: number): void {
    const budgets = this.#budgets(null, target);
    this.#phone = begin(freshContext(mac, target, at, budgets, this.#aids.timing.patience));
    this.#evidence = { ...this.#evidence, trace: EMPTY_TRACE };
    this.#answered = null;
  }

  #learn(asked: AskedName, at: number): Observation {
    const { modelFamily } = this.#aids;
    const seen = observe(this.#evidence, asked, at, this.#aids);
    this.#evidence = seen.evidence;
    for (const { finding, reason } of seen.findings) {
      this.#rows.push({ event: 'phone.finding', at, ...this.where(), finding, reason });
    }
    if (seen.isNewRound) {
      const hop = presentHop(this.#phone.context);
      const usable = hop === null ? [] : usableRungs(hop, this.#evidence, modelFamily);
      // A round in which the phone could not be shown anything says nothing about its trigger.
      if (!this.#wasTurnedAway && !this.isWaiting(at)) this.#apply({ type: 'round.begun', at, usable });
      this.#shown = null;
      this.#wasTurnedAway = false;
    }
    return seen;
  }

  /** Whether others go before it: its rounds are not counted then, and its time does not run. */
  isWaiting(at: number): boolean {
    if (this.#phone.state !== 'offered' || this.gatePhone(at).hasSlot) return false;
    return this.#aids.turns.look(this.#enrolment.mac, at).kind === 'wait';
  }

  #conclude(
    asked: AskedName,
    at: number,
    seen: Observation,
    before: PhoneContext,
    traceBefore: Evidence['trace'],
  ): void {
    const hop = presentHop(this.#phone.context);
    if (hop !== null && UNDER_WAY.has(this.#phone.state)) {
      // What was shown and fetched belongs to the round that this request ended.
      const round = seen.isNewRound ? before : this.#phone.context;
      const verdict: Verdict | null = judge({
        hop,
        nextImages: nextHop(this.#phone.context)?.files.map((file) => file.name) ?? [],
        asked,
        isNewRound: seen.isNewRound,
        before: traceBefore,
        trace: this.#evidence.trace,
        reading: seen.reading,
        isShown: round.isShown || this.#hasSurelyRead(traceBefore),
        trigger: hop.triggers[round.trigger]?.file ?? '',
        fetched: round.fetched,
        hasTaken: this.#hasTaken(hop),
        wasAsked: Object.keys(this.#phone.context.asked).length > 0,
        wasHeard: this.#wasHeardSince(traceBefore.steps.at(-1)?.at ?? at),
        isBack: this.#phone.state === 'confirming',
      });
      if (verdict?.kind === 'confirmed') this.#confirm(hop, verdict.witnesses, at);
      if (verdict?.kind === 'denied') this.#deny(hop, verdict, at);
      if (verdict !== null) return;
    }
    if (seen.isContradiction) this.#apply({ type: 'evidence.contradicted', at });
  }

  /** Whether nothing it asked since then can have gone unheard: a server away for less than that only makes it ask again. */
  #wasHeardSince(at: number): boolean {
    return this.#aids.listeningSince - at <= REPEATS_FOR_MS;
  }

  /** A phone asks one file at a time: one that asked its configuration once and goes on has read it. */
  #hasSurelyRead(trace: Evidence['trace']): boolean {
    const last = trace.steps.at(-1);
    return this.#answered !== null && last?.name === this.#answered && last.times === 1;
  }

  #budgets(load: LoadName | null, target: LoadName): StateBudgets {
    return this.#aids.budgets({ load, target, model: this.model });
  }

  #confirm(hop: Hop, witnesses: readonly string[], at: number): void {
    this.#evidence = concludeHop(this.#evidence, hop.after);
    const next = nextHop(this.#phone.context);
    const usable = next === null ? [] : usableRungs(next, this.#evidence, this.#aids.modelFamily);
    const budgets = next === null ? {} : { budgets: this.#budgets(next.load, this.#phone.context.target) };
    this.#apply({ type: 'hop.confirmed', at, witnesses, trigger: usable[0] ?? 0, ...budgets });
  }

  #deny(hop: Hop, verdict: Extract<Verdict, { kind: 'denied' }>, at: number): void {
    const hold: Hold = {
      code: verdict.code,
      reason: verdict.reason,
      advice: `keep its power on while ${hop.load} is written; see: loadstep explain ${verdict.code}`,
      isResumable: false,
    };
    this.#evidence = { ...this.#evidence, software: hop.from };
    this.#apply({ type: 'hop.denied', at, hold });
  }

  #plan(at: number): void {
    const { context } = this.#phone;
    const road = roadFor({
      matrix: this.#aids.matrix,
      index: this.#aids.index(),
      evidence: this.#evidence,
      target: context.target,
      avoid: context.avoid,
      lastHold: context.hold,
    });
    if (road.kind === 'wait') return;
    if (road.kind === 'hold') {
      this.#apply({ type: 'plan.refused', at, hold: road.hold });
      return;
    }
    const first = road.plan.hops[0];
    const usable = first === undefined ? [0] : usableRungs(first, this.#evidence, this.#aids.modelFamily);
    const rung = usable[0];
    if (rung === undefined) return;
    const witnesses = first === undefined ? { witnesses: [`${context.target} was proven to run before`] } : {};
    const budgets = this.#budgets(first?.load ?? null, context.target);
    this.#apply({ type: 'plan.made', at, plan: road.plan, trigger: rung, budgets, ...witnesses });
  }

  /** Tells the machine of a request for a file of the hop; a manifest asked once too often may open another road. */
  #countFile(asked: AskedName, at: number): void {
    for (let road = 0; road < 2; road++) {
      const answer = this.#answer(asked, at);
      if (answer.kind !== 'file') return;
      const file = answer.name;
      this.#apply({ type: answer.role === 'image' ? 'image.requested' : 'manifest.requested', at, file });
      if (answer.role === 'image' && this.#isLastImage(answer.hop, file)) {
        this.#evidence = duringFlash(this.#evidence, answer.hop);
      }
      if (this.#phone.state !== 'identifying') return;
      this.#plan(at);
    }
  }

  #answer(asked: AskedName, at: number): Answer {
    const answer = this.#answerInTurn(asked);
    if (this.#isWithheld && (answer.kind === 'trigger' || answer.kind === 'file')) {
      this.#wasTurnedAway = true;
      return { kind: 'not-found', reason: 'its power is being switched off and on' };
    }
    if (this.#phone.state !== 'offered' || (answer.kind !== 'trigger' && answer.kind !== 'file')) return answer;
    const { turns } = this.#aids;
    const why = waitText(turns.take(this.#enrolment.mac, at), turns.limits);
    if (why === null) return answer;
    this.#wasTurnedAway = true;
    const { hop } = this.#phone.context;
    this.#tellOnce(`waits ${hop}`, { event: 'phone.decision', at, ...this.where(), finding: WAITS, reason: why });
    return { kind: 'not-found', reason: why };
  }

  /** The answer while nobody else has to be thought of. */
  #answerInTurn(asked: AskedName): Answer {
    const { state, context } = this.#phone;
    const hop = presentHop(context);
    const offer: Offer | null = hop !== null && PUBLISHES.has(state) ? { hop, trigger: context.trigger } : null;
    const { pattern, software } = this.#evidence;
    const isProbed = state === 'identifying' && pattern === 'g1-or-g2-sip' && software.length > 1;
    const peek = this.#peek();
    const trigger = offer?.hop.triggers[offer.trigger];
    const isAllowed = offer !== null && mayShow(this.#aids.matrix, offer.hop, trigger, software);
    return answerFor({ asked, offer, peek, isProbed, index: this.#aids.index(), isAllowed });
  }

  /**
   * Old phones ask OS79XX.TXT first at every boot, before anything shows whether the last image took. The next hop may be
   * named there already when everything the phone can be running either allows it or skips the name.
   */
  #peek(): Offer | null {
    const { state, context } = this.#phone;
    const hop = nextHop(context);
    if (state !== 'confirming' || hop === null || !context.hasTaken || this.#aids.turns.isPaused) return null;
    const rung = hop.triggers.findIndex((trigger) => trigger.file === 'OS79XX.TXT');
    const trigger = hop.triggers[rung];
    if (rung !== 0 || trigger === undefined) return null;
    return mayShow(this.#aids.matrix, hop, trigger, this.#evidence.software) ? { hop, trigger: rung } : null;
  }

  #record(answer: Answer, asked: AskedName, at: number): void {
    if (answer.kind === 'trigger' || (answer.kind === 'file' && answer.isTrigger)) this.#shown = answer.hop;
    if (answer.kind === 'trigger') {
      this.#answered = asked.name;
      this.#rows.push({ event: 'load.offered', at, ...this.where(), load: answer.hop.load, file: asked.name });
    }
    if (answer.kind === 'file' && answer.isTrigger) {
      this.#rows.push({ event: 'load.offered', at, ...this.where(), load: answer.hop.load, file: asked.name });
    }
    if (answer.kind === 'file' && !answer.isExact) {
      const reason = `the phone asked ${asked.name}, the package holds ${answer.name}: served, for only the case differs`;
      this.#rows.push({
        event: 'phone.finding',
        at,
        ...this.where(),
        finding: 'wrong-case',
        code: 'P_WRONG_CASE',
        reason,
      });
    }
    if (answer.kind === 'probe') {
      const reason = 'a name that no load bears is shown, to see whether the phone appends .bin or .sbn to it';
      this.#rows.push({ event: 'phone.decision', at, ...this.where(), file: asked.name, reason });
    }
  }

  /** A phone asks one image after the other: the last in the manifest's order means that it has those before it. */
  #isLastImage(hop: Hop, file: string): boolean {
    if (hop.kind !== 'java-load' && hop.kind !== 'boot-loader') return true;
    return neededImages(hop).at(-1) === file.toLowerCase() && this.#hasAskedAll(hop);
  }

  /** Whether the phone once had everything that the hop needs: a loader alone, or one archive of five, proves nothing. */
  #hasTaken(hop: Hop): boolean {
    return this.#phone.context.hasTaken && this.#hasAskedAll(hop);
  }

  #hasAskedAll(hop: Hop): boolean {
    const images = neededImages(hop);
    const asked = new Set(Object.keys(this.#phone.context.asked).map((name) => name.toLowerCase()));
    // A phone that has the loader already asks for the application alone.
    if (hop.kind === 'application') return asked.has(images.at(-1) ?? '');
    return hop.kind === 'image' || hop.kind === 'loader' || images.every((name) => asked.has(name));
  }

  #quietAt(): number | null {
    const { state, context } = this.#phone;
    const hop = presentHop(context);
    if (state !== 'confirming' || hop === null || !context.isShown || !this.#hasTaken(hop)) return null;
    // Silence may be a plug that was pulled: it lets a phone land, and no further hop is built on it.
    if (nextHop(context) !== null || (hop.kind !== 'java-load' && hop.kind !== 'image')) return null;
    const last = this.#evidence.trace.steps.at(-1);
    return last === undefined || !this.#wasHeardSince(last.at) ? null : last.at + this.#aids.timing.quietMs;
  }

  #apply(event: PhoneEvent): void {
    const before = this.#phone;
    const { next, ignored } = step(before, event);
    if (ignored) return;
    this.#phone = next;
    this.#rows.push(...rowsOf(before, event, next));
    if (event.type === 'evidence.contradicted' || event.type === 'operator.retried') this.#answered = null;
    if (event.type === 'operator.retried') this.#evidence = { ...this.#evidence, trace: EMPTY_TRACE };
  }

  /** Records something that stays true for a while, and outlives a restart, only once. */
  #tellOnce(key: string, row: HistoryEvent): void {
    const told = this.#evidence.told ?? [];
    if (told.includes(key)) return;
    this.#evidence = { ...this.#evidence, told: [...told, key] };
    this.#rows.push(row);
  }

  #take(): HistoryEvent[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}

/** The operator's word as the evidence keeps it. */
export function obeyedWord({ revision, enrolledAt, from, model }: Enrolment): ObeyedWord {
  return { revision, enrolledAt, from, model };
}

/** The images that a hop needs, in lower case and in the order in which phones ask for them. */
function neededImages(hop: Hop): readonly string[] {
  const images = hop.files.filter((file) => file.role === 'image' && file.need === 'needed');
  return images.map((file) => file.name.toLowerCase());
}
