import { readDevicePage } from '../../core/witness/device-page.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';
import { askPage } from './page-client.ts';

/** How often idle phones are looked for (invented). */
const EVERY_MS = 5_000;
/** Pages that are asked at a time (invented). */
const MOST_AT_ONCE = 16;

interface PageAskerOptions {
  readonly desk: WitnessDesk;
  readonly clock: Clock;
  readonly port: number;
}

/** Asks the pages of idle phones what they run. */
export class PageAsker {
  readonly #options: PageAskerOptions;
  #waiting: { readonly mac: string; readonly address: string }[] = [];
  #underWay = 0;
  #cancel: (() => void) | null = null;

  constructor(options: PageAskerOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, desk } = this.#options;
    this.#cancel = clock.wakeAt(clock.now() + EVERY_MS, () => {
      this.#waiting.push(...desk.toAsk());
      this.#next();
      if (this.#cancel !== null) this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#waiting = [];
  }

  #next(): void {
    while (this.#underWay < MOST_AT_ONCE) {
      const one = this.#waiting.shift();
      if (one === undefined) return;
      this.#underWay++;
      void this.#ask(one.address).finally(() => {
        this.#underWay--;
        this.#next();
      });
    }
  }

  async #ask(address: string): Promise<void> {
    const { desk, clock, port } = this.#options;
    const since = clock.now();
    const text = await askPage(address, port);
    const page = text === null || this.#cancel === null ? null : readDevicePage(text);
    if (page !== null) await desk.hear({ by: 'page', ...page, address, at: clock.now(), since });
  }
}
