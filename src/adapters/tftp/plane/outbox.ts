import type { MessagePort } from 'node:worker_threads';

/** Collects what is to cross to the other thread, so that what comes up in one turn of the event loop goes in one message. */
export class Outbox<Item> {
  readonly #port: MessagePort;
  readonly #sent: () => void;
  #items: Item[] = [];
  #isArmed = false;

  /** `sent` is called after each message. */
  constructor(port: MessagePort, sent: () => void = () => {}) {
    this.#port = port;
    this.#sent = sent;
  }

  put(item: Item): void {
    this.#items.push(item);
    if (this.#isArmed) return;
    this.#isArmed = true;
    setImmediate(() => {
      this.#isArmed = false;
      this.flush();
    });
  }

  /** Sends what was collected, now. */
  flush(): void {
    if (this.#items.length === 0) return;
    this.#port.postMessage(this.#items);
    this.#items = [];
    this.#sent();
  }
}
