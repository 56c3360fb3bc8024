import { describe, expect, test } from 'vitest';
import { createPowerControl } from '../../src/app/bench/power-control.ts';
import type { PowerDecision, PowerStanding } from '../../src/app/bench/power-fleet.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { LogFields } from '../../src/ports/log.ts';
import type { PowerOutcome, PowerTarget, WhyNot } from '../../src/ports/power-switch.ts';
import { FakeClock } from '../support/clock.ts';

const ALICE = '0018B9C0FFEE' as MacAddress;
const BOB = '0018B9C0FFEF' as MacAddress;
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Two phones that need a restart, and every step of the control in the order in which it came. */
function bench(macs: readonly MacAddress[] = [ALICE]) {
  const clock = new FakeClock();
  const steps: string[] = [];
  const lines: LogFields[] = [];
  const keep = (fields: LogFields) => void lines.push(fields);
  const rows = new Map<MacAddress, HistoryEvent[]>();
  const world = {
    standings: macs.map((mac): PowerStanding => {
      return {
        mac,
        state: 'held',
        since: clock.now(),
        heardAt: null,
        listensSince: 0,
        code: 'P_NEEDS_RESTART',
        isResumable: true,
      };
    }),
    isBusy: false,
    isKeptWaiting: false,
    isKept: true,
    lacks: null as string | null,
    reads: 0,
    end: (_: PowerOutcome) => {},
    /** Phones that were taken from the list by now. */
    gone: new Set<MacAddress>(),
    whyNot: (() => null) as WhyNot,
    /** Since when all of them are on the list. */
    beganWith: 0,
    onDecide: () => {},
  };
  const targetOf = (mac: MacAddress) => ({
    mac,
    address: '10.0.0.7',
    label: null,
    port: mac === BOB ? 'gi0/2' : 'gi0/1',
  });
  const readRows = { of: null as (() => Iterable<HistoryEvent>) | null, count: 0 };
  const control = createPowerControl({
    fleet: {
      standings: () => world.standings,
      isKeptWaiting: () => world.isKeptWaiting,
      withhold: (mac) => {
        if (world.isBusy) return null;
        steps.push(`withhold ${mac}`);
        return () => void steps.push(`release ${mac}`);
      },
      withholdAnyway: () => () => {},
      decide: async (mac, decision: PowerDecision) => {
        steps.push(
          `record ${decision.code ?? (decision.finding === 'power-not-switched' ? decision.finding : '-')} ${decision.reason}`,
        );
        world.onDecide();
        const row: HistoryEvent = { event: 'phone.decision', at: clock.wall(), mac, ...decision };
        rows.set(mac, [...(rows.get(mac) ?? []), row]);
        control.note(row);
        return world.isKept;
      },
    },
    power: {
      lacks: () => world.lacks,
      outletOf: ({ port }) => (port === null ? null : { kind: 'port', key: port }),
      cycle: (target: PowerTarget, whyNot: WhyNot = () => null) =>
        new Promise((resolve) => {
          world.whyNot = whyNot;
          steps.push(`switch ${target.mac} ${target.port}`);
          world.end = resolve;
        }),
    },
    clock,
    log: { error: keep, warn: keep, info: keep, debug: keep },
    historyOf: (mac) => {
      world.reads++;
      return readRows.of?.() ?? rows.get(mac) ?? [];
    },
    targetOf,
    knownPhones: () =>
      macs.map((mac) => ({
        ...targetOf(mac),
        mac,
        isListed: !world.gone.has(mac),
        beganWith: world.beganWith,
        lastSeenAt: null,
      })),
  });
  control.start();
  return { clock, steps, lines, rows, world, control, readRows };
}

test('a clock that was set forward while no server ran does not shorten the time between two switchings', async () => {
  const { clock, steps, rows } = bench();
  const row: HistoryEvent = {
    event: 'phone.decision',
    at: clock.now() - 3 * 3_600_000,
    mac: ALICE,
    code: 'P_POWER_CYCLED',
  };
  rows.set(ALICE, [row]);
  clock.advance(9 * 60_000);
  await settle();
  expect(steps).toEqual([]);
  clock.advance(2 * 60_000);
  await settle();
  expect(steps).toContain('record P_POWER_CYCLED power cycled (2 of 2): it is held with P_NEEDS_RESTART');
});

test('who switches is told when the phone is taken from the list meanwhile', async () => {
  const { clock, steps, world } = bench();
  clock.advance(2_000);
  await settle();
  expect(steps.at(-1)).toBe(`switch ${ALICE} gi0/1`);
  expect(world.whyNot()).toBe(null);
  world.gone.add(ALICE);
  expect(world.whyNot()).toBe('it was taken from the list meanwhile');
});

describe('who switches is told in the last moment why the power must stay on', () => {
  async function walking() {
    const made = bench();
    made.clock.advance(2_000);
    await settle();
    expect(made.steps.at(-1)).toBe(`switch ${ALICE} gi0/1`);
    expect(made.world.whyNot()).toBe(null);
    return made;
  }

  test('since it was let go and enrolled again', async () => {
    const { world } = await walking();
    world.beganWith = 3;
    expect(world.whyNot()).toBe('it was taken from the list meanwhile');
  });

  test.each([
    [{ state: 'flashing' }, 'it may be writing its flash'],
    [{ state: 'downloading' }, 'it may be writing its flash'],
    [{ isServed: true }, /^a load or a file is being sent to it/],
  ])('since it is %j by now', async (now, why) => {
    const { world } = await walking();
    world.standings = world.standings.map((one) => ({ ...one, ...now }));
    expect(world.whyNot()).toMatch(why);
  });

  test('since it was given an image, whatever state it is in', async () => {
    const { world, control, clock } = await walking();
    control.note({ event: 'file.requested', at: clock.wall(), mac: ALICE, file: 'P0S3-08-11-00.sb2' });
    expect(world.whyNot()).toMatch(/^it was given an image and has not booted since/);
  });

  test('and not since it only polls: it is shown nothing', async () => {
    const { world, clock } = await walking();
    world.standings = world.standings.map((one) => ({ ...one, heardAt: clock.now() }));
    expect(world.whyNot()).toBe(null);
  });

  test('which is no try, and it is shown its load at once', async () => {
    const { world, steps } = await walking();
    world.end({ isDone: false, isWithdrawn: true, text: 'not done: it may be writing its flash' });
    await settle();
    expect(steps.slice(-2)).toEqual([
      'record power-not-switched power cycle 1 of 2: not done: it may be writing its flash',
      `release ${ALICE}`,
    ]);
  });
});

test('the power of a phone that is let go and enrolled while that is being recorded stays on', async () => {
  const { clock, steps, world } = bench();
  world.onDecide = () => {
    world.beganWith = 3;
  };
  clock.advance(2_000);
  await settle();
  expect(steps.filter((one) => one.startsWith('switch'))).toEqual([]);
  expect(steps.at(-2)).toMatch(/not done: it was taken from the list meanwhile$/);
});

test('nothing is shown to the phone, then it is recorded, then the power is switched, then how it went is recorded', async () => {
  const { clock, steps, world } = bench();
  clock.advance(2_000);
  await settle();
  expect(steps).toEqual([
    `withhold ${ALICE}`,
    'record P_POWER_CYCLED power cycled (1 of 2): it is held with P_NEEDS_RESTART',
    `switch ${ALICE} gi0/1`,
  ]);
  world.end({ isDone: true, text: 'the command ended well' });
  await settle();
  expect(steps.at(-1)).toBe('record - power cycle 1 of 2: the command ended well');
  clock.advance(4_999);
  await settle();
  expect(steps.at(-1)).not.toMatch(/^release/);
  clock.advance(1);
  await settle();
  expect(steps.at(-1)).toBe(`release ${ALICE}`);
});

test('what cannot be recorded is not done', async () => {
  const { clock, steps, world } = bench();
  world.isKept = false;
  clock.advance(2_000);
  await settle();
  expect(steps.map((step) => step.split(' ')[0])).toEqual(['withhold', 'record', 'release']);
});

test('a phone that begins to take its load meanwhile is left alone', async () => {
  const { clock, steps, world } = bench();
  world.isBusy = true;
  clock.advance(60_000);
  await settle();
  expect(steps).toEqual([]);
});

test('one phone after the other: a bench is not dark at once', async () => {
  const { clock, steps, world } = bench([ALICE, BOB]);
  clock.advance(60_000);
  await settle();
  expect(steps.filter((step) => step.startsWith('switch'))).toEqual([`switch ${ALICE} gi0/1`]);
  world.end({ isDone: true, text: 'done' });
  await settle();
  clock.advance(7_000);
  await settle();
  clock.advance(2_000);
  await settle();
  expect(steps.filter((step) => step.startsWith('switch'))).toEqual([`switch ${ALICE} gi0/1`, `switch ${BOB} gi0/2`]);
});

test('a command that fails is recorded with its code, counts, and is not tried again before its time', async () => {
  const { clock, steps, world, lines } = bench();
  clock.advance(2_000);
  await settle();
  world.end({ isDone: false, text: 'it ended with code 3' });
  await settle();
  expect(steps.at(-1)).toBe('record P_POWER_CYCLE_FAILED power cycle 1 of 2: it ended with code 3');
  expect(lines.at(-1)).toMatchObject({ event: 'power.failed', mac: ALICE, reason: 'it ended with code 3' });
  for (let n = 0; n < 3; n++) {
    clock.advance(10_000);
    await settle();
  }
  expect(steps.filter((step) => step.startsWith('switch'))).toHaveLength(1);
  clock.advance(600_000);
  await settle();
  expect(steps.filter((step) => step.startsWith('switch'))).toHaveLength(2);
  expect(steps.findLast((step) => step.startsWith('record P_POWER_CYCLED'))).toContain('power cycled (2 of 2)');
});

test('a phone whose port is not known is named once in the log and left alone', async () => {
  const { clock, steps, world, lines } = bench();
  world.lacks = 'its switch port is not known; enrol it with --port';
  clock.advance(60_000);
  await settle();
  expect(steps).toEqual([]);
  expect(lines).toEqual([{ event: 'power.impossible', mac: ALICE, reason: world.lacks }]);
});

test('a phone that waits for its turn, or whose batch is paused, is left alone', async () => {
  const { clock, steps, world } = bench();
  world.isKeptWaiting = true;
  clock.advance(60_000);
  await settle();
  expect(steps).toEqual([]);
});

test('the record of a quiet phone is read once, and what comes later is added to it', async () => {
  const { clock, steps, rows, world, control } = bench();
  const asks = (file: string): HistoryEvent => ({ event: 'file.requested', at: clock.wall(), mac: ALICE, file });
  rows.set(ALICE, [asks('P0S3-08-11-00.sb2')]);
  clock.advance(60_000);
  expect(steps).toEqual([]);
  control.note(asks('OS79XX.TXT'));
  clock.advance(60_000);
  await settle();
  expect(steps).toHaveLength(3);
  expect(world.reads).toBe(1);
});

test('a month of polls is read a page a turn, with the rows that come meanwhile, and only then is its power switched', async () => {
  const { clock, steps, world, control, readRows } = bench();
  const month = 84_000;
  const row = (event: 'file.refused' | 'file.requested', file: string): HistoryEvent => {
    return { event, at: clock.wall(), mac: ALICE, file };
  };
  readRows.of = function* () {
    for (let n = 0; n < month; n++) {
      readRows.count++;
      yield row('file.refused', `SIP${ALICE}.cnf`);
    }
  };
  clock.advance(2_000);
  expect(readRows.count).toBeLessThanOrEqual(500);
  for (let turn = 1; turn < 20; turn++) {
    const before = readRows.count;
    await settle();
    expect(readRows.count - before).toBeLessThanOrEqual(500);
  }
  clock.advance(60_000);
  control.note(row('file.requested', 'P0S3-08-11-00.sb2'));
  while (readRows.count < month) await settle();
  await settle();
  clock.advance(60_000);
  await settle();
  expect([world.reads, steps]).toEqual([1, []]);
  control.note(row('file.refused', 'OS79XX.TXT'));
  clock.advance(60_000);
  await settle();
  expect(steps.at(-1)).toMatch(/^switch/);
});

test('after stopping nothing new is begun, and a switch at work is not waited for', async () => {
  const { clock, steps, world, control } = bench();
  clock.advance(2_000);
  await settle();
  control.stop();
  world.end({ isDone: true, text: 'done' });
  await settle();
  expect(steps.at(-1)).toBe(`release ${ALICE}`);
  clock.advance(3_600_000);
  await settle();
  expect(steps.filter((step) => step.startsWith('switch'))).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('a control that rests begins nothing new, and brings what it has begun to its end', async () => {
  const { clock, steps, world, control } = bench([ALICE, BOB]);
  clock.advance(2_000);
  await settle();
  control.rest();
  world.end({ isDone: true, text: 'the command ended well' });
  await settle();
  expect(steps.at(-1)).toBe('record - power cycle 1 of 2: the command ended well');
  clock.advance(60_000);
  await settle();
  expect(steps.at(-1)).toBe(`release ${ALICE}`);
  expect(steps.some((step) => step.includes(BOB))).toBe(false);
});

test('a control that rests keeps no timer, and says when the switch at work has come to its end', async () => {
  const { clock, world, control } = bench();
  clock.advance(2_000);
  await settle();
  let isDone = false;
  const rested = control.rest().then(() => {
    isDone = true;
  });
  world.end({ isDone: true, text: 'done' });
  await settle();
  clock.advance(4_999);
  await settle();
  expect(isDone).toBe(false);
  clock.advance(1);
  await rested;
  expect(clock.pending).toBe(0);
  const idle = bench();
  await idle.control.rest();
  expect(idle.clock.pending).toBe(0);
});

test('who waits for the boot is told when it was begun to switch the power, after it was recorded', async () => {
  const { clock, control, world } = bench();
  clock.advance(1_000);
  const cycling = control.cycle(ALICE);
  await settle();
  world.end({ isDone: true, isSeenOn: true, text: 'the command ended well' });
  expect(await cycling).toMatchObject({ isDone: true, orderedAt: clock.now() });
});
