import type { DecidedRow } from '../core/history/event.ts';
import type { SteadyMs } from '../core/moment.ts';
import type { StoredSnapshot } from '../ports/store.ts';
import type { PhoneSession } from './phone/phone-session.ts';
import { isAsKept, type Recorder } from './record/recorder.ts';

type Learnt = Pick<PhoneSession, 'evidence' | 'memory'>;

/** Less is how the two clocks drift, and nobody reads times that closely (invented). */
const STEP_MS = 1_000;

/** Puts what sessions decided into the record, and into it only what it lacks; has the batch looked at where that changed. */
export class SessionKeeper {
  readonly #recorder: Pick<Recorder, 'commit'>;
  readonly #settleBatch: () => void;
  /** What the store has of each phone. */
  readonly #kept = new WeakMap<PhoneSession, StoredSnapshot>();
  /** What the store has been given of what each phone showed. */
  readonly #learnt = new WeakMap<PhoneSession, Learnt & { readonly aheadMs: number }>();
  readonly #aheadMs: () => number;
  /** How each phone counted in its batch when that was looked at last. */
  readonly #standings = new WeakMap<PhoneSession, string>();
  #settling: Promise<void> | null = null;

  /** `aheadMs` is by how much the machine's clock is ahead of the steady one. */
  constructor(recorder: Pick<Recorder, 'commit'>, settleBatch: () => void, aheadMs: () => number) {
    this.#aheadMs = aheadMs;
    this.#recorder = recorder;
    this.#settleBatch = settleBatch;
  }

  /** Commits what a session decided, then tells it. Never rejects: a record that fails is told by the recorder. */
  keep(session: PhoneSession, events: readonly DecidedRow[], seenAt?: SteadyMs): Promise<void> {
    const seen = seenAt === undefined ? {} : { seenAt };
    const now = session.snapshot;
    const isKept = isAsKept(this.#kept.get(session), now);
    // A record that could not be read is left as it is until the operator decides.
    const snapshot = isKept ? {} : { snapshot: now };
    const kept = session.isUnreadable ? {} : { ...snapshot, ...this.#newlyLearnt(session) };
    if (!isKept) this.#kept.set(session, now);
    const { mac } = session.enrolment;
    const commit = this.#recorder.commit({ mac, ...kept, ...seen, events });
    // What became of a phone may stop the batch, open it for the rest, or end it. All phones are counted for that, so only
    // when this one counts otherwise than before.
    const standing = session.isReleased ? 'gone' : session.standing;
    if (standing === this.#standings.get(session)) return commit;
    this.#standings.set(session, standing);
    return commit.then(() => this.#settle());
  }

  /** What the store has of the phone is to be written anew. */
  forget(session: PhoneSession): void {
    this.#kept.delete(session);
    this.#learnt.delete(session);
  }

  /**
   * Most requests add nothing to one of the two or to both. Neither is ever changed in place: another one takes its place. Both have
   * times, which are others when the machine's clock was set.
   */
  #newlyLearnt(session: PhoneSession): Partial<Learnt> {
    const { evidence, memory } = session;
    const aheadMs = this.#aheadMs();
    const was = this.#learnt.get(session);
    const isInTime = was !== undefined && Math.abs(was.aheadMs - aheadMs) < STEP_MS;
    // A drift adds up: each is held against when it was written, and both are written then.
    this.#learnt.set(session, { evidence, memory, aheadMs: isInTime ? was.aheadMs : aheadMs });
    if (!isInTime) return { evidence, memory };
    return { ...(was.evidence === evidence ? {} : { evidence }), ...(was.memory === memory ? {} : { memory }) };
  }

  /** Phones that moved in one transaction are looked at together. */
  #settle(): Promise<void> {
    this.#settling ??= Promise.resolve().then(() => {
      this.#settling = null;
      this.#settleBatch();
    });
    return this.#settling;
  }
}
