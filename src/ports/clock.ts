import type { SteadyMs, WallMs } from '../core/moment.ts';

/** Time as the app sees it; tests give a fake one. */
export interface Clock {
  /** For deadlines and ages: it never runs backwards, and it counts what the machine slept, or may have been paused. */
  now(): SteadyMs;
  /** For rows and leases: what the machine's clock tells; it may be set at any moment. */
  wall(): WallMs;
  /** Calls `wake` once, not before `at`; the returned function cancels it. */
  wakeAt(at: SteadyMs, wake: () => void): () => void;
  /** When the process last woke after it had been stopped for longer than a phone waits; null when it never was. */
  awakeSince?(): SteadyMs | null;
  /** For how long, all in all, the process was stopped or asleep so that it heard nobody. */
  lostMs?(): number;
  /** Which run of the machine this is, since it was started last; null where nobody tells. */
  boot?(): string | null;
  /** From now on `now` tells at least this: what was recorded lies before what is to come. */
  notBefore?(at: SteadyMs): void;
}

/** What the machine's clock told, or would have, at that moment; as if it had not been set since. */
export function wallOf(clock: Pick<Clock, 'now' | 'wall'>, at: SteadyMs): WallMs {
  return at + (clock.wall() - clock.now());
}

/** A moment of the record, on the clock of a process that reads it when it starts: how long ago it was nobody knows for sure. */
export function fromRecord(at: WallMs): SteadyMs {
  return at as number;
}
