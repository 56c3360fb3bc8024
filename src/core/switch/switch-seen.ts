import type { MacAddress } from '../names/mac-address.ts';

/** How it is known that a phone hangs at a port, the surest first. */
export type SeenBy = 'cdp' | 'lldp' | 'bridge';

/** A device that says of itself who it is, at one port. */
export interface PortNeighbour {
  readonly by: 'cdp' | 'lldp';
  readonly mac: MacAddress | null;
  readonly device: string;
  /** What it says that it is, such as `Cisco IP Phone 7941`. */
  readonly platform: string;
  readonly isPhone: boolean;
  /** The load that it names, as it spells it: a 7940 or 7960 on SIP names its loader here. Null where it names none. */
  readonly load: string | null;
  /** The IPv4 address that it says it has; null where it says none, as in LLDP. */
  readonly address: string | null;
  /** How long before the walk the switch noticed its words first, as far as it says so; null where it does not. */
  readonly agoMs: number | null;
}

/** The power that a port gives. */
export interface PortPower {
  /** Group and port of the power supply. */
  readonly group: number;
  readonly port: number;
  /** Whether the switch may give power there. */
  readonly isOn: boolean;
  /** Whether it does. */
  readonly isGiven: boolean;
}

/** One port of a switch. */
export interface SwitchPort {
  readonly ifIndex: number;
  /** As the switch names it, such as `Gi0/17`. */
  readonly name: string;
  readonly isUp: boolean;
  /** How long before the walk its link came up or went down last; null where the switch does not say. */
  readonly linkedForMs: number | null;
  readonly neighbours: readonly PortNeighbour[];
  /** Devices that the bridge tables name behind it. */
  readonly macs: readonly MacAddress[];
  /** Those of them that the switch knows by what they sent, and not since somebody wrote them there. */
  readonly learnt: readonly MacAddress[];
  /** How many there are; more than are named for a port that leads to other switches. */
  readonly macCount: number;
  /** Null where it has none, or where it cannot be told which power port belongs to it. */
  readonly power: PortPower | null;
}

/** What one walk over a switch found. */
export interface SwitchSeen {
  /** Present where it is this machine itself, as lldpd tells of it: its ports are interfaces, and it gives nobody power. */
  readonly isThisMachine?: true;
  /** What it calls itself. */
  readonly sysName: string;
  readonly description: string;
  /** Whether it is one of Cisco's: what its tables mean is written down by who made it. */
  readonly isCisco: boolean;
  readonly ports: readonly SwitchPort[];
  /** Why the power of its ports cannot be told apart; null where it can, or where it gives none. */
  readonly powerUnknown: string | null;
  /** Whether power is taken for that of the port with its number, since the switch does not say which port it is of (RFC 3621 leaves that to the maker). */
  readonly isPowerCounted: boolean;
  /** What of its tables was not seen, each in words that its name stands before, such as `shows no bridge table of VLAN 200 (no answer)`. */
  readonly lacks: readonly string[];
  /** Whether it has a table of CDP, of LLDP, of bridge ports, of power. */
  readonly has: { readonly cdp: boolean; readonly lldp: boolean; readonly bridge: boolean; readonly power: boolean };
}
