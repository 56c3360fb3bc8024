import type { PauseJson, PhoneJson } from '../../app/told/phone-json.ts';
import { factsOf } from '../../core/phone-states.ts';
import { ask, onStarting, onUnknown, Refused } from './api.ts';
import { serverClock } from './clock.ts';
import { onPage } from './words.ts';

/** What the one colour of a tile says. */
export type Kind = 'hand' | 'stop' | 'work' | 'wait' | 'done' | 'off';

export const KIND_WORDS: Readonly<Record<Kind, string>> = {
  hand: 'needs a hand',
  stop: 'do not unplug',
  work: 'working',
  wait: 'waiting',
  done: 'landed',
  off: 'not on the list',
};

/** Nothing is done for a phone in one of these. */
const OFF_THE_LIST: ReadonlySet<string> = new Set(['bystander', 'cancelled', 'released']);

/** A phone that was taken off the list while it may be writing its flash: it is let go at its next boot. */
export function isLeaving({ isEnrolled, state }: Pick<PhoneJson, 'isEnrolled' | 'state'>): boolean {
  return !isEnrolled && factsOf(state).busy;
}

export function kindOf(phone: Pick<PhoneJson, 'state' | 'needs'>): Kind {
  if (phone.state === 'held' || phone.needs !== undefined) return 'hand';
  if (factsOf(phone.state).busy) return 'stop';
  if (OFF_THE_LIST.has(phone.state)) return 'off';
  if (phone.state === 'landed') return 'done';
  return phone.state === 'waiting' || factsOf(phone.state).settled ? 'wait' : 'work';
}

export interface Batch {
  readonly paused: PauseJson | null;
  readonly limits: {
    readonly atOnce: number | null;
    readonly canary: number;
    readonly stopAfter: { readonly kind: string; readonly count?: number; readonly percent?: number } | null;
  };
  readonly limitsText: string | null;
  readonly isFinished: boolean;
  readonly batches: readonly string[];
}

/** What the page knows of the bench, kept up to date by the stream. */
export class Bench {
  readonly phones = new Map<string, PhoneJson>();
  batch: Batch | null = null;
  role: 'look' | 'act' | null = null;
  isOwnMachine = false;
  /** Whether the server has said who we are. */
  isKnown = false;
  /** Whether the server answers, and no phones yet. */
  isStarting = false;
  /** Since when the server does not answer, by its own clock; null while it does. */
  goneSince: number | null = null;
  /** What the server said before it ended by itself; null while it answers. */
  failure: { readonly code: string; readonly detail: string } | null = null;
  /** When a phone was told of last, by the server's clock. */
  readonly #toldAt = new Map<string, number>();
  #stream: EventSource | null = null;
  readonly #listeners = new Set<(what: 'phones' | 'batch' | 'line' | 'row', mac?: string) => void>();

  /** Milliseconds by the server's clock. */
  now(): number {
    return serverClock.now();
  }

  /** How long ago what is known of a phone was told, in milliseconds. */
  ageOf(mac: string): number {
    return Math.max(0, this.now() - (this.#toldAt.get(mac) ?? this.now()));
  }

  onChange(listener: (what: 'phones' | 'batch' | 'line' | 'row', mac?: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** On the list, those of a switch in the order of its ports, then as they came. */
  listed(): PhoneJson[] {
    const phones = [...this.phones.values()].filter(({ isEnrolled, state }) => isEnrolled || factsOf(state).busy);
    return phones.sort((a, b) => (a.port ?? '\uffff').localeCompare(b.port ?? '\uffff', 'en', { numeric: true }));
  }

  strangers(): PhoneJson[] {
    return [...this.phones.values()].filter(({ state }) => state === 'bystander');
  }

  /** Those that were on the list, and were taken off it. */
  takenOff(): PhoneJson[] {
    return [...this.phones.values()].filter(({ state }) => state === 'cancelled' || state === 'released');
  }

  /** Asks who we are, and begins to listen. */
  async start(): Promise<void> {
    onStarting((isStarting) => {
      if (isStarting === this.isStarting) return;
      this.isStarting = isStarting;
      if (isStarting) this.goneSince = null;
      this.#tell('line');
    });
    onUnknown(() => {
      this.#stream?.close();
      [this.role, this.goneSince, this.isKnown] = [null, null, true];
      this.#tell('line');
    });
    try {
      const { role, isOwnMachine } = await ask<{ role: 'look' | 'act' | null; isOwnMachine: boolean }>('session');
      [this.role, this.isOwnMachine, this.isKnown] = [role, isOwnMachine, true];
      if (role !== null) {
        await this.readBatch();
        this.#listen();
      }
      this.#back();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) [this.role, this.isKnown] = [null, true];
      else this.#gone();
      setTimeout(() => void this.start(), 3000);
    }
    this.#tell('line');
  }

  async readBatch(): Promise<void> {
    this.batch = await ask<Batch>('batch');
    this.#tell('batch');
  }

  #listen(): void {
    this.#stream?.close();
    const stream = new EventSource('/api/v1/events?phones=true&rows=which');
    this.#stream = stream;
    stream.addEventListener('open', () => this.#back());
    stream.addEventListener('error', () => {
      this.#gone();
      // A browser gives up when the answer is no stream, such as when the session has run out.
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => void this.start(), 3000);
    });
    stream.addEventListener('failed', (event) => {
      this.failure = JSON.parse(event.data);
      this.#gone();
    });
    stream.addEventListener('phones', (event) => {
      const { now, phones } = JSON.parse(event.data) as { now: string; phones: PhoneJson[] };
      serverClock.set(Date.parse(now));
      for (const phone of phones) {
        this.phones.set(phone.mac, inWordsOfPage(phone));
        this.#toldAt.set(phone.mac, this.now());
      }
      this.#tell('phones');
    });
    for (const name of ['batch.paused', 'batch.resumed', 'batch.decision', 'batch.finished']) {
      stream.addEventListener(name, () => void this.readBatch().catch(() => {}));
    }
    stream.addEventListener('rows', (event) => {
      for (const mac of JSON.parse(event.data) as string[]) this.#tell('row', mac);
    });
  }

  #gone(): void {
    this.goneSince ??= this.now();
    this.#tell('line');
  }

  #back(): void {
    if (this.goneSince === null) return;
    [this.goneSince, this.failure] = [null, null];
    // What was changed meanwhile by hand is told by no event.
    void this.readBatch().catch(() => {});
    this.#tell('line');
  }

  #tell(what: 'phones' | 'batch' | 'line' | 'row', mac?: string): void {
    for (const listener of [...this.#listeners]) listener(what, mac);
  }
}

/** What a phone needs, said with the buttons of the page. */
function inWordsOfPage(phone: PhoneJson): PhoneJson {
  const { mac, reason, advice, waits } = phone;
  if (isLeaving(phone)) return { ...phone, reason: LEAVING, advice: KEEP_POWER };
  const told = { ...phone, reason: onPage(reason, mac), advice: onPage(advice, mac), waits: onPage(waits, mac) };
  return phone.state === 'held' ? { ...told, advice: withTryAgain(told.advice) } : told;
}

/** What a person does about a held phone in the end, whatever it was that was to be done before. */
function withTryAgain(advice: string | null): string {
  if (advice === null || advice === '') return 'press “Try again” on its page';
  if (advice.includes('“Try again”')) return advice;
  return `${advice.replace(/\.$/, '')}; to have it tried once more, press “Try again” on its page`;
}

const LEAVING = 'it is taken off the list; it may be writing its flash, and is let go at its next boot';
const KEEP_POWER = 'leave its power on until it has restarted by itself';
