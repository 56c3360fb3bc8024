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
  /** How often switching it failed meanwhile; absent where it never did. */
  readonly failed?: number;
  /** How often it may be tried. */
  readonly most: number;
  /** How it is restarted, after "loadstep, which"; absent where its power is switched. */
  readonly how?: string;
}

/** What is known of a phone when its plan is made. */
export interface PowerOutlook {
  readonly verdict: PowerVerdict;
  /** What it lacks for its power to be switched; null when nothing. */
  readonly lacks: string | null;
  readonly done: number;
  readonly failed: number;
  readonly most: number;
}

/** The plan for a phone; null where there is nothing to say. `wallOf` gives a moment of this process as the machine's clock shows it. */
export function powerPlan(
  { verdict, lacks, done, failed, most }: PowerOutlook,
  wallOf: (at: SteadyMs) => WallMs,
): PowerPlan | null {
  const { may, why } = verdict;
  const none = { isToCome: false, from: null, once: null, done, most, ...(failed === 0 ? {} : { failed }) };
  if (!may && verdict.later === undefined) return verdict.isRefused === true ? { ...none, why } : null;
  if (lacks !== null) return { ...none, why: lacks };
  const { from = null, once = null } = may ? {} : (verdict.later ?? {});
  return { ...none, isToCome: true, why, once, from: from === null ? null : wallOf(from) };
}

/** Advice on a phone, with who switches its power and when, or why nobody does; `clock` writes a moment. */
export function withPowerPlan(advice: string, plan: PowerPlan, clock: (at: WallMs) => string): string {
  const { isToCome, from, once, why, how = 'switches its power' } = plan;
  const so = triesText(plan);
  if (!isToCome) return `${advice}; loadstep does not switch its power: ${why}`;
  const when =
    from !== null
      ? `at ${clock(from)} or later (${why}${so})`
      : once !== null
        ? `once ${once}${so}`
        : `next (${why}${so})`;
  return `leave it to loadstep, which ${how} ${when}; or do it yourself: ${advice}`;
}

function triesText({ done, failed = 0, most }: PowerPlan): string {
  if (failed === 0) return done === 0 ? '' : `; done ${done} of ${most} times`;
  return `; tried ${done + failed} of ${most} times, ${done === 0 ? 'and failed' : `of which ${failed} failed`}`;
}
