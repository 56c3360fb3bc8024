import type { AppError } from '../core/errors.ts';
import type { FirmwarePackage } from '../core/firmware/package.ts';
import type { Evidence } from '../core/identify/evidence.ts';
import { imageMaybeUnderWay } from '../core/identify/trace.ts';
import { showsMoreWhenItBoots } from '../core/identify/up-already.ts';
import type { SteadyMs } from '../core/moment.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import { BINDING_LIMITS } from '../core/who/bindings.ts';
import { restoreBindings } from '../core/who/restore-bindings.ts';
import type { Enrolment, EnrolmentWish, PhoneRecord } from '../ports/store.ts';
import type { TftpHandler } from '../ports/tftp.ts';
import type { WitnessDesk } from '../ports/witnesses.ts';
import { BatchControl } from './batch/batch-control.ts';
import type { PowerDecision, PowerStanding } from './bench/power-fleet.ts';
import type { FleetChanges, FleetOptions } from './fleet-options.ts';
import { ListNews } from './list/list-news.ts';
import { ListedPhones } from './listed-phones.ts';
import { isLeaving, memoryOf, recordOfOwn } from './memory/kept-phone.ts';
import { tellingFound } from './memory/told-to-restart.ts';
import type { PhoneSession } from './phone/phone-session.ts';
import { type SessionAids, sessionAids } from './phone/session-aids.ts';
import type { LiveEvent } from './record/live-event.ts';
import { Recorder } from './record/recorder.ts';
import { Delivery } from './request/delivery.ts';
import { OpenTexts } from './request/open-texts.ts';
import { Reception } from './request/reception.ts';
import { RequestRations } from './request/request-rations.ts';
import { WhoAsks } from './request/who-asks.ts';
import type { PhoneToRestart, RestartFleet } from './restart/restart-fleet.ts';
import { DEFAULT_TIMING, type FleetTiming } from './time/fleet-timing.ts';
import { Hearing } from './time/hearing.ts';
import { LearntTimes } from './time/learnt-times.ts';
import { WitnessReception } from './witness/witness-reception.ts';

/** Every phone that one server converts. */
export interface Fleet extends RestartFleet {
  /** Decides what a TFTP request gets; give it to the TFTP server. */
  readonly handle: TftpHandler;
  /** Takes what phones say of themselves (`src/adapters/witness`). */
  readonly witnesses: WitnessDesk;
  /** Restores every phone from the store and begins to watch deadlines and the list of phones. */
  start(): Promise<void>;
  /** Ends watching; everything decided so far is durable when it resolves. */
  stop(): Promise<void>;
  onEvent(listener: (event: LiveEvent) => void): () => void;
  /** Called once with the error when the record can no longer be written: nothing is answered from then on. */
  onFailure(listener: (error: AppError) => void): () => void;
  /** Takes over what the operator wants from now on; phones on the list keep their targets, states their deadlines. */
  change(changes: FleetChanges): void;
  /** Takes over changes of the list of phones, and of the batch, that other processes made. */
  syncEnrolments(): void;
}

export function createFleet(options: FleetOptions): Fleet {
  return new RunningFleet(options);
}

/** Whether the record was written last in this run of the machine, or in one of which nobody tells; notes that this one writes it now. */
function isSameRun({ store, clock }: FleetOptions): boolean {
  const boot = clock.boot?.() ?? null;
  if (boot === null || store.lastBoot === undefined) return true;
  if (store.lastBoot() === boot) return true;
  store.keepBoot?.(boot);
  return false;
}

class RunningFleet implements Fleet {
  readonly handle: TftpHandler;
  readonly witnesses: WitnessDesk;
  #options: FleetOptions;
  readonly #timing: FleetTiming;
  readonly #times: LearntTimes;
  readonly #hearing: Hearing;
  readonly #aids: SessionAids;
  readonly #recorder: Recorder;
  readonly #list: ListNews;
  readonly #batch: BatchControl;
  readonly #phones: ListedPhones;
  readonly #reception: Reception;
  readonly #texts: OpenTexts;
  #sequence = 0;
  /** What the store held when phones were last looked at for it. */
  #packages: readonly FirmwarePackage[] = [];
  #cancelPoll: (() => void) | null = null;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#times = new LearntTimes(this.#timing.budgets);
    this.#hearing = new Hearing(options.clock, options.answeredElsewhere);
    this.#recorder = new Recorder(options.store, options.clock, options.log, (mac) => this.#list.before(mac));
    this.#list = new ListNews({
      changes: () => this.#options.listChanges?.() ?? [],
      tell: (row) => this.#recorder.tell(row),
      fail: (error) => this.#recorder.fail(error),
    });
    this.#recorder.onEvent((event) => {
      if (event.event === 'phone.state' || event.event === 'phone.decision') this.#times.learn(event);
    });
    this.#batch = new BatchControl({
      store: options.batchStore ?? null,
      wall: () => options.clock.wall(),
      phones: (now) =>
        Array.from(this.#phones.sessions.values(), (one) => ({ standing: one.standing, gate: one.gatePhone(now) })),
      isAnyUnderWay: () => this.#phones.isAnyUnderWay(),
      heardSince: () => this.#hearing.since,
      tell: (event) => this.#recorder.tell(event),
      fail: (error) => this.#recorder.fail(error),
    });
    this.#aids = sessionAids(
      options.matrix,
      () => options.firmware.index(),
      this.#timing,
      (hop) => this.#times.budgets(hop),
      this.#hearing,
      this.#batch,
    );
    this.#phones = new ListedPhones({
      ...options,
      aids: this.#aids,
      recorder: this.#recorder,
      settleBatch: () => this.#batch.settle(options.clock.now()),
      admitted: (mac) => this.#reception.admitted(mac),
      left: (mac, memory) => this.#reception.left(mac, memory, options.clock.now()),
    });
    const { sessions } = this.#phones;
    const keep: ListedPhones['keep'] = (session, events, seenAt) => this.#phones.keep(session, events, seenAt);
    const rations = new RequestRations();
    // What becomes of a transfer, or what a phone says, may be the first that is heard after a sleep.
    const current = (mac: MacAddress) => {
      this.#phones.catchUp();
      return sessions.get(mac);
    };
    this.#texts = new OpenTexts({ current, index: this.#aids.index });
    const delivery = new Delivery({
      ...options,
      rations,
      texts: this.#texts,
      keep,
      hasFailed: () => this.#recorder.hasFailed,
      tell: (event) => this.#recorder.tell(event),
      current,
      alive: (address, at) => this.#reception.alive(address, at),
    });
    this.#reception = new Reception({
      wishes: () => this.#options,
      aids: this.#aids,
      recorder: this.#recorder,
      delivery,
      rations,
      session: (mac) => sessions.get(mac),
      sessions: () => sessions,
      enrol: (wish, evidence) => this.#enrol(wish, evidence),
      keep,
      noteModel: (mac, model) => this.#times.noteModel(mac, model),
      noteForBatch: (note) => this.#batch.note(note),
    });
    this.handle = (request) => {
      this.#phones.catchUp();
      return this.#reception.handle(request);
    };
    this.witnesses = new WitnessReception({
      clock: options.clock,
      log: options.log,
      who: () => this.#reception.who,
      session: current,
      sessions: () => sessions.values(),
      keep,
      hasFailed: () => this.#recorder.hasFailed,
    });
  }

  async start(): Promise<void> {
    const { store, clock, addresses, log } = this.#options;
    const [newest] = store.history({ limit: 1 });
    this.#hearing.begin(newest?.at ?? null, isSameRun(this.#options));
    this.#times.read(store);
    await addresses.start();
    const table = restoreBindings(store.bindings(), BINDING_LIMITS, this.#hearing.isGapKnown ? null : clock.now());
    const { anonymousMs } = this.#timing;
    const isListed = (mac: MacAddress) => this.#phones.sessions.has(mac);
    const isLanded = (mac: MacAddress) => this.#phones.sessions.get(mac)?.phone.state === 'landed';
    const who = new WhoAsks(table, { book: addresses, store, log, clock, anonymousMs, isListed, isLanded });
    this.#phones.start();
    this.#batch.start(this.#options.limits ?? {});
    this.#sequence = store.enrolmentsChangedSince(0).sequence;
    const records = store.phones();
    for (const record of records) {
      const { enrolment } = record;
      if (enrolment !== null && (enrolment.status === 'enrolled' || isLeaving(record)))
        this.#phones.admit(enrolment, record);
      else this.#leave(record, clock.now());
    }
    this.#reception.open(who, records, clock.now());
    this.#reconsider(false);
    this.#batch.settle(clock.now());
    await this.#recorder.settle();
    // Nobody is to hear that phones are answered by a server that cannot write its record.
    if (this.#recorder.failure !== null) throw this.#recorder.failure;
    this.#poll();
  }

  async stop(): Promise<void> {
    this.#cancelPoll?.();
    this.#cancelPoll = null;
    this.#phones.stop();
    this.#reception.close();
    await this.#recorder.settle();
    await this.#options.addresses.stop();
  }

  onEvent(listener: (event: LiveEvent) => void): () => void {
    return this.#recorder.onEvent(listener);
  }

  onFailure(listener: (error: AppError) => void): () => void {
    return this.#recorder.onFailure(listener);
  }

  change({ budgets, ...wanted }: FleetChanges): void {
    const { clock } = this.#options;
    const { batch: _, ...kept } = this.#options;
    this.#options = { ...kept, ...wanted };
    this.#times.allow(budgets);
    this.#batch.limit(wanted.limits ?? {});
    this.#batch.settle(clock.now());
  }

  syncEnrolments(): void {
    const { store, clock } = this.#options;
    this.#phones.catchUp();
    const { sequence, enrolments } = store.enrolmentsChangedSince(this.#sequence);
    this.#sequence = sequence;
    this.#list.tell();
    // What the server's own phones left when they enrolled themselves it has counted already.
    const isNews = ({ mac, revision }: Enrolment) => this.#phones.sessions.get(mac)?.enrolment.revision !== revision;
    this.#recorder.follow(enrolments.filter(isNews));
    for (const enrolment of enrolments) {
      this.#reception.listChanged(enrolment.mac);
      const session = this.#phones.sessions.get(enrolment.mac);
      if (session !== undefined) this.#phones.instruct(session, enrolment);
      else if (enrolment.status === 'enrolled') this.#phones.admit(enrolment, store.phone(enrolment.mac));
    }
    if (enrolments.length > 0) this.#batch.settle(clock.now());
    this.#batch.sync(clock.now());
    if (this.#options.firmware.index().packages !== this.#packages) this.#reconsider(true);
    this.#texts.review();
    this.#phones.noteStep();
  }

  /** Other files in the store may open a road to phones that are held for want of one. */
  #reconsider(isChanged: boolean): void {
    const { firmware, clock } = this.#options;
    this.#packages = firmware.index().packages;
    for (const session of this.#phones.sessions.values()) {
      const rows = session.reconsider(clock.now(), isChanged);
      if (rows.length > 0) void this.#phones.keep(session, rows);
    }
  }

  standings(): Iterable<PowerStanding> {
    return Array.from(this.#phones.sessions, ([mac, { phone, askedAt, evidence, started }]) => {
      const { hold } = phone.context;
      // A phone has missed nothing that nobody was there to hear.
      const since = Math.max(phone.context.since, this.#hearing.since);
      const { code = null, isResumable = false } = (phone.state === 'held' ? hold : null) ?? {};
      const isServed = this.#reception.mayBeServed(mac, askedAt, this.#options.clock.now());
      const heard = { heardAt: askedAt, listensSince: this.#hearing.since };
      const isUp = showsMoreWhenItBoots(phone.state, evidence);
      const mayWrite = imageMaybeUnderWay(evidence.trace) !== null;
      return { mac, state: phone.state, since, ...heard, code, isResumable, isServed, isUp, mayWrite, started };
    });
  }

  isKeptWaiting(mac: MacAddress): boolean {
    return this.#batch.isPaused || this.#phones.sessions.get(mac)?.isWaiting(this.#options.clock.now()) === true;
  }

  withhold(mac: MacAddress, isUntilItStarts = false): (() => void) | null {
    return this.#phones.sessions.get(mac)?.withhold(isUntilItStarts, this.#options.clock.now()) ?? null;
  }

  withholdAnyway(mac: MacAddress): () => void {
    return this.#aids.withheld.begin(mac, false, this.#options.clock.now());
  }

  toRestart(mac: MacAddress): PhoneToRestart | null {
    const session = this.#phones.sessions.get(mac);
    if (session === undefined) return null;
    const { evidence, address } = session;
    return { mac, software: evidence.software, address: address ?? this.#reception.who?.addressOf(mac) ?? null };
  }

  giveSyncInfo(mac: MacAddress, text: string | null): void {
    this.#phones.sessions.get(mac)?.giveSyncInfo(text);
  }

  async decide(mac: MacAddress, decision: PowerDecision): Promise<boolean> {
    const session = this.#phones.sessions.get(mac);
    if (session === undefined) return false;
    const at = this.#options.clock.now();
    await this.#phones.keep(session, session.decide(decision, at));
    return !this.#recorder.hasFailed;
  }

  /** A phone that enrols itself; it has shown as much as the evidence says. */
  #enrol(wish: EnrolmentWish, evidence: Evidence): PhoneSession {
    const enrolment = this.#options.store.enrol(wish, false);
    this.#list.noteEnrolled(wish.mac);
    const { firstSeenAt = null, lastSeenAt = null } = this.#options.store.phone(wish.mac) ?? {};
    const record = { mac: wish.mac, enrolment, firstSeenAt, lastSeenAt };
    return this.#phones.admit(enrolment, recordOfOwn(record, evidence));
  }

  /** A phone that was let go under an earlier server. */
  #leave(record: PhoneRecord, now: SteadyMs): void {
    const memory = memoryOf(record);
    if (memory.ok) this.#reception.left(record.mac, tellingFound(memory.value, now), now);
  }

  #poll(): void {
    const { clock } = this.#options;
    this.#cancelPoll = clock.wakeAt(clock.now() + this.#timing.enrolmentPollMs, () => {
      try {
        this.syncEnrolments();
      } catch (error) {
        this.#recorder.fail(error);
      }
      if (this.#cancelPoll !== null) this.#poll();
    });
  }
}
