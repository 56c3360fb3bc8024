import { readDevicePage } from '../../core/witness/device-page.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';
import { askPage } from './page-client.ts';

/** How often idle phones are looked for (invented). */
const EVERY_MS = 5_000;
/** Pages that are asked at a time (invented). */
const MOST_AT_ONCE = 16;
/** A page costs as much as several questions of phones, and a whole bench falls idle together: its pages are spread over time (invented). */
const APART_MS = 25;

interface PageAskerOptions {
  readonly desk: WitnessDesk;
  readonly clock: Clock;
  readonly port: number;
  /** The page of a phone; null where it gives none. Never rejects. */
  readonly ask?: (host: string, port: number) => Promise<string | null>;
}

/** Asks the pages of idle phones what they run. */
export class PageAsker {
  readonly #options: PageAskerOptions;
  readonly #waiting: string[] = [];
  #underWay = 0;
  #cancelLook: (() => void) | null = null;
  #cancelNext: (() => void) | null = null;

  constructor(options: PageAskerOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, desk } = this.#options;
    this.#cancelLook = clock.wakeAt(clock.now() + EVERY_MS, () => {
      this.#waiting.push(...desk.toAsk().map(({ address }) => address));
      if (this.#cancelNext === null) this.#next();
      if (this.#cancelLook !== null) this.start();
    });
  }

  stop(): void {
    this.#cancelLook?.();
    this.#cancelNext?.();
    this.#cancelLook = null;
    this.#cancelNext = null;
    this.#waiting.length = 0;
  }

  #next(): void {
    const { clock } = this.#options;
    this.#cancelNext = null;
    if (this.#underWay < MOST_AT_ONCE) {
      const address = this.#waiting.shift();
      if (address === undefined) return;
      this.#underWay++;
      void this.#ask(address).finally(() => {
        this.#underWay--;
      });
    }
    this.#cancelNext = clock.wakeAt(clock.now() + APART_MS, () => this.#next());
  }

  async #ask(address: string): Promise<void> {
    const { desk, clock, port, ask = askPage } = this.#options;
    const since = clock.now();
    const text = await ask(address, port);
    const page = text === null || this.#cancelLook === null ? null : readDevicePage(text);
    if (page !== null) await desk.hear({ by: 'page', ...page, address, at: clock.now(), since });
  }
}
