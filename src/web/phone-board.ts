import { type PhoneJson, phoneJson } from '../app/told/phone-json.ts';
import type { PhoneReport } from '../app/told/phone-line.ts';
import { phonesTold } from '../app/told/phones-told.ts';
import { StoryMemory } from '../app/told/story-memory.ts';
import { timesIn } from '../app/told/time-left.ts';
import type { StepTimes } from '../core/history/durations.ts';
import type { SteadyMs } from '../core/moment.ts';
import type { WebParts } from './web-parts.ts';

/** A picture that is this old is drawn anew (invented); it costs about as much as `loadstep status`. */
const LEAST_MS = 500;
/** One of a record in which nothing has changed is kept so long: some words depend on the time alone (invented). */
const UNCHANGED_MS = 2_000;
/** How long phones usually take in a step is learnt anew so often (invented). */
const LEARN_MS = 5_000;
/** A picture is kept this many times as long as it took: it never takes more than a twentieth of the processor (invented). */
const TIMES_ITS_COST = 20;

/**
 * Where all phones are, drawn at most twice a second for everybody who looks: phones are answered by the same thread, and twenty pages must
 * not cost twenty times as much as one.
 */
export class PhoneBoard {
  /** The record, of which phones that have not changed are read and checked no second time. */
  readonly store: WebParts['store'];
  readonly stories: StoryMemory;
  readonly #parts: WebParts;
  #drawn: readonly PhoneJson[] = [];
  #at = Number.NEGATIVE_INFINITY;
  #keepMs = 0;
  /** What the record was when it was drawn. */
  #mark = '';
  #times: { readonly at: SteadyMs; readonly times: StepTimes } | null = null;
  /** The drawing that was compared last with the one before it, and how many were. */
  #compared: readonly PhoneJson[] | null = null;
  #picture = 0;
  /** What was seen of each phone, and in which picture it was that for the first time. */
  readonly #changes = new Map<string, { readonly seen: string; readonly picture: number }>();
  /** What has changed since a picture, for all who have seen that one last. */
  readonly #texts = new Map<number, string | null>();

  constructor(parts: WebParts) {
    this.#parts = parts;
    this.store = { ...parts.store, phones: parts.store.phonesAgain() };
    this.stories = new StoryMemory(this.store, parts.matrix);
  }

  /** All phones, in the order of the record, as they were a moment ago. */
  phones(): readonly PhoneJson[] {
    const { clock } = this.#parts;
    const age = clock.now() - this.#at;
    if (age < this.#keepMs) return this.#drawn;
    const mark = this.store.changeMark();
    if (mark === this.#mark && age < UNCHANGED_MS) return this.#drawn;
    this.#mark = mark;
    const began = performance.now();
    this.#drawn = this.#reports().map(phoneJson);
    this.#keepMs = Math.max(LEAST_MS, (performance.now() - began) * TIMES_ITS_COST);
    this.#at = clock.now();
    return this.#drawn;
  }

  /** What has changed since a picture, by its number, as JSON; 0 for whoever has seen none. Null where nothing has. */
  changesSince(seen: number): { readonly picture: number; readonly phones: string | null } {
    const phones = this.phones();
    if (phones !== this.#compared) this.#compare(phones);
    if (!this.#texts.has(seen)) {
      const changed = phones.filter(({ mac }) => (this.#changes.get(mac)?.picture ?? 0) > seen);
      this.#texts.set(seen, changed.length === 0 ? null : JSON.stringify(changed));
    }
    return { picture: this.#picture, phones: this.#texts.get(seen) ?? null };
  }

  /** Once for all who look. */
  #compare(phones: readonly PhoneJson[]): void {
    this.#compared = phones;
    this.#picture += 1;
    this.#texts.clear();
    for (const phone of phones) {
      const seen = seenOf(phone);
      if (this.#changes.get(phone.mac)?.seen !== seen) this.#changes.set(phone.mac, { seen, picture: this.#picture });
    }
  }

  /** The next look draws anew: something was changed by the one who looks. */
  forget(): void {
    this.#at = Number.NEGATIVE_INFINITY;
  }

  #reports(): readonly PhoneReport[] {
    const { clock, startedAt, isBeside, leased, power, words } = this.#parts;
    // Whoever asks for the phones of this picture is given those that it is made of.
    const records = this.store.phones();
    const store = { ...this.store, phones: () => records };
    if (this.#times === null || clock.now() - this.#times.at >= LEARN_MS)
      this.#times = { at: clock.now(), times: timesIn(store, records) };
    const { times } = this.#times;
    const beside = { listensSince: startedAt, isBeside, leased: leased(), power: power(), clockText: words.timeOfDay };
    return phonesTold(store, null, clock.wall(), { ...beside, times });
  }
}

/** What is seen of a phone: the time in a state grows by itself. */
function seenOf({ inStateMs: _inState, leftMs: _left, leftLateMs: _late, ...seen }: PhoneJson): string {
  return JSON.stringify(seen);
}
