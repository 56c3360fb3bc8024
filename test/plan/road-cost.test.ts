import { expect, test } from 'vitest';
import { type LoadName, parseLoadName } from '../../src/core/names/load-name.ts';
import { findSpelling, type LoadAtHand, loadsInStore } from '../../src/core/plan/loads-at-hand.ts';
import type { PossibleHop } from '../../src/core/plan/make-hop.ts';
import { addCost, compareCosts, compareRoads } from '../../src/core/plan/road-cost.ts';
import { matrix, OLD, store } from './store.ts';

// In which order roads and loads are preferred where more than one would do.

function atHand(name: string): LoadAtHand {
  const parsed = parseLoadName(name);
  if (!parsed.ok) throw new Error(parsed.error);
  return { load: parsed.value, pack: null, facts: null };
}

const roadOver = (...names: readonly string[]) => names.map((name) => ({ at: atHand(name) }) as PossibleHop);

test.each<[string, readonly string[], readonly string[]]>([
  ['newer loads', ['P0S3-06-3-00'], ['P0S3-05-3-00']],
  ['newer loads, also where the roads begin alike', ['P0S3-05-3-00', 'P0S3-06-3-00'], ['P0S3-05-3-00', 'P0S3-05-2-00']],
  ['of one release, the name that sorts first', ['P0S3-08-12-00'], ['P0S3-8-12-00']],
  ['the same after one hop in common', ['P0S3-05-3-00', 'P0S3-08-12-00'], ['P0S3-05-3-00', 'P0S3-8-12-00']],
  ['the shorter of two that are alike as far as it goes', ['P0S3-05-3-00'], ['P0S3-05-3-00', 'P0S3-06-3-00']],
])('between roads of equal cost goes first: %s', (_, first, second) => {
  expect(compareRoads(roadOver(...first), roadOver(...second))).toBeLessThan(0);
  expect(compareRoads(roadOver(...second), roadOver(...first))).toBeGreaterThan(0);
  expect(compareRoads(roadOver(...first), roadOver(...first))).toBe(0);
});

test('the heaviest part of a cost decides, and every hop adds to each', () => {
  expect(compareCosts([0, 9], [1, 0])).toBeLessThan(0);
  expect(compareCosts([1, 2], [1, 1])).toBeGreaterThan(0);
  expect(compareCosts([1, 2], [1, 2])).toBe(0);
  expect(addCost([1, 2], [3, 4])).toEqual([4, 6]);
});

test('a load that is known under another spelling is found under it, under the first of several', () => {
  const [known, asked] = [['P0S3-08-12-00', 'P0S3-8-12-00'] as LoadName[], atHand('P0S3-8-12-00').load];
  expect(findSpelling(asked, known)).toBe('P0S3-8-12-00');
  const third = { ...asked, name: 'P0S3-008-12-00' as LoadName };
  expect(findSpelling(third, known)).toBe('P0S3-08-12-00');
  expect(findSpelling(third, ['P0S3-08-11-00', 'P0S3-7-12-00'] as LoadName[])).toBeNull();
});

test('what the store holds is offered best verdict first, then by its folder; an application with its loader', () => {
  const good = { ...OLD.sip811, id: 'z', verdict: 'known-good' as const };
  const termless = { code: 'missing-term', severity: 'error' } as never;
  const served = { ...OLD.sip811, id: 'a', verdict: 'incomplete' as const, findings: [termless] };
  const packages = [served, { ...OLD.sip811, id: 'c' }, { ...OLD.sip811, id: 'b' }, good, OLD.sccp81];
  const told = loadsInStore(matrix, store(...packages, OLD.sip53), '79x0').map(
    ({ load, pack }) => `${pack?.id} ${load.name}`,
  );
  const [own] = told.filter((one) => one.startsWith('P0030801SR02'));
  expect(own).toBe('P0030801SR02 P0030801SR02');
  expect(told.filter((one) => !one.startsWith('P0'))).toEqual([
    ...['z P0S3-08-11-00', 'z P003-08-11-00', 'b P0S3-08-11-00', 'b P003-08-11-00'],
    ...['c P0S3-08-11-00', 'c P003-08-11-00', 'a P0S3-08-11-00', 'a P003-08-11-00'],
  ]);
  expect(told.filter((one) => one.startsWith('P0'))).toEqual([
    'P0030801SR02 P0030801SR02',
    'P0S3-05-3-00 P0S3-05-3-00',
  ]);
  expect(loadsInStore(matrix, store(...packages), '42')).toEqual([]);
});
