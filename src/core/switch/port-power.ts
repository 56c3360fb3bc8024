import { IF_INDEX_OID } from './oids.ts';
import type { PortPower } from './switch-seen.ts';
import { columnOf, numberOf, type SwitchTables } from './table.ts';

const ON = 1;
/** pethPsePortDetectionStatus: deliveringPower. */
const GIVEN = 3;

/** Which power each port has, by ifIndex; or why that cannot be told. */
export interface PortPowers {
  readonly powers: ReadonlyMap<number, PortPower>;
  readonly unknown: string | null;
  /** Whether each is that of the port with its number, since the switch does not say which port it is of. */
  readonly isCounted: boolean;
}

/**
 * The power of each port. RFC 3621 numbers power ports as it likes: a Cisco switch says by its entities which port is meant; of others it is
 * told only where there is one group, and each number is that of a port (a single ProCurve, Netgear or Cisco of small business), and switched only where
 * the operator says that it is so. In a stack it is not, and a wrong port would darken the wrong phone: there no power is told, and none is switched.
 */
export function portPowers(columns: SwitchTables['columns'], ports: ReadonlySet<number>): PortPowers {
  const given = new Map(columnOf(columns, 'psePortDetection').map(({ index, value }) => [index.join('.'), value]));
  const supplies = columnOf(columns, 'psePortAdmin').flatMap(({ index, value }) => {
    const [group, port] = index;
    if (index.length !== 2 || group === undefined || port === undefined) return [];
    const state = { isOn: value === ON, isGiven: given.get(index.join('.')) === GIVEN };
    return [{ group, port, ...state }];
  });
  if (supplies.length === 0) return { powers: new Map(), unknown: null, isCounted: false };
  const entities = columnOf(columns, 'cpePortEntity');
  if (entities.length > 0) return byEntities(columns, supplies, ports);
  const groups = new Set(supplies.map(({ group }) => group));
  if (groups.size > 1) {
    return {
      powers: new Map(),
      unknown: 'it numbers power by the units of a stack, and does not say which port is which',
      isCounted: false,
    };
  }
  const strange = supplies.find(({ port }) => !ports.has(port));
  if (strange !== undefined) {
    return {
      powers: new Map(),
      unknown: `it numbers power otherwise than ports: it has power ${strange.port}, and no such port`,
      isCounted: false,
    };
  }
  return { powers: new Map(supplies.map((one) => [one.port, one])), unknown: null, isCounted: true };
}

function byEntities(
  columns: SwitchTables['columns'],
  supplies: readonly PortPower[],
  ports: ReadonlySet<number>,
): PortPowers {
  const interfaces = new Map<number, number>();
  for (const { index, value } of columnOf(columns, 'entityAlias')) {
    const [entity] = index;
    const named = typeof value === 'string' ? value.replace(/^\./, '') : '';
    const ifIndex = named.startsWith(`${IF_INDEX_OID}.`) ? Number(named.slice(IF_INDEX_OID.length + 1)) : Number.NaN;
    if (entity !== undefined && ports.has(ifIndex)) interfaces.set(entity, ifIndex);
  }
  const entities = new Map(
    columnOf(columns, 'cpePortEntity').map(({ index, value }) => [index.join('.'), numberOf(value) ?? 0]),
  );
  const powers = new Map<number, PortPower>();
  const twice = new Set<number>();
  for (const one of supplies) {
    const ifIndex = interfaces.get(entities.get(`${one.group}.${one.port}`) ?? 0);
    if (ifIndex === undefined) continue;
    if (powers.has(ifIndex)) twice.add(ifIndex);
    powers.set(ifIndex, one);
  }
  // Two power ports that say they are one socket: which of them is?
  for (const ifIndex of twice) powers.delete(ifIndex);
  const unknown = powers.size === 0 ? 'it does not say which power belongs to which port' : null;
  return { powers, unknown, isCounted: false };
}
