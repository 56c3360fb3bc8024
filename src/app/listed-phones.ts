import type { DecidedRow } from '../core/history/event.ts';
import type { SteadyMs } from '../core/moment.ts';
import type { MacAddress } from '../core/names/mac-address.ts';
import type { Enrolment, PhoneRecord } from '../ports/store.ts';
import type { FleetOptions } from './fleet-options.ts';
import { doneUnlisted } from './memory/asked-unlisted.ts';
import type { PhoneMemory } from './memory/memory.ts';
import { comesOntoList, openSession } from './phone/open-session.ts';
import type { PhoneSession } from './phone/phone-session.ts';
import type { SessionAids } from './phone/session-aids.ts';
import type { Recorder } from './record/recorder.ts';
import { SessionKeeper } from './session-keeper.ts';
import { Vigil } from './time/wake-up.ts';

/** What the phones on the list need of their fleet. */
export interface ListedPhonesDesk extends Pick<FleetOptions, 'clock' | 'store' | 'firmware' | 'log'> {
  readonly aids: SessionAids;
  readonly recorder: Recorder;
  readonly settleBatch: () => void;
  /** A phone has come on the list, before it is told what its operator wants. */
  readonly admitted: (mac: MacAddress) => void;
  /** A phone was let go. */
  readonly left: (mac: MacAddress, memory: PhoneMemory) => void;
}

/** A clock that is set by less than this changes no deadline that anybody reads (invented). */
const STEP_MS = 5_000;

/** The phones on the list, each with its session: they come and go, are woken when their time has come, and are kept in the record. */
export class ListedPhones {
  readonly #desk: ListedPhonesDesk;
  readonly #sessions = new Map<MacAddress, PhoneSession>();
  readonly #keeper: SessionKeeper;
  readonly #vigil: Vigil<PhoneSession>;
  /** By how much the machine's clock was ahead of the steady one when deadlines were last told. */
  #aheadMs = 0;
  /** For how long the process had stood still by the time at which deadlines were put off for that. */
  #lostMs = 0;
  #lastUnderWay: PhoneSession | null = null;

  constructor(desk: ListedPhonesDesk) {
    this.#desk = desk;
    const { clock, recorder, settleBatch } = desk;
    this.#keeper = new SessionKeeper(recorder, settleBatch, () => clock.wall() - clock.now());
    this.#vigil = new Vigil(
      clock,
      () => this.#sessions.values(),
      (session, now) => {
        this.catchUp();
        void this.keep(session, session.wake(now));
      },
    );
  }

  get sessions(): ReadonlyMap<MacAddress, PhoneSession> {
    return this.#sessions;
  }

  /** What the clocks tell now is what deadlines in the record are by; to be called before the first phone is admitted. */
  start(): void {
    const { clock } = this.#desk;
    this.#aheadMs = clock.wall() - clock.now();
    this.#lostMs = clock.lostMs?.() ?? 0;
  }

  /** No phone is woken any more. */
  stop(): void {
    this.#vigil.stop();
  }

  /** Opens the session of a phone that is on the list; null where the record does not have it. */
  admit(enrolment: Enrolment, record: PhoneRecord | null): PhoneSession {
    const { clock, log, store, firmware, aids, recorder } = this.#desk;
    if (record !== null) recorder.resume(record);
    const rows = record?.firstSeenAt != null && comesOntoList(record) ? [...store.history({ mac: enrolment.mac })] : [];
    const [now, aheadMs] = [clock.now(), clock.now() - clock.wall()];
    const unlisted = doneUnlisted(rows, firmware.index(), aheadMs);
    const session = openSession(enrolment, record, aids, now, log, { unlisted });
    this.#sessions.set(enrolment.mac, session);
    this.#desk.admitted(enrolment.mac);
    this.#vigil.watch(session);
    this.instruct(session, enrolment);
    return session;
  }

  /** The operator wants something of this phone, unless the session has that already. */
  instruct(session: PhoneSession, enrolment: Enrolment): void {
    if (session.enrolment.revision === enrolment.revision) return;
    const rows = session.instruct(enrolment, this.#desk.clock.now());
    void this.keep(session, rows);
  }

  /** Never rejects: a record that fails stops the fleet. */
  keep(session: PhoneSession, events: readonly DecidedRow[], seenAt?: SteadyMs): Promise<void> {
    if (session.isReleased) {
      this.#sessions.delete(session.enrolment.mac);
      this.#desk.left(session.enrolment.mac, session.memory);
    } else this.#vigil.watch(session);
    return this.#keeper.keep(session, events, seenAt);
  }

  /** The machine slept, or the process was stopped: the time of no phone has passed meanwhile, for nobody could hear it. */
  catchUp(): void {
    const was = this.#lostMs;
    this.#lostMs = this.#desk.clock.lostMs?.() ?? 0;
    if (this.#lostMs === was) return;
    for (const session of this.#sessions.values()) {
      if (session.oversleep(this.#lostMs - was)) void this.keep(session, []);
    }
  }

  /** The machine's clock may have been set: the deadlines that stand in the record are others then by that clock. */
  noteStep(): void {
    const { clock } = this.#desk;
    const was = this.#aheadMs;
    this.#aheadMs = clock.wall() - clock.now();
    if (Math.abs(this.#aheadMs - was) < STEP_MS) return;
    for (const session of this.#sessions.values()) {
      if (session.phone.context.deadlineAt === null) continue;
      this.#keeper.forget(session);
      void this.keep(session, []);
    }
  }

  /** Asked for each step of each phone: the one that was under way last mostly still is. */
  isAnyUnderWay(): boolean {
    const isUnderWay = (one: PhoneSession) => one.standing === 'under-way';
    const last = this.#lastUnderWay;
    if (last !== null && this.#sessions.get(last.enrolment.mac) === last && isUnderWay(last)) return true;
    this.#lastUnderWay = null;
    for (const session of this.#sessions.values()) {
      if (!isUnderWay(session)) continue;
      this.#lastUnderWay = session;
      return true;
    }
    return false;
  }
}
