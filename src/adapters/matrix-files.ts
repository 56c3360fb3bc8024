import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type {
  Caution,
  FamilyFacts,
  KnownFile,
  Matrix,
  ProbeOrder,
  Rule,
  Sighting,
  Source,
} from '../core/matrix/matrix.ts';

const SOURCES = 'sources.json';
const KNOWN_FILES = 'known-files.json';

/** One file of the matrix, as it stands in its folder. */
export interface MatrixText {
  readonly file: string;
  readonly text: string;
}

type WithoutFile<T> = T extends unknown ? Omit<T, 'file'> : never;

/** What each kind of file holds. */
export interface MatrixParts {
  readonly family: WithoutFile<FamilyFacts>;
  readonly rules: {
    readonly rules: readonly WithoutFile<Rule>[];
    readonly sightings: readonly WithoutFile<Sighting>[];
    readonly cautions: readonly WithoutFile<Caution>[];
    readonly probeOrders: readonly WithoutFile<ProbeOrder>[];
  };
  readonly knownFiles: { readonly files: readonly KnownFile[] };
  readonly sources: { readonly sources: readonly Source[] };
}

/** Reads one file of a kind; what cannot be read throws. */
export type ReadPart = <K extends keyof MatrixParts>(kind: K, text: MatrixText) => MatrixParts[K];

/** The files of a matrix, by name; throws E_MATRIX_INVALID when the folder or a file cannot be read. */
export function matrixTexts(dir: string): readonly MatrixText[] {
  let names: readonly string[];
  try {
    names = readdirSync(dir).filter((name) => name.endsWith('.json'));
  } catch (cause) {
    throw invalid(`cannot read the matrix folder ${dir}; reinstall loadstep or point it to a readable folder`, cause);
  }
  return [...new Set([...names, SOURCES, KNOWN_FILES])].sort().map((file) => {
    try {
      return { file, text: readFileSync(join(dir, file), 'utf8') };
    } catch (cause) {
      throw unreadable(join(dir, file), cause);
    }
  });
}

/** The SHA-256 by which a matrix is known again. */
export function digestOf(texts: readonly MatrixText[]): string {
  const hash = createHash('sha256');
  for (const { file, text } of texts) hash.update(JSON.stringify([file, text]));
  return hash.digest('hex');
}

/** The matrix that these files make; throws E_MATRIX_INVALID for one that has no place in it. */
export function assembleMatrix(dir: string, texts: readonly MatrixText[], read: ReadPart): Matrix {
  const of = (pattern: RegExp) => texts.filter(({ file }) => pattern.test(file));
  const [families, rules] = [of(/^family-.+\.json$/), of(/^rules-.+\.json$/)];
  const known = [...families, ...rules, ...of(/^(sources|known-files)\.json$/)];
  const stranger = texts.find((one) => !known.includes(one));
  if (stranger !== undefined) {
    throw invalid(
      `${join(dir, stranger.file)} has no place in the matrix: name it family-….json or rules-….json, or remove it`,
    );
  }
  const named = (file: string) => texts.find((one) => one.file === file) ?? { file, text: '' };
  const ruleFiles = rules.map((one) => ({ file: one.file, ...read('rules', one) }));
  return {
    families: families.map((one) => ({ file: one.file, ...read('family', one) })),
    rules: ruleFiles.flatMap(({ file, rules }) => rules.map((rule) => ({ file, ...rule }))),
    sightings: ruleFiles.flatMap(({ file, sightings }) => sightings.map((sighting) => ({ file, ...sighting }))),
    cautions: ruleFiles.flatMap(({ file, cautions }) => cautions.map((caution) => ({ file, ...caution }))),
    probeOrders: ruleFiles.flatMap(({ file, probeOrders }) => probeOrders.map((order) => ({ file, ...order }))),
    knownFiles: read('knownFiles', named(KNOWN_FILES)).files,
    sources: read('sources', named(SOURCES)).sources,
    sourcesFile: SOURCES,
    knownFilesFile: KNOWN_FILES,
  };
}

/** The matrix in a folder, when it is the one with this digest, which was checked when the product was built; else null. */
export function readChecked(dir: string, digest: string): Matrix | null {
  const texts = matrixTexts(dir);
  if (digestOf(texts) !== digest) return null;
  return assembleMatrix(dir, texts, (_kind, { text }) => JSON.parse(text));
}

/** E_MATRIX_INVALID, in these words. */
export function invalid(message: string, cause?: unknown): AppError {
  return new AppError('E_MATRIX_INVALID', message, cause === undefined ? {} : { cause });
}

/** E_MATRIX_INVALID for a file that cannot be read. */
export function unreadable(path: string, cause: unknown): AppError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return invalid(`cannot read ${path}: ${detail}; restore the file`, cause);
}
