import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUNG_IDS } from '../../src/core/restart/ladder.ts';
import { FOUR_PHONES, happenings } from '../support/happenings.ts';
import { type Deed, ToldBench } from './told-bench.ts';

// Phones that boot, take images, are cut off and silent, before servers that are killed, with orders and wishes of the operator in between. What a phone
// was given and in which boot is known to the test alone.

const HAPPENING = happenings(5, [15, 130, 1_000]);
const DEED: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 10, arbitrary: HAPPENING },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('goes-far' as const),
      phone: fc.nat(3),
      steps: fc.integer({ min: 2, max: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('wish' as const),
      phone: fc.nat(3),
      by: fc.option(fc.constantFrom(...RUNG_IDS.filter((id) => id !== 'hands')), { nil: null }),
      seconds: fc.constantFrom(2, 13, 70),
      isKilled: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('obeys' as const), phone: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('time' as const), seconds: fc.constantFrom(2, 12, 30) }) },
);
/** What comes of a telling. */
const ANSWERS = fc.infiniteStream(fc.constantFrom('heard', 'heard', 'refused'));

let [told, obeyed] = [0, 0];

test('nobody is told to restart, and nobody obeys, between the first byte of an image and the next boot, whatever happens, over kills too', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(FOUR_PHONES, { minLength: 1 }),
      fc.array(DEED, { minLength: 30, maxLength: 120 }),
      ANSWERS,
      async (phones, deeds, answers) => {
        const one = new ToldBench(phones, answers);
        await one.start();
        for (const deed of deeds) await one.happen(deed);
        await one.stop();
        expect(one.faults).toEqual([]);
        told += one.told;
        obeyed += one.obeyed;
      },
    ),
    { numRuns: 100 },
  );
  // A rule that never tells anybody would keep every promise.
  expect(told).toBeGreaterThan(20);
  expect(obeyed).toBeGreaterThan(3);
});

test.each([false, true])(
  'a phone that obeys late has been given no image meanwhile (the server is killed in between: %j)',
  async (isKilled) => {
    const heard = { next: () => ({ done: false as const, value: 'heard' }) };
    const one = new ToldBench(FOUR_PHONES.slice(3), heard);
    await one.start();
    const [seat] = one.world.seats;
    // It has read what names its load, and hesitates.
    for (let n = 0; n < 12 && seat?.next?.endsWith('.loads') !== true; n++)
      await one.happen({ phone: 0, what: 'goes-on', seconds: 0, name: '' });
    expect(seat?.next).toMatch(/\.loads$/);
    await one.happen({ what: 'wish', phone: 0, by: 'sccp-reset', seconds: 13, isKilled });
    expect(one.told).toBe(1);
    await one.happen({ what: 'goes-far', phone: 0, steps: 2 });
    await one.happen({ what: 'obeys', phone: 0 });
    await one.stop();
    expect([one.faults, one.obeyed]).toEqual([[], 1]);
  },
);
