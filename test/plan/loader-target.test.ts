import { expect, test } from 'vitest';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import { loaderTargetFault } from '../../src/core/plan/loader-target.ts';
import { type NeededQuestion, neededFor } from '../../src/core/plan/needed.ts';
import { matrix, OLD, road, runs, store, withLoader } from './store.ts';

const everything = () => store(...Object.values(OLD));

test.each([
  ['P0030801SR02', 'SCCP 8.1(2)SR2'],
  ['P0S3-08-2-00', 'another SIP release'],
  ['P0S3-06-3-00', 'SIP 6.3, which goes over a loader on its way up'],
  ['P0030301MFG2', 'the load of the factory'],
])('a bare loader is no target for a phone on %s (%s): the application that brings it along is named', (from) => {
  const plan = road({ candidates: runs(from), target: 'P003-8-12-00', index: everything() });
  expect(plan.ok).toBe(false);
  if (plan.ok) return;
  expect(plan.code).toBe('E_LOADER_TARGET');
  expect(plan.reasons.join(' ')).toMatch(/bare loader.*P0S3-8-12-00/);
  expect(plan.missing).toEqual([]);
});

test('a phone that runs the application of this loader has nothing to do', () => {
  const plan = road({ candidates: runs('P0S3-8-12-00'), target: 'P003-8-12-00', index: everything() });
  expect(plan.ok ? '' : plan.reasons.join(' ')).toMatch(/nothing is to be done.*P0S3-8-12-00 has this loader already/);
});

test('a loader that nobody lists is refused as well, padded or not', () => {
  for (const target of ['P003-08-12-00', 'P003-08-77-00']) {
    const plan = road({ candidates: runs('P0S3-08-2-00'), target, index: everything() });
    expect(plan.ok ? '' : plan.code).toBe('E_LOADER_TARGET');
  }
});

test('an application that only the store knows is named, one that it does not hold by the name it would have', () => {
  const refusal = (...packages: readonly FirmwarePackage[]) =>
    loaderTargetFault(matrix, store(...packages), 'P003-08-77-00');
  expect(refusal(withLoader('P0S3-08-78-00', 'P003-08-77-00', 'SIP'))).toMatch(
    /^P003-08-77-00 is the bare loader.+as target: P0S3-08-78-00$/,
  );
  expect(refusal()).toMatch(/as target: P0S3-08-77-00$/);
  const other = withLoader('P0S3-08-79-00', 'P003-8-77-00', 'SIP');
  expect(refusal(other, withLoader('P0S3-08-78-00', 'P003-08-77-00', 'SIP'))).toMatch(
    /: P0S3-08-79-00 or P0S3-08-78-00$/,
  );
  // A loader that lies in the store by itself, or an image that is its own loader, is no application.
  expect(refusal(withLoader('P003-08-77-00', 'P003-08-77-00', 'SIP'))).toMatch(/as target: P0S3-08-77-00$/);
  expect(loaderTargetFault(matrix, null, 'P003-8-12-00')).toMatch(/as target: P0S3-8-12-00$/);
});

test('an application, and a name that is no load, are no bare loaders', () => {
  for (const target of ['P0S3-8-12-00', 'SIP42.9-3-1SR4-1S', 'nonsense']) {
    expect(loaderTargetFault(matrix, null, target)).toBeNull();
  }
});

test('a shopping list for a loader is refused alike', () => {
  const target = 'P003-8-12-00' as NeededQuestion['target'];
  const needed = neededFor({ matrix, index: store(), candidates: runs('P0S3-08-2-00'), target, model: null });
  expect(needed.ok ? '' : needed.reason.code).toBe('E_LOADER_TARGET');
});

test('a load that the boot loader installed admits every release of its family on the models of its default manifest', () => {
  expect(runs('term61.default')).toMatchObject({
    software: [{ family: '41', running: 'application', load: null, releases: { min: null, below: null } }],
    models: ['7961', '7961GE'],
  });
});
