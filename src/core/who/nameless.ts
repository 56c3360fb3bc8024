import { FAMILIES, type FamilyId } from '../names/family.ts';

/** What is recorded of a boot loader whose address tells no MAC. */
export function namelessReason(family: FamilyId, address: string): string {
  return `a phone of family ${family} at ${address} is in its boot loader, and neither a lease nor the neighbour table tells its MAC: it is shown nothing`;
}

/** The family in such a reason; null in any other text. */
export function familyOfNameless(reason: string): FamilyId | null {
  const word = /^a phone of family (\S+) at /.exec(reason)?.[1];
  return FAMILIES.find((family) => family === word) ?? null;
}
