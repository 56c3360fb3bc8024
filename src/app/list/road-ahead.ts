import { AppError } from '../../core/errors.ts';
import { type FirmwareIndex, isPublishable } from '../../core/firmware/package.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import { candidatesOfLoad } from '../../core/matrix/software-of-load.ts';
import type { ModelId } from '../../core/names/family.ts';
import { bootLoaderLoad } from '../../core/names/family-terms.ts';
import { type LoadName, parseLoadName } from '../../core/names/load-name.ts';
import { spellingHint } from '../../core/names/meant-load.ts';
import { withoutRules } from '../../core/plan/describe-plan.ts';
import { loaderTargetFault } from '../../core/plan/loader-target.ts';
import { findSpelling, knownLoads, loadsInStore } from '../../core/plan/loads-at-hand.ts';
import type { NoPlan, Plan } from '../../core/plan/plan.ts';
import { planRoad } from '../../core/plan/plan-road.ts';
import type { Candidates } from '../../core/software.ts';
import { bothSpellings, neededCommand, otherFamilyFault } from './wish-check.ts';

export interface AheadQuestion {
  readonly matrix: Matrix;
  readonly index: FirmwareIndex;
  readonly target: LoadName;
  /** Null when the operator does not say what runs. */
  readonly from: LoadName | null;
  readonly model: ModelId | null;
}

/** What can be said of the road before the phone is there. */
export interface Road {
  /** As the store spells it. */
  readonly target: LoadName;
  /** Said when the target was found under another spelling. */
  readonly note: string | null;
  /** Null when what runs is not known yet. */
  readonly plan: Plan | null;
}

/** The software that the operator's words admit. */
export function statedCandidates(matrix: Matrix, from: LoadName, model: ModelId | null): Candidates {
  const candidates = candidatesOfLoad(matrix, from, model);
  if (!candidates.ok) throw new AppError('E_UNKNOWN_LOAD', candidates.error);
  return candidates.value;
}

/** Plans from what the operator says. */
export function planFrom(question: AheadQuestion & { readonly from: LoadName }): Plan | NoPlan {
  const { matrix, index, target, from, model } = question;
  const other = otherFamilyFault(matrix, { target, from, model });
  if (other !== null) return { ok: false, target, code: 'E_WRONG_FAMILY', reasons: [other], missing: [] };
  const plan = planRoad({ matrix, index, target, model, candidates: statedCandidates(matrix, from, model) });
  if (plan.ok || plan.code !== 'E_AMBIGUOUS' || bootLoaderLoad(from) === null) return plan;
  const reason = `${from} is what a phone calls whichever load its boot loader installed. Its page and its settings show the load behind it as "App Load ID", such as jar41sip.9-4-2ES26.sbn: give that load with --from.`;
  return { ...plan, reasons: [reason, ...plan.reasons] };
}

/** A plan, and what it starts from in words. */
export interface PlanAndStart {
  readonly plan: Plan | NoPlan;
  readonly from: string | null;
}

/** Refuses what is certain to fail: no road from what is stated, or a target that the store does not hold. */
export function checkRoad(question: AheadQuestion): Road {
  const { from } = question;
  const other = otherFamilyFault(question.matrix, question);
  if (other !== null) throw new AppError('E_WRONG_FAMILY', other);
  if (from !== null) {
    const plan = planFrom({ ...question, from });
    if (!plan.ok) throw noRoad(plan);
    return { target: plan.target, note: plan.note, plan };
  }
  return { ...targetInStore(question), plan: null };
}

/** The target as the store spells it; refused when the store cannot publish it, since no road could then arrive. */
function targetInStore({ matrix, index, target }: AheadQuestion): Pick<Road, 'target' | 'note'> {
  const parsed = parseLoadName(target);
  if (!parsed.ok) throw new AppError('E_UNKNOWN_LOAD', parsed.error);
  const bare = loaderTargetFault(matrix, index, target);
  if (bare !== null) throw new AppError('E_LOADER_TARGET', bare);
  const { family } = parsed.value;
  // What runs is not known yet: a phone in its boot loader asks for more than a running one.
  const whole = { packages: index.packages.filter(({ verdict }) => isPublishable(verdict)) };
  const held = loadsInStore(matrix, whole, family).map(({ load }) => load.name);
  const found = findSpelling(parsed.value, held);
  if (found !== null) {
    const note = `${target} is in the store as ${found}: load names are literal, so the phone is told ${found}.`;
    return { target: found, note: found === target ? null : note };
  }
  const listed = matrix.families.flatMap((facts) => facts.releases.map(({ load }) => load));
  const known = findSpelling(parsed.value, listed);
  if (known === null) {
    throw new AppError(
      'E_UNKNOWN_LOAD',
      `neither the store nor the matrix knows ${target}; ${spellingHint(target, knownLoads(matrix, index))}, and "loadstep firmware list" shows the store`,
    );
  }
  const damaged = index.packages.find((pack) => pack.load === known);
  if (damaged !== undefined) {
    throw new AppError(
      'E_FILES_MISSING',
      `${known} is ${damaged.verdict} in the store; "loadstep firmware verify ${known}" says what is wrong`,
    );
  }
  throw new AppError(
    'E_FILES_MISSING',
    `${bothSpellings(target, matrix)} is not in the store; import its package with "loadstep firmware import FILE"; "${neededCommand(target)}" names its files`,
  );
}

/** A refused plan as the error that a command ends with. */
function noRoad(plan: NoPlan): AppError {
  const reasons =
    plan.reasons.length === 0 ? `there is no road to ${plan.target}` : withoutRules(plan.reasons.join(' '));
  return new AppError(plan.code, reasons.replace(/\.$/, ''));
}
