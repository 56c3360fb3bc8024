import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { CATALOGUE } from '../../src/core/explain/catalogue.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'errors.md'), 'utf8');

/** The rows of the table under a heading, as cells. */
function table(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => /^\| [EP]_/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('the page lists every error code with its exit code, in order, and no other', () => {
  const rows = table('Errors').map(([code, , , exit]) => [code, Number(exit)]);
  expect(rows).toEqual(Object.entries(ERROR_CODES));
  expect(Object.keys(ERROR_CODES)).toEqual(Object.keys(ERROR_CODES).sort());
});

test('meaning and advice on the page are those of `loadstep explain`', () => {
  const told = CATALOGUE.filter(({ kind }) => kind === 'error');
  expect(table('Errors').map(([code, meaning, advice]) => [code, meaning, advice])).toEqual(
    told.map(({ code, title, advice }) => [code, title, advice.join(' ')]),
  );
});

test('the page lists every code that can stand on a phone, with its meaning', () => {
  const told = CATALOGUE.filter(({ kind }) => kind === 'phone').sort((a, b) => (a.code < b.code ? -1 : 1));
  expect(table('What phones show and do')).toEqual(
    told.map(({ code, title, sources }) => [code, title, sources.join(', ')]),
  );
});
