import { expect, test } from 'vitest';
import { batchLeftMs } from '../../src/app/told/batch-left.ts';
import { leftMs, leftWhileUsual } from '../../src/app/told/time-left.ts';
import { learnRow, noTimes, type StepTimes } from '../../src/core/history/durations.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

const mac = '0018B9C0FFEE' as MacAddress;
const [FIRST, SECOND] = ['P003-08-11-00', 'P0S3-08-11-00'];
const TARGET = SECOND;

/** The times of one phone before: so many milliseconds in each step of each hop. */
function past(hops: readonly { readonly load: string; readonly steps: Readonly<Record<string, number>> }[]): StepTimes {
  const times = noTimes();
  let at = 0;
  let previous = 'identifying';
  const enter = (state: string, load: string) => {
    learnRow(times, { event: 'phone.state', at, mac, state, previous, load, target: TARGET }, null);
    previous = state;
  };
  for (const { load, steps } of hops) {
    for (const [state, ms] of Object.entries(steps)) {
      enter(state, load);
      at += ms;
    }
  }
  enter('landed', TARGET);
  return times;
}

const steps = { offered: 3000, downloading: 10_000, flashing: 40_000, confirming: 7000 };
const KNOWN = past([
  { load: FIRST, steps },
  { load: SECOND, steps },
]);
const place = { state: 'offered', hop: 1, road: [FIRST, SECOND], target: TARGET, model: null, inStateMs: 0 };

test('what is left is the rest of this hop and all of those after it', () => {
  expect(leftMs(KNOWN, place)).toBe(120_000);
  expect(leftMs(KNOWN, { ...place, inStateMs: 1000 })).toBe(119_000);
  expect(leftMs(KNOWN, { ...place, state: 'flashing', hop: 2 })).toBe(47_000);
});

test('a step that lasts longer than usual leaves what comes after it, and never less than nothing', () => {
  expect(leftMs(KNOWN, { ...place, state: 'flashing', hop: 2, inStateMs: 900_000 })).toBe(7000);
  expect(leftMs(KNOWN, { ...place, state: 'confirming', hop: 2, inStateMs: 900_000 })).toBe(0);
});

test('the spread of what is left is that of its steps; nothing that was over before counts', () => {
  const slow = { ...steps, flashing: 100_000 };
  const times = past([
    { load: SECOND, steps },
    { load: SECOND, steps },
    { load: SECOND, steps: slow },
  ]);
  const flashing = { ...place, state: 'flashing', hop: 2, inStateMs: 10_000 };
  expect(leftMs(times, flashing)).toBe(37_000);
  expect(leftMs(times, flashing, 'p95Ms')).toBe(97_000);
  expect(leftMs(times, { ...flashing, state: 'confirming', inStateMs: 0 }, 'p95Ms')).toBe(7000);
});

test('who watches a phone that is far past the usual time of its step is promised nothing any more', () => {
  const flashing = { ...place, state: 'flashing', hop: 2 };
  expect(leftWhileUsual(KNOWN, { ...flashing, inStateMs: 60_000 })).toBe(7000);
  expect(leftWhileUsual(KNOWN, { ...flashing, inStateMs: 60_001 })).toBeNull();
  expect(leftWhileUsual(KNOWN, { ...flashing, state: 'held' })).toBeNull();
});

test('nothing is said of a road of which a hop was never gone, nor of a phone that is on none', () => {
  const half = past([{ load: 'SIP41.9-2-1S', steps }]);
  expect(leftMs(half, place)).toBeNull();
  for (const state of ['waiting', 'identifying', 'landed', 'held', 'cancelled']) {
    expect(leftMs(KNOWN, { ...place, state })).toBeNull();
  }
  expect(leftMs(KNOWN, { ...place, hop: 0 })).toBeNull();
});

test('a phone that boots so fast that nobody saw it confirm is still told of', () => {
  const { confirming: _, ...fast } = steps;
  const times = past([
    { load: FIRST, steps: fast },
    { load: SECOND, steps: fast },
  ]);
  expect(leftMs(times, place)).toBe(106_000);
});

const phone = (state: string, left: number | null) => ({ state, isEnrolled: true, leftMs: left });

test('a batch takes as long as its slowest phone, or as its phones take in turns', () => {
  const phones = [phone('flashing', 60_000), phone('offered', 90_000), phone('offered', 90_000), phone('landed', null)];
  expect(batchLeftMs(phones, null)).toEqual({ ms: 90_000, phones: 3, away: 0 });
  expect(batchLeftMs(phones, 2)).toEqual({ ms: 120_000, phones: 3, away: 0 });
  expect(batchLeftMs(phones, 8)).toEqual({ ms: 90_000, phones: 3, away: 0 });
});

test('phones that have not come are no part of it, and held ones neither', () => {
  const phones = [phone('flashing', 60_000), phone('waiting', null), phone('identifying', null), phone('held', null)];
  expect(batchLeftMs(phones, null)).toEqual({ ms: 60_000, phones: 1, away: 2 });
});

test('nothing is said of a batch of which one road is not known, or in which nothing moves', () => {
  expect(batchLeftMs([phone('flashing', 60_000), phone('offered', null)], null)).toBeNull();
  expect(batchLeftMs([phone('waiting', null), phone('landed', null)], null)).toBeNull();
  expect(batchLeftMs([{ ...phone('flashing', 60_000), isEnrolled: false }], null)).toBeNull();
});
