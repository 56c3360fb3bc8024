import { BoundedMap } from '../../core/bounded-map.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LinkEar } from '../../ports/switches.ts';

/** One switch is asked out of turn so often at most, whatever it says (invented): a shelf of phones that gets power says a hundred things. */
const EVERY_MS = 5_000;
/** Switches that are remembered (invented). */
const MOST = 256;

interface Asked {
  /** When it was asked out of turn last; null where it was not yet. */
  at: SteadyMs | null;
  /** Set while it is to be asked again. */
  cancel: (() => void) | null;
}

/** Asks a switch between two rounds, as soon as it says that a link changed: once now, and once more for all that comes within five seconds. */
export class WalksBetween {
  readonly #clock: Clock;
  readonly #walk: (switchName: string) => Promise<void>;
  readonly #asked = new BoundedMap<string, Asked>(MOST);
  readonly #running = new Set<Promise<void>>();
  #unfollow: () => void = () => {};
  #isStopped = false;

  constructor(clock: Clock, walk: (switchName: string) => Promise<void>) {
    this.#clock = clock;
    this.#walk = walk;
  }

  follow(links: LinkEar): void {
    this.#unfollow = links.onLink((name) => this.#changed(name));
  }

  /** Begins no new walk; resolves when those that were begun are over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unfollow();
    for (const [, { cancel }] of this.#asked) cancel?.();
    await Promise.all(this.#running);
  }

  #changed(name: string): void {
    if (this.#isStopped) return;
    const asked = this.#asked.get(name) ?? { at: null, cancel: null };
    this.#asked.set(name, asked);
    if (asked.cancel !== null) return;
    const now = this.#clock.now();
    const due = asked.at === null ? now : asked.at + EVERY_MS;
    if (due <= now) this.#ask(name, asked);
    else {
      asked.cancel = this.#clock.wakeAt(due, () => {
        asked.cancel = null;
        this.#ask(name, asked);
      });
    }
  }

  #ask(name: string, asked: Asked): void {
    if (this.#isStopped) return;
    asked.at = this.#clock.now();
    const running = this.#walk(name)
      // Whoever walks says what went wrong.
      .catch(() => {})
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}
