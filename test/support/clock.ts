import type { SteadyMs, WallMs } from '../../src/core/moment.ts';
import type { PhoneClock } from '../../src/emulator/phone-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const NOON = Date.UTC(2026, 10, 21, 12);

/** Time that stands still until a test moves it; for the product and for emulated phones. */
export class FakeClock implements Clock, PhoneClock {
  #now: number;
  #setBy = 0;
  readonly #alarms = new Set<{ readonly at: number; readonly wake: () => void }>();

  constructor(now = 1_000_000) {
    this.#now = now;
  }

  now(): SteadyMs {
    return this.#now;
  }

  wall(): WallMs {
    return this.#now + this.#setBy;
  }

  wakeAt(at: SteadyMs, wake: () => void): () => void {
    const alarm = { at, wake };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  after(ms: number, call: () => void): () => void {
    return this.wakeAt(this.#now + ms, call);
  }

  /** It never sleeps. */
  awakeSince(): SteadyMs | null {
    return null;
  }

  lostMs(): number {
    return 0;
  }

  /** The machine is never started again. */
  boot(): string | null {
    return null;
  }

  notBefore(at: SteadyMs): void {
    this.#setBy -= Math.max(0, at - this.#now);
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

  /** Somebody sets the clock of the machine, as a time server does. */
  step(ms: number): void {
    this.#setBy += ms;
  }
}
