import type { PhoneContext } from '../../../machines/phone-context.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { PhoneRecord, Store, StoredSnapshot } from '../../ports/store.ts';
import type { LiveEvent } from './live-event.ts';
import { type Decided, WallDates } from './wall-dates.ts';

/** Makes changes durable, then tells them; once the record cannot be written any more, nothing is answered. */
export class Recorder {
  readonly #store: Store;
  readonly #log: Log;
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #failureListeners = new Set<(error: AppError) => void>();
  readonly #pending = new Set<Promise<void>>();
  readonly #dates: WallDates;
  readonly #beforeTelling: (mac: MacAddress) => void;
  #failure: AppError | null = null;

  /** `beforeTelling` is called with a phone when its change is kept, before that is told: what goes before it is told then. */
  constructor(store: Store, clock: Clock, log: Log, beforeTelling: (mac: MacAddress) => void = () => {}) {
    this.#beforeTelling = beforeTelling;
    this.#store = store;
    this.#log = log;
    this.#dates = new WallDates(clock, store);
  }

  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** Why nothing can be recorded any more; null while everything is. */
  get failure(): AppError | null {
    return this.#failure;
  }

  onEvent(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onFailure(listener: (error: AppError) => void): () => void {
    this.#failureListeners.add(listener);
    return () => this.#failureListeners.delete(listener);
  }

  /** Resolves once the change is durable, or the failure was told. */
  async commit(decided: Decided): Promise<void> {
    if (this.#failure !== null) return;
    const change = this.#dates.date(decided);
    const commit = this.#store.commit(change);
    this.#pending.add(commit);
    try {
      await commit;
    } catch (error) {
      this.fail(error);
      return;
    } finally {
      this.#pending.delete(commit);
    }
    this.#beforeTelling(change.mac);
    for (const event of change.events) this.tell(event);
  }

  /** A phone goes on from where its record left it. */
  resume(record: PhoneRecord): void {
    this.#dates.resume(record);
  }

  /** Another process may have added rows of these phones: none stands before them. */
  follow(phones: readonly { readonly mac: MacAddress }[]): void {
    this.#dates.follow(phones);
  }

  /** A listener that throws costs nobody else the event: what happened is in the record. */
  tell(event: LiveEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ event: 'listener.failed', of: event.event, reason: String(error) });
      }
    }
  }

  fail(error: unknown): void {
    if (this.#failure !== null) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#failure = error instanceof AppError ? error : new AppError('E_DB_FAILED', reason, { cause: error });
    this.#log.error({ event: 'record.failed', code: this.#failure.code, reason });
    for (const listener of this.#failureListeners) listener(this.#failure);
  }

  /** Resolves when everything handed over so far is durable or has failed. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#pending]);
  }
}

/** A deadline that moved less than this is not written again: after a restart a stall is noticed that much earlier (invented). */
const DEADLINE_SLACK_MS = 15_000;

/** Whether the store has this already, but for a deadline that every request puts off a little. */
export function isAsKept(kept: StoredSnapshot | undefined, now: StoredSnapshot): boolean {
  if (kept === undefined || kept.value !== now.value) return false;
  const [was, is] = [kept.context as PhoneContext, now.context as PhoneContext];
  if (was === is) return true;
  const keys = Object.keys(is) as (keyof PhoneContext)[];
  if (keys.some((key) => key !== 'deadlineAt' && was[key] !== is[key])) return false;
  if (was.deadlineAt === null || is.deadlineAt === null) return was.deadlineAt === is.deadlineAt;
  const slack = Math.min(DEADLINE_SLACK_MS, is.budgets.offered / 8);
  return is.deadlineAt >= was.deadlineAt && is.deadlineAt - was.deadlineAt < slack;
}
