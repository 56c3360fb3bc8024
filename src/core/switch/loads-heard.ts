import type { MacAddress } from '../names/mac-address.ts';
import { MOST_BEHIND_A_PHONE } from './places.ts';
import type { PortNeighbour, SwitchPort, SwitchSeen } from './switch-seen.ts';

/** What a Java phone tells its switch that it runs. */
export interface LoadHeard {
  readonly mac: MacAddress;
  /** As it spells it. */
  readonly load: string;
  /** The address that it says it has. */
  readonly address: string;
  readonly platform: string;
  readonly switchName: string;
  readonly port: string;
  /** How long before the walk the switch noticed these words. */
  readonly agoMs: number;
}

/** A 7940 or 7960 names its loader in CDP, or what was not seen yet (legacy-79x0 8): nothing of its application follows from that. */
const LEGACY = /^Cisco IP Phone 79[46]0\b/;

/**
 * The loads that phones name in CDP, where it can be told whose words they are, and of when. Anybody at any port can say that he is that phone, so
 * its MAC has to be behind that very port by the bridge table, no other port may bear such words or have that MAC to itself, and no other phone may be
 * there. The moment is cdpCacheLastChange, as Cisco's own switches keep it: another maker's may tell when any entry changed.
 */
export function loadsHeard(switches: ReadonlyMap<string, SwitchSeen>): readonly LoadHeard[] {
  const claims = new Map<MacAddress, number>();
  const homes = new Map<MacAddress, number>();
  for (const { ports } of switches.values()) {
    for (const port of ports) {
      for (const mac of claimedAt(port)) claims.set(mac, (claims.get(mac) ?? 0) + 1);
      if (leadsOn(port)) continue;
      for (const mac of port.macs) homes.set(mac, (homes.get(mac) ?? 0) + 1);
    }
  }
  const heard: LoadHeard[] = [];
  for (const [switchName, { ports, isCisco, lacks }] of switches) {
    // Where a part was not seen, another device may be there.
    if (!isCisco || lacks.length > 0) continue;
    for (const port of ports) {
      const one = onlyPhoneAt(port);
      if (one === null || one.mac === null || LEGACY.test(one.platform)) continue;
      const { mac, load, address, agoMs, platform } = one;
      if (load === null || address === null || agoMs === null) continue;
      // What the switch has known from before the link came up is of whoever was there then.
      if (port.linkedForMs !== null && agoMs > port.linkedForMs) continue;
      if (claims.get(mac) !== 1 || homes.get(mac) !== 1 || !port.macs.includes(mac)) continue;
      heard.push({ mac, load, address, platform, switchName, port: port.name, agoMs });
    }
  }
  return heard;
}

/** Who says that he hangs there, whether the port has link or not. */
function claimedAt({ neighbours }: SwitchPort): ReadonlySet<MacAddress> {
  return new Set(neighbours.flatMap(({ mac }) => mac ?? []));
}

function leadsOn({ neighbours, macCount }: SwitchPort): boolean {
  return macCount > MOST_BEHIND_A_PHONE || neighbours.some(({ isPhone }) => !isPhone);
}

/** What the one phone at a port says in CDP; null where there is none, or somebody else. */
function onlyPhoneAt(port: SwitchPort): PortNeighbour | null {
  if (!port.isUp || leadsOn(port) || claimedAt(port).size !== 1) return null;
  const said = port.neighbours.filter(({ by }) => by === 'cdp');
  return said.length === 1 ? (said[0] ?? null) : null;
}
