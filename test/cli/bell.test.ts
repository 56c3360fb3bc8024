import { expect, test } from 'vitest';
import { Bell } from '../../src/cli/output/bell.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

const phone = (mac: string, state: string) => ({ mac: mac as MacAddress, state, isEnrolled: true });
const PAUSE = { since: 0, reason: 'x' };

test('the bell calls once for each phone that is held, and for none that was held before', () => {
  const bell = new Bell();
  expect(bell.isDue([phone('A', 'held'), phone('B', 'flashing')], null)).toBe(false);
  expect(bell.isDue([phone('A', 'held'), phone('B', 'held'), phone('C', 'offered')], null)).toBe(true);
  expect(bell.isDue([phone('A', 'held'), phone('B', 'held'), phone('C', 'offered')], null)).toBe(false);
});

test('a phone that was held, went on and is held again calls again', () => {
  const bell = new Bell();
  const states = ['held', 'offered', 'held'];
  expect(states.map((state) => bell.isDue([phone('A', state), phone('B', 'waiting')], null))).toEqual([
    false,
    false,
    true,
  ]);
});

test('a pause calls, and the end of all of it', () => {
  const bell = new Bell();
  const [busy, done] = [[phone('A', 'flashing')], [phone('A', 'landed')]];
  expect(bell.isDue(busy, null)).toBe(false);
  expect(bell.isDue(busy, PAUSE)).toBe(true);
  expect(bell.isDue(busy, PAUSE)).toBe(false);
  expect(bell.isDue(done, null)).toBe(true);
  expect(bell.isDue(done, null)).toBe(false);
});

test('phones that are on no list call nobody', () => {
  const bell = new Bell();
  bell.isDue([], null);
  expect(bell.isDue([{ ...phone('A', 'held'), isEnrolled: false }], null)).toBe(false);
});
