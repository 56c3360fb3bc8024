/** A load family: phones of one family take the same load files. `79x0` is 7940/7960 with and without G. */
export const FAMILIES = ['79x0', '11', '31', '41', '42', '45', '70', '75'] as const;
/** One of `FAMILIES`. */
export type FamilyId = (typeof FAMILIES)[number];

/** The phone models loadstep knows; facts about each stand in `firmware-matrix/`. GE variants have ids of their own. */
export const MODELS = [
  '7906',
  '7911',
  '7931',
  '7940',
  '7941',
  '7941GE',
  '7942',
  '7945',
  '7960',
  '7961',
  '7961GE',
  '7962',
  '7965',
  '7970',
  '7971',
  '7975',
] as const;
/** One of `MODELS`. */
export type ModelId = (typeof MODELS)[number];

/** What an application speaks to its call server. */
export type Protocol = 'SCCP' | 'SIP' | 'MGCP';

/** Whether the family is one of the Java phones (every family but 79x0). */
export function isJavaFamily(family: FamilyId): boolean {
  return family !== '79x0';
}

/** Reads a model as people write it (`7940`, `CP-7940G`, `7941G-GE`); null when it is none that loadstep knows. */
export function parseModel(text: string): ModelId | null {
  const bare = text.trim().toUpperCase().replace(/^CP-/, '').replace(/-/g, '');
  const plain = bare.endsWith('GGE') ? `${bare.slice(0, -3)}GE` : bare.replace(/G$/, '');
  return MODELS.find((model) => model === plain) ?? null;
}
