import { expect, test } from 'vitest';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { neededFromEach, startsFromFamily } from '../../src/core/plan/needed-starts.ts';
import { describeNeededSum, sumOfNeeded } from '../../src/core/plan/needed-sum.ts';
import { image, matrix, store, withLoader } from './store.ts';

// What is enough for a phone of which nobody knows what runs on it: each package once, the fewest first.

const SIP8 = 'P0S3-08-11-00';

function lists(target: string, ...packages: readonly FirmwarePackage[]) {
  const question = { matrix, index: store(...packages), target: target as LoadName, model: null };
  return neededFromEach({ ...question, statedFamily: '79x0' }, startsFromFamily(matrix, '79x0'));
}

const loadsIn = (target: string, ...packages: readonly FirmwarePackage[]) =>
  sumOfNeeded(lists(target, ...packages)).steps.map((step) => step.packages.map(({ load }) => load));

test('for a 7940 the target comes first, then the one image that serves most of what is older', () => {
  expect(loadsIn(SIP8).slice(0, 2)).toEqual([[SIP8], ['P0S3-05-3-00']]);
  const { steps } = sumOfNeeded(lists(SIP8));
  expect(steps[0]?.opens.map(({ words }) => words)).toEqual([
    'SIP 5.x to 6.x (signed, 7940/7960)',
    'SCCP 6+ (with a loader, 7940/7960)',
    'SIP 7+ (with a loader, 7940/7960)',
  ]);
});

test('each start is opened once, by packages that have all been named by then, and none is forgotten', () => {
  const all = lists(SIP8);
  const { steps, closed } = sumOfNeeded(all);
  const had = new Set<string>();
  for (const { packages, opens } of steps) {
    for (const { load } of packages) {
      expect(had).not.toContain(load);
      had.add(load);
    }
    for (const { by } of opens) expect(by.missing.every(({ load }) => had.has(load))).toBe(true);
  }
  const words = all.map(({ words: each, from }) => each ?? from);
  expect([...steps.flatMap(({ opens }) => opens.map((one) => one.words)), ...closed].sort()).toEqual([...words].sort());
});

test('what is in the store already is not on the list, and what it opens is said', () => {
  const held = [withLoader(SIP8, 'P003-08-11-00', 'SIP'), image('P0S3-05-3-00', 'SIP')];
  expect(loadsIn(SIP8, ...held)[0]).toEqual([]);
  const told = describeNeededSum(SIP8, lists(SIP8, ...held));
  expect(told[1]).toBe('   Everything is in the store from:');
  expect(told.join('\n')).not.toMatch(/^\d\. P0S3-08-11-00/m);
});

test('a load that is its own loader, as SCCP 8.1 is, is obtained like any other', () => {
  const from = lists(SIP8).find(({ words }) => words?.startsWith('MGCP 7.7 '));
  const roads = from?.needed.ok === true ? from.needed.alternatives.map(({ hops }) => hops) : [];
  expect(roads).toContainEqual(['P00308010200', SIP8]);
  const told = describeNeededSum(SIP8, lists(SIP8));
  expect(told.slice(told.indexOf('No road from:'), -1)).toEqual([
    'No road from:',
    '     MGCP 7 to before 7.7 (with a loader, 7940/7960)',
    '     MGCP 7.8+ (with a loader, 7940/7960)',
  ]);
});

test('packages stand numbered at the left edge, their files and what they are enough for below them', () => {
  const told = describeNeededSum(SIP8, lists(SIP8));
  expect(told.slice(1, 8)).toEqual([
    '1. P0S3-08-11-00: the name of its archive is not known',
    '     holds P003-08-11-00.bin',
    '     holds P003-08-11-00.sbn',
    '     holds P0S3-08-11-00.loads',
    '     holds P0S3-08-11-00.sb2',
    '   That is enough from:',
    '     SIP 5.x to 6.x (signed, 7940/7960): P003-08-11-00 -> P0S3-08-11-00',
  ]);
  expect(told.filter((line) => /^\d/.test(line)).map((line) => line.split(':')[0])).toEqual([
    '1. P0S3-08-11-00',
    '2. P0S3-05-3-00',
    '3. P00303030300',
    '4. P0S3-04-4-00',
    '5. P00308010200',
  ]);
});
