import { freshContext } from '../../machines/phone-context.ts';
import { restore } from '../../machines/snapshot.ts';
import { begin, type Phone } from '../../machines/step.ts';
import type { Answer } from '../core/answer/answer.ts';
import { AppError } from '../core/errors.ts';
import type { HistoryEvent } from '../core/history/event.ts';
import { type Evidence, NO_EVIDENCE, observe, state } from '../core/identify/evidence.ts';
import { familyOfModel, type Matrix } from '../core/matrix/matrix.ts';
import { type AskedName, classifyName } from '../core/names/asked-name.ts';
import type { FamilyId, ModelId } from '../core/names/family.ts';
import type { LoadName } from '../core/names/load-name.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import { renderTrigger } from '../core/plan/render-trigger.ts';
import { restoreBindings } from '../core/who/restore-bindings.ts';
import { modelOfVendorClass } from '../core/who/vendor-class.ts';
import type { AddressBook } from '../ports/address-book.ts';
import type { Clock } from '../ports/clock.ts';
import type { FirmwareFiles } from '../ports/firmware-files.ts';
import type { Log } from '../ports/log.ts';
import type { StaticRoot } from '../ports/static-root.ts';
import type { Enrolment, PhoneRecord, Store } from '../ports/store.ts';
import type { TftpAnswer, TftpHandler, TftpRequest, TransferWatcher } from '../ports/tftp.ts';
import { fromStaticRoot, NOT_FOUND } from './bystanders.ts';
import type { LiveEvent } from './events.ts';
import { PhoneSession, type SessionAids } from './phone-session.ts';
import { familyOfLoad } from './road.ts';
import { DEFAULT_TIMING, type FleetTiming } from './timing.ts';
import { WhoAsks } from './who-asks.ts';

export interface FleetOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly firmware: FirmwareFiles;
  readonly log: Log;
  readonly matrix: Matrix;
  /** `all`: every phone whose family is proven and has a target is enrolled by itself. */
  readonly enroll: 'listed' | 'all';
  readonly targets: readonly LoadName[];
  readonly staticRoot: StaticRoot | null;
  readonly addresses: AddressBook;
  /** Our address as that peer sees it. */
  readonly serverAddress: (peerAddress: string) => string;
  readonly timing?: Partial<FleetTiming>;
}

/** Every phone that one server converts. */
export interface Fleet {
  /** Decides what a TFTP request gets; give it to the TFTP server. */
  readonly handle: TftpHandler;
  /** Restores every phone from the store and begins to watch deadlines and the list of phones. */
  start(): Promise<void>;
  /** Ends watching; everything decided so far is durable when it resolves. */
  stop(): Promise<void>;
  onEvent(listener: (event: LiveEvent) => void): () => void;
  /** Called once with the error when the record can no longer be written: nothing is answered from then on. */
  onFailure(listener: (error: AppError) => void): () => void;
  /** Takes over changes of the list of phones that other processes made. */
  syncEnrolments(): void;
}

/** The text of a probe: a load that no release bears, so that nothing can be flashed (docs/decisions/0007). */
const PROBE = new TextEncoder().encode('image_version: P0S3-00-0-00\n');

export function createFleet(options: FleetOptions): Fleet {
  return new RunningFleet(options);
}

class RunningFleet implements Fleet {
  readonly handle: TftpHandler;
  readonly #options: FleetOptions;
  readonly #timing: FleetTiming;
  readonly #aids: SessionAids;
  readonly #sessions = new Map<MacAddress, PhoneSession>();
  readonly #known = new Set<MacAddress>();
  /** What phones that nobody enrolled have shown; kept only with `--enroll all`. */
  readonly #strangers = new Map<MacAddress, Evidence>();
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #failureListeners = new Set<(error: AppError) => void>();
  readonly #commits = new Set<Promise<void>>();
  #who: WhoAsks | null = null;
  #sequence = 0;
  #startedAt = 0;
  #failure: AppError | null = null;
  #cancelWake: (() => void) | null = null;
  #wakeAt = Number.POSITIVE_INFINITY;
  #cancelPoll: (() => void) | null = null;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#aids = {
      matrix: options.matrix,
      index: () => options.firmware.index(),
      timing: this.#timing,
      termFamily: termLookup(options.matrix),
      modelFamily: (model: ModelId) => familyOfModel(options.matrix, model) ?? '79x0',
    };
    this.handle = (request) => this.#handle(request);
  }

  async start(): Promise<void> {
    const { store, clock, addresses, log } = this.#options;
    this.#startedAt = clock.now();
    await addresses.start();
    const table = restoreBindings(store.bindings());
    this.#who = new WhoAsks(table, addresses, store, log, this.#timing.anonymousMs);
    this.#sequence = store.enrolmentsChangedSince(0).sequence;
    for (const record of store.phones()) {
      this.#known.add(record.mac);
      if (record.enrolment?.status === 'enrolled') this.#open(record.enrolment, record);
    }
    this.#poll();
    for (const session of this.#sessions.values()) this.#arm(session);
  }

  async stop(): Promise<void> {
    this.#cancelPoll?.();
    this.#cancelWake?.();
    this.#cancelPoll = null;
    this.#cancelWake = null;
    await Promise.allSettled([...this.#commits]);
    await this.#options.addresses.stop();
  }

  onEvent(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onFailure(listener: (error: AppError) => void): () => void {
    this.#failureListeners.add(listener);
    return () => this.#failureListeners.delete(listener);
  }

  syncEnrolments(): void {
    const { store, clock } = this.#options;
    const { sequence, enrolments } = store.enrolmentsChangedSince(this.#sequence);
    this.#sequence = sequence;
    for (const enrolment of enrolments) {
      const session = this.#sessions.get(enrolment.mac);
      if (enrolment.status === 'released') {
        this.#sessions.delete(enrolment.mac);
        if (session !== undefined) this.#keep(session, session.command('operator.released', clock.now()));
      } else if (session === undefined || session.enrolment.target !== enrolment.target) {
        this.#open(enrolment, store.phone(enrolment.mac));
      } else if (session.enrolment.revision !== enrolment.revision) {
        this.#reopen(session, enrolment, clock.now());
      }
    }
  }

  /** A retry, or another word of the operator about what the phone is: the road is planned anew, the record goes on. */
  #reopen(session: PhoneSession, enrolment: Enrolment, at: number): void {
    const evidence = state(session.evidence, { from: enrolment.from, model: enrolment.model });
    const next = new PhoneSession(enrolment, session.phone, evidence, this.#aids);
    this.#sessions.set(enrolment.mac, next);
    if (!next.isBusy) this.#keep(next, next.command('operator.retried', at));
  }

  #open(enrolment: Enrolment, record: PhoneRecord | null): PhoneSession {
    const { clock, log } = this.#options;
    const at = clock.now();
    const kept = (record?.evidence as Evidence | null | undefined) ?? NO_EVIDENCE;
    const evidence = state(kept, { from: enrolment.from, model: enrolment.model });
    const fresh = begin(freshContext(enrolment.mac, enrolment.target, at, this.#timing.budgets, this.#timing.patience));
    let phone: Phone = fresh;
    const stored = record?.snapshot ?? null;
    if (stored !== null) {
      const read = restore(stored);
      if (!read.ok) {
        log.error({ event: 'snapshot.unreadable', mac: enrolment.mac, reason: read.error });
        phone = heldForUnreadable(fresh, read.error);
      } else if (read.value.context.target === enrolment.target && read.value.state !== 'cancelled') {
        phone = read.value;
      }
    }
    const session = new PhoneSession(enrolment, phone, evidence, this.#aids);
    this.#sessions.set(enrolment.mac, session);
    return session;
  }

  async #handle(request: TftpRequest): Promise<TftpAnswer> {
    if (this.#failure !== null) return { kind: 'error', code: 0, message: 'The server cannot write its record' };
    const asked = classifyName(request.name);
    const who = this.#who;
    if (who === null) return NOT_FOUND;
    const asker = await who.identify(asked, request.peerAddress, request.at);
    const session =
      asker.mac === null
        ? undefined
        : (this.#sessions.get(asker.mac) ?? this.#enrolByItself(asker.mac, asked, request, asker.earlier));
    if (session === undefined) return this.#answerBystander(asked, asker.mac, request);
    this.#noteVendorClass(session, request.peerAddress);
    const isWhole = request.at - this.#startedAt >= this.#timing.wholeAfterMs || this.#known.has(session.enrolment.mac);
    const first = this.#firstSight(session.enrolment.mac, request);
    const { answer, rows } = session.ask(asked, request.at, isWhole, asker.earlier);
    return this.#give(session, request, asked, answer, [...first, ...rows]);
  }

  #firstSight(mac: MacAddress, request: TftpRequest): HistoryEvent[] {
    if (this.#known.has(mac)) return [];
    this.#known.add(mac);
    const session = this.#sessions.get(mac);
    const where = session === undefined ? { mac } : session.where();
    return [{ event: 'phone.seen', at: request.at, ...where, peer: peerOf(request) }];
  }

  async #answerBystander(asked: AskedName, mac: MacAddress | null, request: TftpRequest): Promise<TftpAnswer> {
    if (mac !== null && !this.#known.has(mac)) {
      const events = this.#firstSight(mac, request);
      await this.#commit({ mac, seenAt: request.at, events });
    }
    return fromStaticRoot(this.#options.staticRoot, asked);
  }

  /** With `--enroll all`: a session for a phone whose family its questions have just proven, when that family has a target. */
  #enrolByItself(
    mac: MacAddress,
    asked: AskedName,
    request: TftpRequest,
    earlier: readonly AskedName[],
  ): PhoneSession | undefined {
    const { store, enroll, targets } = this.#options;
    if (enroll !== 'all' || store.phone(mac)?.enrolment?.status === 'released') return undefined;
    let evidence = this.#strangers.get(mac) ?? NO_EVIDENCE;
    const aids = { ...this.#aids, isWhole: request.at - this.#startedAt >= this.#timing.wholeAfterMs };
    for (const one of [...earlier, asked]) evidence = observe(evidence, one, request.at, aids).evidence;
    this.#strangers.set(mac, evidence);
    const family = provenFamily(evidence);
    const target = targets.find((one) => familyOfLoad(one) === family);
    if (family === null || target === undefined) return undefined;
    this.#strangers.delete(mac);
    const enrolment = store.enrol({ mac, target, from: null, model: null, label: null, enrolledAt: request.at });
    return this.#open(enrolment, { mac, enrolment, snapshot: null, evidence, firstSeenAt: null, lastSeenAt: null });
  }

  /** Carries a decision out: content first, then the record, then the answer. */
  async #give(
    session: PhoneSession,
    request: TftpRequest,
    asked: AskedName,
    answer: Answer,
    rows: readonly HistoryEvent[],
  ): Promise<TftpAnswer> {
    const { content, extra } = await this.#content(session, request, asked, answer);
    const reason = answer.kind === 'not-found' ? answer.reason : 'no such file';
    const base = { at: request.at, ...session.where(), file: asked.name, peer: peerOf(request) };
    const row: HistoryEvent =
      content === null
        ? { event: 'file.refused', ...base, reason }
        : { event: 'file.requested', ...base, size: content.length };
    await this.#keep(session, [...rows, ...extra, row], request.at);
    if (content === null) return NOT_FOUND;
    return { kind: 'content', content, watcher: this.#watch(session, answer, asked, content.length, request) };
  }

  async #content(
    session: PhoneSession,
    request: TftpRequest,
    asked: AskedName,
    answer: Answer,
  ): Promise<{ content: Uint8Array | null; extra: readonly HistoryEvent[] }> {
    const { firmware, staticRoot, serverAddress } = this.#options;
    if (answer.kind === 'probe') return { content: PROBE, extra: [] };
    if (answer.kind === 'trigger') {
      const values = {
        mac: session.enrolment.mac,
        serverAddress: serverAddress(request.peerAddress),
        term: asked.term,
      };
      const { content } = renderTrigger(answer.trigger, values);
      return { content: content === null ? null : new TextEncoder().encode(content), extra: [] };
    }
    if (answer.kind === 'static') {
      const given = await fromStaticRoot(staticRoot, asked);
      return { content: given.kind === 'content' ? given.content : null, extra: [] };
    }
    if (answer.kind === 'not-found') return { content: null, extra: [] };
    try {
      return { content: await firmware.read(answer.package, answer.name), extra: [] };
    } catch (error) {
      const code = error instanceof AppError ? error.code : 'E_FIRMWARE_UNREADABLE';
      const reason = error instanceof Error ? error.message : String(error);
      const advice = 'put the genuine file back into the firmware folder, then run: loadstep retry';
      return { content: null, extra: session.refuse({ code, reason, advice, isResumable: false }, request.at) };
    }
  }

  #watch(session: PhoneSession, answer: Answer, asked: AskedName, size: number, request: TftpRequest): TransferWatcher {
    const mac = session.enrolment.mac;
    const file = asked.name;
    const current = () => this.#sessions.get(mac) ?? session;
    return {
      progress: (bytes) => {
        const { state: where, hop = 0, hops = 0, target = '' } = current().where();
        const at = this.#options.clock.now();
        this.#tell({ event: 'file.progress', at, mac, file, bytes, size, state: where ?? '', hop, hops, target });
      },
      sent: ({ at, bytes, tookMs }) => {
        const phone = current();
        const row: HistoryEvent = {
          event: 'file.sent',
          at,
          ...phone.where(),
          file,
          bytes,
          size,
          tookMs,
          peer: peerOf(request),
        };
        void this.#keep(phone, [row, ...phone.sent(answer, at)], at);
      },
      failed: ({ at, bytes, tookMs, reason, message }) => {
        const phone = current();
        const why = `${reason}: ${message}`;
        const row: HistoryEvent = {
          event: 'file.failed',
          at,
          ...phone.where(),
          file,
          bytes,
          size,
          tookMs,
          reason: why,
        };
        void this.#keep(phone, [row, ...phone.failed(answer, at)], at);
      },
    };
  }

  #noteVendorClass(session: PhoneSession, address: string): void {
    const text = session.evidence.vendorModel === null ? this.#who?.vendorClass(address) : null;
    if (text === null || text === undefined) return;
    const { model } = modelOfVendorClass(text);
    if (model !== null) session.noteVendorModel(model);
  }

  /** Commits what a session decided, then tells it to the listeners. Never rejects: a record that fails stops the fleet. */
  #keep(session: PhoneSession, events: readonly HistoryEvent[], seenAt?: number): Promise<void> {
    this.#arm(session);
    const { mac } = session.enrolment;
    const seen = seenAt === undefined ? {} : { seenAt };
    // A record that could not be read is left as it is until the operator decides.
    const snapshot = session.isUnreadable ? {} : { snapshot: session.snapshot };
    return this.#commit({ mac, ...snapshot, evidence: session.evidence, ...seen, events });
  }

  async #commit(change: Parameters<Store['commit']>[0]): Promise<void> {
    const commit = this.#options.store.commit(change);
    this.#commits.add(commit);
    try {
      await commit;
      for (const event of change.events) this.#tell(event);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#commits.delete(commit);
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#failure = error instanceof AppError ? error : new AppError('E_DB_FAILED', reason, { cause: error });
    this.#options.log.error({ event: 'record.failed', code: this.#failure.code, reason });
    for (const listener of this.#failureListeners) listener(this.#failure);
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #poll(): void {
    const { clock } = this.#options;
    this.#cancelPoll = clock.wakeAt(clock.now() + this.#timing.enrolmentPollMs, () => {
      try {
        this.syncEnrolments();
      } catch (error) {
        this.#fail(error);
      }
      if (this.#cancelPoll !== null) this.#poll();
    });
  }

  /** One timer for all phones, at the earliest time any of them asked for; one that moved later is found when it rings. */
  #arm(session: PhoneSession): void {
    const at = session.wakeAt();
    if (at === null || at >= this.#wakeAt) return;
    this.#cancelWake?.();
    this.#wakeAt = at;
    this.#cancelWake = this.#options.clock.wakeAt(at, () => this.#wake());
  }

  #wake(): void {
    const now = this.#options.clock.now();
    this.#wakeAt = Number.POSITIVE_INFINITY;
    for (const session of this.#sessions.values()) {
      const at = session.wakeAt();
      if (at !== null && at <= now) void this.#keep(session, session.wake(now));
      this.#arm(session);
    }
  }
}

function termLookup(matrix: Matrix): (term: string) => FamilyId | null {
  const families = new Map<string, FamilyId>();
  for (const facts of matrix.families) {
    for (const { term } of facts.models) if (term !== null) families.set(term, facts.family);
  }
  return (term) => families.get(term) ?? null;
}

/** The one family that everything the evidence admits belongs to; null while it is not proven. */
function provenFamily(evidence: Evidence): FamilyId | null {
  const family = evidence.software[0]?.family ?? null;
  return evidence.software.every((one) => one.family === family) ? family : null;
}

function heldForUnreadable(fresh: Phone, reason: string): Phone {
  const hold = {
    code: 'P_SNAPSHOT_UNREADABLE',
    reason: `its record cannot be read by this version: ${reason}`,
    advice: 'look at its screen; when it is not upgrading, run: loadstep retry',
    isResumable: false,
  };
  return { state: 'held', context: { ...fresh.context, hold } };
}

function peerOf(request: TftpRequest): string {
  return `${request.peerAddress}:${request.peerPort}`;
}
