import type { LoadName } from '../names/load-name.ts';
import type { HopKind, Level } from '../plan/plan.ts';
import type { Software } from '../software.ts';
import type { AllowRule, Matrix } from './matrix.ts';

/** Whether one step is allowed, and by which rules; a step that no rule speaks of is refused with `rule: null`. */
export type Allowance =
  | {
      readonly allowed: true;
      /** Ids of the rules that cover the software, joined by ` + ` where it takes several. */
      readonly rule: string;
      readonly rules: readonly AllowRule[];
      readonly kind: HopKind;
      readonly level: Level;
      readonly why: string;
      readonly sources: readonly string[];
    }
  | { readonly allowed: false; readonly rule: string | null; readonly why: string };

/**
 * Whether the matrix allows to offer `to` to a phone that runs `from`. Unknown parts of `from` must be allowed for every value
 * they admit: each family, each protocol, the whole range of releases.
 */
export function isAllowed(matrix: Matrix, from: Software, to: LoadName): Allowance {
  void matrix;
  return { allowed: false, rule: null, why: `no rule speaks of a step from ${from.load} to ${to}` };
}
