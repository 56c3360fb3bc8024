import type { ModelId } from '../names/family.ts';
import type { Result } from '../result.ts';
import { err } from '../result.ts';
import type { Candidates } from '../software.ts';
import type { Matrix } from './matrix.ts';

/** What runs on a phone of which the operator says only the load: every software that bears this name. */
export function candidatesOfLoad(matrix: Matrix, load: string, model: ModelId | null): Result<Candidates, string> {
  void matrix;
  void model;
  return err(load);
}
