import { Agent, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MacAddress } from '../../../src/core/names/mac-address.ts';
import { begin, mustGet } from './get.ts';
import { type StreamEvent, type StreamFigures, StreamMeter } from './stream-meter.ts';

/** What a browser loads before the page asks for anything. */
const FILES = ['', 'page.js', 'page.css', 'icon.svg'];
/** As the view of a phone does (src/web/page/views/phone.ts): how long rows are collected, and how many are read. */
const [CALM_MS, PAGE] = [700, 100];

/** A page that is left open, as a server sees it: the wall, or the view of one phone. */
export class PageReader {
  readonly #url: string;
  readonly #mac: MacAddress | null;
  // A browser keeps at most six connections to a server, and the stream takes one of them.
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 6 });
  readonly #meter = new StreamMeter(performance.now());
  #stream: IncomingMessage | null = null;
  #wanted: ReturnType<typeof setTimeout> | null = null;
  #asked = 0;
  #failed = 0;
  #isClosed = false;

  /** `mac`: the phone that is looked at; null for the wall. */
  constructor(url: string, mac: MacAddress | null) {
    this.#url = url;
    this.#mac = mac;
  }

  /** Resolves when all phones are shown. */
  async open(): Promise<void> {
    for (const file of FILES) await mustGet(`${this.#url}/${file}`, this.#agent);
    for (const path of ['session', 'batch']) await this.#ask(path);
    const stream = await begin(`${this.#url}/api/v1/events?phones=true&rows=which`, this.#agent);
    if (stream.statusCode !== 200) throw new Error(`the stream was answered with ${stream.statusCode}`);
    this.#stream = stream;
    stream.setEncoding('latin1');
    stream.on('data', (piece: string) => {
      for (const event of this.#meter.take(piece, performance.now())) this.#follow(event);
    });
    // A stream that ends before its reader leaves it is no stream of a server that goes on.
    stream.on('close', () => {
      if (!this.#isClosed) this.#failed += 1;
    });
    stream.on('error', () => {});
    if (this.#mac !== null) {
      await this.#ask('machine');
      await this.#readPhone(this.#mac);
    }
    while (!this.#meter.hasBegun) await sleep(20);
  }

  restart(): void {
    this.#meter.restart(performance.now());
    [this.#asked, this.#failed] = [0, 0];
  }

  /** How often it asked since, and how many of these questions, and of its streams, came to nothing. */
  get asks(): { readonly asked: number; readonly failed: number } {
    return { asked: this.#asked, failed: this.#failed };
  }

  get figures(): StreamFigures {
    return this.#meter.figures(performance.now());
  }

  close(): void {
    this.#isClosed = true;
    if (this.#wanted !== null) clearTimeout(this.#wanted);
    this.#stream?.destroy();
    this.#agent.destroy();
  }

  #follow({ name, text }: StreamEvent): void {
    if (name.startsWith('batch.')) this.#try(this.#ask('batch'));
    const mac = this.#mac;
    if (mac === null || name !== 'rows' || !text.includes(`"${mac}"`)) return;
    this.#wanted ??= setTimeout(() => {
      this.#wanted = null;
      this.#try(this.#readPhone(mac));
    }, CALM_MS);
  }

  async #readPhone(mac: MacAddress): Promise<void> {
    await this.#ask(`phones/${mac}/history?limit=${PAGE}`);
    await Promise.all([this.#ask(`phones/${mac}/plan`), this.#ask(`phones/${mac}/report`)]);
  }

  async #ask(path: string): Promise<void> {
    this.#asked += 1;
    await mustGet(`${this.#url}/api/v1/${path}`, this.#agent);
  }

  #try(work: Promise<void>): void {
    work.catch(() => {
      if (!this.#isClosed) this.#failed += 1;
    });
  }
}
