import type { Clock } from '../ports/clock.ts';

/** Node's timers overflow above this and would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. A wake-up never comes early, however far away it is, also when the clock was set back meanwhile. */
export function systemClock(): Clock {
  const now = () => Date.now();
  return {
    now,
    wakeAt(at, wake) {
      let timer: NodeJS.Timeout | null = null;
      const arm = () => {
        const wait = Math.min(Math.max(0, at - now()), LONGEST_TIMER_MS);
        timer = setTimeout(() => (now() >= at ? wake() : arm()), wait);
      };
      arm();
      return () => {
        if (timer !== null) clearTimeout(timer);
      };
    },
  };
}
