import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SOURCE_ROWS } from '../explain/source-rows.ts';
import { AFTER_LANDING_ROWS, ONLY_EXPLAINED } from './after-landing-rows.ts';

// What a landed phone gets wrong, and what good guesses get wrong about it: each row is tried by a test that names it, or a decision record says
// why nothing is tried. A test that is renamed or removed is missed here.

const ROOT = join(import.meta.dirname, '..', '..');
const record = readFileSync(join(ROOT, 'docs', 'decisions', ONLY_EXPLAINED), 'utf8');
const named = new Set([...record.matchAll(/^\| (F\d+|0\.\d+) \|/gm)].map(([, id]) => id));

test('the list has each row of both chapters once', () => {
  const wanted = [
    ...Array.from({ length: 15 }, (_, k) => `0.${k + 1}`),
    ...Array.from({ length: 40 }, (_, k) => `F${k + 1}`),
  ];
  expect(AFTER_LANDING_ROWS.map(({ id }) => id)).toEqual(wanted);
});

test.each(AFTER_LANDING_ROWS)('$id, $what: is tried, or a decision says why not', ({ id, tried }) => {
  expect(tried.length > 0, `${id} is tried, or stands in ${ONLY_EXPLAINED}`).toBe(!named.has(id));
  for (const { file, by } of tried) {
    const text = readFileSync(join(ROOT, 'test', file), 'utf8');
    expect(text.includes(by), `test/${file} has "${by}"`).toBe(true);
  }
});

test('each failure after a landing is one that explain knows, in the same order', () => {
  const rows = SOURCE_ROWS.filter(({ table }) => table === 'after-landing 9, in its order');
  expect(rows).toHaveLength(AFTER_LANDING_ROWS.filter(({ id }) => id.startsWith('F')).length);
});
