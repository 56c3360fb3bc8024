import type { FamilyId } from '../names/family.ts';
import type { MacAddress } from '../names/mac-address.ts';

/** Whose MAC a lease or the neighbour table has where a boot loader asks without a name. */
export interface ToldOwner {
  readonly mac: MacAddress;
  /** It is on the list, so it is a phone; one that was heard elsewhere since that lease may have been given out. */
  readonly isListed: boolean;
}

/** What is recorded of a boot loader whose address tells no MAC, one that may be a router's, or one that was heard elsewhere. */
export function namelessReason(family: FamilyId, address: string, told: ToldOwner | null): string {
  const why =
    told === null
      ? 'neither a lease nor the neighbour table tells its MAC'
      : told.isListed
        ? `nothing tells whether that is ${told.mac}, as a lease or the neighbour table has it, since that phone was heard last at another address`
        : `${told.mac}, which a lease or the neighbour table has there, may be the MAC of a router or a bridge with several phones behind it`;
  return `a phone of family ${family} at ${address} is in its boot loader, and ${why}: it is shown nothing`;
}
