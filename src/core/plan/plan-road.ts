import type { FirmwareIndex } from '../firmware/package.ts';
import type { Matrix } from '../matrix/matrix.ts';
import type { FamilyId, ModelId } from '../names/family.ts';
import type { LoadName } from '../names/load-name.ts';
import type { Candidates } from '../software.ts';
import type { NoPlan, Plan } from './plan.ts';

/** Everything a road depends on; the same input always gives the same plan. */
export interface RoadInput {
  readonly matrix: Matrix;
  /** What the evidence admits. */
  readonly candidates: Candidates;
  readonly target: string;
  readonly index: FirmwareIndex;
  /** The operator's word; null when nothing was said. */
  readonly model: ModelId | null;
  /** Hops that the phone refused before, as `<hop kind>:<load>`. */
  readonly avoid?: readonly string[];
  /** Skips bridges that are only there to remove a doubt. */
  readonly isFast?: boolean;
  /** The operator's word. */
  readonly statedFamily?: FamilyId;
}

/** The key under which a hop is avoided once the phone has refused it. */
export function hopKey(hop: { readonly kind: string; readonly load: string }): string {
  return `${hop.kind}:${hop.load}`;
}

/** The shortest safe road from what may be running to the target, with what the store holds; frozen. */
export function planRoad(input: RoadInput): Plan | NoPlan {
  return { ok: false, target: input.target as LoadName, code: 'E_NO_PATH', reasons: [], missing: [] };
}
