import type { AtPort, BenchLayout } from '../../app/told/bench-layout.ts';
import { type KnownPlace, placeText } from '../../core/switch/bench-map.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { Look } from './fit-text.ts';
import { printable } from './printable.ts';
import { meaningOfShown } from './shown-state.ts';
import { table } from './table.ts';

/** The map, switch by switch, in the order of the ports. */
export function layoutTable(there: readonly AtPort[], now: number, look: Look): string {
  const bySwitch = new Map<string, AtPort[]>();
  for (const one of there.toSorted(inOrder)) {
    const { switchName } = one.place;
    bySwitch.set(switchName, [...(bySwitch.get(switchName) ?? []), one]);
  }
  return [...bySwitch]
    .map(([switchName, phones]) => {
      const rows = phones.map((one) =>
        [one.place.port, whoCell(one), saysCell(one.place, now), one.state, seenCell(one.place, now)].map(printable),
      );
      const headings = ['PORT', 'PHONE', 'SAYS', 'STATE', 'SEEN'];
      const meaningOf = (heading: string, cell: string) => (heading === 'STATE' ? meaningOfShown(cell) : null);
      return `${switchName}\n${table(headings, rows, { look, leaveOut: ['SEEN', 'SAYS'], meaningOf })}`;
    })
    .join('\n');
}

function inOrder(a: AtPort, b: AtPort): number {
  return placeText(a.place).localeCompare(placeText(b.place), 'en', { numeric: true });
}

function whoCell({ mac, label }: AtPort): string {
  return label === null ? mac : `${label} (${mac})`;
}

function saysCell({ by, platform, load, saidAt }: KnownPlace, now: number): string {
  if (by === 'bridge') return '-';
  const words = load ?? platform;
  const age = saidAt === null ? '' : `, for ${spanText(now - saidAt)}`;
  return words === null || words === '' ? '-' : `${words} (${by.toUpperCase()}${age})`;
}

function seenCell({ seenAt }: KnownPlace, now: number): string {
  return `${spanText(now - seenAt)} ago`;
}

/** Phones named one by one (invented). */
const MOST_NAMED = 8;

/** The phones on the list that are at no port. */
export function unplacedText(unplaced: BenchLayout['unplaced']): string {
  const names = unplaced.slice(0, MOST_NAMED).map(({ mac, label }) => printable(label ?? mac));
  const more = unplaced.length > MOST_NAMED ? ` and ${unplaced.length - MOST_NAMED} more` : '';
  return `Seen at no port: ${names.join(', ')}${more}.`;
}
