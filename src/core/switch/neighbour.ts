import type { MacAddress } from '../names/mac-address.ts';
import { isPhone, loadInCdp, loadInLldp, macOfDevice } from './phone-words.ts';
import type { PortNeighbour } from './switch-seen.ts';

/** What a device says in CDP. */
export interface CdpWords {
  readonly device: string;
  readonly platform: string;
  readonly version: string;
  readonly address: string | null;
  readonly agoMs: number | null;
}

export function inCdp({ device, platform, version, address, agoMs }: CdpWords): PortNeighbour {
  const isIt = isPhone(platform);
  const load = isIt ? loadInCdp(version) : null;
  return { by: 'cdp', mac: macOfDevice(device), device, platform, isPhone: isIt, load, address, agoMs };
}

/** What a device says in LLDP, and in LLDP-MED; empty where it says nothing of that. */
export interface LldpWords {
  readonly device: string;
  readonly description: string;
  readonly software: string;
  readonly model: string;
  /** MACs by which it names its port and itself; null where it names them otherwise. */
  readonly portMac: MacAddress | null;
  readonly chassisMac: MacAddress | null;
  readonly agoMs: number | null;
}

export function inLldp({ device, description, software, model, portMac, chassisMac, agoMs }: LldpWords): PortNeighbour {
  const isIt = isPhone(description);
  return {
    ...{ by: 'lldp', device, isPhone: isIt, address: null, agoMs },
    // Its own name says it best; a phone has one MAC, and writes it as its chassis or as its port.
    mac: macOfDevice(device) ?? portMac ?? chassisMac,
    platform: model || (description.split(',')[0] ?? ''),
    load: isIt ? loadInCdp(software || (loadInLldp(description) ?? '')) : null,
  };
}

/** Neighbours named at a port (invented). */
const MOST_NEIGHBOURS = 8;

/** The neighbours of a port with one more. A crowd is cut, but never so that it looks like one device. */
export function withNeighbour(there: readonly PortNeighbour[], one: PortNeighbour): readonly PortNeighbour[] {
  if (there.length < MOST_NEIGHBOURS) return [...there, one];
  const [first, ...others] = there.map(nameOf);
  const isOneDevice = others.every((name) => name === first) && nameOf(one) !== first;
  return isOneDevice ? [...there.slice(0, -1), one] : there;
}

function nameOf({ mac, device }: PortNeighbour): string {
  return mac ?? device;
}
