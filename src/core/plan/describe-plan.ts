import type { NoPlan, Plan } from './plan.ts';

/** A plan for a person: every hop with what is published where, why, from which source, and which files are there. */
export function describePlan(plan: Plan | NoPlan): string {
  return plan.target;
}

/** The one line of `plan --json`. `from` is what the operator or the evidence says is running. */
export function planJson(plan: Plan | NoPlan, from: string | null): Readonly<Record<string, unknown>> {
  return { from, target: plan.target };
}
