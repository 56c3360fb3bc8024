import { expect, test } from 'vitest';
import { createPowerControl, type PowerPlans } from '../../src/app/bench/power-control.ts';
import type { PowerStanding } from '../../src/app/bench/power-fleet.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { type PowerPlan, withPowerPlan } from '../../src/core/power/power-plan.ts';
import { POWER_CYCLED } from '../../src/core/power/power-record.ts';
import type { LogFields } from '../../src/ports/log.ts';
import { FakeClock } from '../support/clock.ts';

const MAC = '0018B9C0FFEE' as MacAddress;
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A phone that is held until it is restarted, and what is told of its power. */
function bench(more: Partial<PowerStanding> = {}, rows: readonly HistoryEvent[] = []) {
  const clock = new FakeClock();
  const lines: LogFields[] = [];
  const keep = (fields: LogFields) => void lines.push(fields);
  const held = { code: 'P_NEEDS_RESTART', isResumable: true, since: clock.now(), listensSince: 0, heardAt: null };
  const world = {
    standing: { mac: MAC, state: 'held', ...held, ...more } as PowerStanding,
    waits: false,
    lacks: null as string | null,
  };
  const told: PowerPlans[] = [];
  const switched: string[] = [];
  const control = createPowerControl({
    fleet: {
      standings: () => [world.standing],
      isKeptWaiting: () => world.waits,
      withhold: () => () => {},
      withholdAnyway: () => () => {},
      decide: async (mac, decision) => {
        control.note({ event: 'phone.decision', at: clock.wall(), mac, ...decision });
        return true;
      },
    },
    power: {
      lacks: () => world.lacks,
      outletOf: ({ port }) => (port === null ? null : { kind: 'port', key: port }),
      cycle: async ({ mac }) => {
        switched.push(mac);
        return { isDone: true, text: 'done' };
      },
    },
    clock,
    log: { error: keep, warn: keep, info: keep, debug: keep },
    historyOf: () => rows,
    targetOf: (mac) => ({ mac, address: null, label: null, port: null }),
    knownPhones: () => [],
    onPlans: (plans) => void told.push(plans),
  });
  control.start();
  const look = async () => {
    clock.advance(2_000);
    await settle();
    await settle();
  };
  return { clock, world, told, switched, lines, look, plan: () => told.at(-1)?.get(MAC) };
}

test('a phone that asks all the time is told to be switched once it is silent, once, and is', async () => {
  const { clock, world, told, switched, lines, look, plan } = bench();
  for (let n = 0; n < 20; n++) {
    world.standing = { ...world.standing, heardAt: clock.now() };
    await look();
  }
  expect(plan()).toMatchObject({ isToCome: true, from: null, once: 'it has asked for nothing for 10 seconds' });
  expect(told).toHaveLength(1);
  expect(lines.filter(({ event }) => event === 'power.planned')).toHaveLength(1);
  expect(switched).toEqual([]);
  for (let n = 0; n < 8; n++) await look();
  expect(switched).toEqual([MAC]);
  expect(plan()).toMatchObject({ isToCome: true, done: 1, most: 2, why: 'its power was switched not long ago' });
});

test('a phone whose port is not known, that waits for its turn, or may be writing is told not to be switched, and why', async () => {
  const lacking = bench();
  lacking.world.lacks = 'its switch port is not known; enrol it with --port';
  await lacking.look();
  expect(lacking.plan()).toMatchObject({ isToCome: false, why: 'its switch port is not known; enrol it with --port' });
  const waiting = bench();
  waiting.world.waits = true;
  await waiting.look();
  expect(waiting.plan()).toMatchObject({ isToCome: false, why: 'the batch is paused, or it waits for its turn' });
  const asked = { event: 'file.requested', at: 1, mac: MAC, file: 'P0S3-05-3-00.bin' } as HistoryEvent;
  const writing = bench({}, [asked]);
  await writing.look();
  await writing.look();
  expect(writing.plan()).toMatchObject({ isToCome: false, why: expect.stringContaining('may be writing its flash') });
  const silent = bench({ code: 'P_SILENT_AFTER_FLASH' });
  await silent.look();
  expect(silent.plan()).toMatchObject({ isToCome: false, why: expect.stringContaining('look at its screen first') });
  expect([lacking, waiting, writing, silent].flatMap(({ switched }) => switched)).toEqual([]);
});

test('soon after the start of the server the moment is told from which on a phone may be switched', async () => {
  const { clock, look, plan } = bench({ heardAt: null, listensSince: new FakeClock().now() });
  await look();
  expect(plan()).toMatchObject({ isToCome: true, why: 'it was not heard since the server was started' });
  expect((plan()?.from ?? 0) - clock.wall()).toBeGreaterThan(9 * 60_000);
});

test('a phone that has used up its times is told so, also while it asks', async () => {
  const cycled = [1, 2].map((at) => ({ event: 'phone.decision', at, mac: MAC, code: POWER_CYCLED }) as HistoryEvent);
  const { clock, world, look, plan } = bench({}, cycled);
  world.standing = { ...world.standing, heardAt: clock.now() };
  await look();
  await look();
  expect(plan()).toMatchObject({ isToCome: false, why: 'its power was switched 2 times already', done: 2 });
});

test('of a phone that no restart helps nothing is told', async () => {
  for (const more of [{ isResumable: false }, { state: 'landed', code: null }, { state: 'flashing', code: null }]) {
    const { look, told } = bench(more);
    await look();
    expect(told).toEqual([]);
  }
});

test('advice says who switches the power and when, or why nobody does', () => {
  const plan: PowerPlan = {
    isToCome: true,
    from: null,
    once: null,
    why: 'it is held with P_X',
    done: 0,
    failed: 0,
    most: 2,
  };
  const text = (more: Partial<PowerPlan>) => withPowerPlan('unplug it', { ...plan, ...more }, () => '03:05:10');
  expect(text({})).toBe(
    'leave it to loadstep, which switches its power next (it is held with P_X); or do it yourself: unplug it',
  );
  expect(text({ once: 'it is silent', done: 1 })).toBe(
    'leave it to loadstep, which switches its power once it is silent; done 1 of 2 times; or do it yourself: unplug it',
  );
  expect(text({ from: 1, why: 'not long ago' })).toContain('switches its power at 03:05:10 or later (not long ago)');
  expect(text({ once: 'it is silent', done: 0, failed: 1 })).toContain('; tried 1 of 2 times, and failed; or do it');
  expect(text({ once: 'it is silent', done: 1, failed: 1, most: 3 })).toContain(
    '; tried 2 of 3 times, of which 1 failed; or',
  );
  expect(text({ isToCome: false, why: 'it waits' })).toBe('unplug it; loadstep does not switch its power: it waits');
});
