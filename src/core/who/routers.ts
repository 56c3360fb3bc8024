import type { SteadyMs } from '../moment.ts';
import type { MacAddress } from '../names/mac-address.ts';
import { normalizeAddress } from './address.ts';
import type { BindingTable } from './bindings.ts';

/** The bit that marks an address which no manufacturer has given (RFC 9542 2.1), such as that of a container's bridge. */
const LOCALLY_ADMINISTERED = 0x02;

/** Whether a MAC was made up by a machine: no phone has such a one. */
export function isMadeUp(mac: MacAddress): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & LOCALLY_ADMINISTERED) !== 0;
}

/** Phones other than this one that named themselves at an address within the time for which one counts as shared. */
export function othersNamedAt(
  { addresses, limits }: BindingTable,
  address: string,
  mac: MacAddress | null,
  now: SteadyMs,
): readonly MacAddress[] {
  const key = normalizeAddress(address);
  const claims = (key === null ? undefined : addresses.get(key))?.claims ?? [];
  const others = claims.filter(
    (claim) => claim.source === 'name' && claim.mac !== mac && now - claim.at <= limits.sharedMs,
  );
  return [...new Set(others.map((claim) => claim.mac))];
}
