/** A moment as a log writes it; parts that it leaves out are null. */
export interface WallTime {
  readonly year: number | null;
  /** 1 to 12; null where the log gives the time of day alone. */
  readonly month: number | null;
  readonly day: number | null;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
  /** Minutes east of Greenwich; null where the log names no zone. */
  readonly zone: number | null;
}

/** Turns a date and time of the reader's own zone into milliseconds since 1970; `month` counts from 1. */
export type ZoneOf = (
  ...at: readonly [year: number, month: number, day: number, hour: number, minute: number, second: number, ms: number]
) => number;

const DAY_MS = 86_400_000;

/** Days since 1970 of a date in the calendar that everybody uses; `month` counts from 1. */
function daysOf(year: number, month: number, day: number): number {
  // Years are counted from March, so that the leap day is the last of its year.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** A date and time in Greenwich, in milliseconds since 1970. */
export const utcMs: ZoneOf = (year, month, day, hour, minute, second, ms) =>
  daysOf(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + ms;

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** What a log leaves open about its times, for those who read what is made of them. */
export interface ClockDoubts {
  /** The day is not told: moments are right among themselves only. */
  readonly isWithoutDate: boolean;
  readonly isWithoutYear: boolean;
  readonly isWithoutZone: boolean;
  /** How often the clock went back by more than a minute. */
  readonly timesBack: number;
}

/** A little more than any two clocks of one network differ (invented): a log may be ahead of the machine that reads it. */
const AHEAD_MS = DAY_MS;
/** A clock that goes back by more than this was set, or another file begins (invented). */
const BACK_MS = 60_000;

/**
 * The clock of one log. A year that is missing is the newest that does not lie in the future; a day that is missing is the newest
 * likewise, and a time of day that goes back by hours is the next day.
 */
export class LogClock {
  readonly #now: number;
  readonly #zoneOf: ZoneOf;
  readonly #today: number;
  /** Whole days since the first line of a log that names none. */
  #days = 0;
  #firstDay: number | null = null;
  #last: number | null = null;
  #doubts = { isWithoutDate: false, isWithoutYear: false, isWithoutZone: false, timesBack: 0 };

  constructor(now: number, zoneOf: ZoneOf) {
    this.#now = now;
    this.#zoneOf = zoneOf;
    this.#today = Math.floor(now / DAY_MS);
  }

  get doubts(): ClockDoubts {
    return { ...this.#doubts };
  }

  /** Milliseconds since 1970. */
  read(wall: WallTime): number {
    const at = wall.month === null || wall.day === null ? this.#ofDay(wall) : this.#ofDate(wall, wall.month, wall.day);
    if (this.#last !== null && at < this.#last - BACK_MS) this.#doubts.timesBack++;
    this.#last = at;
    return at;
  }

  #ofDate(wall: WallTime, month: number, day: number): number {
    if (wall.year !== null) return this.#placed(wall, wall.year, month, day);
    this.#doubts.isWithoutYear = true;
    // Day 0 of the year after next is never reached: the loop ends at the first year that fits.
    let year = yearOf(this.#today) + 1;
    while (month === 2 && day === 29 && !isLeap(year)) year--;
    let at = this.#placed(wall, year, month, day);
    while (at > this.#now + AHEAD_MS) {
      year--;
      while (month === 2 && day === 29 && !isLeap(year)) year--;
      at = this.#placed(wall, year, month, day);
    }
    return at;
  }

  #placed({ hour, minute, second, ms, zone }: WallTime, year: number, month: number, day: number): number {
    if (zone !== null) return utcMs(year, month, day, hour, minute, second, ms) - zone * 60_000;
    this.#doubts.isWithoutZone = true;
    return this.#zoneOf(year, month, day, hour, minute, second, ms);
  }

  #ofDay({ hour, minute, second, ms }: WallTime): number {
    this.#doubts.isWithoutDate = true;
    this.#doubts.isWithoutZone = true;
    const ofDay = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
    this.#firstDay ??= this.#today * DAY_MS + ofDay > this.#now ? this.#today - 1 : this.#today;
    const at = (this.#firstDay + this.#days) * DAY_MS + ofDay;
    // Midnight, or another file; less than half a day back is a clock that was set.
    if (this.#last === null || at >= this.#last - DAY_MS / 2) return at;
    this.#days++;
    return at + DAY_MS;
  }
}

/** The year in which a day since 1970 lies. */
function yearOf(days: number): number {
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysOf(year + 1, 1, 1) <= days) year++;
  while (daysOf(year, 1, 1) > days) year--;
  return year;
}
