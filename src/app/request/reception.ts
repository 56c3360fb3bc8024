import { type DecidedRow, NAMELESS, NOT_ENROLLED } from '../../core/history/event.ts';
import type { Evidence } from '../../core/identify/evidence.ts';
import type { SteadyMs } from '../../core/moment.ts';
import { type AskedName, classifyName } from '../../core/names/asked-name.ts';
import type { FamilyId, ModelId } from '../../core/names/family.ts';
import { familyOfLoad } from '../../core/names/load-name.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { otherPhoneOfVendorClass } from '../../core/names/other-phones.ts';
import { Seldom } from '../../core/seldom.ts';
import { modelOfVendorClass } from '../../core/who/vendor-class.ts';
import type { LogFields } from '../../ports/log.ts';
import type { EnrolmentWish, PhoneRecord } from '../../ports/store.ts';
import type { TftpAnswer, TftpRequest } from '../../ports/tftp.ts';
import type { BatchControl } from '../batch/batch-control.ts';
import type { FleetOptions } from '../fleet-options.ts';
import type { PhoneMemory } from '../memory/memory.ts';
import { OWN_FILE_WITHHELD } from '../phone/own-tree.ts';
import type { PhoneSession } from '../phone/phone-session.ts';
import { askedByAnother, TELL_BY_LEASES } from '../phone/refusals.ts';
import type { SessionAids } from '../phone/session-aids.ts';
import type { Recorder } from '../record/recorder.ts';
import { type Asker, isByNamesOnly, NOBODY } from './asker.ts';
import { Bystanders } from './bystanders.ts';
import { Certainty } from './certainty.ts';
import { type Delivery, NO_ANSWER, peerOf } from './delivery.ts';
import { FirstSights } from './first-sights.ts';
import { LetGo } from './let-go.ts';
import { LikeListed } from './like-listed.ts';
import { Newcomers } from './newcomers.ts';
import { keptFor, NOTHING_KEPT } from './own-source.ts';
import type { Posing } from './posers.ts';
import type { RequestRations } from './request-rations.ts';
import { NOT_FOUND } from './static-answer.ts';
import { Strangers } from './strangers.ts';
import { ToldAndGone } from './told-and-gone.ts';
import { UnprovenFamily } from './unproven-family.ts';
import type { WhoAsks } from './who-asks.ts';

/** What the reception needs of its fleet. */
export interface ReceptionDesk {
  /** What the operator wants by now. */
  readonly wishes: () => Pick<
    FleetOptions,
    | 'clock'
    | 'store'
    | 'enroll'
    | 'targets'
    | 'mostByThemselves'
    | 'batch'
    | 'staticRoot'
    | 'configurations'
    | 'rootLoads'
    | 'log'
    | 'onStranger'
  >;
  readonly aids: SessionAids;
  readonly recorder: Recorder;
  readonly delivery: Delivery;
  readonly session: (mac: MacAddress) => PhoneSession | undefined;
  /** The phones on the list. */
  readonly sessions: () => ReadonlyMap<MacAddress, PhoneSession>;
  readonly rations: RequestRations;
  readonly enrol: (wish: EnrolmentWish, evidence: Evidence) => PhoneSession;
  readonly keep: (session: PhoneSession, events: readonly DecidedRow[]) => Promise<void>;
  readonly noteModel: (mac: MacAddress, model: ModelId | null) => void;
  readonly noteForBatch: BatchControl['note'];
}

/** What the operator takes on who converts phones behind a router without their leases (docs/decisions/0004). */
const BY_NAMES =
  'nothing but the names that it asked tells whose address this is, as for every phone behind a router: for a quarter of an hour another phone that gets the address may be taken for it';

/** Takes every request: finds out who asks, and leads it to its session, to the static root, or onto the list. */
export class Reception {
  readonly #desk: ReceptionDesk;
  readonly #strangers: Strangers;
  readonly #sights: FirstSights;
  readonly #seldom = new Seldom();
  readonly #bystanders: Bystanders;
  readonly #letGo: LetGo;
  readonly #toldAndGone = new ToldAndGone();
  readonly #newcomers: Newcomers;
  readonly #likeListed: LikeListed;
  readonly #certainty: Certainty;
  readonly #unproven: UnprovenFamily;
  #who: WhoAsks | null = null;
  #hasToldByNames = false;

  constructor(desk: ReceptionDesk) {
    this.#desk = desk;
    this.#strangers = new Strangers(desk.aids);
    this.#certainty = new Certainty({ sessions: desk.sessions, store: () => desk.wishes().store });
    this.#newcomers = new Newcomers(desk, this.#strangers, this.#certainty);
    this.#likeListed = new LikeListed(desk.sessions, () => desk.wishes().store);
    this.#sights = new FirstSights({
      store: () => desk.wishes().store,
      log: () => desk.wishes().log,
      note: desk.noteForBatch,
    });
    this.#unproven = new UnprovenFamily(desk, this.#strangers, this.#sights);
    this.#letGo = new LetGo(() => desk.wishes().store);
    this.#bystanders = new Bystanders({
      root: () => desk.wishes().staticRoot,
      shows: (mac, asked, at) => this.#letGo.shows(mac, asked, at),
      record: async (mac, request, rows) => {
        const events = this.#sights.ofStranger({ at: request.at, mac, peer: peerOf(request) }, rows);
        if (events.length > 0) await desk.recorder.commit({ mac, seenAt: request.at, events });
      },
      warn: (fields, at) => this.#warn(fields, at),
      alive: (address, at) => this.alive(address, at),
    });
  }

  /** Whether something is being sent to the phone, or may be: then its power is left alone. */
  mayBeServed(mac: MacAddress, heardAt: SteadyMs | null, now: SteadyMs): boolean {
    return this.#bystanders.transfers.mayConcern(mac, this.#who?.addressOf(mac) ?? null, heardAt, now);
  }

  /** Nobody gets anything before; `records` are the phones that were seen in earlier runs. */
  open(who: WhoAsks, records: readonly PhoneRecord[], now: SteadyMs): void {
    this.#who = who;
    this.#sights.begin(records, now);
  }

  /** Who stands behind which address; null before the fleet has started. */
  get who(): WhoAsks | null {
    return this.#who;
  }

  /** Leaves in the record how many strangers were only counted. */
  close(): void {
    if (this.#who !== null) this.#sights.end();
  }

  /** What the record says of a phone on the list, or let go, is looked up anew. */
  listChanged(mac: MacAddress): void {
    this.#newcomers.listChanged(mac);
  }

  /** A phone has come on the list. */
  admitted(mac: MacAddress): void {
    this.listChanged(mac);
    this.#likeListed.admitted(mac);
  }

  /** A phone is on the list no more, or was let go before this server was started. */
  left(mac: MacAddress, memory: PhoneMemory, now: SteadyMs): void {
    this.#toldAndGone.note(mac, memory, now);
  }

  /** A transfer to this address ended well: its phone is still there. */
  alive(address: string, at: SteadyMs): void {
    this.#who?.alive(address, at);
  }

  /** Decides what a request gets, and has it recorded. */
  async handle(request: TftpRequest): Promise<TftpAnswer> {
    const who = this.#who;
    if (this.#desk.recorder.hasFailed || this.#desk.aids.hearing.mayHaveWaited(request.at)) return NO_ANSWER;
    if (who === null) return NOT_FOUND;
    const asked = classifyName(request.name);
    const { peerAddress, at } = request;
    const asker = this.#believed(await who.identify(asked, peerAddress, at, request.mac), asked, request);
    if (asker.posing !== null) return this.#turnAway(asker.posing, asked, request);
    const { mac, tie, earlier, sharing } = asker;
    const listed = mac === null ? undefined : this.#desk.session(mac);
    // Read before anything is decided, since what is decided is recorded in the same turn.
    const { staticRoot, configurations } = this.#desk.wishes();
    const sources = { staticRoot, who, ...(configurations === undefined ? {} : { configurations }) };
    const kept = listed === undefined ? NOTHING_KEPT : await keptFor(listed, asker, asked, request, sources);
    const session =
      mac === null ? undefined : (this.#desk.session(mac) ?? this.#newcomers.enrol(mac, asked, asker, request, who));
    for (const one of sharing) this.#tellSharing(one, (phone) => phone.askUnnamed(asked, request.at));
    if (session === undefined) {
      if (asked.kind === 'image') for (const one of this.#desk.sessions().values()) one.noteAskedByNobody(asked);
      const answer = await this.#answerBystander(asked, asker, request);
      const isGiven = answer.kind === 'content';
      const owner = isGiven ? null : who.ownerOf(request.peerAddress);
      for (const one of isGiven ? [] : sharing) {
        const elsewhere = owner === null || owner === one ? null : { address: request.peerAddress, owner };
        this.#tellSharing(one, (phone) => phone.missUnnamed(asked, request.at, elsewhere));
      }
      return answer;
    }
    if (!this.#desk.rations.mayAsk(session, request.at)) {
      this.#warn(
        { event: 'phone.asks-too-much', mac: session.enrolment.mac, address: request.peerAddress },
        request.at,
      );
      return NO_ANSWER;
    }
    const vendor = who.vendorClass(request.peerAddress, session.enrolment.mac) ?? '';
    const model = modelOfVendorClass(vendor);
    if (model !== null) session.noteVendorModel(model);
    const other = otherPhoneOfVendorClass(vendor);
    if (other !== null) session.noteOtherVendor(other);
    this.#desk.noteModel(session.enrolment.mac, session.model);
    const first = this.#sights.ofPhone({ at: request.at, ...session.where(), peer: peerOf(request) });
    const isByNames = isByNamesOnly(tie);
    if (isByNames) this.#tellByNames(session.enrolment.mac, request.peerAddress);
    const address = request.peerAddress;
    const how = { isByNamesOnly: isByNames, isText: request.mode === 'netascii', own: kept.own, address };
    const { answer, rows } = session.ask(asked, request.at, earlier, how);
    this.#tellWithheld(rows, request);
    // What was looked up may be for a landing that this question did not show.
    const beside = session.phone.state === 'landed' ? kept.beside : null;
    return this.#desk.delivery.give(session, request, asked, answer, [...first, ...rows], beside);
  }

  /**
   * Who asked, as far as the phones themselves can tell: what fits nothing that its phone has shown was nobody's. A phone that names itself takes
   * with it what was asked at its address just before, and counted as another one's.
   */
  #believed(asker: Asker, asked: AskedName, { at }: TftpRequest): Asker {
    const { mac, tie, others } = asker;
    if (tie === 'named') for (const one of others) this.#tellSharing(one, (phone) => phone.disown());
    const session = mac === null ? undefined : this.#desk.session(mac);
    if (session === undefined || !isByNamesOnly(tie) || session.mayAskUnnamed(asked, others.length > 0)) return asker;
    this.#tellSharing(session.enrolment.mac, (phone) => phone.doubtUnnamed(asked, at));
    return NOBODY;
  }

  /** What another machine asks under the name of a phone shows nothing of the phone, and is answered as no phone is. */
  #turnAway(posing: Posing, asked: AskedName, { peerAddress: address, at }: TftpRequest): TftpAnswer {
    const mac = posing.as;
    const why = askedByAnother(address, posing);
    this.#tellSharing(mac, (phone) => phone.askedByAnother(asked, at, { ...posing, address }));
    this.#warn({ event: 'address.other-machine', mac, address, asked: { name: asked.name }, ...why }, at);
    return NOT_FOUND;
  }

  /** The log says of a landed phone what `status` says: which file of the tree it was not given, and what to change in it. */
  #tellWithheld(rows: readonly DecidedRow[], { peerAddress: address, at }: TftpRequest): void {
    for (const { code, mac, file, reason, advice } of rows) {
      if (code === OWN_FILE_WITHHELD)
        this.#warn({ event: 'root.withheld', mac, address, asked: { name: file }, reason, advice }, at);
    }
  }

  /** Once for a server: what it risks that believes names alone. Nobody is behind a router on the loopback. */
  #tellByNames(mac: MacAddress, address: string): void {
    if (this.#hasToldByNames || address.startsWith('127.') || address === '::1') return;
    this.#hasToldByNames = true;
    this.#desk.wishes().log.warn({ event: 'address.by-names', mac, address, reason: BY_NAMES, advice: TELL_BY_LEASES });
  }

  /** What a phone asks without its name cannot be answered as its own while others share its address. */
  #tellSharing(mac: MacAddress, tell: (session: PhoneSession) => readonly DecidedRow[]): void {
    const session = this.#desk.session(mac);
    const rows = session === undefined ? [] : tell(session);
    if (session !== undefined && rows.length > 0) void this.#desk.keep(session, rows);
  }

  async #answerBystander(asked: AskedName, asker: Asker, request: TftpRequest): Promise<TftpAnswer> {
    const { mac, sharing } = asker;
    const { log, targets, onStranger, rootLoads, enroll } = this.#desk.wishes();
    if (sharing.length === 0) {
      onStranger?.({ mac, address: request.peerAddress, name: asked.name, at: request.at });
    }
    const mayHaveLoads = this.#mayHaveLoads(asker, asked, request);
    if (mac !== null) {
      const hasTarget = (family: FamilyId) => targets.some((one) => familyOfLoad(one) === family);
      const remark = this.#strangers.other(mac, asked) ?? this.#strangers.remark(mac, hasTarget);
      if (remark !== null) this.#warn({ event: 'phone.not-enrolled', mac, ...remark }, request.at);
      // Who follows one phone at a terminal says it there.
      const like = onStranger === undefined ? this.#likeListed.look(mac, request.at) : null;
      if (like !== null) this.#warn(like, request.at);
      const said: DecidedRow[] =
        remark === null ? [] : [{ event: 'phone.decision', at: request.at, mac, finding: NOT_ENROLLED, ...remark }];
      const events = this.#sights.ofStranger({ at: request.at, mac, peer: peerOf(request) }, said);
      if (events.length > 0 || this.#sights.isSightDue(mac, request.at))
        await this.#desk.recorder.commit({ mac, seenAt: request.at, events });
    }
    if (sharing.length === 0 && !mayHaveLoads && this.#isNameless(asker, asked, request)) {
      const owner = this.#who?.ownerOf(request.peerAddress) ?? null;
      const told = owner === null ? null : { mac: owner, isListed: this.#desk.session(owner) !== undefined };
      const remark = this.#strangers.nameless(asked, request.peerAddress, told);
      if (remark !== null) {
        const { reason, advice } = remark;
        log.warn({ event: 'phone.nameless', address: request.peerAddress, reason, advice });
        this.#desk.noteForBatch({ finding: NAMELESS, address: request.peerAddress, ...remark });
      }
    }
    const byType = await this.#unproven.answer(asked, mac, request);
    const isUnsure = !mayHaveLoads && rootLoads === 'bystanders' && enroll !== 'all';
    return byType ?? this.#bystanders.answer(asked, { mac, mayHaveLoads, isUnsure }, request);
  }

  /** Whether nobody can tell which phone asks; or with `--enroll all` not well enough to put it on the list, where it would be. */
  #isNameless(asker: Asker, asked: AskedName, { peerAddress: address, at }: TftpRequest): boolean {
    const { enroll, targets } = this.#desk.wishes();
    if (asker.mac === null) return true;
    if (enroll !== 'all' || this.#newcomers.isReleased(asker.mac)) return false;
    return asked.mac === null && !this.#certainty.mayEnrol({ asker, asked, address, at }, targets, this.#who);
  }

  /** Whether it is certain that no phone on the list asks, now that the operator lets the others have loads from the tree. */
  #mayHaveLoads(asker: Asker, asked: AskedName, { peerAddress: address, at }: TftpRequest): boolean {
    const { enroll, rootLoads } = this.#desk.wishes();
    if (rootLoads !== 'bystanders' || enroll === 'all' || this.#toldAndGone.mayAsk(asker.mac, at)) return false;
    if (asker.mac !== null && this.#desk.aids.withheld.isSwitched(asker.mac)) return false;
    return this.#certainty.isUnlisted({ asker, asked, address, at }, this.#who);
  }

  #warn(fields: LogFields, at: number): void {
    const { log } = this.#desk.wishes();
    this.#seldom.say(fields.event, at, (more) => log.warn({ ...fields, ...more }));
  }
}
