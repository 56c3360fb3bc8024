import { join } from 'node:path';
import type * as z from 'zod';
import type { Matrix } from '../core/matrix/matrix.ts';
import { assembleMatrix, invalid, type MatrixParts, type MatrixText, matrixTexts, unreadable } from './matrix-files.ts';
import { familySchema, knownFilesSchema, rulesSchema, sourcesSchema } from './matrix-schema.ts';

const SCHEMAS: { readonly [K in keyof MatrixParts]: z.ZodType<MatrixParts[K]> } = {
  family: familySchema,
  rules: rulesSchema,
  knownFiles: knownFilesSchema,
  sources: sourcesSchema,
};

/** The matrix in a folder of strict JSON; throws E_MATRIX_INVALID that names the file and the place. */
export function readMatrix(dir: string): Matrix {
  return assembleMatrix(dir, matrixTexts(dir), (kind, text) => checked(dir, text, SCHEMAS[kind]));
}

function checked<T>(dir: string, { file, text }: MatrixText, schema: z.ZodType<T>): T {
  const path = join(dir, file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = (issue?.path ?? [])
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
  throw invalid(
    `${path}, at ${place.replace(/^\./, '') || 'the top'}: ${issue?.message}; correct the entry`,
    parsed.error,
  );
}
