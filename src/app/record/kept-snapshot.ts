import type { PhoneContext } from '../../../machines/phone-context.ts';
import type { StoredSnapshot } from '../../ports/store.ts';

/** A deadline that moved less than this is not written again: after a restart a stall is noticed that much earlier (invented). */
const DEADLINE_SLACK_MS = 15_000;

/** Whether the store has this already, but for a deadline that every request puts off a little. */
export function isAsKept(kept: StoredSnapshot | undefined, now: StoredSnapshot): boolean {
  if (kept === undefined || kept.value !== now.value) return false;
  const [was, is] = [kept.context as PhoneContext, now.context as PhoneContext];
  if (was === is) return true;
  const keys = Object.keys(is) as (keyof PhoneContext)[];
  if (keys.some((key) => key !== 'deadlineAt' && was[key] !== is[key])) return false;
  if (was.deadlineAt === null || is.deadlineAt === null) return was.deadlineAt === is.deadlineAt;
  const slack = Math.min(DEADLINE_SLACK_MS, is.budgets.offered / 8);
  return is.deadlineAt >= was.deadlineAt && is.deadlineAt - was.deadlineAt < slack;
}
