import type { FamilyId, ModelId } from '../core/names/family.ts';

/** What a model is to its firmware: load family, own device type, boot-loader manifest, locale prefix. */
export interface ModelProfile {
  readonly family: FamilyId;
  /** The N of `loadInformationN`. */
  readonly typeId: number;
  /** The NN of `termNN.default.loads`; empty for the 79x0, which has none. */
  readonly term: string;
  readonly localePrefix: string;
}

function legacy(typeId: number): ModelProfile {
  return { family: '79x0', typeId, term: '', localePrefix: '' };
}

function java(family: FamilyId, typeId: number, term: string, localePrefix: string): ModelProfile {
  return { family, typeId, term, localePrefix };
}

/** java-phones 1.1 and legacy-79x0 9, written down again on purpose: the planner has its own copy. */
export const MODEL_PROFILES: Readonly<Record<ModelId, ModelProfile>> = {
  '7906': java('11', 369, '06', 'tc'),
  '7911': java('11', 307, '11', 'tc'),
  '7931': java('31', 348, '31', 'gp'),
  '7940': legacy(8),
  '7941': java('41', 115, '41', 'mk'),
  '7941GE': java('41', 309, '41', 'mk'),
  '7942': java('42', 434, '42', 'mk'),
  '7945': java('45', 435, '45', 'be'),
  '7960': legacy(7),
  '7961': java('41', 30018, '61', 'mk'),
  '7961GE': java('41', 308, '61', 'mk'),
  '7962': java('42', 404, '62', 'mk'),
  '7965': java('45', 436, '65', 'be'),
  '7970': java('70', 30006, '70', 'td'),
  '7971': java('70', 119, '71', 'td'),
  '7975': java('75', 437, '75', 'td'),
};

/** The two digits of every boot-loader manifest of a family, as its packages hold them. */
export function termsOf(family: FamilyId): readonly string[] {
  const terms = Object.values(MODEL_PROFILES).filter((profile) => profile.family === family);
  return [...new Set(terms.map((profile) => profile.term))].sort();
}
