import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { digestOf, matrixTexts, readChecked } from '../../src/adapters/matrix-files.ts';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { AppError } from '../../src/core/errors.ts';

const shipped = new URL('../../firmware-matrix', import.meta.url).pathname;
const made: string[] = [];

afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function copy(): string {
  const dir = mkdtempSync(join(tmpdir(), 'matrix-'));
  made.push(dir);
  cpSync(shipped, dir, { recursive: true });
  return dir;
}

function edited(file: string, find: string | RegExp, replacement: string): string {
  const dir = copy();
  const path = join(dir, file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(find, replacement);
  if (after === before) throw new Error(`${file} does not hold ${find}`);
  writeFileSync(path, after);
  return dir;
}

function failure(dir: string): AppError {
  try {
    readMatrix(dir);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('the matrix was read');
}

test('a copy of the shipped matrix is read as it is', () => {
  expect(readMatrix(copy())).toEqual(readMatrix(shipped));
});

test('a matrix that was checked before is read as it is with checks; one that was changed since is not taken unchecked', () => {
  const digest = digestOf(matrixTexts(shipped));
  expect(readChecked(copy(), digest)).toEqual(readMatrix(shipped));
  expect(readChecked(edited('family-42.json', '"family": "42"', '"family": "43"'), digest)).toBe(null);
  expect(readChecked(shipped, '')).toBe(null);
  const more = copy();
  writeFileSync(join(more, 'notes.json'), '{}');
  expect(readChecked(more, digest)).toBe(null);
});

test.each([
  ['a key nobody knows', 'family-42.json', '"isVerified"', '"isVerifed": true, "isVerified"', 'isVerifed'],
  ['a family nobody knows', 'family-42.json', '"family": "42"', '"family": "43"', 'family'],
  ['a load name that is none', 'family-42.json', 'SIP42.9-3-1SR4-1S', 'SIP42', 'is not a load name'],
  [
    'a load name with an extension',
    'family-42.json',
    '"load": "SIP42.9-3-1SR4-1S"',
    '"load": "SIP42.9-3-1SR4-1S.loads"',
    'with an extension',
  ],
  ['a fact without a source', 'family-42.json', /"sources": \[[^\]]*\]/, '"sources": []', 'models[0].sources'],
  ['a rule with a trigger that is no file', 'rules-79x0.json', 'OS79XX.TXT', 'OS79XX.txt', 'triggers[1].file'],
  [
    'a rule that neither allows nor refuses',
    'rules-java.json',
    '"decision": "refuse"',
    '"decision": "maybe"',
    'decision',
  ],
  ['a path instead of a file name', 'known-files.json', '"name": "SCCP11', '"name": "../SCCP11', 'files[0].name'],
  ['a size of nothing', 'known-files.json', '"sizeBytes": 676', '"sizeBytes": 0', 'files[0].sizeBytes'],
])('%s is refused with file and place', (_what, file, find, replacement, place) => {
  const error = failure(edited(file, find, replacement));
  expect(error.code).toBe('E_MATRIX_INVALID');
  expect(error.message).toContain(file);
  expect(error.message).toContain(place);
});

test('text that is no JSON is refused with its file', () => {
  expect(failure(edited('sources.json', '{', '')).message).toMatch(/sources\.json.*restore the file/);
});

test('a JSON file that has no place is refused by its name', () => {
  const dir = copy();
  writeFileSync(join(dir, 'notes.json'), '{}');
  expect(failure(dir).message).toContain('notes.json');
});

test('a missing file and a missing folder are refused', () => {
  const dir = copy();
  rmSync(join(dir, 'known-files.json'));
  expect(failure(dir).message).toContain('known-files.json');
  expect(failure(join(dir, 'none')).message).toContain('cannot read the matrix folder');
});
