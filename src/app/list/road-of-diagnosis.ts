import type { PhoneDiagnosis } from '../../core/diagnose/diagnosis.ts';
import { ERROR_CODES } from '../../core/errors.ts';
import type { FirmwareIndex } from '../../core/firmware/package.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import type { ModelId } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import { OR_SAY_IT } from '../../core/plan/explain-no-plan.ts';
import type { NoPlan, Plan } from '../../core/plan/plan.ts';
import { roadFor } from '../phone/road.ts';

export interface DiagnosedRoadQuestion {
  readonly matrix: Matrix;
  readonly index: FirmwareIndex;
  readonly target: LoadName;
  /** The operator's word; null where nothing was said. */
  readonly model: ModelId | null;
}

/** The road from what a log shows of a phone to the target, by the rules by which the server would plan it. Who reads a log has no --from. */
export function roadOfDiagnosis(
  phone: PhoneDiagnosis,
  { matrix, index, target, model }: DiagnosedRoadQuestion,
): Plan | NoPlan {
  const { evidence } = phone;
  const said = model === null ? evidence : { ...evidence, stated: { ...evidence.stated, model } };
  const road = roadFor({
    mac: phone.mac ?? 'MAC',
    matrix,
    index,
    evidence: said,
    isTargetShown: evidence.software.some(({ load }) => isSameLoad(load, target)),
    target,
    avoid: [],
    lastHold: null,
  });
  const elsewhere = (reason: string) =>
    reason.replace(OR_SAY_IT, `or give the load that it runs: loadstep plan --from LOAD --target ${target}`);
  if (road.kind === 'plan') return road.plan;
  const [code, reason] = road.kind === 'wait' ? ['E_AMBIGUOUS', road.reason] : [road.hold.code, road.hold.reason];
  const known = Object.hasOwn(ERROR_CODES, code) ? (code as NoPlan['code']) : 'E_NO_PATH';
  return { ok: false, target, code: known, reasons: [elsewhere(reason)], missing: [] };
}
