import { readMatrix } from '../adapters/matrix-reader.ts';
import { matrixFolder } from '../adapters/package-root.ts';
import type { Matrix } from '../core/matrix/matrix.ts';

let ours: Matrix | null = null;

/**
 * The facts about phones and loads that came with this version, each with its sources. They are read from the package's
 * own folder the first time they are needed and kept; everything in `loadstep` uses them unless another matrix is given.
 * Throws `AppError` `E_MATRIX_INVALID` when the package is not whole.
 */
export function firmwareMatrix(): Matrix {
  ours ??= readMatrix(matrixFolder());
  return ours;
}
