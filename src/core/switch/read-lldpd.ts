import { type MacAddress, parseMac } from '../names/mac-address.ts';
import { inCdp, inLldp, withNeighbour } from './neighbour.ts';
import type { PortNeighbour, SwitchPort, SwitchSeen } from './switch-seen.ts';
import { MOST_TEXT } from './table.ts';

/** One neighbour as lldpd tells it, word for word; empty where it says nothing of that. */
export interface LldpdNeighbour {
  /** The interface of this machine that heard it. */
  readonly port: string;
  /** `LLDP`, `CDPv1`, `CDPv2`, or a protocol that phones do not speak. */
  readonly via: string;
  /** Since when its words are the same, like `0 day, 00:01:40`. */
  readonly age: string;
  readonly name: string;
  readonly description: string;
  readonly addresses: readonly string[];
  /** What it calls itself and its port by, with the kind of name, such as `mac`. */
  readonly chassisId: LldpdId;
  readonly portId: LldpdId;
  /** In LLDP-MED. */
  readonly software: string;
  readonly model: string;
}

/** A name with its kind. */
interface LldpdId {
  readonly type: string;
  readonly value: string;
}

/** This machine as lldpd tells of it. */
export interface LldpdSeen {
  readonly hostName: string;
  readonly neighbours: readonly LldpdNeighbour[];
  /** The number of an interface; null where nobody says it. */
  readonly indexOf: (port: string) => number | null;
}

/** Interfaces of this machine (invented). */
const MOST_PORTS = 1_024;
/** Where no number is known: above those that a machine gives. */
const UNNUMBERED = 1_000_000_000;

/** What lldpd on this machine hears at each interface. It drops what it heard as soon as a link goes, so that whatever is there has link. */
export function readLldpd({ hostName, neighbours, indexOf }: LldpdSeen): SwitchSeen {
  const ports = new Map<string, readonly PortNeighbour[]>();
  for (const told of neighbours) {
    const one = neighbourOf(told);
    const port = cleaned(told.port);
    if (one === null || port === '') continue;
    const there = ports.get(port) ?? [];
    if (there.length > 0 || ports.size < MOST_PORTS) ports.set(port, withNeighbour(there, one));
  }
  const by = (protocol: PortNeighbour['by']) => [...ports.values()].flat().some((one) => one.by === protocol);
  return {
    isThisMachine: true,
    sysName: cleaned(hostName),
    description: '',
    isCisco: false,
    ports: [...ports].map(([name, there], n): SwitchPort => {
      const nobody = { macs: [], learnt: [], macCount: 0, power: null };
      const ifIndex = indexOf(name) ?? UNNUMBERED + n;
      return { ...nobody, ifIndex, name, isUp: true, linkedForMs: null, neighbours: there };
    }),
    powerUnknown: null,
    isPowerCounted: false,
    lacks: [],
    has: { cdp: by('cdp'), lldp: by('lldp'), bridge: false, power: false },
  };
}

/** What lldpd makes of platform and software of CDP. */
const CDP_DESCRIPTION = /^([\s\S]*?) running on\n([\s\S]*)$/;

function neighbourOf(told: LldpdNeighbour): PortNeighbour | null {
  const device = cleaned(told.name);
  const agoMs = ageOf(told.age);
  if (told.via.startsWith('CDP')) {
    const [, platform = told.description, version = ''] = CDP_DESCRIPTION.exec(told.description) ?? [];
    const address = told.addresses.find((one) => /^\d+\.\d+\.\d+\.\d+$/.test(one)) ?? null;
    return inCdp({ device, platform: cleaned(platform), version: cleaned(version), address, agoMs });
  }
  if (told.via !== 'LLDP') return null;
  return inLldp({
    ...{ device, description: cleaned(told.description), agoMs },
    ...{ software: cleaned(told.software), model: cleaned(told.model) },
    portMac: macIn(told.portId),
    chassisMac: macIn(told.chassisId),
  });
}

function macIn({ type, value }: LldpdId): MacAddress | null {
  const mac = type === 'mac' ? parseMac(value) : null;
  return mac?.ok === true ? mac.value : null;
}

/** Null for what is no time, as after the clock of the machine was set back. */
function ageOf(text: string): number | null {
  const [, days, ...rest] = /^(\d{1,5}) days?, (\d\d):(\d\d):(\d\d)$/.exec(text) ?? [];
  if (days === undefined) return null;
  const [hours = 0, minutes = 0, seconds = 0] = rest.map(Number);
  return (((Number(days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}

/** What a stranger says, without what steers a terminal, and without the end of a very long one. */
function cleaned(text: string): string {
  return text
    .slice(0, MOST_TEXT)
    .replace(/[\t\n\r]/g, ' ')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim();
}
