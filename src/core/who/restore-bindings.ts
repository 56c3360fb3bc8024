import type { SteadyMs, WallMs } from '../moment.ts';
import type { MacAddress } from '../names/mac-address.ts';
import {
  BINDING_LIMITS,
  type BindingLimits,
  type BindingSource,
  type BindingTable,
  emptyBindings,
  learn,
  type Sighting,
} from './bindings.ts';

/** A binding as the store keeps it: the newest for each address, MAC and source. */
export interface KeptBinding {
  readonly address: string;
  readonly mac: MacAddress;
  readonly learntAt: WallMs;
  readonly source: string;
}

const SOURCES: readonly BindingSource[] = ['name', 'neighbour', 'lease'];

/**
 * The table as it was before a restart, or more careful: the store does not keep in which order two names alternated,
 * so an address where two phones named themselves within the age of a name counts as shared. `doubtedAt` is now, when the
 * clock was set back and nobody knows how old they are: then they are as new as they can be where they contradict, and
 * identify nobody; null when their ages are known.
 */
export function restoreBindings(
  kept: readonly KeptBinding[],
  limits: BindingLimits = BINDING_LIMITS,
  doubtedAt: SteadyMs | null = null,
): BindingTable {
  const table = emptyBindings(limits);
  const known = kept.map(sightingOf).filter((sighting) => sighting !== null);
  // A loop: as arguments of one call, so many as an office leaves in a year would not fit on the stack.
  const newestAt = known.reduce((newest, { at }) => Math.max(newest, at), Number.NEGATIVE_INFINITY);
  const sightings =
    doubtedAt === null
      ? known
      : known.map((one): Sighting => ({ ...one, at: one.at + doubtedAt - newestAt, isDoubtful: true }));
  sightings.sort((a, b) => a.at - b.at);
  for (const sighting of sightings) learn(table, sighting);
  for (const [address, record] of [...table.addresses]) {
    const names = record.claims.filter((claim) => claim.source === 'name');
    const last = names.at(-1);
    const other = names.findLast((claim) => claim.mac !== last?.mac);
    if (last === undefined || other === undefined || last.at - other.at > limits.ageMs.name) continue;
    table.addresses.set(address, { ...record, sharedAt: last.at });
  }
  return table;
}

function sightingOf({ address, mac, learntAt, source }: KeptBinding): Sighting | null {
  const known = SOURCES.find((each) => each === source);
  return known === undefined ? null : { address, mac, at: learntAt as number, source: known };
}
