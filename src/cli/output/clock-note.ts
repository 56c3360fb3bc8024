import type { SourceCount } from '../../adapters/heard/hear-sources.ts';
import { countText, spanText } from '../../core/text/amounts.ts';
import { printable } from './printable.ts';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;

/** How the clock of a source stands to that of another, where that matters to who reads it. */
export function clockNote({ source, clock, clockStand }: SourceCount): string[] {
  if (clockStand === null) return [];
  const [own, other] = [printable(source), printable(clockStand.than)];
  switch (clockStand.kind) {
    case 'several':
      return [
        `The clocks of ${own} and ${other} cannot be compared: what is in both repeats itself, so that several differences fit. Their times are read as they stand.`,
      ];
    case 'strange':
      return [
        `${own} and ${other} tell of the same phones at different times, and no transfer is in both: whether one of their clocks is wrong cannot be said.`,
      ];
    case 'perhaps':
      return [
        `${own} may be ${aheadText(clockStand.aheadMs)} ${other}: ${countText(clockStand.shared, 'request')} would be in both then. A phone that boots twice looks the same, so that nothing proves it: their times are read as they stand.`,
      ];
    case 'compared': {
      const { aheadMs, shared } = clockStand;
      const both = `${countText(shared, 'request')} ${shared === 1 ? 'is' : 'are'} in both, and ${shared === 1 ? 'counts' : 'count'} once`;
      if (aheadMs === 0) return [`The clocks of ${own} and ${other} agree: ${both}.`];
      const moved = `its times are told ${aheadMs > 0 ? 'earlier' : 'later'} by that`;
      return [`${own} is ${aheadText(aheadMs)} ${other}: ${both}; ${moved}.${whyApart(aheadMs, clock)}`];
    }
  }
}

function aheadText(aheadMs: number): string {
  return `${spanText(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
}

/** What explains a difference, as far as the stamps of the source tell. */
function whyApart(aheadMs: number, { isWithoutDate, isWithoutYear, isWithoutZone }: SourceCount['clock']): string {
  const apart = Math.abs(aheadMs);
  if (isWithoutDate && apart > DAY_MS) return ' It tells no dates.';
  if (isWithoutYear && apart > 300 * DAY_MS) return ' It tells no years.';
  const beyond = apart % QUARTER_MS;
  const isOfQuarters = apart >= QUARTER_MS / 2 && Math.min(beyond, QUARTER_MS - beyond) <= 10_000;
  const isZone = isWithoutZone && isOfQuarters && apart <= 26 * 3_600_000;
  return isZone ? ' It names no zone, and may be of another one: TZ=… in front of the command says which.' : '';
}
