import { FAMILIES, type FamilyId } from './family.ts';
import type { LoadName } from './load-name.ts';

/**
 * The `termNN.default.loads` of a family's packages: one for each model number (firmware-files 4, java-phones 1.1). The
 * 7940/7960 has none.
 */
export const FAMILY_TERMS: Readonly<Record<FamilyId, readonly string[]>> = {
  '79x0': [],
  '11': ['06', '11'],
  '31': ['31'],
  '41': ['41', '61'],
  '42': ['42', '62'],
  '45': ['45', '65'],
  '70': ['70', '71'],
  '75': ['75'],
};

const TERM_NAME = /^term(\d\d)\.default\.loads$/i;

/** The two digits of `termNN.default.loads`; null for any other name. */
export function termOf(name: string): string | null {
  return TERM_NAME.exec(name)?.[1] ?? null;
}

/**
 * The name under which a phone runs a load that its boot loader installed, with the family it proves: the release behind it
 * is not in the name (java-phones 4.3). Null for any other text.
 */
export function bootLoaderLoad(
  text: string,
): { readonly name: LoadName; readonly term: string; readonly family: FamilyId } | null {
  const term = /^term(\d\d)\.default(\.loads)?$/i.exec(text.trim())?.[1];
  const family = FAMILIES.find((each) => term !== undefined && FAMILY_TERMS[each].includes(term));
  return term === undefined || family === undefined ? null : { name: `term${term}.default` as LoadName, term, family };
}
