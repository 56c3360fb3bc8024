import { type Cell, numberOf } from './table.ts';

/** SNMP counts time in hundredths of a second. */
export const TICK_MS = 10;
/** A walk takes a third of this at most: what lies so little ahead of the switch's clock, which was asked first, happened while it was walked (invented). */
const WHILE_WALKED_MS = 60_000;

/**
 * How long ago each link came up or went down, by ifIndex, of ifLastChange and sysUpTime (RFC 2863). Nothing of a switch that has 0 at every port: that is
 * what those say that do not keep it, and what would be so only if nothing had been plugged in since it was started.
 */
export function linkAges(changes: readonly Cell[], upTime: number | null): ReadonlyMap<number, number> {
  const ages = new Map<number, number>();
  if (upTime === null || !changes.some(({ value }) => (numberOf(value) ?? 0) > 0)) return ages;
  for (const { index, value } of changes) {
    const changed = numberOf(value);
    if (changed === null || changed < 0) continue;
    const age = (upTime - changed) * TICK_MS;
    // Far ahead: the clock of the switch has begun anew since, as it does after 497 days, or makes no sense.
    if (age >= -WHILE_WALKED_MS) ages.set(index[0] ?? -1, Math.max(0, age));
  }
  return ages;
}
