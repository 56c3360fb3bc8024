import type { Hold } from '../../../machines/phone-context.ts';
import { ignoresOs79xx } from '../../core/answer/answer.ts';
import { BoundedMap } from '../../core/bounded-map.ts';
import type { FirmwareIndex } from '../../core/firmware/package.ts';
import { type Evidence, modelOf } from '../../core/identify/evidence.ts';
import { areCompatible } from '../../core/identify/shared-software.ts';
import { softwareOfLoad } from '../../core/identify/software-of-load.ts';
import { isAllowed } from '../../core/matrix/allowance.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import { type FamilyId, isJavaFamily, type ModelId } from '../../core/names/family.ts';
import { familyOfLoad, type LoadName } from '../../core/names/load-name.ts';
import { isSameLoad } from '../../core/names/same-load.ts';
import type { NeededQuestion } from '../../core/plan/needed.ts';
import type { Hop, NoPlan, Plan, Trigger } from '../../core/plan/plan.ts';
import { planRoad, type RoadInput } from '../../core/plan/plan-road.ts';
import { waysOn, waysText } from '../../core/plan/would-do.ts';
import type { Software } from '../../core/software.ts';
import { mayRunAlready, noRoad, wrongFamily } from './holds.ts';

/** What a road is planned from. */
export interface RoadQuestion {
  readonly mac: string;
  readonly matrix: Matrix;
  readonly index: FirmwareIndex;
  readonly evidence: Evidence;
  /** Whether the phone shows in this boot that its target runs. */
  readonly isTargetShown: boolean;
  readonly target: LoadName;
  readonly avoid: readonly string[];
  /** What the phone refused last, where a road was given up already. */
  readonly lastHold: Hold | null;
}

export type RoadAnswer =
  | { readonly kind: 'plan'; readonly plan: Plan }
  /** The evidence still admits too much; the phone's next questions will tell. */
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'hold'; readonly hold: Hold };

/** The road from everything the evidence admits to the target. */
export function roadFor(question: RoadQuestion): RoadAnswer {
  const { evidence, target } = question;
  if (evidence.software.length === 0) return { kind: 'wait', reason: 'the phone has not shown yet what it runs' };
  const family = familyOfLoad(target);
  const fitting = evidence.software.filter((one) => family === null || fitsFamily(one, family));
  if (fitting.length === 0) return { kind: 'hold', hold: wrongFamily(question.mac, evidence, target, question.index) };
  const software = fitting.map((one) => ({ ...unproven(one, question), family: one.family ?? family }));
  const model = modelOf(evidence);
  const asked = {
    matrix: question.matrix,
    candidates: { software, models: model === null ? [] : [model] },
    target,
    index: question.index,
    model,
    avoid: question.avoid,
    ...(family === null ? {} : { statedFamily: family }),
  };
  const plan = planned(asked);
  const isSaid = isSameLoad(evidence.stated.from, target);
  const isKnown = fitting.some(({ load }) => isSameLoad(load, target));
  const mayRun = !question.isTargetShown && (isSaid || fitting.some((one) => mayBe(one, target)));
  // A phone that may run its target is not taken to other loads and back to show that it does.
  const isAstray = mayRun && (plan.ok ? plan.hops.length > 1 : plan.code === 'E_NO_PATH');
  // Nor is one that takes the manifest of its target and no image: it refuses that, or runs it (docs/decisions/0039).
  const target79x0 = softwareOfLoad(target);
  const isOpen =
    question.lastHold?.code === 'P_MANIFEST_LOOP' &&
    software.some((one) => one.generation === 'G3' && target79x0.some((other) => areCompatible(one, other)));
  if (isOpen && question.lastHold !== null && (!plan.ok || plan.hops.length > 1))
    return { kind: 'hold', hold: question.lastHold };
  if (plan.ok && !isAstray) return { kind: 'plan', plan };
  // The loader of such a phone asks for the manifest at every boot, and so shows whether its application runs.
  if (mayRun && software.every(({ generation }) => generation === 'G3')) {
    const loader = software.map((one) => ({ ...one, running: 'loader' as const, protocol: null, load: null }));
    const byLoader = planned({ ...asked, candidates: { software: loader, models: model === null ? [] : [model] } });
    if (byLoader.ok && byLoader.hops.length === 1) return { kind: 'plan', plan: byLoader };
  }
  if (!plan.ok && plan.code === 'E_AMBIGUOUS') return { kind: 'wait', reason: plan.reasons[0] ?? 'identify first' };
  if (question.lastHold !== null && question.avoid.length > 0) return { kind: 'hold', hold: question.lastHold };
  if (plan.ok || isAstray) {
    return { kind: 'hold', hold: mayRunAlready(question.mac, target, isSaid ? 'said' : isKnown ? 'known' : 'fits') };
  }
  return { kind: 'hold', hold: noRoad(plan, question.index, packagesFor(plan, asked)) };
}

/** Whether what runs may be this very load, as far as anybody knows. */
function mayBe(software: Software, target: LoadName): boolean {
  // Names tell releases before the loader apart by generation alone (legacy-79x0 5); of the others one step brings the target.
  if (software.generation !== 'G1' && software.generation !== 'G2') return isSameLoad(software.load, target);
  return softwareOfLoad(target).some((one) => areCompatible(software, one));
}

const MOST_KEPT = 500;
const kept = new WeakMap<
  FirmwareIndex,
  { readonly matrix: Matrix; readonly roads: BoundedMap<string, Plan | NoPlan> }
>();

/** Planned once for all phones that ask the same of the same store: a bench of a thousand follows a handful of roads. */
function planned(question: RoadInput): Plan | NoPlan {
  const { matrix, index, ...rest } = question;
  const before = kept.get(index);
  const { roads } = before?.matrix === matrix ? before : { roads: new BoundedMap<string, Plan | NoPlan>(MOST_KEPT) };
  if (before?.roads !== roads) kept.set(index, { matrix, roads });
  const key = JSON.stringify(rest);
  const known = roads.use(key);
  if (known !== undefined) return known;
  const plan = planRoad(question);
  roads.set(key, plan);
  return plan;
}

const packages = new WeakMap<NoPlan, string>();

/** The packages that would do where files are missing, in words; looked up once for all phones of a road. */
function packagesFor(plan: NoPlan, question: NeededQuestion): string {
  const known = packages.get(plan);
  if (known !== undefined) return known;
  const text = plan.code === 'E_FILES_MISSING' ? waysText(waysOn(question)) : '';
  packages.set(plan, text);
  return text;
}

function fitsFamily(software: Software, family: FamilyId): boolean {
  if (software.family !== null) return software.family === family;
  return isJavaFamily(family) === (software.generation === 'java');
}

/**
 * The operator's word that the target runs is no witness, nor is what was proven before: the load is left open, so that one is
 * sought.
 */
function unproven(software: Software, { target, isTargetShown }: RoadQuestion): Software {
  return isSameLoad(software.load, target) && !isTargetShown ? { ...software, load: null } : software;
}

/** The rungs of a hop's ladder that may be published for this phone, in the order in which they are tried. */
export function usableRungs(hop: Hop, evidence: Evidence, modelFamily: (model: ModelId) => FamilyId): number[] {
  // A companion is published with the rung before it and is no rung of its own.
  const rungs = hop.triggers.flatMap(({ isCompanion }, rung) => (isCompanion === true ? [] : [rung]));
  const named = (rung: number) => hop.triggers[rung]?.file === 'SEP<MAC>.cnf.xml';
  if (isFamilyProven(hop, evidence, modelFamily)) return rungs;
  const isJava = evidence.software.length > 0 && evidence.software.every((one) => one.generation === 'java');
  // The type-safe file first. A Java phone that ignores it gets its own file on the operator's word for the family.
  return isJava
    ? [...rungs.filter((rung) => !named(rung)), ...rungs.filter(named)]
    : rungs.filter((rung) => !named(rung));
}

function isFamilyProven(hop: Hop, evidence: Evidence, modelFamily: (model: ModelId) => FamilyId): boolean {
  const model = modelOf(evidence);
  if (model !== null && modelFamily(model) === hop.after.family) return true;
  return evidence.software.length > 0 && evidence.software.every((one) => one.family === hop.after.family);
}

interface Shown {
  readonly matrix: Matrix;
  readonly hop: Hop;
  readonly trigger: Trigger | undefined;
  readonly isAllowed: boolean;
}

/** What was worked out last of each belief: a phone is asked about several times for each of its requests, and mostly the same. */
const lastShown = new WeakMap<readonly Software[], Shown>();

/** Whether a hop may be shown through one trigger to a phone that may run any of these. */
export function mayShow(
  matrix: Matrix,
  hop: Hop,
  trigger: Trigger | undefined,
  software: readonly Software[],
): boolean {
  const last = lastShown.get(software);
  if (last?.matrix === matrix && last.hop === hop && last.trigger === trigger) return last.isAllowed;
  const isAllowed = mayBeShown(matrix, hop, trigger, software);
  lastShown.set(software, { matrix, hop, trigger, isAllowed });
  return isAllowed;
}

function mayBeShown(matrix: Matrix, hop: Hop, trigger: Trigger | undefined, software: readonly Software[]): boolean {
  if (software.length === 0) return false;
  return software.every((one) => {
    if (one.load !== null && isSameLoad(one.load, hop.after.load)) return true;
    if (trigger?.file === 'OS79XX.TXT' && ignoresOs79xx(one, hop.load)) return true;
    const family = hop.after.family;
    if (family !== null && !fitsFamily(one, family)) {
      // Only a line for its own device type speaks to a phone; the others are not read (design 4, type safety).
      return trigger?.file === 'XMLDefault.cnf.xml';
    }
    const asker = one.family === family ? one : { ...one, family: one.family ?? family };
    return isAllowed(matrix, asker, hop.load).allowed;
  });
}
