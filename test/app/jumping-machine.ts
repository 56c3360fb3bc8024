import { vi } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { FakeClock } from '../tftp/fake-clock.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 21, 12);

/** A machine whose clock can be set, that can fall asleep, and on which the product's own clock is started anew. Needs `vi`'s timers. */
export class JumpingMachine extends FakeClock {
  #setBy = START;
  #asleepMs = 0;
  #clock: Clock;

  constructor() {
    super();
    vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    this.#clock = this.#started();
  }

  override now(): number {
    return this.#clock.now();
  }

  override wakeAt(at: number, wake: () => void): () => void {
    return this.#clock.wakeAt(at, wake);
  }

  override awakeSince(): number | null {
    return this.#clock.awakeSince?.() ?? null;
  }

  override notBefore(at: number): void {
    this.#clock.notBefore?.(at);
  }

  override advance(ms: number): void {
    vi.advanceTimersByTime(ms);
  }

  /** Somebody sets the clock of the machine. */
  step(ms: number): void {
    this.#setBy += ms;
  }

  /** The machine sleeps; its steady clock stands still meanwhile, or goes on while no timer rings. */
  sleep(ms: number, isSteadyCounting: boolean): void {
    if (isSteadyCounting) vi.setSystemTime(Date.now() + ms);
    else {
      this.#setBy += ms;
      this.#asleepMs += ms;
    }
  }

  /** Another process is started on it. */
  startProcess(): void {
    this.#clock = this.#started();
  }

  #started(): Clock {
    return systemClock({
      wall: () => Date.now() + this.#setBy,
      steady: () => Date.now(),
      uptime: () => Date.now() + this.#asleepMs,
    });
  }
}
