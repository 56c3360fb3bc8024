import { vi } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import type { SteadyMs, WallMs } from '../../src/core/moment.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { FakeClock, NOON } from './clock.ts';

/** A machine whose clock can be set, that can fall asleep, and on which the product's own clock is started anew. Needs `vi`'s timers. */
export class JumpingMachine extends FakeClock {
  #set = NOON;
  #asleepMs = 0;
  #runs = 1;
  #clock: Clock;

  constructor() {
    super();
    vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    this.#clock = this.#started();
  }

  override now(): SteadyMs {
    return this.#clock.now();
  }

  override wall(): WallMs {
    return this.#clock.wall();
  }

  override wakeAt(at: SteadyMs, wake: () => void): () => void {
    return this.#clock.wakeAt(at, wake);
  }

  override awakeSince(): SteadyMs | null {
    return this.#clock.awakeSince?.() ?? null;
  }

  override lostMs(): number {
    return this.#clock.lostMs?.() ?? 0;
  }

  override boot(): string | null {
    return this.#clock.boot?.() ?? null;
  }

  override notBefore(at: SteadyMs): void {
    this.#clock.notBefore?.(at);
  }

  override advance(ms: number): void {
    vi.advanceTimersByTime(ms);
  }

  /** Somebody sets the clock of the machine. */
  override step(ms: number): void {
    this.#set += ms;
  }

  /** The machine sleeps; its steady clock stands still meanwhile, or goes on while no timer rings. */
  sleep(ms: number, isSteadyCounting: boolean): void {
    if (isSteadyCounting) vi.setSystemTime(Date.now() + ms);
    else {
      this.#set += ms;
      this.#asleepMs += ms;
    }
  }

  /** It is off for so long and is started again; a board without a clock of its own tells the time then at which it was turned off. */
  reboot(offMs: number, hasClock: boolean): void {
    this.#runs++;
    vi.setSystemTime(Date.now() + offMs);
    if (!hasClock) this.#set -= offMs;
    this.startProcess();
  }

  /** Another process is started on it. */
  startProcess(): void {
    this.#clock = this.#started();
  }

  #started(): Clock {
    return systemClock({
      wall: () => Date.now() + this.#set,
      steady: () => Date.now(),
      uptime: () => Date.now() + this.#asleepMs,
      boot: () => `run ${this.#runs}`,
    });
  }
}
