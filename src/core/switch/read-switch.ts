import type { MacAddress } from '../names/mac-address.ts';
import { bridgeTable } from './bridge-table.ts';
import { linkAges, TICK_MS } from './link-age.ts';
import { inCdp, inLldp, withNeighbour } from './neighbour.ts';
import { CISCO_OID, type SINGLE_VALUES } from './oids.ts';
import { portPowers } from './port-power.ts';
import type { PortNeighbour, SwitchPort, SwitchSeen } from './switch-seen.ts';
import { type Cell, columnOf, macOf, numberOf, type SwitchTables, textOf } from './table.ts';

/** Devices named at a port; a port with more leads to other switches (invented). */
const MOST_MACS = 16;
/** ifType of a socket for a cable (IANAifType-MIB: ethernetCsmacd and what older switches say for it). */
const ETHERNET_TYPES: ReadonlySet<number> = new Set([6, 26, 62, 69, 117]);
const UP = 1;
/** How LLDP writes whose name a chassis or a port has (IEEE 802.1AB): MAC address. */
const CHASSIS_MAC = 4;
const PORT_MAC = 3;
/** That a local port is named by its ifName. */
const PORT_IF_NAME = 5;

/** Reads what a switch answered. Whatever it answered, this throws nothing: cells that make no sense are left out. */
export function readSwitch(tables: SwitchTables): SwitchSeen {
  const { columns } = tables;
  const one = (name: (typeof SINGLE_VALUES)[number]) => columnOf(columns, name)[0]?.value ?? null;
  const names = namesOf(columns);
  const up = new Set(columnOf(columns, 'ifOperStatus').flatMap(({ index, value }) => (value === UP ? index : [])));
  const neighbours = new Map<number, readonly PortNeighbour[]>();
  const add = (ifIndex: number | undefined, one: PortNeighbour) => {
    if (ifIndex === undefined || !names.has(ifIndex)) return;
    neighbours.set(ifIndex, withNeighbour(neighbours.get(ifIndex) ?? [], one));
  };
  const upTime = numberOf(one('sysUpTime'));
  for (const [ifIndex, said] of cdpOf(columns, upTime)) add(ifIndex, said);
  for (const [ifIndex, said] of lldpOf(columns, names)) add(ifIndex, said);
  const behind = bridgeTable(tables);
  const linkedFor = linkAges(columnOf(columns, 'ifLastChange'), upTime);
  const { powers, unknown, isCounted } = portPowers(columns, new Set(names.keys()));
  const ports = [...names].map(([ifIndex, name]): SwitchPort => {
    const there = [...(behind.get(ifIndex) ?? [])];
    const named = there.slice(0, MOST_MACS);
    return {
      ...{ ifIndex, name, isUp: up.has(ifIndex), linkedForMs: linkedFor.get(ifIndex) ?? null },
      neighbours: neighbours.get(ifIndex) ?? [],
      macs: named.map(([mac]) => mac),
      learnt: named.flatMap(([mac, isLearnt]) => (isLearnt ? [mac] : [])),
      ...{ macCount: there.length, power: powers.get(ifIndex) ?? null },
    };
  });
  const isCisco = isBelow(one('sysObjectId'), CISCO_OID);
  const hasCells = (name: Parameters<typeof columnOf>[1]) => columnOf(columns, name).length > 0;
  return {
    sysName: textOf(one('sysName')),
    description: textOf(one('sysDescr')),
    isCisco,
    ports,
    powerUnknown: unknown,
    isPowerCounted: isCounted,
    lacks: isCisco && showsOneVlan(columns) ? [...tables.lacks, ONE_VLAN] : tables.lacks,
    has: {
      cdp: hasCells('cdpDeviceId'),
      lldp: hasCells('lldpChassisId'),
      bridge: behind.size > 0,
      power: hasCells('psePortAdmin'),
    },
  };
}

/** Under its own community a Cisco switch shows the bridge table of VLAN 1; those of small business have one of all VLANs (Q-BRIDGE-MIB). */
function showsOneVlan(columns: Columns): boolean {
  const hasNone = (name: Parameters<typeof columnOf>[1]) => columnOf(columns, name).length === 0;
  return hasNone('vtpVlanState') && hasNone('qFdbPort') && !hasNone('fdbPort');
}

const ONE_VLAN = 'does not say which VLANs it has, so that one of its bridge tables was seen';

type Columns = SwitchTables['columns'];

/** The sockets of the switch by ifIndex, in the order of the switch. */
function namesOf(columns: Columns): ReadonlyMap<number, string> {
  const types = byIndex(columnOf(columns, 'ifType'));
  const described = byIndex(columnOf(columns, 'ifDescr'));
  const named = byIndex(columnOf(columns, 'ifName'));
  const names = new Map<number, string>();
  for (const [ifIndex, { value }] of types) {
    const name = textOf(named.get(ifIndex)?.value ?? null) || textOf(described.get(ifIndex)?.value ?? null);
    if (ETHERNET_TYPES.has(numberOf(value) ?? 0)) names.set(ifIndex, name || String(ifIndex));
  }
  return names;
}

function byIndex(cells: readonly Cell[]): ReadonlyMap<number, Cell> {
  return new Map(cells.flatMap((cell) => (cell.index.length === 1 ? [[cell.index[0] ?? 0, cell] as const] : [])));
}

/** Cells of several columns by what stands behind the column's number. */
function byRow(cells: readonly Cell[]): ReadonlyMap<string, Cell> {
  return new Map(cells.map((cell) => [cell.index.join('.'), cell]));
}

function* cdpOf(columns: Columns, upTime: number | null): Generator<readonly [number | undefined, PortNeighbour]> {
  const [versions, platforms, changes, addresses] = (
    ['cdpVersion', 'cdpPlatform', 'cdpLastChange', 'cdpAddress'] as const
  ).map((name) => byRow(columnOf(columns, name)));
  for (const { index, value } of columnOf(columns, 'cdpDeviceId')) {
    const row = index.join('.');
    const changed = numberOf(changes?.get(row)?.value ?? null);
    const said = inCdp({
      device: textOf(value),
      platform: textOf(platforms?.get(row)?.value ?? null),
      version: textOf(versions?.get(row)?.value ?? null),
      address: addressIn(addresses?.get(row)?.value ?? null),
      // After 497 days the clock of the switch begins anew: what seems to lie ahead tells nothing.
      agoMs: upTime === null || changed === null || changed > upTime ? null : (upTime - changed) * TICK_MS,
    });
    yield [index[0], said];
  }
}

function* lldpOf(
  columns: Columns,
  names: ReadonlyMap<number, string>,
): Generator<readonly [number | undefined, PortNeighbour]> {
  const column = (name: Parameters<typeof columnOf>[1]) => byRow(columnOf(columns, name));
  const [chassisKinds, portKinds, portIds] = [
    column('lldpChassisSubtype'),
    column('lldpPortSubtype'),
    column('lldpPortId'),
  ];
  const [sysNames, descriptions, software, models] = [
    column('lldpSysName'),
    column('lldpSysDescr'),
    column('lldpMedSoftware'),
    column('lldpMedModel'),
  ];
  const ports = lldpPorts(columns, names);
  for (const { index, value } of columnOf(columns, 'lldpChassisId')) {
    const row = index.join('.');
    const at = (cells: ReadonlyMap<string, Cell>) => cells.get(row)?.value ?? null;
    const said = inLldp({
      device: textOf(at(sysNames)),
      description: textOf(at(descriptions)),
      software: textOf(at(software)),
      model: textOf(at(models)),
      portMac: numberOf(at(portKinds)) === PORT_MAC ? macIn(at(portIds)) : null,
      chassisMac: numberOf(at(chassisKinds)) === CHASSIS_MAC ? macIn(value) : null,
      agoMs: null,
    });
    yield [ports.get(index[1] ?? -1), said];
  }
}

/** CDP writes an IPv4 address as its four bytes (CISCO-CDP-MIB, cdpCacheAddress). */
function addressIn(value: Cell['value']): string | null {
  return value instanceof Uint8Array && value.length === 4 && value[0] !== 0 ? value.join('.') : null;
}

function isBelow(value: Cell['value'], oid: string): boolean {
  return typeof value === 'string' && `${value.replace(/^\./, '')}.`.startsWith(`${oid}.`);
}

function macIn(value: Cell['value']): MacAddress | null {
  return value instanceof Uint8Array ? (macOf(value) as MacAddress | null) : null;
}

/** The ifIndex of each local port of LLDP: by its name where it is named by that, or its own number where that is one. */
function lldpPorts(columns: Columns, names: ReadonlyMap<number, string>): ReadonlyMap<number, number> {
  const byName = new Map([...names].map(([ifIndex, name]) => [name, ifIndex]));
  const kinds = byIndex(columnOf(columns, 'lldpLocalSubtype'));
  const ids = byIndex(columnOf(columns, 'lldpLocalId'));
  const ports = new Map<number, number>();
  for (const [port, { value }] of kinds) {
    const named = value === PORT_IF_NAME ? byName.get(textOf(ids.get(port)?.value ?? null)) : undefined;
    const ifIndex = named ?? (names.has(port) ? port : undefined);
    if (ifIndex !== undefined) ports.set(port, ifIndex);
  }
  return ports;
}
