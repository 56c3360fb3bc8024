import { type BackOff, DEFAULT_BACK_OFF, waitAfter } from '../core/notify/back-off.ts';
import type { Notice } from '../core/notify/notice.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Notifier } from '../ports/notifier.ts';

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
  /** Takes no more, gives what is under way a moment, and drops the rest with a line in the log. */
  stop(): Promise<void>;
}

/** A night of a large bench fits many times (invented). */
const MOST_WAITING = 1_000;
/** How long `stop` waits for a delivery that is under way (invented). */
const LAST_DELIVERY_MS = 2_000;

/** A queue for each notifier, so that one that hangs does not hold the others up. */
export function createNotices(options: NoticesOptions): Notices {
  const queues = options.notifiers.map((notifier) => new Queue(notifier, options));
  return {
    tell: (notice) => {
      for (const queue of queues) queue.add(notice);
    },
    stop: async () => {
      await Promise.all(queues.map((queue) => queue.stop()));
    },
  };
}

/** The notices of one notifier, told one after the other. */
class Queue {
  readonly #notifier: Notifier;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #backOff: BackOff;
  readonly #most: number;
  readonly #abort = new AbortController();
  readonly #waiting: Notice[] = [];
  #running: Promise<void> | null = null;
  #isStopped = false;
  #endWait: (() => void) | null = null;

  constructor(notifier: Notifier, options: NoticesOptions) {
    this.#notifier = notifier;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#backOff = options.backOff ?? DEFAULT_BACK_OFF;
    this.#most = options.mostWaiting ?? MOST_WAITING;
  }

  add(notice: Notice): void {
    if (this.#isStopped) return;
    if (this.#waiting.length >= this.#most) {
      this.#drop(notice, `more than ${this.#most} wait already`);
      return;
    }
    this.#waiting.push(notice);
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endWait?.();
    const running = this.#running;
    if (running === null) return;
    const cancel = this.#clock.wakeAt(this.#clock.now() + LAST_DELIVERY_MS, () => this.#abort.abort());
    await running;
    cancel();
  }

  async #run(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#isStopped) break;
      await this.#deliver(next);
      this.#waiting.shift();
    }
    for (const left of this.#waiting.splice(0)) this.#drop(left, 'the server stops');
    this.#running = null;
  }

  async #deliver(notice: Notice): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        await this.#notifier.deliver(notice, this.#abort.signal);
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const waitMs = this.#isStopped ? null : waitAfter(failures, this.#backOff);
        if (waitMs === null) {
          this.#drop(notice, reason);
          return;
        }
        const fields = { notifier: this.#notifier.name, notice: notice.event, mac: notice.mac };
        this.#log.warn({ event: 'notice.failed', ...fields, reason, tries: failures, waitMs });
        await this.#wait(waitMs);
        if (this.#isStopped) {
          this.#drop(notice, reason);
          return;
        }
      }
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.wakeAt(this.#clock.now() + ms, resolve);
      this.#endWait = () => {
        cancel();
        resolve();
      };
    });
  }

  #drop(notice: Notice, reason: string): void {
    const fields = { notifier: this.#notifier.name, notice: notice.event, mac: notice.mac };
    this.#log.error({ event: 'notice.dropped', ...fields, reason });
  }
}
