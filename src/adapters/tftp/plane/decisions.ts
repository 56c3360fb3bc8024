import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { FileOnDisk, TftpAnswer, TftpHandler, TransferWatcher } from '../../../ports/tftp.ts';
import { CrossingContents } from './crossing-contents.ts';
import type { CrossingAnswer, FromPlane, SharedState } from './messages.ts';
import { Gauges, OpenQuestions } from './shared-state.ts';

export interface DecisionsParts {
  readonly handler: TftpHandler;
  readonly clock: Clock;
  readonly log: Log;
  readonly shared: SharedState;
  readonly reply: (question: number, answer: CrossingAnswer) => void;
  /** The answer to that question must not be sent again. */
  readonly withdraw: (question: number) => void;
}

/** A content that is being sent. */
interface Watched {
  /** Null where only this thread wants to know when it ends. */
  readonly watcher: TransferWatcher | null;
  readonly gauge: number;
  /** Kept as long as the other thread sends it: who lends it out counts it as long as somebody has it. */
  readonly content: Uint8Array | FileOnDisk;
  readonly startedAt: number;
}

type Item<K extends FromPlane['kind']> = Extract<FromPlane, { kind: K }>;
interface Given {
  readonly reason: 'stopped' | 'socket';
  readonly message: string;
}

/** Stands for one thread that sends files: the next one counts its questions from the beginning. */
export interface PlaneThread {
  ended: Given | null;
}

/** Has the handler decide the questions of the thread that sends files, and tells the watchers what becomes of the answers. */
export class Decisions {
  readonly #parts: DecisionsParts;
  readonly #contents = new CrossingContents();
  readonly #gauges: Gauges;
  readonly #open: OpenQuestions;
  readonly #watched = new Map<number, Watched>();
  #thread: PlaneThread = { ended: null };

  constructor(parts: DecisionsParts) {
    this.#parts = parts;
    this.#gauges = new Gauges(parts.shared);
    this.#open = new OpenQuestions(parts.shared);
  }

  get thread(): PlaneThread {
    return this.#thread;
  }

  /** A question of that thread, unless its phone has given it up; nobody hears the answer when the thread has ended meanwhile. */
  decide({ question, request }: Item<'asked'>, thread: PlaneThread): void {
    const { handler, clock, reply } = this.#parts;
    if (thread.ended !== null || !this.#open.take(question)) return;
    // Called inside a promise, so that a handler that throws at once is a rejection like any other.
    new Promise<TftpAnswer>((resolve) => resolve(handler({ ...request, at: clock.now() }))).then(
      (answer) => {
        if (thread.ended !== null) return this.#tooLate(answer, thread.ended);
        reply(question, this.#crossing(question, answer));
        if (answer.kind === 'content') this.#heed(question, answer.withdrawn, thread);
      },
      (error: unknown) => {
        if (thread.ended === null) reply(question, rejected(error));
      },
    );
  }

  progress({ question, bytes }: Item<'progress'>): void {
    const watched = this.#watched.get(question);
    if (watched !== undefined) this.#tell(watched.watcher, (watcher) => watcher.progress(bytes));
  }

  lastSent({ question }: Item<'last-sent'>): void {
    const watched = this.#watched.get(question);
    if (watched !== undefined) this.#tell(watched.watcher, (watcher) => watcher.lastSent?.());
  }

  ended(item: Item<'sent' | 'failed'>): void {
    const watched = this.#watched.get(item.question);
    if (watched === undefined) return;
    this.#watched.delete(item.question);
    this.#gauges.give(watched.gauge);
    const at = this.#parts.clock.now();
    this.#tell(watched.watcher, (watcher) => {
      if (item.kind === 'sent') watcher.sent({ at, ...item.outcome });
      else watcher.failed({ at, ...item.outcome });
    });
  }

  /** The thread is gone: what it had not ended has failed, as far as it had come. */
  abandon(reason: 'stopped' | 'socket', message: string): void {
    const given = { reason, message };
    this.#thread.ended = given;
    this.#thread = { ended: null };
    const at = this.#parts.clock.now();
    for (const [question, { watcher, gauge, content, startedAt }] of this.#watched) {
      this.#watched.delete(question);
      const reached = this.#gauges.read(gauge);
      this.#gauges.give(gauge);
      const bytes = reached?.bytes ?? 0;
      // Where nobody knows how far it was, the phone may have it whole: then it may be writing it.
      const isUnacked = reached === null || (reached.blockBytes > 0 && content.length - bytes < reached.blockBytes);
      const outcome = { at, bytes, tookMs: at - startedAt, ...given, isUnacked };
      this.#tell(watcher, (one) => one.failed(outcome));
    }
  }

  #heed(question: number, withdrawn: AbortSignal | undefined, thread: PlaneThread): void {
    const tell = () => {
      if (thread.ended === null && this.#watched.has(question)) this.#parts.withdraw(question);
    };
    if (withdrawn?.aborted === true) tell();
    else withdrawn?.addEventListener('abort', tell, { once: true });
  }

  #crossing(question: number, answer: TftpAnswer): CrossingAnswer {
    if (answer.kind !== 'content') return answer;
    const { content, watcher = null } = answer;
    const gauge = this.#gauges.take();
    this.#watched.set(question, { watcher, gauge, content, startedAt: this.#parts.clock.now() });
    return {
      kind: 'content',
      content: this.#contents.crossing(content),
      gauge,
      isFirm: answer.withdrawn === undefined,
    };
  }

  /** Decided for a thread that has ended: nothing was sent. */
  #tooLate(answer: TftpAnswer, given: Given): void {
    const watcher = answer.kind === 'content' ? answer.watcher : undefined;
    if (watcher === undefined) return;
    const outcome = { at: this.#parts.clock.now(), bytes: 0, tookMs: 0, ...given, isUnacked: false };
    this.#tell(watcher, (one) => one.failed(outcome));
  }

  #tell(watcher: TransferWatcher | null, call: (watcher: TransferWatcher) => void): void {
    if (watcher === null) return;
    try {
      call(watcher);
    } catch (error) {
      this.#parts.log.error({ event: 'tftp.watcher.failed', error });
    }
  }
}

/** What of an error can cross to another thread. */
function rejected(error: unknown): CrossingAnswer {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  return { kind: 'rejected', message: error instanceof Error ? error.message : String(error), code };
}
