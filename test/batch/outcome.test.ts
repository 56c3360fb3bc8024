import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BatchState,
  FRESH_BATCH,
  NO_LIMITS,
  paused,
  resumed,
  withLimits,
} from '../../src/core/batch/batch-state.ts';
import { failedOf, type Standing, standingOf, stopReason, tally } from '../../src/core/batch/outcome.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

const mac = (n: number) => `0018B9${String(n).padStart(6, '0')}` as MacAddress;
const standings = (...kinds: Standing['kind'][]): Standing[] => kinds.map((kind, n) => ({ mac: mac(n), kind }));
const limited = (limits: Partial<BatchState['limits']>): BatchState => ({
  ...FRESH_BATCH,
  limits: { ...NO_LIMITS, ...limits },
});

/** Every phone of the batch is among those who go first. */
const onTrial = (limits: Partial<BatchState['limits']>): BatchState => ({
  ...limited(limits),
  canaries: Array.from({ length: 100 }, (_, n) => mac(n)),
});

test('a phone that is held and goes on by itself is stuck; one that waits for a person has failed', () => {
  expect(standingOf('held', { code: 'P_NEEDS_RESTART', isResumable: true })).toBe('stuck');
  expect(standingOf('held', { code: 'P_MANIFEST_LOOP', isResumable: false })).toBe('failed');
  expect(standingOf('landed', null)).toBe('landed');
  expect(standingOf('flashing', null)).toBe('under-way');
});

test('a phone that took an image and was never heard again counts as failed', () => {
  expect(standingOf('held', { code: 'P_SILENT_AFTER_FLASH', isResumable: true })).toBe('failed');
});

test('a number of failures stops the batch, and one less does not', () => {
  const state = limited({ stopAfter: { kind: 'count', count: 2 } });
  expect(stopReason(standings('failed', 'landed', 'under-way'), state)).toBeNull();
  expect(stopReason(standings('failed', 'failed', 'under-way'), state)).toMatch(/^2 failed \(limit: 2 failures\)/);
});

test('a share is one of the whole batch, and of those who go first while they are on trial', () => {
  const share = limited({ stopAfter: { kind: 'percent', percent: 50 } });
  expect(stopReason(standings('failed', 'under-way', 'under-way', 'landed'), share)).toBeNull();
  expect(stopReason(standings('failed', 'under-way'), share)).not.toBeNull();
  const trial = onTrial({ stopAfter: { kind: 'percent', percent: 50 }, canary: 2 });
  expect(stopReason(standings('failed', 'under-way', 'under-way', 'under-way'), trial)).toContain('2 that go first');
});

test('one failure among those who go first stops the batch when nothing else is said', () => {
  expect(stopReason(standings('failed', 'under-way'), onTrial({ canary: 3 }))).not.toBeNull();
  expect(stopReason(standings('failed', 'under-way'), { ...onTrial({ canary: 3 }), isCanaryOver: true })).toBeNull();
});

test('a phone that fails behind those who go first stops nothing until they are done', () => {
  const all = standings('under-way', 'landed', 'failed', 'failed');
  for (const stopAfter of [null, { kind: 'count', count: 2 } as const, { kind: 'percent', percent: 50 } as const]) {
    const trial = { ...limited({ canary: 2, stopAfter }), canaries: [mac(0), mac(1)] };
    expect(stopReason(all, trial)).toBeNull();
    if (stopAfter !== null) expect(stopReason(all, { ...trial, isCanaryOver: true })).toMatch(/^2 failed \(limit/);
  }
});

test('a batch that was resumed stops for the next failure, not for the ones that were known', () => {
  const before = limited({ stopAfter: { kind: 'count', count: 1 } });
  const known = standings('failed', 'under-way');
  const after = resumed(paused(before, 1, 'x'), 2, 'y', failedOf(known));
  expect(stopReason(known, after)).toBeNull();
  expect(stopReason(standings('failed', 'failed'), after)).not.toBeNull();
});

test('a batch without failures never stops, whatever the limit', () => {
  const limit = fc.oneof(
    fc.record({ kind: fc.constant('count' as const), count: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant('percent' as const), percent: fc.integer({ min: 1, max: 100 }) }),
  );
  const kinds = fc.array(fc.constantFrom<Standing['kind']>('landed', 'stuck', 'under-way'));
  fc.assert(
    fc.property(limit, fc.nat(4), kinds, (stopAfter, canary, list) => {
      expect(stopReason(standings(...list), limited({ stopAfter, canary }))).toBeNull();
    }),
  );
});

test('a batch that was resumed does not stop for what was known, and does for one failure more', () => {
  const kinds = fc.array(fc.constantFrom<Standing['kind']>('landed', 'failed', 'stuck', 'under-way', 'unseen'));
  fc.assert(
    fc.property(kinds, fc.nat(4), fc.integer({ min: 1, max: 100 }), (list, canary, percent) => {
      for (const stopAfter of [{ kind: 'count', count: 1 } as const, { kind: 'percent', percent } as const, null]) {
        const state = onTrial({ stopAfter, canary });
        const after = resumed(paused(state, 1, 'x'), 2, 'y', failedOf(standings(...list)));
        expect(stopReason(standings(...list), after)).toBeNull();
        const isLimited = stopAfter?.kind === 'count' || (stopAfter === null && canary > 0);
        if (isLimited) expect(stopReason(standings(...list, 'failed'), after)).not.toBeNull();
      }
    }),
  );
});

test('more failures never let a batch go on that fewer have stopped', () => {
  const kinds = fc.array(fc.constantFrom<Standing['kind']>('landed', 'failed', 'under-way'), { minLength: 1 });
  fc.assert(
    fc.property(kinds, fc.nat(), fc.integer({ min: 1, max: 100 }), (list, at, percent) => {
      const state = limited({ stopAfter: { kind: 'percent', percent } });
      const worse = list.with(at % list.length, 'failed');
      if (stopReason(standings(...list), state) !== null) expect(stopReason(standings(...worse), state)).not.toBeNull();
    }),
  );
});

test('those that are under way and those that never came are neither landed nor held', () => {
  const all = standings('landed', 'failed', 'stuck', 'under-way', 'unseen');
  expect(tally(all)).toEqual({ phones: 5, landed: 1, held: 2 });
  expect(standingOf('waiting', null)).toBe('unseen');
});

test('another number of phones that go first begins the trial anew; other limits leave it', () => {
  const over = { ...limited({ canary: 2 }), canaries: [mac(1), mac(2)], isCanaryOver: true };
  expect(withLimits(over, { ...over.limits, atOnce: 4 })).toMatchObject({
    isCanaryOver: true,
    canaries: [mac(1), mac(2)],
  });
  expect(withLimits(over, { ...over.limits, canary: 3 })).toMatchObject({ isCanaryOver: false, canaries: [] });
  expect(withLimits(over, over.limits)).toBe(over);
});
