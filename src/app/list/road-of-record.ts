import { AppError, ERROR_CODES } from '../../core/errors.ts';
import { candidatesOf, type Evidence } from '../../core/identify/evidence.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import type { ModelId } from '../../core/names/family.ts';
import type { LoadName } from '../../core/names/load-name.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import type { NoPlan } from '../../core/plan/plan.ts';
import type { Candidates } from '../../core/software.ts';
import { describeSoftware } from '../../core/software-words.ts';
import type { PhoneRecord } from '../../ports/store.ts';
import { readKept } from '../memory/kept-phone.ts';
import { roadFor } from '../phone/road.ts';
import { type AheadQuestion, type PlanAndStart, planFrom, statedCandidates } from './road-ahead.ts';

export interface RecordQuestion extends Pick<AheadQuestion, 'matrix' | 'index' | 'model'> {
  readonly record: PhoneRecord;
  /** Null for the one it is enrolled with. */
  readonly target: LoadName | null;
}

/** Plans from what the record knows of one phone: what it has shown, else what the operator said when enrolling it. */
export function planOfRecord(question: RecordQuestion): PlanAndStart {
  const { matrix, index, record } = question;
  const { enrolment } = record;
  const target = question.target ?? enrolment?.target ?? null;
  if (target === null) throw new AppError('E_BAD_USAGE', `${record.mac} is not on the list; add --target LOAD`);
  const model = question.model ?? enrolment?.model ?? null;
  const evidence = evidenceIn(record);
  if (evidence === null || evidence.software.length === 0) {
    const from = enrolment?.from ?? null;
    if (from !== null) return { plan: planFrom({ matrix, index, target, from, model }), from };
    const reasons = [`${notShown(record)}; give --from LOAD, or wait until it has asked`];
    return { plan: { ok: false, target, code: 'E_AMBIGUOUS', reasons, missing: [] }, from: null };
  }
  const from = describeSoftware(evidence.software);
  const stated = { ...evidence, stated: { ...evidence.stated, model } };
  // What was proven is told as it was proven; the operator's word alone is not.
  const isTargetShown =
    !isSameLoad(evidence.stated.from, target) && evidence.software.some(({ load }) => isSameLoad(load, target));
  const road = roadFor({
    mac: record.mac,
    matrix,
    index,
    evidence: stated,
    isTargetShown,
    target,
    avoid: [],
    lastHold: null,
  });
  if (road.kind === 'plan') return { plan: road.plan, from };
  const [code, reason] = road.kind === 'wait' ? ['E_AMBIGUOUS', road.reason] : [road.hold.code, road.hold.reason];
  const known = Object.hasOwn(ERROR_CODES, code) ? (code as NoPlan['code']) : 'E_NO_PATH';
  return { plan: { ok: false, target, code: known, reasons: [reason], missing: [] }, from };
}

/** What the record says runs on a phone: what it has shown, else what the operator said. */
export function startOfRecord(
  matrix: Matrix,
  record: PhoneRecord,
  model: ModelId | null,
): { readonly from: string; readonly candidates: Candidates } {
  const evidence = evidenceIn(record);
  if (evidence !== null && evidence.software.length > 0) {
    return { from: describeSoftware(evidence.software), candidates: candidatesOf(evidence) };
  }
  const from = record.enrolment?.from ?? null;
  if (from !== null) {
    return { from, candidates: statedCandidates(matrix, from, model ?? record.enrolment?.model ?? null) };
  }
  throw new AppError('E_AMBIGUOUS', `${notShown(record)}; give --from LOAD in its place`);
}

/** What a phone has shown; null where it has shown nothing, or its record cannot be read. */
function evidenceIn(record: PhoneRecord): Evidence | null {
  const kept = readKept(record);
  return kept.ok ? kept.value.evidence : null;
}

function notShown(record: PhoneRecord): string {
  const kept = readKept(record);
  return kept.ok
    ? `${record.mac} has not shown yet what it runs`
    : `the record of ${record.mac} cannot be read (${kept.error})`;
}
