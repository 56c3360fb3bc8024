import type { Deviations } from './phone-options.ts';
import type { Random } from './random.ts';

/** One direction of a bad line: hands datagrams on, never, twice or late. */
export type Line = (pass: () => void) => void;

/** How long a datagram is held back when none comes behind it. */
const HELD_MS = 100;

/**
 * Makes one direction of the wire. A reordered datagram is handed on after the next one, or after 0.1 s when there is
 * none.
 */
export function makeLine(deviations: Deviations, random: Random, after: (ms: number, call: () => void) => void): Line {
  const { loss = 0, duplicate = 0, reorder = 0 } = deviations;
  if (loss === 0 && duplicate === 0 && reorder === 0) return (pass) => pass();
  let held: (() => void) | null = null;
  const release = () => {
    const pass = held;
    held = null;
    pass?.();
  };
  return (pass) => {
    if (random() < loss) return;
    const isTwice = random() < duplicate;
    if (held === null && random() < reorder) {
      held = pass;
      after(HELD_MS, () => {
        if (held === pass) release();
      });
      return;
    }
    pass();
    if (isTwice) pass();
    release();
  };
}
