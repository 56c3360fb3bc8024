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
import { type Answer, answerFor } from '../core/answer/answer.ts';
import type { GatePhone } from '../core/batch/gate.ts';
import { type Standing, standingOf } from '../core/batch/outcome.ts';
import { retryClassOf, waitsForFiles, waitsForPlan } from '../core/batch/retry-class.ts';
import { withKeys } from '../core/explain/hold-advice.ts';
import { type HistoryEvent, WAITS } from '../core/history/event.ts';
import { type Behaviour, behaviourOf, hasEnded } from '../core/identify/behaviour.ts';
import {
  concludeHop,
  type Evidence,
  type ObeyedWord,
  type Observation,
  observe,
  state,
} from '../core/identify/evidence.ts';
import { duringFlash, judge, quietWitness, type Verdict } from '../core/identify/judge.ts';
import { EMPTY_TRACE, type Trace } from '../core/identify/trace.ts';
import type { AskedName } from '../core/names/asked-name.ts';
import type { ModelId } from '../core/names/family.ts';
import type { LoadName } from '../core/names/load-name.ts';
import { hasAskedAll, isLastImage } from '../core/plan/hop-progress.ts';
import type { Hop } from '../core/plan/plan.ts';
import type { Enrolment, StoredSnapshot } from '../ports/store.ts';
import { rowsOfAnswer } from './answer-rows.ts';
import { offersFor, UNDER_WAY } from './offers.ts';
import { type RoadAnswer, roadFor, usableRungs } from './road.ts';
import type { SessionAids } from './session-aids.ts';
import { holdFor, notTaken, sharedAddress } from './session-holds.ts';
import { gatePhoneOf, waitText } from './turn.ts';

/** What one request led to: the answer, and the rows that are committed before its first byte. */
export interface Decision {
  readonly answer: Answer;
  readonly rows: readonly HistoryEvent[];
}

/** A phone asks for a file again and again for 39 s before it gives it up (legacy-79x0 11.2); less, to be sure. */
const REPEATS_FOR_MS = 30_000;
/** A phone may come up with something unexpected once; a second time, what runs is not what we gave it (invented). */
const MOST_SURPRISES = 2;

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
  /** What the phone's questions are known as, and in which hop it was seen. */
  #behaviour: { readonly hop: number; readonly seen: Behaviour } | null = null;
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
    this.#comeBack(asked, at, seen);
    this.#giveUp(asked, at);
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
    this.#apply({ type: 'hop.refused', at, hold, isFinal: retryClassOf(hold.code) === 'final' });
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
    this.#apply({ type: 'hop.refused', at, hold: sharedAddress(asked.name), isFinal: true });
    return this.#take();
  }

  /** The firmware store has changed, or a server has started: a phone that was held for want of a road may have one now. */
  reconsider(at: number, isChanged: boolean): readonly HistoryEvent[] {
    const { state, context } = this.#phone;
    const code = context.hold?.code ?? '';
    if (state !== 'held' || this.isUnreadable || !(isChanged ? waitsForFiles(code) : waitsForPlan(code))) return [];
    if (this.#road(null).kind !== 'plan') return [];
    this.#lift('the firmware store holds now what a road to the target needs', at);
    return this.#take();
  }

  /** When the session wants to be woken, milliseconds since the epoch; null when it waits for nothing. */
  wakeAt(): number | null {
    const { deadlineAt } = this.#phone.context;
    const times = [deadlineAt, this.#quietAt(), this.#missedAt()].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
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
      if (this.isWaiting(now)) this.#apply({ type: 'turn.awaited', at: now });
      else this.#apply({ type: 'deadline.passed', at: now, ...this.#knownHold(true) });
    }
    const missedAt = this.#missedAt();
    if (missedAt !== null && now >= missedAt) this.#missFirstRequest(now);
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
    this.#evidence = { ...this.#evidence, trace: EMPTY_TRACE, told: [], surprises: 0 };
    this.#answered = null;
  }

  #learn(asked: AskedName, at: number): Observation {
    const { modelFamily } = this.#aids;
    const before = this.#evidence.trace;
    const seen = observe(this.#evidence, asked, at, this.#aids);
    this.#evidence = seen.evidence;
    for (const { finding, reason } of seen.findings) {
      const isSurprise = UNDER_WAY.has(this.#phone.state) && this.#phone.context.hasTaken;
      const code = finding !== 'contradiction' ? {} : { code: isSurprise ? 'P_UNEXPECTED_LOAD' : 'P_CONTRADICTION' };
      this.#rows.push({ event: 'phone.finding', at, ...this.where(), finding, ...code, reason });
    }
    this.#notice(asked, at, seen.isNewRound, before);
    if (seen.isNewRound) {
      const hop = presentHop(this.#phone.context);
      const usable = hop === null ? [] : usableRungs(hop, this.#evidence, modelFamily);
      // A round in which the phone could not be shown anything says nothing about its trigger.
      if (!this.#wasTurnedAway && !this.isWaiting(at)) {
        this.#apply({ type: 'round.begun', at, usable, ...this.#knownHold(false) });
      }
      this.#shown = null;
      this.#wasTurnedAway = false;
    }
    return seen;
  }

  /** Records what the phone's questions are known as, once a hop. */
  #notice(asked: AskedName, at: number, isNewRound: boolean, before: Trace): void {
    const { state, context } = this.#phone;
    const { trace, pattern } = this.#evidence;
    const hop = UNDER_WAY.has(state) ? presentHop(context) : null;
    const question = { asked, at, isNewRound, before, trace, pattern, hop };
    const found = behaviourOf({ ...question, isShown: context.isShown, taken: context.asked });
    const known = this.#behaviour?.seen.code;
    if (found === null && known !== undefined && hasEnded(known, asked)) this.#behaviour = null;
    if (found !== null) this.#find(found, at);
  }

  #find(seen: Behaviour, at: number): void {
    const { hop } = this.#phone.context;
    const { code, reason } = seen;
    this.#behaviour = { hop, seen };
    const finding = code.slice(2).toLowerCase().replaceAll('_', '-');
    this.#tellOnce(`${code} ${hop}`, { event: 'phone.finding', at, ...this.where(), finding, code, reason });
  }

  /** The hold that names what the phone has been seen to do in this hop; nothing where the usual words say more. */
  #knownHold(isResumable: boolean): { readonly hold?: Hold } {
    const known = this.#behaviour;
    const { state, context } = this.#phone;
    if (known === null || known.hop !== context.hop || state === 'flashing' || state === 'confirming') return {};
    if (known.seen.code === 'P_SIP_POLL_31S') return {};
    return { hold: holdFor(known.seen, isResumable) };
  }

  /** What has gone on for too long is not tried again. */
  #giveUp(asked: AskedName, at: number): void {
    const known = this.#behaviour;
    if (known === null || !known.seen.isHopeless || known.hop !== this.#phone.context.hop) return;
    const hold = holdFor(known.seen, false);
    // It asks for a manifest: so it writes nothing any more.
    if (this.#phone.state === 'flashing') this.#apply({ type: 'manifest.requested', at, file: asked.name });
    if (this.#phone.state === 'identifying') this.#apply({ type: 'plan.refused', at, hold });
    else this.#apply({ type: 'hop.refused', at, hold, isFinal: retryClassOf(hold.code) === 'final' });
  }

  /** A held phone that shows something new is worth another try; refusals still count. */
  #comeBack(asked: AskedName, at: number, seen: Observation): void {
    const { state, context } = this.#phone;
    const code = context.hold?.code;
    if (state !== 'held' || code === undefined || this.isUnreadable) return;
    if (hasEnded(code, asked)) this.#lift(`the phone asks ${asked.name} now`, at);
    else if (seen.isChanged && waitsForPlan(code) && this.#road(null).kind === 'plan') {
      this.#lift('the phone shows more of what it runs', at);
    }
  }

  #lift(reason: string, at: number): void {
    this.#behaviour = null;
    this.#apply({ type: 'hold.lifted', at, reason });
    if (this.#phone.state === 'identifying') this.#plan(at);
  }

  /** When a phone that was never heard is worth a word; null when it was heard or that was said. */
  #missedAt(): number | null {
    if (this.#phone.state !== 'waiting' || this.#evidence.told?.includes('P_NO_FIRST_REQUEST 0')) return null;
    return Math.max(this.#enrolment.enrolledAt, this.#aids.listeningSince) + this.#aids.timing.firstRequestMs;
  }

  #missFirstRequest(at: number): void {
    const reason = 'the phone has not asked this server for anything since it was put on the list';
    this.#find({ code: 'P_NO_FIRST_REQUEST', reason, isHopeless: false }, at);
    this.#behaviour = null;
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
    if (seen.isContradiction) this.#contradict(at);
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

  /** The phone came up with something else: once, that is planned from; a second time, the hop is given up. */
  #contradict(at: number): void {
    const { state, context } = this.#phone;
    const hop = presentHop(context);
    if (state !== 'confirming' || hop === null) {
      this.#apply({ type: 'evidence.contradicted', at });
      return;
    }
    const surprises = (this.#evidence.surprises ?? 0) + 1;
    this.#evidence = { ...this.#evidence, surprises };
    if (surprises < MOST_SURPRISES) {
      this.#apply({ type: 'evidence.contradicted', at });
      return;
    }
    const reason = `${hop.load} was to run, and the phone came up with something else again`;
    const hold = holdFor({ code: 'P_UNEXPECTED_LOAD', reason }, false);
    this.#apply({ type: 'hop.refused', at, hold });
  }

  #confirm(hop: Hop, witnesses: readonly string[], at: number): void {
    this.#evidence = concludeHop(this.#evidence, hop.after);
    const next = nextHop(this.#phone.context);
    const usable = next === null ? [] : usableRungs(next, this.#evidence, this.#aids.modelFamily);
    const budgets = next === null ? {} : { budgets: this.#budgets(next.load, this.#phone.context.target) };
    this.#apply({ type: 'hop.confirmed', at, witnesses, trigger: usable[0] ?? 0, ...budgets });
  }

  #deny(hop: Hop, verdict: Extract<Verdict, { kind: 'denied' }>, at: number): void {
    const hold = notTaken(hop, verdict);
    this.#evidence = { ...this.#evidence, software: hop.from };
    this.#apply({ type: 'hop.denied', at, hold });
  }

  #road(lastHold: Hold | null): RoadAnswer {
    const { target, avoid } = this.#phone.context;
    const { matrix, index } = this.#aids;
    return roadFor({ matrix, index: index(), evidence: this.#evidence, target, avoid, lastHold });
  }

  #plan(at: number): void {
    const { context } = this.#phone;
    const road = this.#road(context.hold);
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
    const { matrix, turns } = this.#aids;
    const offers = offersFor(this.#phone, this.#evidence, matrix, turns.isPaused);
    return answerFor({ asked, ...offers, index: this.#aids.index() });
  }

  #record(answer: Answer, asked: AskedName, at: number): void {
    if (answer.kind === 'trigger' || (answer.kind === 'file' && answer.isTrigger)) this.#shown = answer.hop;
    if (answer.kind === 'trigger') this.#answered = asked.name;
    this.#rows.push(...rowsOfAnswer(answer, asked, { at, ...this.where() }));
  }

  #isLastImage(hop: Hop, file: string): boolean {
    return isLastImage(hop, file, Object.keys(this.#phone.context.asked));
  }

  /** Whether the phone once had everything that the hop needs. */
  #hasTaken(hop: Hop): boolean {
    const { asked, hasTaken } = this.#phone.context;
    return hasTaken && hasAskedAll(hop, Object.keys(asked));
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
    this.#phone = this.#advised(before, next);
    this.#rows.push(...rowsOf(before, event, this.#phone));
    if (event.type === 'evidence.contradicted' || event.type === 'operator.retried') this.#answered = null;
    if (event.type === 'operator.retried') this.#evidence = { ...this.#evidence, trace: EMPTY_TRACE, told: [] };
    if (event.type === 'operator.retried' || next.state === 'landed') {
      this.#evidence = { ...this.#evidence, surprises: 0 };
    }
  }

  /** A phone that is held from now on bears advice with the keys of its model. */
  #advised(before: Phone, next: Phone): Phone {
    const { hold } = next.context;
    if (next.state !== 'held' || before.state === 'held' || hold === null) return next;
    const advice = withKeys(hold.code, hold.advice, this.#phones());
    return { ...next, context: { ...next.context, hold: { ...hold, advice } } };
  }

  /** Which phones its keys are those of; null while that is not known. */
  #phones(): '79x0' | 'java' | null {
    const { software } = this.#evidence;
    if (this.model !== null) return this.#aids.modelFamily(this.model) === '79x0' ? '79x0' : 'java';
    const first = software[0];
    if (first === undefined || software.some((one) => (one.generation === 'java') !== (first.generation === 'java'))) {
      return null;
    }
    return first.generation === 'java' ? 'java' : '79x0';
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
