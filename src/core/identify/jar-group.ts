import type { FamilyId } from '../names/family.ts';

/**
 * The first letters of a locale jar, and the families whose phones ask it (java-phones 1.1, from a community page). The jar of a 7931 is
 * not known: nothing is read from a jar where that family is in question.
 */
const FAMILIES_OF: ReadonlyMap<string, readonly FamilyId[]> = new Map<string, readonly FamilyId[]>([
  ['be', ['45']],
  ['mk', ['41', '42']],
  ['tc', ['11']],
  ['td', ['70', '75']],
]);

/** The families whose phones ask for a locale jar of this name; null when that is not known. */
export function familiesAskingJar(name: string): readonly FamilyId[] | null {
  const [, prefix] = /(?:^|\/)([a-z]{2})-(?:sip|sccp)\.jar$/i.exec(name) ?? [];
  return FAMILIES_OF.get(prefix?.toLowerCase() ?? '') ?? null;
}

/** Whether the jar speaks against the phone being of this family. */
export function speaksAgainst(name: string, family: FamilyId): boolean {
  const families = familiesAskingJar(name);
  return families !== null && family !== '31' && !families.includes(family);
}
