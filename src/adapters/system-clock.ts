import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { SteadyMs, WallMs } from '../core/moment.ts';
import type { Clock } from '../ports/clock.ts';

/** While something is to be woken the time is looked at this often, so that a stop of the process is seen (invented). */
const LOOK_MS = 5_000;
/** For longer than this nobody was heard: the process was suspended, or asleep with its machine (invented). */
const STOPPED_MS = 10_000;
/** The wall's clock may run off by this much before it is asked why (invented). */
const DRIFT_MS = 1_000;
/** A shorter sleep is none: some systems tell the time since their start in whole seconds. */
const NAP_MS = 1_500;
/** A wall clock that leaps ahead by more than this, and by more than the machine slept, hides time that nobody saw: a shorter one hides no question that a phone repeats (invented; legacy-79x0 11.2). */
const LEAP_MS = 30_000;
/** A leap makes what is known so much older at most: more than anything here is fresh for, and less than an address counts as shared (invented). */
const MOST_UNSEEN_MS = 12 * 3_600_000;

/** What tells the time: `wall` may be set at any moment, `steady` only ever runs on. */
export interface TimeSource {
  readonly wall: () => number;
  /** May stand still while the machine sleeps (Linux, macOS) or run on (Windows). */
  readonly steady: () => number;
  /** Since the machine was started, its sleep included; absent or null where nobody knows. */
  readonly uptime?: () => number | null;
  /** The name of this run of the machine, another one after each start; absent or null where there is none. */
  readonly boot?: () => string | null;
}

const MACHINE: TimeSource = { wall: () => Date.now(), steady: () => performance.now(), uptime: machineUptime, boot };

/** The machine's time, and a steady clock that begins with it. */
class SystemClock implements Required<Clock> {
  readonly #source: TimeSource;
  #at: number;
  #seen: number;
  /** By how much the machine's clock was ahead of this one when the two were last compared. */
  #ahead = 0;
  /** How long the machine had slept by then, give or take a constant; null where nobody knows. */
  #asleepMs: number | null;
  #comparesAt: number;
  #awakeSince: SteadyMs | null = null;
  #lostMs = 0;
  #armed = 0;
  /** By how much it was moved ahead of what was recorded, or of a leap of the wall's clock, all in all: no time that anybody waited. */
  #movedMs = 0;

  constructor(source: TimeSource) {
    this.#source = source;
    this.#at = source.wall();
    this.#seen = source.steady();
    this.#asleepMs = this.#asleep();
    this.#comparesAt = this.#seen + LOOK_MS;
  }

  now(): SteadyMs {
    const next = this.#source.steady();
    const gone = Math.max(0, next - this.#seen);
    this.#seen = next;
    this.#at += gone;
    const { slept, unseen } = this.#notLookedAt();
    this.#at += slept + unseen;
    this.#movedMs += unseen;
    // Somebody was to be woken meanwhile and was not: the process stood still, and heard nobody.
    const wasStopped = this.#armed > 0 && gone > STOPPED_MS;
    if (wasStopped || slept > STOPPED_MS || unseen > 0) {
      this.#lostMs += slept + unseen + (wasStopped ? gone : 0);
      this.#awakeSince = this.#told();
    }
    return this.#told();
  }

  wall(): WallMs {
    return Math.round(this.#source.wall());
  }

  awakeSince(): SteadyMs | null {
    this.now();
    return this.#awakeSince;
  }

  lostMs(): number {
    this.now();
    return this.#lostMs;
  }

  boot(): string | null {
    return this.#source.boot?.() ?? null;
  }

  notBefore(at: SteadyMs): void {
    const now = this.now();
    if (at <= now) return;
    this.#at = at;
    this.#movedMs += at - now;
    this.#ahead -= at - now;
  }

  wakeAt(when: SteadyMs, wake: () => void): () => void {
    let timer: NodeJS.Timeout | null = null;
    const movedBefore = this.#movedMs;
    const left = () => {
      const now = this.now();
      return when + this.#movedMs - movedBefore - now;
    };
    const end = () => {
      if (timer === null) return;
      clearTimeout(timer);
      timer = null;
      this.#armed--;
    };
    const arm = () => {
      const wait = Math.min(Math.max(0, left()), LOOK_MS);
      timer = setTimeout(() => {
        if (left() > 0) return arm();
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

  /**
   * How long the machine has slept since that was last asked; and how much time nobody saw beyond that. A machine that was paused with all its clocks
   * is told afterwards what time it is: that looks as a clock does which somebody set, and counts as if it had been so long.
   */
  #notLookedAt(): { readonly slept: number; readonly unseen: number } {
    const ahead = this.#source.wall() - this.#at;
    const leapt = ahead - this.#ahead;
    if (Math.abs(leapt) < DRIFT_MS && this.#seen < this.#comparesAt) return { slept: 0, unseen: 0 };
    this.#comparesAt = this.#seen + LOOK_MS;
    const [before, now] = [this.#asleepMs, this.#asleep()];
    this.#asleepMs = now;
    const asleep = before === null || now === null ? 0 : now - before;
    const slept = asleep > NAP_MS ? asleep : 0;
    const left = leapt - slept;
    const unseen = left > LEAP_MS ? Math.min(left, MOST_UNSEEN_MS) : 0;
    this.#ahead = ahead - slept - unseen;
    return { slept, unseen };
  }

  #asleep(): number | null {
    const sinceStart = this.#source.uptime?.() ?? null;
    return sinceStart === null ? null : sinceStart - this.#source.steady();
  }
}

/** Linux counts its sleep there (CLOCK_BOOTTIME), macOS (kern.boottime) and Windows (GetTickCount64) do too. */
function machineUptime(): number | null {
  try {
    return uptime() * 1000;
  } catch {
    // A jail without /proc.
    return null;
  }
}

/** Linux names each of its runs; macOS and Windows run on machines whose clock goes on while they are off. */
function boot(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim() || null;
  } catch {
    return null;
  }
}

/**
 * The machine's clock, and a steady one that counts all time, that of a sleep and of a stop, too: what was asked before is as old as it is.
 * A step by NTP or by hand moves it nowhere, but for one ahead by more than half a minute: nobody can tell that from a pause. A wake-up never comes
 * early, however far away it is.
 */
export function systemClock(source: TimeSource = MACHINE): Required<Clock> {
  return new SystemClock(source);
}

/** The same for sending files: whatever is done to the machine's clock, no peer has been silent by that. */
export function transferClock(source: TimeSource = MACHINE): Required<Clock> {
  return systemClock({ ...source, wall: source.steady });
}
