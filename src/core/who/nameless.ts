import { FAMILIES, type FamilyId } from '../names/family.ts';
import type { MacAddress } from '../names/mac-address.ts';

/** What is recorded of a boot loader whose address tells no MAC, or (`told`) one that may be a router's. */
export function namelessReason(family: FamilyId, address: string, told: MacAddress | null): string {
  const why =
    told === null
      ? 'neither a lease nor the neighbour table tells its MAC'
      : `${told}, which a lease or the neighbour table has there, may be the MAC of a router or a bridge with several phones behind it`;
  return `a phone of family ${family} at ${address} is in its boot loader, and ${why}: it is shown nothing`;
}

/** The MAC in such a reason that may be a router's; null where there is none. */
export function toldInNameless(reason: string): string | null {
  return /is in its boot loader, and ([0-9A-F]{12}), which/.exec(reason)?.[1] ?? null;
}

/** The family in such a reason; null in any other text. */
export function familyOfNameless(reason: string): FamilyId | null {
  const word = /^a phone of family (\S+) at /.exec(reason)?.[1];
  return FAMILIES.find((family) => family === word) ?? null;
}
