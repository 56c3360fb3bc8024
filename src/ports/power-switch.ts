import type { SteadyMs } from '../core/moment.ts';
import type { PowerOutlet } from '../core/power/shared-outlet.ts';

/** The phone whose power is to be switched off and on again. */
export interface PowerTarget {
  readonly mac: string;
  /** Where it was last heard; null when it never was. */
  readonly address: string | null;
  readonly label: string | null;
  /** Its switch port, in the operator's words. */
  readonly port: string | null;
}

/** How it went, in words for the record. */
export interface PowerOutcome {
  readonly isDone: boolean;
  readonly text: string;
  /** True where the power was read to be on again: nothing more is to come of it. */
  readonly isSeenOn?: true;
  /** True where it must not go after all, and nothing was ordered. */
  readonly isWithdrawn?: true;
  /** When the power was ordered to go, once all that comes before that was done: a boot that began earlier is no restart by it. */
  readonly orderedAt?: SteadyMs;
}

/** Why the power must not go at this moment after all; null where it may. */
export type WhyNot = () => string | null;

/** Whatever can switch the power of a phone. */
export interface PowerSwitch {
  /** What it has begun goes on when this process is killed: a program of its own. Absent: nothing does. */
  readonly outlastsUs?: true;
  /** What this phone lacks for its power to be switched, such as a port; null when it lacks nothing. */
  lacks(target: PowerTarget): string | null;
  /** What is switched for this phone; null where it lacks something. */
  outletOf(target: PowerTarget): PowerOutlet | null;
  /**
   * Switches power off and on; resolves when it is on again, or will not be. Never rejects. Who looks at something before the power goes asks
   * `whyNot` in the last moment: the phone, or the list, may be another by then.
   */
  cycle(target: PowerTarget, whyNot?: WhyNot): Promise<PowerOutcome>;
}
