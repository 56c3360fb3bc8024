import type { Hold } from '../../../machines/phone-context.ts';
import type { whereOf } from '../../../machines/record.ts';
import { persist } from '../../../machines/snapshot.ts';
import type { Phone } from '../../../machines/step.ts';
import type { Answer } from '../../core/answer/answer.ts';
import type { GatePhone } from '../../core/batch/gate.ts';
import { type Standing, standingOf } from '../../core/batch/outcome.ts';
import { retryClassOf } from '../../core/batch/retry-class.ts';
import type { DecidedRow } from '../../core/history/event.ts';
import type { Evidence } from '../../core/identify/evidence.ts';
import { duringFlash } from '../../core/identify/judge.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import type { ModelId } from '../../core/names/family.ts';
import type { OtherPhone } from '../../core/names/other-phones.ts';
import type { Statement } from '../../core/witness/statement.ts';
import type { Enrolment, StoredSnapshot } from '../../ports/store.ts';
import { UNREADABLE } from '../memory/kept-phone.ts';
import type { PhoneMemory } from '../memory/memory.ts';
import { AddressDoubt, type Elsewhere, type OtherAt } from './address-doubt.ts';
import { BehaviourWatch } from './behaviour-watch.ts';
import { sharedAddress } from './holds.ts';
import { HopJudge } from './hop-judge.ts';
import { ImageDoubt } from './image-doubt.ts';
import { type HowAnswered, ItsAnswer } from './its-answer.ts';
import { ItsClock } from './its-clock.ts';
import { ItsRounds, type RefusedAsk } from './its-rounds.ts';
import { ItsStart, type Started } from './its-start.ts';
import { ItsTurn } from './its-turn.ts';
import { LandingDoubt } from './landing-doubt.ts';
import { endUnasked } from './never-asked.ts';
import { isNeededNow } from './offers.ts';
import { OnePackage } from './one-package.ts';
import { OperatorWord } from './operator-word.ts';
import { OtherKind } from './other-kind.ts';
import { OwnTree } from './own-tree.ts';
import type { SessionAids } from './session-aids.ts';
import { type Remembered, SessionState } from './session-state.ts';
import { SilentBoots } from './silent-boots.ts';
import { TransferNews } from './transfer-news.ts';
import { WitnessWatch } from './witness-watch.ts';

/** What one request led to: the answer, and the rows that are committed before its first byte. */
export interface Decision {
  readonly answer: Answer;
  readonly rows: readonly DecidedRow[];
}

/** What else is known of one request. */
export interface HowAsked extends HowAnswered {
  /** Nothing but names that came from its address tells that it is this phone. */
  readonly isByNamesOnly: boolean;
  /** The address from which it is asked. */
  readonly address: string;
}

/** One enrolled phone: turns what it asks into facts for its machine, and the machine's state into answers. */
export class PhoneSession {
  readonly #state: SessionState;
  readonly #word: OperatorWord;
  readonly #judge: HopJudge;
  readonly #behaviour: BehaviourWatch;
  readonly #doubt: AddressDoubt;
  readonly #landing: LandingDoubt;
  readonly #turn: ItsTurn;
  readonly #package: OnePackage;
  readonly #kind: OtherKind;
  readonly #answers: ItsAnswer;
  readonly #transfers: TransferNews;
  readonly #clock: ItsClock;
  readonly #rounds: ItsRounds;
  readonly #silent: SilentBoots;
  readonly #witnesses: WitnessWatch;
  readonly #start = new ItsStart();
  readonly #aids: SessionAids;
  #askedAt: SteadyMs | null = null;
  /** Where the last request came from; lost with the process. */
  #address: string | null = null;

  constructor(enrolment: Enrolment, remembered: Remembered, aids: SessionAids) {
    this.#aids = aids;
    this.#state = new SessionState(remembered, aids);
    this.#word = new OperatorWord(enrolment, this.#state);
    this.#doubt = new AddressDoubt(this.#state);
    this.#landing = new LandingDoubt(this.#state, this.#doubt);
    const images = new ImageDoubt(this.#state);
    this.#judge = new HopJudge(this.#state, this.#doubt, images);
    this.#behaviour = new BehaviourWatch(this.#state, this.#doubt);
    this.#witnesses = new WitnessWatch(this.#state, this.#judge, this.#behaviour);
    this.#turn = new ItsTurn(this.#state);
    this.#package = new OnePackage(this.#state);
    this.#kind = new OtherKind(this.#state, this.#doubt);
    const parts = { doubt: this.#doubt, turn: this.#turn, pack: this.#package, behaviour: this.#behaviour };
    this.#answers = new ItsAnswer(this.#state, { ...parts, tree: new OwnTree(this.#state) });
    this.#transfers = new TransferNews(this.#state, { ...parts, judge: this.#judge, images });
    this.#silent = new SilentBoots(this.#state, this.#doubt);
    const watched = { ...parts, judge: this.#judge, silent: this.#silent };
    this.#clock = new ItsClock(this.#state, { ...watched, transfers: this.#transfers }, this);
    this.#rounds = new ItsRounds(this.#state, watched, this);
  }

  /** What the operator asked, as far as it was obeyed. */
  get enrolment(): Enrolment {
    return this.#word.enrolment;
  }

  /** Whether the operator let the phone go, and the phone could be let go. */
  get isReleased(): boolean {
    return this.enrolment.status === 'released';
  }

  get phone(): Phone {
    return this.#state.phone;
  }

  get evidence(): Evidence {
    return this.#state.evidence;
  }

  get memory(): PhoneMemory {
    return this.#state.memory;
  }

  get model(): ModelId | null {
    return this.#state.model;
  }

  get isBusy(): boolean {
    return this.#state.isBusy;
  }

  /** When it last asked for anything since this server was started; null when it has not. */
  get askedAt(): SteadyMs | null {
    return this.#askedAt;
  }

  /** Where it asked last since this server was started; null when it has not. */
  get address(): string | null {
    return this.#address;
  }

  /** Whether its stored record could not be read by this version; then it is not written over. */
  get isUnreadable(): boolean {
    return this.phone.state === 'held' && this.phone.context.hold?.code === UNREADABLE;
  }

  get snapshot(): StoredSnapshot {
    return persist(this.phone);
  }

  /** Where the phone stands, as rows and live events carry it. */
  where(): ReturnType<typeof whereOf> {
    return this.#state.where();
  }

  /** The phone as the gate of the batch sees it. */
  gatePhone(now: number): GatePhone {
    return this.#turn.gatePhone(this.enrolment, this.#askedAt, now);
  }

  /** How the phone counts in its batch. */
  get standing(): Standing['kind'] {
    return standingOf(this.phone.state, this.phone.context.hold);
  }

  /** Whether others go before it: its rounds are not counted then, and its time does not run. */
  isWaiting(at: number): boolean {
    if (this.phone.state !== 'offered' || this.gatePhone(at).hasSlot) return false;
    return this.#aids.turns.look(this.enrolment.mac, at).kind === 'wait';
  }

  /** When it was last heard to start since this server was started; null when it was not. */
  get started(): Started | null {
    return this.#start.last;
  }

  /** Shows the phone no load until the returned function is called, or it starts; null while it may be taking or writing one. */
  withhold(isUntilItStarts: boolean, at: SteadyMs): (() => void) | null {
    return this.#turn.withhold(isUntilItStarts, at);
  }

  /** What it is given for `syncinfo.xml`; null where that is not ours to say. */
  giveSyncInfo(text: string | null): void {
    this.#answers.syncInfo = text;
  }

  /**
   * The answer to one request. `earlier` are nameless requests of the same boot that are known only now to be its own, and were refused.
   */
  ask(asked: AskedName, at: number, earlier: readonly RefusedAsk[], how: HowAsked): Decision {
    const { isByNamesOnly, address } = how;
    const isElsewhere = this.#address !== null && this.#address !== address;
    this.#address = address;
    const askedBefore = this.#askedAt;
    this.#askedAt = at;
    if (this.#start.ask(asked, at, isByNamesOnly)) this.#turn.noteStarted(at);
    this.#answers.begin(how);
    this.#doubt.note(asked, at, isByNamesOnly, earlier.length > 0);
    const heard = this.#behaviour.seen(asked, at);
    if (heard !== null) this.#state.apply(heard);
    for (const [n, one] of earlier.entries()) {
      const { software } = this.evidence;
      const { isContradiction } = this.#rounds.learnRefused(one, isElsewhere && n === 0);
      if (isContradiction) this.#behaviour.comeBacks.contradict(at, software);
    }
    this.#landing.byLoad(asked, at);
    const [before, { trace: traceBefore, software }] = [this.#state.context, this.evidence];
    const isFirstThere = isElsewhere && earlier.length === 0;
    const seen = this.#rounds.learn(asked, at, isFirstThere);
    this.#witnesses.noteAsked(asked);
    const isJudged = this.#judge.conclude({ asked, isElsewhere: isFirstThere }, at, seen, before, traceBefore);
    if (!isJudged) endUnasked(this.#state, asked, at);
    this.#silent.hold(at);
    this.#rounds.endRefused(asked, at, askedBefore);
    if (!isJudged && seen.isContradiction) this.#behaviour.comeBacks.contradict(at, software);
    this.#landing.byBoot(asked, at);
    this.#behaviour.comeBacks.comeBack(asked, at, seen);
    this.#behaviour.giveUp(asked, at);
    if (this.#word.obey(at) !== 'nothing') {
      // What was asked for begins with the boot that this request belongs to.
      this.#state.apply({ type: 'phone.seen', at });
      this.#rounds.learn(asked, at, false);
    }
    this.#kind.hold(this.enrolment.mac, asked, at);
    this.#state.road.plan(at);
    this.#behaviour.loseFiles(at, asked);
    this.#package.look(asked, at);
    this.#countFile(asked, at);
    const answer = this.#answers.give(asked, at);
    if (this.phone.state === 'offered' && !this.gatePhone(at).hasSlot) this.#clock.awaitTurn(at);
    return { answer, rows: this.#state.take() };
  }

  /** What was decided about its power, or came of that. */
  decide(decision: Pick<DecidedRow, 'reason' | 'code' | 'finding'>, at: number): readonly DecidedRow[] {
    this.#state.decide(decision, at);
    return this.#state.take();
  }

  /** The phone said something of itself, from its own address. */
  hear(statement: Statement): readonly DecidedRow[] {
    const startedAt = this.#start.hear(statement);
    if (startedAt !== null) this.#turn.noteStarted(startedAt);
    this.#witnesses.hear(statement);
    return this.#state.take();
  }

  /** Where its page may be asked now what it runs; null where that must not be, or tells nothing more. Told once in a boot. */
  pageToAsk(now: SteadyMs): string | null {
    if (this.#address === null || this.#askedAt === null) return null;
    return this.#witnesses.mayAskPage(now, this.#askedAt) ? this.#address : null;
  }

  /** The DHCP server knows that this is a phone which is not converted. */
  noteOtherVendor(other: OtherPhone): void {
    this.#kind.note(other);
  }

  /** The DHCP server knows which model this is. */
  noteVendorModel(model: ModelId): void {
    this.#state.evidence = { ...this.evidence, vendorModel: model };
  }

  /** A file of the phone's hop, or a text that names its load, reached it whole. */
  sent(answer: Answer, at: number): readonly DecidedRow[] {
    this.#transfers.sent(answer, at);
    return this.#state.take();
  }

  /** Blocks of a file were acknowledged. */
  progressed(answer: Answer, at: number): void {
    this.#transfers.progressed(answer, at);
  }

  /** Only the acknowledgement of its last block is missing. */
  lastSent(answer: Answer): void {
    this.#transfers.lastSent(answer);
  }

  /** A transfer ended before its end; `isUnacked` when only the acknowledgement of its last block is missing. */
  failed(answer: Answer, at: number, isUnacked: boolean): readonly DecidedRow[] {
    this.#transfers.failed(answer, at, isUnacked);
    return this.#state.take();
  }

  /** The store can no longer give what the hop needs. */
  refuse(hold: Hold, at: number): readonly DecidedRow[] {
    this.#state.apply({ type: 'hop.refused', at, hold, isFinal: retryClassOf(hold.code) === 'final' });
    this.#state.road.plan(at);
    return this.#state.take();
  }

  /** The phone, or another one behind its address, asked without a name for what its hop needs: neither can be answered. */
  askUnnamed(asked: AskedName, at: number): readonly DecidedRow[] {
    const { hop, context } = this.#state;
    if (hop === null || this.phone.state !== 'offered' || !isNeededNow(hop, context, asked.name)) {
      this.#doubt.tellShared(asked, at);
      return this.#state.take();
    }
    this.#state.apply({ type: 'hop.refused', at, hold: sharedAddress(asked.name), isFinal: true });
    return this.#state.take();
  }

  /**
   * Whether this question, which has no name, can be its own where nothing but names tells who has its address; `isShared`: another phone named
   * itself there today.
   */
  mayAskUnnamed(asked: AskedName, isShared: boolean): boolean {
    return this.#doubt.mayBeOwn(asked, isShared);
  }

  /** What was asked without a name at its address fits nothing that it has shown, and was given to nobody. */
  doubtUnnamed(asked: AskedName, at: number): readonly DecidedRow[] {
    this.#doubt.tellDoubted(asked, at);
    return this.#state.take();
  }

  /** Another machine has asked under its name: said once in a hop. */
  askedByAnother(asked: AskedName, at: SteadyMs, from: OtherAt): readonly DecidedRow[] {
    this.#doubt.tellAskedByAnother(asked, at, from);
    return this.#state.take();
  }

  /** Another phone has named itself at its address: what was asked there just before without a name was asked by that one. */
  disown(): readonly DecidedRow[] {
    this.#doubt.disown();
    return this.#state.take();
  }

  /** What this phone, or another one behind its address, asked for without a name was not given. */
  missUnnamed(asked: AskedName, at: number, elsewhere: Elsewhere | null): readonly DecidedRow[] {
    this.#doubt.tellLanded(asked, at, elsewhere);
    return this.#state.take();
  }

  /** Somebody whom nobody knows asked for an image, and did not get it: it may have been this phone, at an address that was not its own then. */
  noteAskedByNobody(asked: AskedName): void {
    const isOfHop = this.#state.hop?.files.some(({ name }) => name.toLowerCase() === asked.name.toLowerCase()) === true;
    if (!isOfHop) return;
    this.#judge.doubtSilence();
    this.#turn.noteTurnedAway();
  }

  /** The firmware store has changed, or a server has started: a phone that was held for want of a road may have one now. */
  reconsider(at: number, isChanged: boolean): readonly DecidedRow[] {
    this.#behaviour.reconsider(at, isChanged);
    return this.#state.take();
  }

  /** When the session wants to be woken; null when it waits for nothing. */
  wakeAt(): number | null {
    return this.#clock.wakeAt();
  }

  /** For so long nobody could hear the phone; true when it has the more time for that. */
  oversleep(ms: number): boolean {
    this.#state.oversleep(ms);
    return this.phone.context.deadlineAt !== null;
  }

  /** Its time has come. */
  wake(now: number): readonly DecidedRow[] {
    this.#clock.wake(now);
    if (this.#word.obey(now, false) === 'retried') this.#state.road.plan(now);
    return this.#state.take();
  }

  /**
   * Takes the operator's word: a release, a retry, another target, another description. A phone that may be writing flash
   * goes on as if nothing had been said, and obeys at its next boot; a restart of the server in between changes nothing.
   */
  instruct(enrolment: Enrolment, at: number): readonly DecidedRow[] {
    this.#word.take(enrolment);
    if (this.#word.obey(at) === 'retried') this.#state.road.plan(at);
    return this.#state.take();
  }

  /** Tells the machine of a request for a file of the hop; a manifest asked once too often may open another road. */
  #countFile(asked: AskedName, at: number): void {
    for (let road = 0; road < 2; road++) {
      const answer = this.#answers.look(asked, at);
      if (answer.kind !== 'file') return;
      const file = answer.name;
      if (answer.role === 'image' && this.#behaviour.refuseWhole(answer.hop, file, at)) {
        this.#state.road.plan(at);
        continue;
      }
      this.#package.note(answer);
      this.#state.apply({ type: answer.role === 'image' ? 'image.requested' : 'manifest.requested', at, file });
      this.#transfers.begun(answer);
      if (answer.role === 'image' && this.#judge.isLastImage(answer.hop, file)) {
        this.#state.evidence = duringFlash(this.evidence, answer.hop);
      }
      if (this.phone.state !== 'identifying') return;
      this.#state.road.plan(at);
    }
  }
}
