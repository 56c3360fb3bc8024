import type { PhoneContext } from '../../../machines/phone-context.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import { AppError } from '../../core/errors.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Log } from '../../ports/log.ts';
import type { Change, Store, StoredSnapshot } from '../../ports/store.ts';
import type { LiveEvent } from './live-event.ts';

/** Phones whose last row is remembered (invented). */
const MOST_LAST = 16_384;

/** Makes changes durable, then tells them; once the record cannot be written any more, nothing is answered. */
export class Recorder {
  readonly #store: Store;
  readonly #log: Log;
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #failureListeners = new Set<(error: AppError) => void>();
  readonly #pending = new Set<Promise<void>>();
  readonly #lastAt = new BoundedMap<MacAddress, number>(MOST_LAST);
  #failure: AppError | null = null;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
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
  async commit(given: Change): Promise<void> {
    if (this.#failure !== null) return;
    const change = this.#inOrder(given);
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
    for (const event of change.events) this.tell(event);
  }

  /** The record may hold rows of these phones that are ahead of the clock, of other processes or of a day when it was wrong: none stands before them. */
  follow(phones: readonly { readonly mac: MacAddress }[], now: number): void {
    const [newest] = this.#store.history({ limit: 1 });
    if (newest === undefined || newest.at <= now) return;
    for (const { mac } of phones) {
      const [last] = this.#store.history({ mac, limit: 1 });
      if (last !== undefined) this.#lastAt.set(mac, Math.max(last.at, this.#lastAt.get(mac) ?? last.at));
    }
  }

  /** A transfer's end may overtake a request that came before it: no row is older than the one recorded before it. */
  #inOrder(change: Change): Change {
    let at = this.#lastAt.get(change.mac) ?? this.#lastKept(change.mac);
    const events = change.events.map((event) => {
      at = Math.max(at, event.at);
      return event.at === at ? event : { ...event, at };
    });
    this.#lastAt.set(change.mac, at);
    return { ...change, events };
  }

  /** A listener that throws costs nobody else the event: what happened is in the record. */
  /** When the newest row of a phone happened of which the map says nothing: only where it may have said something before. */
  #lastKept(mac: MacAddress): number {
    const [last] = this.#lastAt.size < MOST_LAST ? [] : this.#store.history({ mac, limit: 1 });
    return last?.at ?? Number.NEGATIVE_INFINITY;
  }

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
