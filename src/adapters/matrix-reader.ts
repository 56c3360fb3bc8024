import { AppError } from '../core/errors.ts';
import type { Matrix } from '../core/matrix/matrix.ts';

/** The matrix in a folder of strict JSON; throws E_MATRIX_INVALID that names the file and the place. */
export function readMatrix(dir: string): Matrix {
  throw new AppError('E_MATRIX_INVALID', `${dir} holds no matrix`);
}
