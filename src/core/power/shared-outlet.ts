import type { MacAddress } from '../names/mac-address.ts';
import { factsOf } from '../phone-states.ts';

/** What is switched for one phone, as far as the operator's words tell. */
export interface PowerOutlet {
  /** Whether a switch port says what is switched, or only the whole command does. */
  readonly kind: 'port' | 'command';
  /** Phones of which this is equal lose their power together. */
  readonly key: string;
}

/** A phone that loses its power with another one. */
export interface Neighbour {
  readonly mac: MacAddress;
  readonly isListed: boolean;
  /** Null where nothing follows it: it was released, or was put on the list a moment ago. */
  readonly state: string | null;
  /** Whether its last image is not known to be over. */
  readonly mayBeWriting: boolean;
  /** Whether something is being sent to it, or may be. */
  readonly isServed: boolean;
  /** Whether it was not heard since the server was started, and that is too short a time to say anything. */
  readonly isUnheard: boolean;
  /** Whether it asked for something lately. */
  readonly isHeardLately: boolean;
}

/** The port as it is compared: people write one port in capitals and in small letters. */
export function portKey(port: string): string {
  return port.trim().replace(/\s+/g, ' ').toLowerCase();
}

/**
 * Why the power of a phone is not switched that has these neighbours; null where none of them is in the way. One that may be writing its flash
 * always is. A port feeds one phone: of two on the list that have it, one is wrong, or the name of a switch is missing, and nobody knows which of
 * them would go dark. Only one that has landed or was released, and is not heard any more, has left its port to another.
 */
export function neighbourRefusal(neighbours: readonly Neighbour[], { kind }: PowerOutlet): string | null {
  const has = kind === 'port' ? 'has the same port' : 'is switched by the same command';
  const writing = neighbours.find(mayWrite);
  if (writing !== undefined) return `${writing.mac} ${has} and may be writing its flash`;
  const listed = neighbours.find(({ isListed, state }) => isListed && state !== 'landed');
  if (listed !== undefined) return `${listed.mac} ${has} and is on the list, too: correct the list`;
  const heard = neighbours.find(({ isHeardLately, isUnheard }) => isHeardLately || isUnheard);
  return heard === undefined ? null : `${heard.mac} ${has} and may be there still`;
}

/** The rule by which a phone's own power is not switched, whatever else is known of it. */
function mayWrite({ state, mayBeWriting, isServed, isUnheard }: Neighbour): boolean {
  const { busy, underWay } = factsOf(state);
  return mayBeWriting || busy || isServed || (underWay && isUnheard);
}

/** A phone of the list with its port, as far as a double port is told from it. */
export interface PortEntry {
  readonly mac: MacAddress;
  readonly port: string | null;
}

/** Ports that several phones have, with these phones, in the order of the list. */
export function doublePorts(entries: readonly PortEntry[]): ReadonlyMap<string, readonly MacAddress[]> {
  const found = new Map<string, { readonly port: string; readonly macs: MacAddress[] }>();
  for (const { mac, port } of entries) {
    if (port === null || port.trim() === '') continue;
    const known = found.get(portKey(port)) ?? { port: port.trim(), macs: [] };
    known.macs.push(mac);
    found.set(portKey(port), known);
  }
  return new Map([...found.values()].filter(({ macs }) => macs.length > 1).map(({ port, macs }) => [port, macs]));
}
