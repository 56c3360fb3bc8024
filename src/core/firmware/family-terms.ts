import type { FamilyId } from '../names/family.ts';

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
