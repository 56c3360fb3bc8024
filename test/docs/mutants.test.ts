import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { mutantsOf, sampleOf, withHits, withMutant } from '../../scripts/mutate/mutants.mjs';

// The faults that `npm run mutate` puts into the rules: the figures of docs/safety.md are worth what these are.

const SOURCE = `import type { A } from 'a';
type B = 'x' | 'y';
export function rule(names: readonly string[], least: number): B | null {
  if (names.length >= least && !names.includes('z')) return 'x';
  return names.filter((name) => /^a+$/.test(name)).length > 0 ? 'y' : null;
}
`;

/** What becomes of the line that is broken. */
const broken = (source: string) =>
  mutantsOf('f.ts', source).map((mutant) => withMutant(source, mutant).split('\n')[mutant.line - 1]?.trim());

test('a condition is broken as slips of the pen break it', () => {
  expect(broken('if (a >= 1 && !b) c();').sort()).toEqual(
    [
      ...['if (true) c();', 'if (false) c();', 'if (a >= 1 && !b) ;', 'if (a >= 1 || !b) c();'],
      ...['if (a > 1 && !b) c();', 'if (a < 1 && !b) c();', 'if (a >= 2 && !b) c();', 'if (a >= 1 && (b)) c();'],
    ].sort(),
  );
});

test('what only the type checker reads is left alone', () => {
  const lines = mutantsOf('f.ts', SOURCE).map(({ line }) => line);
  expect([...new Set(lines)]).toEqual([3, 4, 5]);
});

test('every mutant of a rule parses, differs from what was there, and has an id of its own', () => {
  const path = 'src/core/identify/judge.ts';
  const source = readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
  const mutants = mutantsOf(path, source);
  expect(mutants.length).toBeGreaterThan(200);
  expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
  for (const mutant of mutants) {
    const text = withMutant(source, mutant);
    expect(text).not.toBe(source);
    parseAst(text, { lang: 'ts' });
  }
  const noted = withHits(source, mutants);
  parseAst(noted, { lang: 'ts' });
  expect(mutants.filter(({ id }) => !noted.includes(`globalThis.hit('${id}')`))).toEqual([]);
});

test('the same seed draws the same mutants, also when other lines have changed', () => {
  const [mutants, moved] = [mutantsOf('f.ts', SOURCE), mutantsOf('f.ts', `const other = 1;\n${SOURCE}`)];
  const ids = (drawn: readonly { id: string }[]) => drawn.map(({ id }) => id);
  const all = ids(sampleOf(mutants, 1, mutants.length));
  expect(ids(sampleOf(mutants, 1, 5))).toEqual(all.slice(0, 5));
  expect(ids(sampleOf(moved, 1, moved.length)).filter((id) => all.includes(id))).toEqual(all);
  expect(ids(sampleOf(mutants, 2, mutants.length))).not.toEqual(all);
});
