import type { SteadyMs, WallMs } from '../moment.ts';
import type { PowerVerdict } from './may-power-cycle.ts';

/** What a server means to do with the power of a phone that a restart could help. */
export interface PowerPlan {
  /** Whether it switches it, now or later, as long as nothing changes. */
  readonly isToCome: boolean;
  /** Not before this moment; null where it may be at any moment, or never. */
  readonly from: WallMs | null;
  /** What has to be so first, after "once"; null where nothing has. */
  readonly once: string | null;
  /** Why it is switched, or why it is not, or not yet. */
  readonly why: string;
  /** How often it was switched since the phone was enrolled or retried last. */
  readonly done: number;
  /** How often it may be. */
  readonly most: number;
}

/** What is known of a phone when its plan is made. */
export interface PowerOutlook {
  readonly verdict: PowerVerdict;
  /** What it lacks for its power to be switched; null when nothing. */
  readonly lacks: string | null;
  readonly done: number;
  readonly most: number;
}

/** The plan for a phone; null where there is nothing to say. `wallOf` gives a moment of this process as the machine's clock shows it. */
export function powerPlan(
  { verdict, lacks, done, most }: PowerOutlook,
  wallOf: (at: SteadyMs) => WallMs,
): PowerPlan | null {
  const { may, why } = verdict;
  const none = { isToCome: false, from: null, once: null, done, most };
  if (!may && verdict.later === undefined) return verdict.isRefused === true ? { ...none, why } : null;
  if (lacks !== null) return { ...none, why: lacks };
  const { from = null, once = null } = may ? {} : (verdict.later ?? {});
  return { ...none, isToCome: true, why, once, from: from === null ? null : wallOf(from) };
}

/** Advice on a phone, with who switches its power and when, or why nobody does; `clock` writes a moment. */
export function withPowerPlan(advice: string, plan: PowerPlan, clock: (at: WallMs) => string): string {
  const { isToCome, from, once, why, done, most } = plan;
  const so = done === 0 ? '' : `; done ${done} of ${most} times`;
  if (!isToCome) return `${advice}; loadstep does not switch its power: ${why}`;
  const when =
    from !== null
      ? `at ${clock(from)} or later (${why}${so})`
      : once !== null
        ? `once ${once}${so}`
        : `next (${why}${so})`;
  return `leave it to loadstep, which switches its power ${when}; or do it yourself: ${advice}`;
}
