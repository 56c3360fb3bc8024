import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { FromPlane, PlaneData, ToPlane } from './messages.ts';
import { Outbox } from './outbox.ts';
import { Doze } from './shared-state.ts';

/** Told what comes from the thread that sends files. */
export interface LinkListener {
  onItem(item: FromPlane): void;
  /** The thread has ended, after everything that it told; `error` is what it ended of, null when nobody knows. */
  onEnd(error: Error | null): void;
}

/** One thread that sends files, from its start to its end. */
export class Link {
  readonly #port: MessagePort;
  readonly #outbox: Outbox<ToPlane>;
  readonly #listener: LinkListener;
  readonly #worker: Worker;
  #error: Error | null = null;

  constructor(start: (data: PlaneData) => Worker, data: Omit<PlaneData, 'port'>, listener: LinkListener) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const doze = new Doze(data.shared);
    this.#outbox = new Outbox(port1, () => doze.ring());
    this.#listener = listener;
    this.#port.on('message', (items: readonly FromPlane[]) => this.#take(items));
    this.#worker = start({ ...data, port: port2 });
    this.#worker.on('error', (error) => {
      this.#error = error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.on('exit', () => {
      this.pump();
      this.#port.close();
      listener.onEnd(this.#error);
    });
  }

  put(item: ToPlane): void {
    this.#outbox.put(item);
  }

  flush(): void {
    this.#outbox.flush();
  }

  /** Takes what has crossed so far, now. */
  pump(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#take(next.message);
    }
  }

  /** Ends the thread, whatever it does. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(items: readonly FromPlane[]): void {
    for (const item of items) this.#listener.onItem(item);
  }
}
