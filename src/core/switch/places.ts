import type { MacAddress } from '../names/mac-address.ts';
import type { SeenBy, SwitchPort, SwitchSeen } from './switch-seen.ts';

/** Where a phone hangs, as the switches say now. */
export interface Place {
  /** The switch, as the operator calls it. */
  readonly switchName: string;
  readonly ifIndex: number;
  readonly port: string;
  readonly by: SeenBy;
  /** What it says that it is, and which load it says it runs, word for word; null where it says nothing. */
  readonly platform: string | null;
  readonly load: string | null;
  /** How long the switch has known these words; null where it does not say. */
  readonly agoMs: number | null;
}

/** A phone brings its PC along; a port with more devices leads to other switches (invented). */
export const MOST_BEHIND_A_PHONE = 3;

interface Candidate extends Place {
  readonly macCount: number;
  readonly hasPower: boolean;
  readonly isThisMachine: boolean;
}

/**
 * Where each device hangs, by all switches together. What a phone says of itself (CDP, LLDP) beats what a bridge table says, since that
 * names it at every port on the way to it. A port without link tells nothing: what stands there is of before. Where two ports have the same
 * claim, no place is named. This machine hears what a switch of another maker passes on, too: its word counts where one phone alone speaks at an
 * interface, and where no switch has heard that phone itself.
 */
export function placesOf(switches: ReadonlyMap<string, SwitchSeen>): ReadonlyMap<MacAddress, Place> {
  const found = new Map<MacAddress, Candidate[]>();
  const add = (mac: MacAddress, one: Candidate) => found.set(mac, [...(found.get(mac) ?? []), one]);
  for (const [switchName, { ports, isThisMachine = false }] of switches) {
    for (const port of ports) {
      if (!port.isUp || (isThisMachine && !speaksAlone(port))) continue;
      for (const [mac, one] of candidatesAt(switchName, port)) add(mac, { ...one, isThisMachine });
    }
  }
  const places = new Map<MacAddress, Place>();
  for (const [mac, candidates] of found) {
    const best = bestOf(candidates);
    if (best !== null) places.set(mac, best);
  }
  return places;
}

function* candidatesAt(
  switchName: string,
  port: SwitchPort,
): Generator<readonly [MacAddress, Omit<Candidate, 'isThisMachine'>]> {
  const { ifIndex, name, neighbours, macs, macCount, power } = port;
  const here = { switchName, ifIndex, port: name, macCount, hasPower: power?.isGiven === true };
  for (const { by, mac, isPhone, platform, load, agoMs } of neighbours) {
    if (mac !== null && isPhone) yield [mac, { ...here, by, platform, load, agoMs }];
  }
  if (leadsOn(port)) return;
  for (const mac of macs) yield [mac, { ...here, by: 'bridge', platform: null, load: null, agoMs: null }];
}

/** Whether all words at a port are those of one device. */
export function speaksAlone({ neighbours: [first, ...others] }: SwitchPort): boolean {
  return first !== undefined && first.mac !== null && others.every(({ mac }) => mac === first.mac);
}

/** Whether other switches are behind a port. */
function leadsOn({ neighbours, macCount }: SwitchPort): boolean {
  return macCount > MOST_BEHIND_A_PHONE || neighbours.some(({ isPhone }) => !isPhone);
}

/** The surest first; what this machine hears comes before what no device has said itself. */
const RANK: Readonly<Record<SeenBy, number>> = { cdp: 0, lldp: 1, bridge: 4 };
const HEARD_HERE = 2;

function rankOf({ by, isThisMachine }: Candidate): number {
  return RANK[by] + (isThisMachine ? HEARD_HERE : 0);
}

function bestOf(candidates: readonly Candidate[]): Place | null {
  const [best, next] = candidates.toSorted(compare);
  if (best === undefined) return null;
  if (next !== undefined && !isSamePort(best, next) && compare(best, next) === 0) return null;
  const { macCount: _, hasPower: __, isThisMachine: ___, ...place } = best;
  // CDP and LLDP of one phone at one port: what the one leaves out the other may say.
  const other = candidates.find((one) => one !== best && isSamePort(one, best) && one.load !== null);
  return place.load === null && other !== undefined ? { ...place, load: other.load } : place;
}

function compare(a: Candidate, b: Candidate): number {
  return (
    rankOf(a) - rankOf(b) ||
    (a.by === 'bridge'
      ? a.macCount - b.macCount
      : (a.agoMs ?? Number.MAX_SAFE_INTEGER) - (b.agoMs ?? Number.MAX_SAFE_INTEGER)) ||
    Number(b.hasPower) - Number(a.hasPower)
  );
}

function isSamePort(a: Place, b: Place): boolean {
  return a.switchName === b.switchName && a.ifIndex === b.ifIndex;
}
