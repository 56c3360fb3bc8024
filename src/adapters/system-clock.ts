import type { Clock } from '../ports/clock.ts';

/** Node's timers overflow above this and would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Share of the passing time by which the clock runs faster or slower until it agrees with the machine's again (invented). */
const SLEW = 0.05;

/** What tells the time: `wall` may be set at any moment, `steady` only ever runs on. */
export interface TimeSource {
  readonly wall: () => number;
  readonly steady: () => number;
}

const MACHINE: TimeSource = { wall: () => Date.now(), steady: () => performance.now() };

/**
 * The machine's clock without its jumps: a step by NTP, a clock set by hand, or a suspended machine makes no deadline pass and
 * puts none off. It never runs backwards, and after a jump it nears the machine's clock by three minutes an hour. A wake-up
 * never comes early, however far away it is.
 */
export function systemClock({ wall, steady }: TimeSource = MACHINE): Clock {
  let [at, seen] = [wall(), steady()];
  const now = () => {
    const next = steady();
    const passed = Math.max(0, next - seen);
    const behind = wall() - (at + passed);
    at += passed + Math.min(Math.max(behind, -SLEW * passed), SLEW * passed);
    seen = next;
    return Math.round(at);
  };
  return {
    now,
    wakeAt(when, wake) {
      let timer: NodeJS.Timeout | null = null;
      const arm = () => {
        const wait = Math.min(Math.max(0, when - now()), LONGEST_TIMER_MS);
        timer = setTimeout(() => (now() >= when ? wake() : arm()), wait);
      };
      arm();
      return () => {
        if (timer !== null) clearTimeout(timer);
      };
    },
  };
}
