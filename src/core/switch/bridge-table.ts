import type { MacAddress } from '../names/mac-address.ts';
import { type Cell, columnOf, macOf, numberOf, type SwitchTables } from './table.ts';

/** Devices behind one port, and of each whether the switch knows it by what it sent. */
export type BehindPort = ReadonlyMap<MacAddress, boolean>;

/** dot1dTpFdbStatus and dot1qTpFdbStatus (RFC 4188, RFC 4363): learnt from a packet, and the switch's own address. */
const [LEARNT, SELF] = [3, 4];

interface Entry {
  isLearnt: boolean;
  /** That a table says in another way how it is known: by hand, or by port security, which outlive the device. */
  isOtherwise: boolean;
}

/** Which devices are behind which port, by ifIndex: of all bridge tables that the switch has. */
export function bridgeTable({ columns, vlans }: SwitchTables): ReadonlyMap<number, BehindPort> {
  const found = new Map<number, Map<MacAddress, Entry>>();
  const note = (all: SwitchTables['columns'], table: (typeof TABLES)[number]) => {
    const bridge = new Map(columnOf(all, 'bridgePortIfIndex').map(({ index, value }) => [index[0] ?? 0, value]));
    const statuses = new Map(columnOf(all, table.status).map(({ index, value }) => [index.join('.'), value]));
    for (const { index, value } of columnOf(all, table.port)) {
      const status: Cell['value'] = statuses.get(index.join('.')) ?? null;
      // Port 0 are the switch's own addresses, and those that it has forgotten the port of.
      const port = numberOf(value) ?? 0;
      const mac = macOf(index.slice(table.skip)) as MacAddress | null;
      const ifIndex = numberOf(bridge.get(port) ?? null);
      if (port <= 0 || mac === null || ifIndex === null || status === SELF) continue;
      const there = found.get(ifIndex) ?? new Map<MacAddress, Entry>();
      found.set(ifIndex, there);
      const entry = there.get(mac) ?? { isLearnt: false, isOtherwise: false };
      if (status === LEARNT) entry.isLearnt = true;
      else if (status !== null) entry.isOtherwise = true;
      there.set(mac, entry);
    }
  };
  for (const table of TABLES) note(columns, table);
  for (const one of vlans) note(one.columns, TABLES[1]);
  return new Map(
    [...found].map(([ifIndex, there]) => {
      // A table without that column is one of what was learnt.
      const macs = [...there].map(([mac, entry]) => [mac, entry.isLearnt || !entry.isOtherwise] as const);
      return [ifIndex, new Map(macs)];
    }),
  );
}

/** Where each table has its ports, and how many numbers stand before the MAC: Q-BRIDGE-MIB names its filtering database first. */
const TABLES = [
  { port: 'qFdbPort', status: 'qFdbStatus', skip: 1 },
  { port: 'fdbPort', status: 'fdbStatus', skip: 0 },
] as const;
