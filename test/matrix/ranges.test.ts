import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactly, firstGap, intersect, rangeText } from '../../src/core/matrix/ranges.ts';
import { compareReleases, isWithin, type Release, type ReleaseRange } from '../../src/core/names/release.ts';

const release: fc.Arbitrary<Release> = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 });
const range: fc.Arbitrary<ReleaseRange> = fc.record({ min: fc.option(release), below: fc.option(release) });

test('the range of one release holds it and neither its service release nor the one before', () => {
  const only = exactly([8, 5, 2]);
  expect([isWithin([8, 5, 2], only), isWithin([8, 5, 2, 1], only), isWithin([8, 5, 1], only)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(isWithin([8, 5, 2, 0, 0, 1], only)).toBe(false);
});

test('what two ranges share is in both, and nothing else is', () => {
  fc.assert(
    fc.property(range, range, release, (a, b, at) => {
      const shared = intersect(a, b);
      expect(shared !== null && isWithin(at, shared)).toBe(isWithin(at, a) && isWithin(at, b));
    }),
  );
});

test('a gap is in the whole and in no part, and without a gap everything is in some part', () => {
  fc.assert(
    fc.property(range, fc.array(range, { maxLength: 4 }), release, (whole, parts, at) => {
      fc.pre(intersect(whole, { min: null, below: null }) !== null);
      const gap = firstGap(whole, parts);
      if (gap === null) {
        if (isWithin(at, whole)) expect(parts.some((part) => isWithin(at, part))).toBe(true);
        return;
      }
      if (isWithin(at, gap))
        expect([isWithin(at, whole), parts.some((part) => isWithin(at, part))]).toEqual([true, false]);
      expect(gap.min === null || gap.below === null || compareReleases(gap.min, gap.below) < 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test.each([
  [{ min: null, below: null }, 'any release'],
  [{ min: [5], below: [7] }, '5.0 to before 7.0'],
  [{ min: [8, 5, 2, 1], below: null }, '8.5.2.1 and newer'],
  [{ min: null, below: [8, 3, 3] }, 'before 8.3.3'],
  [exactly([8, 5, 2]), '8.5.2'],
] as const)('%j is said as "%s"', (given, text) => {
  expect(rangeText(given)).toBe(text);
});
