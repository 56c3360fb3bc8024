import type { MacAddress } from '../../core/names/mac-address.ts';
import { type KnownPlace, placeText } from '../../core/switch/bench-map.ts';
import { spanText } from '../../core/text/amounts.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import type { Look } from './fit-text.ts';
import { printable } from './printable.ts';
import { meaningOfShown } from './shown-state.ts';
import { table } from './table.ts';

/** A phone at its port. */
export interface AtPort {
  readonly mac: MacAddress;
  readonly place: KnownPlace;
  readonly label: string | null;
  readonly state: string;
  /** That it has link and asks nothing, in words; null where that is not so. */
  readonly silent: string | null;
}

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

/** A phone at its port, for programs: moments as ISO 8601. */
export function layoutJson({ mac, place, label, state, silent }: AtPort): string {
  const { switchName, port, ifIndex, by, platform, load, since, seenAt, saidAt, before } = place;
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  const at = { switch: switchName, port, ifIndex, mac, label, state, by, platform, load };
  return `${JSON.stringify({ ...at, since: iso(since), seenAt: iso(seenAt), saidAt: iso(saidAt), before, silent })}\n`;
}

/** Phones named one by one (invented). */
const MOST_NAMED = 8;

/** The phones on the list that are at no port. */
export function unplacedText(records: readonly PhoneRecord[]): string {
  const names = records.slice(0, MOST_NAMED).map(({ mac, enrolment }) => printable(enrolment?.label ?? mac));
  const more = records.length > MOST_NAMED ? ` and ${records.length - MOST_NAMED} more` : '';
  return `Seen at no port: ${names.join(', ')}${more}.`;
}
