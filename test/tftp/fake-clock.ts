import type { Clock } from '../../src/ports/clock.ts';

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  readonly #alarms = new Set<{ readonly at: number; readonly wake: () => void }>();

  now(): number {
    return this.#now;
  }

  wakeAt(at: number, wake: () => void): () => void {
    const alarm = { at, wake };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  /** It never sleeps. */
  awakeSince(): number | null {
    return null;
  }

  notBefore(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  /** Alarms that are still set. */
  get pending(): number {
    return this.#alarms.size;
  }

  /** Lets time pass; alarms go off in their order, each at its own instant. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      let next: { readonly at: number; readonly wake: () => void } | null = null;
      for (const alarm of this.#alarms) if (alarm.at <= end && (next === null || alarm.at < next.at)) next = alarm;
      if (next === null) break;
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = end;
  }

  /** Sets the clock, as a time server does; alarms do not go off. */
  set(at: number): void {
    this.#now = at;
  }
}
