/** When clocks are changed, by the clock on the wall before the change. */
export interface ClockChange {
  /** 1 is January. */
  readonly month: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Which such weekday of the month; null where no rule of this kind holds for years: then `day` counts, for this year. */
  readonly week: 1 | 2 | 3 | 4 | 'last' | null;
  readonly day: number;
  /** Since midnight. */
  readonly minutes: number;
}

/** The clock of a place. Minutes count ahead of UTC. */
export interface ZoneRule {
  /** The name of the zone as IANA has it. */
  readonly zone: string;
  /** Without daylight saving time. */
  readonly offsetMinutes: number;
  readonly saving: { readonly minutes: number; readonly start: ClockChange; readonly stop: ClockChange } | null;
}

/** How many minutes a place is ahead of UTC at a moment, in milliseconds since the epoch. */
export type OffsetAt = (epochMs: number) => number;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** No clocks are changed twice in so short a time (invented); it is looked at that often. */
const STEP_MS = 7 * DAY_MS;
/** A rule that holds for so many years is taken for one that goes on: in these a date falls on every day of the week (invented). */
const YEARS = 12;

interface Transition {
  readonly before: number;
  readonly after: number;
  readonly change: ClockChange;
}

/** The rule by which the clocks of a place are changed, from a year on, found by looking for the changes. */
export function zoneRule(zone: string, offsetAt: OffsetAt, year: number): ZoneRule {
  const years = Array.from({ length: YEARS }, (_, i) => transitionsOf(offsetAt, year + i));
  const [now = []] = years;
  const offsets = [offsetAt(startOf(year)), ...now.map(({ after }) => after)];
  const offsetMinutes = Math.min(...offsets);
  const start = now.find(({ before, after }) => after > before);
  const stop = now.findLast(({ before, after }) => after < before);
  if (now.length !== 2 || start === undefined || stop === undefined) {
    return { zone, offsetMinutes: offsetAt(startOf(year + 1)), saving: null };
  }
  const ruled = (isStart: boolean, own: ClockChange) => {
    const all = years.map((one) => one.find(({ before, after }) => after > before === isStart)?.change);
    return { ...own, week: weekOf(all) };
  };
  const saving = {
    minutes: start.after - start.before,
    start: ruled(true, start.change),
    stop: ruled(false, stop.change),
  };
  return { zone, offsetMinutes, saving };
}

/** Which weekday of the month it is in all of these years; null where it is none. */
function weekOf(changes: readonly (ClockChange | undefined)[]): ClockChange['week'] {
  const [first] = changes;
  if (first === undefined) return null;
  const same = changes.every(
    (one) => one?.month === first.month && one.weekday === first.weekday && one.minutes === first.minutes,
  );
  if (!same) return null;
  const days = changes.map((one) => one?.day ?? 0);
  // The shortest month: February of a year that is no leap year. Nobody changes clocks in it.
  const lastFrom = daysOf(first.month) - 6;
  if (days.every((day) => day >= lastFrom)) return 'last';
  const weeks = days.map((day) => Math.ceil(day / 7));
  const [week = 5] = weeks;
  return week <= 4 && weeks.every((one) => one === week) ? (week as 1 | 2 | 3 | 4) : null;
}

function daysOf(month: number): number {
  return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 31;
}

function transitionsOf(offsetAt: OffsetAt, year: number): Transition[] {
  const found: Transition[] = [];
  const end = startOf(year + 1);
  let before = offsetAt(startOf(year));
  for (let at = startOf(year); at < end; at += STEP_MS) {
    const next = Math.min(at + STEP_MS, end);
    const after = offsetAt(next);
    if (after === before) continue;
    const moment = momentOf(offsetAt, at, next, before);
    found.push({ before, after, change: changeAt(moment + before * MINUTE_MS) });
    before = after;
  }
  return found;
}

/** The first minute between two moments in which the offset is no longer `before`. */
function momentOf(offsetAt: OffsetAt, from: number, to: number, before: number): number {
  let [low, high] = [from, to];
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** What the calendar and the clock say at a moment of local time. */
function changeAt(localMs: number): ClockChange {
  const days = Math.floor(localMs / DAY_MS);
  const { month, day } = civil(days);
  return {
    month,
    day,
    // The first of January 1970 was a Thursday.
    weekday: (((days + 4) % 7) + 7) % 7,
    week: null,
    minutes: Math.floor((localMs - days * DAY_MS) / MINUTE_MS),
  };
}

function startOf(year: number): number {
  const y = year - 1;
  return (y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) - 719_162) * DAY_MS;
}

/** The date of a day since the first of January 1970 (the proleptic Gregorian calendar, counted from March). */
function civil(days: number): { readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const index = Math.floor((5 * ofYear + 2) / 153);
  return { month: index < 10 ? index + 3 : index - 9, day: ofYear - Math.floor((153 * index + 2) / 5) + 1 };
}
