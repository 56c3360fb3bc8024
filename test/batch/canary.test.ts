import { expect, test } from 'vitest';
import { waitsIn } from '../../src/app/batch/batch-status.ts';
import { Stands, type StandsStore } from '../../src/app/told/stands.ts';
import { paused, resumed } from '../../src/core/batch/batch-state.ts';
import { Batch, isLanded, TARGET } from '../support/batch-bench.ts';
import { packagesOf } from '../support/packages.ts';

const SCCP = 'P0030301MFG2';
/** A road leads from here only by files that the store lacks. */
const STUCK = 'P0030201';

test('the first two go, the rest waits until both have landed, and then goes', async () => {
  const batch = await new Batch({ limits: { canary: 2 } }).start();
  for (let n = 0; n < 5; n++) batch.plug(SCCP);
  const went = new Set<number>();
  await batch.until(
    () => batch.kept.batch().isCanaryOver,
    () => {
      for (const n of batch.busy()) went.add(n);
    },
  );
  expect(went.size).toBe(2);
  expect(batch.told.map(({ event, reason }) => `${event}: ${reason}`)).toContain(
    'batch.decision: the 2 that went first are done, 2 of them landed: the rest may go',
  );
  await batch.until(isLanded(batch));
  expect(isLanded(batch)()).toBe(true);
});

test('a phone that nobody plugs in keeps nobody waiting: those go first that come first', async () => {
  const batch = await new Batch({ limits: { canary: 1 } }).start();
  for (let n = 0; n < 3; n++) batch.plug(SCCP);
  await batch.until(
    () => batch.state(1) === 'landed' && batch.state(2) === 'landed',
    () => {},
    0,
  );
  for (let turn = 0; turn < 300; turn++) await batch.turn(() => {}, [1, 2]);
  expect(batch.states()).toEqual(['waiting', 'landed', 'landed']);
});

test('a phone that was to go first, was started again and is not plugged in gives its place to the next that comes', async () => {
  const batch = await new Batch({ limits: { canary: 2 } }).start();
  for (let n = 0; n < 4; n++) batch.plug(SCCP);
  await batch.until(
    () => batch.kept.batch().canaries.length === 2,
    () => {},
    400,
  );
  const [first] = batch.kept.batch().canaries;
  const away = batch.seats.findIndex((_, n) => batch.status(n).mac === first);
  // It lands, is tried again, and stands unplugged on its shelf.
  for (let turn = 0; turn < 400 && batch.state(away) !== 'landed'; turn++) await batch.turn(() => {}, [away]);
  expect([batch.state(away), batch.kept.batch().isCanaryOver]).toEqual(['landed', false]);
  batch.bench.clock.advance(1_000);
  batch.bench.store.retry(batch.status(away).mac, batch.bench.clock.now());
  batch.bench.fleet.syncEnrolments();
  expect(batch.kept.batch().canaries).not.toContain(first);
  const others = batch.seats.map((_, n) => n).filter((n) => n !== away);
  for (let turn = 0; turn < 400; turn++) await batch.turn(() => {}, others);
  expect(others.map((n) => batch.state(n))).toEqual(['landed', 'landed', 'landed']);
});

test('a batch whose first phone fails pauses itself and says why; the rest is not shown anything', async () => {
  const batch = await new Batch({ limits: { canary: 1 } }, packagesOf('P0S3-05-3-00', TARGET)).start();
  batch.plug(SCCP);
  batch.plug(SCCP);
  batch.bench.firmware.damaged.add('P0S3-05-3-00/P0S3-05-3-00.bin');
  await batch.until(() => batch.kept.batch().isPaused);
  expect(batch.state(0)).toBe('held');
  const [paused] = batch.told.filter((event) => event.event === 'batch.paused');
  expect(paused).toMatchObject({ phones: 2, landed: 0, held: 1 });
  expect(paused?.reason).toMatch(/^1 failed of the 1 that go first \(limit: 1 failure\), last 0018B9000000$/);
  for (let turn = 0; turn < 40; turn++) await batch.turn();
  expect(batch.rows(1, 'load.offered')).toEqual([]);
  expect(batch.state(1)).toBe('offered');
});

test('a phone that goes first and is held until it is heard again keeps the rest waiting, and status names it; the rest goes when it has landed', async () => {
  const batch = await new Batch({ limits: { canary: 1 } }).start();
  for (let n = 0; n < 3; n++) batch.plug(SCCP);
  await batch.until(() => batch.kept.batch().canaries.length > 0);
  const [first] = batch.kept.batch().canaries;
  const away = batch.seats.findIndex((_, n) => batch.status(n).mac === first);
  const others = [0, 1, 2].filter((n) => n !== away);
  // It sits idle from now on.
  for (let turn = 0; turn < 1_200 && batch.state(away) !== 'held'; turn++) await batch.turn(() => {}, others);
  expect(batch.status(away)).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART' });
  for (let turn = 0; turn < 60; turn++) await batch.turn(() => {}, others);
  expect(others.flatMap((n) => batch.rows(n, 'load.offered'))).toEqual([]);
  expect(batch.kept.batch()).toMatchObject({ isPaused: false, isCanaryOver: false });
  const records = batch.bench.store.phones();
  const waits = waitsIn(records, batch.kept.batch(), batch.bench.clock.wall());
  const [one = -1] = others;
  expect(waits.get(batch.status(one).mac)?.why).toBe(`1 go first, and ${first} is held`);
  const store: StandsStore = Object.assign(batch.bench.store, { batch: () => batch.kept.batch() });
  const [record] = records.filter(({ mac }) => mac === batch.status(one).mac);
  if (record === undefined) throw new Error('it is on the list');
  const { advice } = new Stands(store, records, batch.bench.clock.wall(), 0).of(record);
  expect(advice).toMatch(
    new RegExp(`^see what ${first} needs \\("loadstep status --mac ${first}"\\), since all others wait`),
  );
  await batch.until(isLanded(batch));
  expect(isLanded(batch)()).toBe(true);
});

test('where all that go first have failed, no limit lets the rest go', async () => {
  const limits = { canary: 1, stopAfter: { kind: 'count', count: 3 } } as const;
  const batch = await new Batch({ limits }, packagesOf('P0S3-05-3-00', TARGET)).start();
  batch.plug(SCCP);
  batch.plug(SCCP);
  batch.bench.firmware.damaged.add('P0S3-05-3-00/P0S3-05-3-00.bin');
  await batch.until(() => batch.kept.batch().isPaused);
  const [paused] = batch.told.filter((event) => event.event === 'batch.paused');
  expect(paused?.reason).toMatch(/^1 failed of the 1 that go first \(limit: all of them\), last 0018B9000000$/);
  for (let turn = 0; turn < 40; turn++) await batch.turn();
  expect(batch.rows(1, 'load.offered')).toEqual([]);
});

test('a batch that was resumed goes on with the rest, and the failure it knows stops it no second time', async () => {
  const batch = await new Batch({ limits: { stopAfter: { kind: 'count', count: 1 } } }).start();
  batch.bench.firmware.packages = packagesOf('P0S3-05-3-00', TARGET);
  batch.plug(STUCK);
  batch.bench.addresses.entries.set('192.0.2.10', [{ mac: batch.status(0).mac, source: 'lease' }]);
  batch.plug(SCCP);
  await batch.until(() => batch.kept.batch().isPaused);
  expect(batch.state(0)).toBe('held');
  const now = batch.bench.clock.wall();
  batch.kept.changeBatch((was) => ({
    state: resumed(was, now, 'go on', [batch.status(0).mac]),
    events: [{ event: 'batch.resumed', at: now, reason: 'go on' }],
  }));
  batch.bench.fleet.syncEnrolments();
  expect(batch.told.at(-1)).toMatchObject({ event: 'batch.resumed', reason: 'go on' });
  await batch.until(() => batch.state(1) === 'landed');
  expect(batch.states()).toEqual(['held', 'landed']);
  expect(batch.told.at(-1)).toMatchObject({ event: 'batch.finished', reason: '1 landed, 1 held', phones: 2 });
});

test('a pause from another process lets a phone finish its hop and begin no other', async () => {
  const batch = await new Batch().start();
  batch.plug(SCCP);
  await batch.until(() => batch.busy().includes(0));
  expect(batch.status(0)).toMatchObject({ state: 'flashing', hop: 1 });
  const now = batch.bench.clock.wall();
  batch.kept.changeBatch((was) => ({ state: paused(was, now, 'lunch'), events: [] }));
  batch.bench.fleet.syncEnrolments();
  expect(batch.told.at(-1)).toMatchObject({ event: 'batch.paused', reason: 'lunch' });
  for (let turn = 0; turn < 80; turn++) await batch.turn();
  expect(batch.status(0)).toMatchObject({ state: 'offered', hop: 2 });
  expect(batch.seats[0]?.phone.runs.load).toBe('P0S3-06-3-00');
  await batch.restart();
  for (let turn = 0; turn < 40; turn++) await batch.turn();
  expect(batch.status(0)).toMatchObject({ state: 'offered', hop: 2 });
});

test('a Java phone that is shown the load of its hop again to prove it does not begin the next one while paused', async () => {
  const batch = await new Batch().start();
  batch.plug('SCCP42.8-3-3S', 'SIP42.9-3-1SR4-1S', '42');
  await batch.until(() => batch.state(0) === 'flashing');
  expect(batch.status(0)).toMatchObject({ hop: 1, hops: 2 });
  const now = batch.bench.clock.wall();
  batch.kept.changeBatch((was) => ({ state: paused(was, now, 'lunch'), events: [] }));
  batch.bench.fleet.syncEnrolments();
  for (let turn = 0; turn < 60; turn++) await batch.turn();
  expect(batch.status(0)).toMatchObject({ state: 'offered', hop: 2 });
  expect(batch.seats[0]?.phone.runs.load).toMatch(/8-5-2S$/);
});

test('a batch is told to be finished once, and again after another phone came and landed', async () => {
  const batch = await new Batch().start();
  batch.plug(SCCP);
  await batch.until(isLanded(batch));
  await batch.restart();
  const finished = () => batch.kept.events.filter((event) => event.event === 'batch.finished').length;
  expect(finished()).toBe(1);
  batch.plug(SCCP);
  await batch.until(isLanded(batch));
  expect(finished()).toBe(2);
});

test('a fleet without a store for its batch knows no limits and tells nothing of a batch', async () => {
  const batch = new Batch({ limits: { atOnce: 1 } });
  await batch.bench.restart(0, { batchStore: undefined as never });
  batch.plug(SCCP);
  batch.plug(SCCP);
  await batch.until(isLanded(batch));
  expect(isLanded(batch)()).toBe(true);
  expect(batch.told).toEqual([]);
});

/** Turns until one of the phones goes first, and no further. */
async function untilOneGoes(batch: Batch): Promise<number> {
  await batch.until(() => batch.kept.batch().canaries.length > 0 && batch.busy().length > 0);
  const [first] = batch.kept.batch().canaries;
  return batch.seats.findIndex((_, n) => batch.status(n).mac === first);
}

const goOn = (batch: Batch) => {
  const now = batch.bench.clock.wall();
  batch.kept.changeBatch((was) => ({ state: resumed(was, now, 'go on', []), events: [] }));
  batch.bench.fleet.syncEnrolments();
};

for (const isCancelled of [true, false]) {
  const word = isCancelled ? 'cancelled' : 'released';
  test(`where the phone that goes first is ${word} before it landed, the batch pauses and says so; when it goes on, another goes first`, async () => {
    const batch = await new Batch({ limits: { canary: 1 } }).start();
    for (let n = 0; n < 3; n++) batch.plug(SCCP);
    const first = await untilOneGoes(batch);
    batch.bench.clock.advance(1_000);
    batch.bench.store.release(batch.status(first).mac, batch.bench.clock.wall(), isCancelled);
    batch.bench.fleet.syncEnrolments();
    for (let turn = 0; turn < 60; turn++) await batch.turn();
    const others = [0, 1, 2].filter((n) => n !== first);
    expect(others.flatMap((n) => batch.rows(n, 'load.offered'))).toEqual([]);
    expect(batch.kept.batch()).toMatchObject({ isPaused: true, isCanaryOver: false, canaries: [] });
    expect(batch.told.findLast(({ event }) => event === 'batch.paused')?.reason).toBe(
      `${batch.status(first).mac} was to go first and was taken off the list before it had landed: nothing shows yet that the rest may go; when the batch goes on, another goes first in its place`,
    );
    expect(batch.told.map(({ reason }) => reason).join()).not.toContain('that went first are done');

    goOn(batch);
    const went = new Set<number>();
    await batch.until(
      () => batch.kept.batch().isCanaryOver,
      () => {
        for (const n of batch.busy()) if (n !== first) went.add(n);
      },
    );
    expect(went.size).toBe(1);
    await batch.until(() => others.every((n) => batch.state(n) === 'landed'));
    expect(others.map((n) => batch.state(n))).toEqual(['landed', 'landed']);
  });
}

test('a phone that went first, landed and is then taken off the list has shown what it was to show', async () => {
  const batch = await new Batch({ limits: { canary: 2 } }).start();
  for (let n = 0; n < 4; n++) batch.plug(SCCP);
  await batch.until(() => batch.kept.batch().canaries.length === 2);
  const [first] = batch.kept.batch().canaries;
  const at = batch.seats.findIndex((_, n) => batch.status(n).mac === first);
  for (let turn = 0; turn < 400 && batch.state(at) !== 'landed'; turn++) await batch.turn(() => {}, [at]);
  batch.bench.clock.advance(1_000);
  batch.bench.store.release(batch.status(at).mac, batch.bench.clock.wall());
  batch.bench.fleet.syncEnrolments();
  await batch.restart();
  const others = [0, 1, 2, 3].filter((n) => n !== at);
  await batch.until(() => others.every((n) => batch.state(n) === 'landed'));
  expect(batch.kept.batch()).toMatchObject({ isPaused: false, isCanaryOver: true });
  expect(others.map((n) => batch.state(n))).toEqual(['landed', 'landed', 'landed']);
});
