import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/adapters/package-root.ts';
import { seededRandom } from '../../src/emulator/random.ts';
import { DIFFERENCE_ROWS, differenceTable, rowBehind } from './differences.ts';
import { allPairs } from './pairs.ts';
import { driveSaidLater, driveThem, tryEveryStep } from './run.ts';

// Every model, load that runs and target of the matrix, with two phones that share no line. `npm run pairs` drives every road.

/** One road of so many is driven here; a fixed seed draws them. */
const ONE_IN = 16;
const SEED = 20_261_128;

test('what the matrix says of a step is what phones do, or it says why it is careful', {
  timeout: 600_000,
}, async () => {
  const { contradictions, differences } = await tryEveryStep();
  expect(contradictions).toEqual([]);
  const unexplained = differences.filter((one) => rowBehind(one) === null);
  expect(unexplained.map(({ taker, from, target }) => `only ${taker} takes ${from} to ${target}`)).toEqual([]);
  const used = new Set(differences.map(rowBehind));
  expect(DIFFERENCE_ROWS.filter((row) => !used.has(row))).toEqual([]);
  expect(readFileSync(join(packageRoot(), 'docs', 'safety.md'), 'utf8')).toContain(differenceTable(differences));
});

test('what is ready lands with its bytes, and what is refused takes none', { timeout: 600_000 }, async () => {
  const random = seededRandom(SEED, 'pairs');
  const drawn = allPairs().filter(() => random() < 1 / ONE_IN);
  const { tallies, contradictions } = await driveThem(drawn, 1);
  expect(contradictions).toEqual([]);
  const landed = tallies.map(({ outcomes }) => outcomes.get('landed') ?? 0);
  expect(Math.min(...landed.slice(0, 2))).toBeGreaterThan(drawn.length / 2);
});

test('what is held for want of a word goes on as if it had been said at first', { timeout: 600_000 }, async () => {
  const random = seededRandom(SEED, 'said later');
  const { roads, faults } = await driveSaidLater(allPairs().filter(() => random() < 1 / (2 * ONE_IN)));
  expect(faults).toEqual([]);
  expect(roads).toBeGreaterThan(1_000);
});
