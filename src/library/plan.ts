import type { FirmwareIndex } from '../core/firmware/package.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import { candidatesOfLoad } from '../core/matrix/software-of-load.ts';
import type { ModelId } from '../core/names/family.ts';
import { type LoadName, parseLoadName } from '../core/names/load-name.ts';
import { type Needed, neededFor } from '../core/plan/needed.ts';
import type { NoPlan, Plan } from '../core/plan/plan.ts';
import { planRoad } from '../core/plan/plan-road.ts';
import { ok, type Result } from '../core/result.ts';
import type { Candidates } from '../core/software.ts';
import { firmwareMatrix } from './matrix.ts';
import { modelOf } from './read-words.ts';

/** Where a road begins and ends, and which firmware is at hand for it. */
export interface PlanQuestion {
  /** What runs: the load as the phone names it, such as `P0030301MFG2`, or what `identify` found. */
  readonly from: string | Candidates;
  /** The load to arrive at, such as `P0S3-08-11-00`. */
  readonly target: string;
  /** The model as people write it, such as `7940` or `CP-7940G`; absent when nobody knows. */
  readonly model?: string;
  /** The loads at hand: `index()` of a firmware store (see `loadstep/firmware`). Absent is an empty store. */
  readonly firmware?: FirmwareIndex;
  /** Hops that the phone has refused, as `hopKey` writes them. */
  readonly avoid?: readonly string[];
  /** Facts in place of those that came with the package. */
  readonly matrix?: Matrix;
}

/**
 * The shortest safe road from what runs to the target with the loads at hand, hop by hop; each hop says what is published
 * in which file, why, from which source, and what proves it. Every hop is allowed from everything that may be running.
 * The same question gives the same plan, deeply frozen.
 *
 * Where there is no road the value says why: `E_FILES_MISSING` (with what to obtain), `E_NO_PATH`, `E_AMBIGUOUS`,
 * `E_WRONG_FAMILY` or `E_UNKNOWN_LOAD`. Throws `AppError` `E_BAD_USAGE` for a model that loadstep does not know.
 */
export function plan(question: PlanQuestion): Plan | NoPlan {
  const { target, avoid, firmware = NOTHING, matrix = firmwareMatrix() } = question;
  const model = modelOf(question.model);
  const candidates = candidatesOf(question, matrix, model);
  if (!candidates.ok) return unknownLoad(target, candidates.error);
  const wanted = avoid === undefined ? {} : { avoid };
  return planRoad({ matrix, candidates: candidates.value, target, index: firmware, model, ...wanted });
}

/**
 * The shopping list: every road to the target over loads that the matrix knows, best attested first, and for each what is
 * missing at hand, with names of archives, sizes in bytes and published hashes. Fails and throws as `plan` does.
 */
export function needed(question: Omit<PlanQuestion, 'avoid'>): Needed {
  const { firmware = NOTHING, matrix = firmwareMatrix() } = question;
  const model = modelOf(question.model);
  const candidates = candidatesOf(question, matrix, model);
  const target = parseLoadName(question.target);
  if (!candidates.ok) return { ok: false, reason: unknownLoad(question.target, candidates.error) };
  if (!target.ok) return { ok: false, reason: unknownLoad(question.target, target.error) };
  return neededFor({ matrix, index: firmware, candidates: candidates.value, target: target.value.name, model });
}

const NOTHING: FirmwareIndex = { packages: [] };

function candidatesOf(
  { from }: Pick<PlanQuestion, 'from'>,
  matrix: Matrix,
  model: ModelId | null,
): Result<Candidates, string> {
  if (typeof from !== 'string') return ok({ software: from.software, models: from.models });
  return candidatesOfLoad(matrix, from, model);
}

function unknownLoad(target: string, reason: string): NoPlan {
  return { ok: false, target: target as LoadName, code: 'E_UNKNOWN_LOAD', reasons: [reason], missing: [] };
}
