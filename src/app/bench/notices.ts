import type { MacAddress } from '../../core/names/mac-address.ts';
import { type BackOff, DEFAULT_BACK_OFF, waitAfter } from '../../core/notify/back-off.ts';
import { batchNotice, type Notice, phoneNotice } from '../../core/notify/notice.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Notifier } from '../../ports/notifier.ts';
import type { Store } from '../../ports/store.ts';
import type { LiveEvent } from '../record/live-event.ts';

export interface NoticesOptions {
  readonly notifiers: readonly Notifier[];
  readonly clock: Clock;
  readonly log: Log;
  readonly backOff?: BackOff;
  /** Most notices that wait for one notifier. */
  readonly mostWaiting?: number;
}

/** Tells people and programs, and keeps nobody waiting. */
export interface Notices {
  /** Queues a notice for every notifier and returns at once. */
  tell(notice: Notice): void;
  /** Resolves when nothing is left to be told. */
  settled(): Promise<void>;
  /** Takes no more, gives each notice that is left one more try and all of them `lastMs`, and names the rest in the log. */
  stop(lastMs?: number): Promise<void>;
}

/** A night of a large bench fits many times (invented). */
const MOST_WAITING = 1_000;

/** Deliveries to one notifier at a time, so that one that hangs holds up a part of them only (invented). */
const MOST_AT_ONCE = 4;

/** How long `stop` waits for what is left where nothing else is said (invented). */
const LAST_DELIVERIES_MS = 5_000;

/** A queue for each notifier, so that one that hangs does not hold the others up. */
export function createNotices(options: NoticesOptions): Notices {
  const queues = options.notifiers.map((notifier) => new Queue(notifier, options));
  return {
    tell: (notice) => {
      for (const queue of queues) queue.add(notice);
    },
    settled: async () => {
      await Promise.all(queues.map((queue) => queue.settled()));
    },
    stop: async (lastMs = LAST_DELIVERIES_MS) => {
      await Promise.all(queues.map((queue) => queue.stop(lastMs)));
    },
  };
}

/** A notice on its way. `ready` may be delivered now, `later` waits to be tried again. */
interface Job {
  readonly notice: Notice;
  state: 'ready' | 'under way' | 'later';
  failures: number;
  reason: string;
  cancelWait: () => void;
}

/** The notices of one notifier: several at once, those about one phone in order, one that failed in nobody's way. */
class Queue {
  readonly #notifier: Notifier;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #backOff: BackOff;
  readonly #most: number;
  readonly #abort = new AbortController();
  /** In the order in which they were told. */
  readonly #jobs = new Set<Job>();
  #isStopping = false;
  readonly #whenEmpty: (() => void)[] = [];

  constructor(notifier: Notifier, options: NoticesOptions) {
    this.#notifier = notifier;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#backOff = options.backOff ?? DEFAULT_BACK_OFF;
    this.#most = options.mostWaiting ?? MOST_WAITING;
  }

  add(notice: Notice): void {
    if (this.#isStopping) return;
    if (this.#jobs.size >= this.#most) {
      this.#tellDropped(notice, `more than ${this.#most} wait already`);
      return;
    }
    this.#jobs.add({ notice, state: 'ready', failures: 0, reason: '', cancelWait: () => {} });
    this.#go();
  }

  async settled(): Promise<void> {
    if (this.#jobs.size > 0) await new Promise<void>((resolve) => void this.#whenEmpty.push(resolve));
  }

  async stop(lastMs: number): Promise<void> {
    this.#isStopping = true;
    if (this.#jobs.size === 0) return;
    const emptied = this.settled();
    const cancel = this.#clock.wakeAt(this.#clock.now() + lastMs, () => this.#giveUp());
    for (const job of this.#jobs) {
      if (job.state !== 'later') continue;
      job.cancelWait();
      job.state = 'ready';
    }
    this.#go();
    await emptied;
    cancel();
  }

  /** What is under way is broken off and ends by itself; the rest is not begun any more. */
  #giveUp(): void {
    for (const job of [...this.#jobs]) {
      if (job.state !== 'under way') this.#end(job, job.reason === '' ? 'the server stops' : job.reason);
    }
    this.#abort.abort();
  }

  /** Begins whatever may go: the oldest notice of each phone, as many as are allowed at once. */
  #go(): void {
    let busy = 0;
    for (const { state } of this.#jobs) if (state === 'under way') busy++;
    const taken = new Set<string | null>();
    for (const job of this.#jobs) {
      if (busy >= MOST_AT_ONCE) return;
      const { mac } = job.notice;
      if (taken.has(mac)) continue;
      taken.add(mac);
      if (job.state !== 'ready' || this.#abort.signal.aborted) continue;
      busy++;
      job.state = 'under way';
      void this.#deliver(job);
    }
  }

  async #deliver(job: Job): Promise<void> {
    try {
      await this.#notifier.deliver(job.notice, this.#abort.signal);
      this.#end(job, null);
    } catch (error) {
      this.#fail(job, error instanceof Error ? error.message : String(error));
    }
    this.#go();
  }

  #fail(job: Job, reason: string): void {
    job.failures++;
    job.reason = reason;
    const waitMs = this.#isStopping ? null : waitAfter(job.failures, this.#backOff);
    if (waitMs === null) {
      this.#end(job, reason);
      return;
    }
    this.#log.warn({ event: 'notice.failed', ...this.#fields(job.notice), reason, tries: job.failures, waitMs });
    job.state = 'later';
    job.cancelWait = this.#clock.wakeAt(this.#clock.now() + waitMs, () => {
      job.state = 'ready';
      this.#go();
    });
  }

  /** Told, or given up for a reason. */
  #end(job: Job, reason: string | null): void {
    this.#jobs.delete(job);
    if (reason !== null) this.#tellDropped(job.notice, reason);
    if (this.#jobs.size > 0) return;
    for (const tell of this.#whenEmpty.splice(0)) tell();
  }

  #tellDropped(notice: Notice, reason: string): void {
    this.#log.error({ event: 'notice.dropped', ...this.#fields(notice), reason, text: notice.text });
  }

  #fields({ event, mac }: Notice): { notifier: string; notice: string; mac: string | null } {
    return { notifier: this.#notifier.name, notice: event, mac };
  }
}

export function noticeOf(
  event: Exclude<LiveEvent, { event: 'server.listening' | 'file.progress' }>,
  store: Store,
  addressOf: (mac: MacAddress) => string | null,
): Notice | null {
  switch (event.event) {
    case 'batch.finished':
      return batchNotice('batch finished', event.at, event.reason, null, event.advice ?? null);
    case 'batch.paused':
      return batchNotice('batch paused', event.at, event.reason);
    case 'phone.landed':
    case 'phone.held': {
      const enrolment = store.phone(event.mac)?.enrolment ?? null;
      const { label = null, model = null, batch = '', port = null } = enrolment ?? {};
      return phoneNotice(event, { label, model, batch, port, address: addressOf(event.mac) });
    }
    default:
      return null;
  }
}
