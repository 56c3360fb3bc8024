import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedMap } from '../../src/core/bounded-map.ts';

test('beyond its limit the key that was set longest ago is dropped', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
  expect(map.get('b')).toBeUndefined();
});

test('a key that is used is the newest, one that is only looked up is not', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect([map.get('a'), map.use('a'), map.use('z')]).toEqual([1, 1, undefined]);
  map.set('c', 3);
  expect([...map].map(([key]) => key)).toEqual(['a', 'c']);
});

test('weights count instead of keys, and the newest entry stays however heavy it is', () => {
  const map = new BoundedMap<string, string>(5, (text) => text.length);
  map.set('a', 'xx');
  map.set('b', 'xxx');
  map.set('a', 'x');
  expect(map.weight).toBe(4);
  map.set('c', 'xxxxxxxxx');
  expect([[...map], map.weight]).toEqual([[['c', 'xxxxxxxxx']], 9]);
  map.delete('c');
  expect([map.size, map.weight]).toEqual([0, 0]);
});

test('whatever happens to it, it never outgrows its limit and its weight is the sum of what it holds', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('set' as const), key: fc.nat(12), weight: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ what: fc.constantFrom('use' as const, 'delete' as const), key: fc.nat(12), weight: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const map = new BoundedMap<number, number>(10, (weight) => weight);
      for (const { what, key, weight } of steps) {
        if (what === 'set') map.set(key, weight);
        else map[what](key);
        const held = [...map];
        expect(map.weight).toBe(held.reduce((sum, [, one]) => sum + one, 0));
        expect(map.weight).toBeLessThanOrEqual(10);
        if (what === 'set') expect(held.at(-1)).toEqual([key, weight]);
      }
    }),
  );
});
