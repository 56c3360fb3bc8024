import { familyOfModel, type Matrix } from '../matrix/matrix.ts';
import { type FamilyId, isJavaFamily, type ModelId } from '../names/family.ts';
import type { Candidates, Software } from '../software.ts';
import { softwareInRules } from '../software-words.ts';
import { OR_SAY_IT } from './explain-no-plan.ts';
import type { NoPlanCode } from './plan.ts';

/** Everything the phone may be, once what was stated is put together with the evidence. */
export interface Narrowed {
  readonly ok: true;
  readonly software: readonly Software[];
  /** Empty means every model of the family. */
  readonly models: readonly ModelId[];
  /** True when nothing but the choice of the target speaks for the family. */
  readonly isFamilyAssumed: boolean;
}

/** What is stated or found contradicts the target, or itself. */
export interface NotNarrowed {
  readonly ok: false;
  readonly code: NoPlanCode;
  readonly reason: string;
}

/** What was said and found of the phone, and the family of the load it is to get. */
export interface NarrowInput {
  readonly matrix: Matrix;
  readonly candidates: Candidates;
  readonly family: FamilyId;
  readonly model: ModelId | null;
  readonly statedFamily: FamilyId | null;
}

/** Keeps what fits the stated family and model, and fills in the family where only one is left. */
export function narrowCandidates(input: NarrowInput): Narrowed | NotNarrowed {
  const { matrix, candidates, family } = input;
  if (candidates.software.length === 0) {
    return no('E_AMBIGUOUS', `Nothing is known of what the phone runs: let it boot once more, ${OR_SAY_IT}.`);
  }
  const stated = input.statedFamily ?? (input.model === null ? null : familyOfModel(matrix, input.model));
  if (stated !== null && stated !== family) {
    return no('E_WRONG_FAMILY', `The phone is stated to be of family ${stated}; choose a load of that family.`);
  }
  const found = familyOfModels(matrix, candidates.models);
  const fitting = candidates.software.flatMap((software): readonly Software[] => {
    if (isJavaFamily(family) !== (software.generation === 'java')) return [];
    if (software.family !== null) return software.family === family ? [software] : [];
    return stated === null && found !== null && found !== family ? [] : [{ ...software, family }];
  });
  if (fitting.length === 0) {
    const runs = candidates.software.map(softwareInRules).join(' or ');
    return no(
      'E_WRONG_FAMILY',
      `The target is a load of family ${family}, and the phone runs ${runs}; choose a load of its family.`,
    );
  }
  if (fitting.length < candidates.software.length && stated === null) {
    return no(
      'E_AMBIGUOUS',
      `The phone may be of another family than ${family}: let it boot once more, or say its model.`,
    );
  }
  const models =
    input.model === null ? candidates.models.filter((model) => familyOfModel(matrix, model) === family) : [input.model];
  const isProven = stated !== null || found === family || candidates.software.every((each) => each.family !== null);
  return { ok: true, software: fitting, models, isFamilyAssumed: isJavaFamily(family) && !isProven };
}

/** The one family of all these models; null when there are none or several. */
function familyOfModels(matrix: Matrix, models: readonly ModelId[]): FamilyId | null {
  const families = new Set(models.map((model) => familyOfModel(matrix, model)));
  return families.size === 1 ? ([...families][0] ?? null) : null;
}

function no(code: NoPlanCode, reason: string): NotNarrowed {
  return { ok: false, code, reason };
}
