import { type Cell, numberOf } from './table.ts';

/** SNMP counts time in hundredths of a second. */
export const TICK_MS = 10;
/** A switch forgets after this what it learnt of a device that sends nothing (RFC 4188, dot1dTpAgingTime: 300 seconds are recommended). */
export const LEARNT_FOR_MS = 300_000;
/** TimeTicks run over after 497 days (RFC 2578). */
const CLOCK_MS = 2 ** 32 * TICK_MS;
/** A walk takes a third of this at most: what lies so little ahead of the switch's clock, which was asked first, happened while it was walked (invented). */
const WHILE_WALKED_MS = 60_000;

/**
 * How long ago each link came up or went down at least, by ifIndex, of ifLastChange and sysUpTime (RFC 2863). Nothing of a switch that has 0 at every port:
 * that is what those say that do not keep it, and what would be so only if nothing had been plugged in since it was started.
 */
export function linkAges(changes: readonly Cell[], upTime: number | null): ReadonlyMap<number, number> {
  const ages = new Map<number, number>();
  if (upTime === null || !changes.some(({ value }) => (numberOf(value) ?? 0) > 0)) return ages;
  for (const { index, value } of changes) {
    const changed = numberOf(value);
    if (changed === null || changed < 0) continue;
    const age = ageOf(changed * TICK_MS, upTime * TICK_MS);
    if (age !== null) ages.set(index[0] ?? -1, age);
  }
  return ages;
}

function ageOf(changedMs: number, upMs: number): number | null {
  if (changedMs >= CLOCK_MS) return null;
  const age = upMs - changedMs;
  if (age > CLOCK_MS - WHILE_WALKED_MS || (age < 0 && age >= -WHILE_WALKED_MS)) return 0;
  if (age >= 0) return age;
  // The clock has begun anew since, by running over or with the switch, or the time is none: that the link is as it was since then at least is true of the first two.
  return upMs <= LEARNT_FOR_MS ? upMs : null;
}
