import type { FamilyId } from '../names/family.ts';
import type { Matrix } from './matrix.ts';

/** The matrix as text for a person: families, models, releases, rules; one family, or all. */
export function renderMatrixText(matrix: Matrix, family?: FamilyId): string {
  void matrix;
  return family ?? '';
}

/** The upgrade graph of one family as a Mermaid flowchart. */
export function renderMatrixMermaid(matrix: Matrix, family: FamilyId): string {
  void matrix;
  return family;
}
