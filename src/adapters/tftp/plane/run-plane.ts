import { receiveMessageOnPort } from 'node:worker_threads';
import { AppError } from '../../../core/errors.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log, LogFields } from '../../../ports/log.ts';
import type { TftpAnswer, TftpRequest, TransferWatcher } from '../../../ports/tftp.ts';
import { DiskFiles } from '../disk-files.ts';
import { type CountingTftpServer, createTftpServer } from '../server.ts';
import { chooseWires } from './choose-wires.ts';
import { ArrivedContents } from './crossing-contents.ts';
import type { CrossingAnswer, DataPlane, FromPlane, PlaneData, ToPlane } from './messages.ts';
import { Outbox } from './outbox.ts';
import { Doze, endingOf, Gauges, OpenQuestions, SharedDescriptors, sharedCounters } from './shared-state.ts';

interface Waiting {
  readonly resolve: (answer: TftpAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Everything is told at once: the other thread keeps the order and does not let questions pile up before transfers. */
const AT_ONCE = { run: (task: () => void) => task(), flush: () => {} };

/**
 * The thread that sends files: owns datagrams, transfers, repeats and limits. What a request gets is decided by the other thread,
 * to which it goes over `data.port`, and which hears of the end of every watched transfer.
 */
export async function runPlane(data: PlaneData, clock: Clock): Promise<void> {
  const plane = new Plane(data, clock);
  await plane.start();
}

class Plane {
  readonly #data: PlaneData;
  readonly #clock: Clock;
  readonly #outbox: Outbox<FromPlane>;
  readonly #waiting = new Map<number, Waiting>();
  /** By their questions, answers that may be taken back while they are sent. */
  readonly #withdrawals = new Map<number, AbortController>();
  readonly #contents = new ArrivedContents();
  readonly #gauges: Gauges;
  readonly #files = new DiskFiles();
  readonly #open: OpenQuestions;
  readonly #doze: Doze;
  #takeAll: (items: readonly ToPlane[]) => void = () => {};
  /** Their numbers, by what was asked. */
  readonly #numbers = new WeakMap<TftpRequest, number>();
  #questions = 0;

  constructor(data: PlaneData, clock: Clock) {
    this.#data = data;
    this.#clock = clock;
    this.#outbox = new Outbox(data.port);
    this.#gauges = new Gauges(data.shared);
    this.#open = new OpenQuestions(data.shared);
    this.#doze = new Doze(data.shared);
  }

  async start(): Promise<void> {
    const port = this.#data.port;
    try {
      const { server, plane } = this.#make();
      this.#takeAll = (items) => {
        for (const item of items) this.#take(item, server);
      };
      port.on('message', (items: readonly ToPlane[]) => this.#takeAll(items));
      this.#outbox.put({ kind: 'listening', ...(await server.start()), plane });
    } catch (error) {
      const code = error instanceof AppError ? error.code : null;
      const message = error instanceof Error ? error.message : String(error);
      this.#outbox.put({ kind: 'not-listening', code, message });
      this.#outbox.flush();
      port.close();
    }
  }

  #make(): { readonly server: CountingTftpServer; readonly plane: DataPlane } {
    const { shared, listen, limits, isSinglePort, blockWrap } = this.#data;
    const { plane, wires, reason } = chooseWires({
      plane: this.#data.plane,
      descriptors: new SharedDescriptors(shared),
      tell: () => this.#outbox.flush(),
      standStill: (bell, wait) => this.#standStill(bell, wait),
    });
    const why = this.#data.reason ?? reason;
    const server = createTftpServer({
      listen,
      handler: (request) => this.#ask(request),
      clock: this.#clock,
      log: this.#log(),
      limits,
      isSinglePort,
      blockWrap,
      wires,
      files: this.#files,
      counters: sharedCounters(shared),
      queue: AT_ONCE,
      isEnding: endingOf(shared),
      takeBack: (asked) => this.#takeBack(asked),
      about: { dataPlane: plane, ...(why === null ? {} : { reason: why }) },
    });
    return { server, plane };
  }

  /** Files that are read ring no bell, and a message that came just before rang none. */
  #standStill(bell: number, wait: () => void): 'waited' | 'called' | 'busy' {
    if (this.#files.reading > 0) return 'busy';
    this.#doze.begin(bell);
    const missed = receiveMessageOnPort(this.#data.port);
    if (missed === undefined) wait();
    this.#doze.end();
    if (missed === undefined) return 'waited';
    this.#takeAll(missed.message);
    return 'called';
  }

  #take(item: ToPlane, server: CountingTftpServer): void {
    switch (item.kind) {
      case 'answer': {
        const waiting = this.#waiting.get(item.question);
        this.#waiting.delete(item.question);
        if (item.answer.kind === 'rejected') waiting?.reject(rejection(item.answer));
        else waiting?.resolve(this.#answer(item.question, item.answer));
        return;
      }
      case 'withdraw':
        this.#withdrawals.get(item.question)?.abort();
        return;
      case 'drain':
        // How long it may take the other thread knows.
        server.drain(Number.POSITIVE_INFINITY).then(() => this.#outbox.put({ kind: 'drained' }));
        return;
      case 'stop':
        void this.#stop(server);
    }
  }

  async #stop(server: CountingTftpServer): Promise<void> {
    await server.stop();
    this.#outbox.put({ kind: 'stopped' });
    this.#outbox.flush();
    this.#data.port.close();
  }

  #ask(asked: TftpRequest): Promise<TftpAnswer> {
    const { at: _, ...request } = asked;
    this.#questions += 1;
    const question = this.#questions;
    this.#numbers.set(asked, question);
    this.#open.open(question);
    this.#outbox.put({ kind: 'asked', question, request });
    return new Promise((resolve, reject) => this.#waiting.set(question, { resolve, reject }));
  }

  #takeBack(asked: TftpRequest): boolean {
    const question = this.#numbers.get(asked);
    if (question === undefined || !this.#open.take(question)) return false;
    this.#waiting.delete(question);
    return true;
  }

  #answer(question: number, answer: Exclude<CrossingAnswer, { kind: 'rejected' }>): TftpAnswer {
    if (answer.kind !== 'content') return answer;
    const content = this.#contents.arrived(answer.content);
    const watcher = this.#watcher(question, answer.gauge);
    if (answer.isFirm) return { kind: 'content', content, watcher };
    const controller = new AbortController();
    this.#withdrawals.set(question, controller);
    return { kind: 'content', content, watcher, withdrawn: controller.signal };
  }

  #watcher(question: number, gauge: number): TransferWatcher {
    return {
      acknowledged: (bytes, blockBytes) => gauge >= 0 && this.#gauges.note(gauge, bytes, blockBytes),
      progress: (bytes) => this.#outbox.put({ kind: 'progress', question, bytes }),
      lastSent: () => this.#outbox.put({ kind: 'last-sent', question }),
      sent: ({ at: _, ...outcome }) => this.#ended({ kind: 'sent', question, outcome }),
      failed: ({ at: _, ...outcome }) => this.#ended({ kind: 'failed', question, outcome }),
    };
  }

  #ended(item: Extract<FromPlane, { kind: 'sent' | 'failed' }>): void {
    this.#withdrawals.delete(item.question);
    this.#outbox.put(item);
  }

  #log(): Log {
    const at = (level: keyof Log) => (fields: LogFields) =>
      this.#outbox.put({ kind: 'log', level, fields: crossingFields(fields) });
    return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
  }
}

function rejection({ message, code }: Extract<CrossingAnswer, { kind: 'rejected' }>): Error {
  return Object.assign(new Error(message), code === null ? {} : { code });
}

/** An error that crosses loses its code; so it becomes what is worth reading of it. */
function crossingFields(fields: LogFields): LogFields {
  if (!(fields.error instanceof Error)) return fields;
  const { message } = fields.error;
  const code = 'code' in fields.error ? { code: fields.error.code } : {};
  return { ...fields, error: { message, ...code } };
}
