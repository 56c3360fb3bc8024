import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { AppError } from '../core/errors.ts';
import type { Matrix } from '../core/matrix/matrix.ts';
import { familySchema, knownFilesSchema, rulesSchema, sourcesSchema } from './matrix-schema.ts';

const SOURCES = 'sources.json';
const KNOWN_FILES = 'known-files.json';

/** The matrix in a folder of strict JSON; throws E_MATRIX_INVALID that names the file and the place. */
export function readMatrix(dir: string): Matrix {
  const names = jsonNames(dir);
  const families = names.filter((name) => /^family-.+\.json$/.test(name));
  const rules = names.filter((name) => /^rules-.+\.json$/.test(name));
  const known = new Set([SOURCES, KNOWN_FILES, ...families, ...rules]);
  const stranger = names.find((name) => !known.has(name));
  if (stranger !== undefined) {
    throw invalid(
      `${join(dir, stranger)} has no place in the matrix: name it family-….json or rules-….json, or remove it`,
    );
  }
  const ruleFiles = rules.map((file) => ({ file, ...readJson(dir, file, rulesSchema) }));
  return {
    families: families.map((file) => ({ file, ...readJson(dir, file, familySchema) })),
    rules: ruleFiles.flatMap(({ file, rules }) => rules.map((rule) => ({ file, ...rule }))),
    sightings: ruleFiles.flatMap(({ file, sightings }) => sightings.map((sighting) => ({ file, ...sighting }))),
    cautions: ruleFiles.flatMap(({ file, cautions }) => cautions.map((caution) => ({ file, ...caution }))),
    probeOrders: ruleFiles.flatMap(({ file, probeOrders }) => probeOrders.map((order) => ({ file, ...order }))),
    knownFiles: readJson(dir, KNOWN_FILES, knownFilesSchema).files,
    sources: readJson(dir, SOURCES, sourcesSchema).sources,
    sourcesFile: SOURCES,
    knownFilesFile: KNOWN_FILES,
  };
}

function jsonNames(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (cause) {
    throw invalid(`cannot read the matrix folder ${dir}; reinstall loadstep or point it to a readable folder`, cause);
  }
}

function readJson<T>(dir: string, file: string, schema: z.ZodType<T>): T {
  const path = join(dir, file);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`cannot read ${path}: ${detail}; restore the file`, cause);
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

function invalid(message: string, cause?: unknown): AppError {
  return new AppError('E_MATRIX_INVALID', message, cause === undefined ? {} : { cause });
}
