import { BoundedMap } from '../bounded-map.ts';
import type { Heard } from './heard.ts';
import { landmarkOf } from './landmarks.ts';

/** Two sources tell one and the same within so much of each other (invented: servers write whole seconds, some after the transfer). */
const SAME_MS = 3_000;
const MOST_KEYS = 20_000;
const MOST_OPEN = 40;

interface Open {
  readonly time: number;
  readonly sources: Set<string>;
}

/** An end of which no request was told before: it stands for one. */
interface Implied {
  readonly time: number;
  readonly source: string;
}

/** Knows what several sources tell of one and the same transfer, so that it counts once. Only sources whose clocks were compared are given to it. */
export class ToldTwice {
  readonly #open = new BoundedMap<string, Open[]>(MOST_KEYS);
  /** Requests without an end, by who asked what. */
  readonly #asked = new BoundedMap<string, number>(MOST_KEYS);
  readonly #implied = new BoundedMap<string, Implied[]>(MOST_KEYS);

  /** True where another source has told the same. */
  has(heard: Heard): boolean {
    const { time, source } = heard;
    const key = landmarkOf(heard);
    if (time === null || key === null) return false;
    const open = (this.#open.use(key) ?? []).filter((one) => Math.abs(time - one.time) <= SAME_MS);
    const twin = open.find(({ sources }) => !sources.has(source));
    if (twin !== undefined) twin.sources.add(source);
    else open.push({ time, sources: new Set([source]) });
    this.#open.set(key, open.slice(-MOST_OPEN));
    return twin !== undefined || this.#isImplied(heard.kind, key.slice(key.indexOf(' ') + 1), { time, source });
  }

  /** True for a request whose end another source has told already: within a second their order is anybody's. */
  #isImplied(kind: Heard['kind'], what: string, at: Implied): boolean {
    if (kind === 'tftp.ended') {
      const asked = this.#asked.use(what) ?? 0;
      if (asked > 0) this.#asked.set(what, asked - 1);
      else this.#implied.set(what, [...(this.#implied.use(what) ?? []), at].slice(-MOST_OPEN));
    }
    if (kind !== 'tftp.asked') return false;
    const implied = (this.#implied.use(what) ?? []).filter(({ time }) => Math.abs(at.time - time) <= SAME_MS);
    const own = implied.findIndex(({ source }) => source !== at.source);
    if (own < 0) this.#asked.set(what, (this.#asked.use(what) ?? 0) + 1);
    else implied.splice(own, 1);
    this.#implied.set(what, implied);
    return own >= 0;
  }
}
