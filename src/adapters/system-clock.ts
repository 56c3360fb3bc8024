import { uptime } from 'node:os';
import type { SteadyMs, WallMs } from '../core/moment.ts';
import type { Clock } from '../ports/clock.ts';

/** While something is to be woken the time is looked at this often, so that a stop of the process is seen (invented). */
const LOOK_MS = 5_000;
/** A process that did not look for longer than this was stopped: suspended, or asleep with its machine (invented). */
const STOPPED_MS = 10_000;

/** What tells the time: `wall` may be set at any moment, `steady` only ever runs on. */
export interface TimeSource {
  readonly wall: () => number;
  /** May stand still while the machine sleeps (Linux, macOS) or run on (Windows). */
  readonly steady: () => number;
  /** Since the machine was started, its sleep included; absent where nobody knows. */
  readonly uptime?: () => number;
}

const MACHINE: TimeSource = { wall: () => Date.now(), steady: () => performance.now(), uptime: () => uptime() * 1000 };

/** The machine's time, and a steady clock that begins with it. */
class SystemClock implements Required<Clock> {
  readonly #source: TimeSource;
  #at: number;
  #seen: number;
  /** By how much the machine's clock was ahead of this one, and of the time it was awake, when that last jumped. */
  #behind = 0;
  #asleepMs: number;
  #awakeSince: SteadyMs | null = null;
  #armed = 0;

  constructor(source: TimeSource) {
    this.#source = source;
    this.#at = source.wall();
    this.#seen = source.steady();
    this.#asleepMs = this.#asleep();
  }

  now(): SteadyMs {
    const next = this.#source.steady();
    const gone = Math.max(0, next - this.#seen);
    // Somebody was to be woken meanwhile and was not: the process stood still, and heard nobody.
    const wasStopped = this.#armed > 0 && gone > STOPPED_MS;
    const passed = wasStopped ? STOPPED_MS : gone;
    this.#at += passed;
    this.#seen = next;
    const behind = this.#source.wall() - this.#at;
    const jumped = Math.abs(behind - this.#behind) > STOPPED_MS;
    if (jumped) this.#behind = behind;
    // A clock that was set looks as a sleep does, but for the machine's own count of its time.
    if (wasStopped || (jumped && this.#hasSlept())) this.#awakeSince = this.#told();
    return this.#told();
  }

  wall(): WallMs {
    return Math.round(this.#source.wall());
  }

  awakeSince(): SteadyMs | null {
    this.now();
    return this.#awakeSince;
  }

  notBefore(at: SteadyMs): void {
    const now = this.now();
    if (at <= now) return;
    this.#at = at;
    this.#behind -= at - now;
  }

  wakeAt(when: SteadyMs, wake: () => void): () => void {
    let timer: NodeJS.Timeout | null = null;
    const end = () => {
      if (timer === null) return;
      clearTimeout(timer);
      timer = null;
      this.#armed--;
    };
    const arm = () => {
      const wait = Math.min(Math.max(0, when - this.now()), LOOK_MS);
      timer = setTimeout(() => {
        if (this.now() < when) return arm();
        end();
        wake();
      }, wait);
    };
    this.#armed++;
    arm();
    return end;
  }

  #told(): SteadyMs {
    return Math.round(this.#at);
  }

  #hasSlept(): boolean {
    const before = this.#asleepMs;
    this.#asleepMs = this.#asleep();
    return this.#asleepMs - before > STOPPED_MS;
  }

  /** How long the machine has slept, give or take a constant. */
  #asleep(): number {
    const { steady, uptime } = this.#source;
    return uptime === undefined ? 0 : uptime() - steady();
  }
}

/**
 * The machine's clock, and a steady one: a step by NTP, a clock set by hand, a suspended machine or a stopped process makes no
 * deadline pass and puts none off. A wake-up never comes early, however far away it is.
 */
export function systemClock(source: TimeSource = MACHINE): Required<Clock> {
  return new SystemClock(source);
}
