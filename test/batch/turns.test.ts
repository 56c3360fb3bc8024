import { expect, test } from 'vitest';
import { waitsIn } from '../../src/app/batch/batch-status.ts';
import { FRESH_BATCH } from '../../src/core/batch/batch-state.ts';
import { Batch, isLanded } from '../support/batch-bench.ts';

const SCCP = 'P0030301MFG2';

test('six phones all land when two at a time may write flash, and never more do', async () => {
  const batch = await new Batch({ limits: { atOnce: 2 } }).start();
  for (let n = 0; n < 6; n++) batch.plug(SCCP);
  let most = 0;
  await batch.until(isLanded(batch), () => {
    most = Math.max(most, batch.busy().length);
  });
  expect(batch.states()).toEqual(Array.from({ length: 6 }, () => 'landed'));
  expect(most).toBe(2);
});

test('without a limit all of them go at once', async () => {
  const batch = await new Batch().start();
  for (let n = 0; n < 4; n++) batch.plug(SCCP);
  let most = 0;
  await batch.until(isLanded(batch), () => {
    most = Math.max(most, batch.busy().length);
  });
  expect(most).toBe(4);
});

test('a phone that waits is told "file not found", is not counted as one that refuses, and its record says why', async () => {
  const batch = await new Batch({ limits: { atOnce: 1 } }).start();
  batch.plug(SCCP);
  batch.plug(SCCP);
  await batch.until(() => batch.busy().includes(0));
  const context = () => batch.bench.store.phone(batch.status(1).mac)?.snapshot?.context;
  await batch.until(() => batch.rows(1, 'phone.decision').length > 0);
  const before = context();
  // The first one is in the middle of its image; the second goes round and round.
  for (let turn = 0; turn < 40; turn++) await batch.turn(() => {}, [1]);
  expect(batch.state(1)).toBe('offered');
  expect(context()).toMatchObject({ rounds: (before as { rounds: number }).rounds, trigger: 0 });
  const waits = batch.rows(1, 'phone.decision').filter((row) => row.finding === 'waits-for-turn');
  expect(waits.map((row) => row.reason)).toEqual([
    expect.stringMatching(/^waits for its turn \(\d of \d\): at most 1 at once$/),
  ]);
  const refused = batch.rows(1, 'file.refused').findLast((row) => row.file === 'OS79XX.TXT');
  expect(refused).toMatchObject({ reason: expect.stringContaining('waits for its turn') });
  expect(batch.rows(1, 'load.offered')).toEqual([]);
});

test('the time of a phone that waits does not run, and runs again once nobody is before it', async () => {
  const batch = await new Batch({ limits: { atOnce: 1 } }).start();
  batch.plug(SCCP);
  batch.plug(SCCP);
  await batch.until(() => batch.busy().includes(0) && batch.state(1) === 'offered');
  batch.bench.clock.advance(10 * 60_000);
  await batch.turn(() => {}, [0]);
  batch.bench.clock.advance(10 * 60_000);
  expect(batch.state(1)).toBe('offered');
  // The first one is silent for good: it is held, and its slot is free.
  batch.bench.clock.advance(60 * 60_000);
  expect(batch.state(0)).toBe('held');
  expect(batch.state(1)).toBe('held');
  expect(batch.status(1)).toMatchObject({ code: 'P_NEEDS_RESTART' });
});

test('a restart of the server neither frees a slot nor loses a place', async () => {
  const batch = await new Batch({ limits: { atOnce: 1 } }).start();
  for (let n = 0; n < 3; n++) batch.plug(SCCP);
  let most = 0;
  for (let life = 0; life < 60 && !isLanded(batch)(); life++) {
    for (let turn = 0; turn < 5; turn++) {
      await batch.turn(() => {
        most = Math.max(most, batch.busy().length);
      });
    }
    await batch.restart({});
  }
  expect(batch.states()).toEqual(['landed', 'landed', 'landed']);
  expect(most).toBe(1);
  expect(batch.rows(2, 'phone.decision').filter((row) => row.finding === 'waits-for-turn').length).toBeLessThan(4);
});

test('limits are kept for the next start, and changed by it', async () => {
  const batch = await new Batch({ limits: { atOnce: 3, canary: 1, stopAfter: { kind: 'count', count: 2 } } }).start();
  expect(batch.told.map((event) => event.reason)).toEqual([
    'limits: at most 3 at once, 1 canary first, stop after 2 failures',
  ]);
  await batch.restart({ limits: {} });
  expect(batch.kept.batch().limits).toMatchObject({ atOnce: 3, canary: 1 });
  await batch.restart({ limits: { atOnce: null } });
  expect(batch.kept.batch().limits).toMatchObject({ atOnce: null, canary: 1 });
  expect(batch.kept.events).toHaveLength(2);
});

test('a batch that cannot be written stops the server as any other record does', async () => {
  const batch = await new Batch({ limits: { canary: 1 } }).start();
  const failures: string[] = [];
  batch.bench.fleet.onFailure((error) => failures.push(error.code));
  batch.plug(SCCP);
  batch.kept.failure = new Error('the disk is gone');
  await batch.until(() => failures.length > 0);
  expect(failures).toEqual(['E_DB_FAILED']);
  expect(batch.rows(0, 'load.offered')).toEqual([]);
});

test('when all come at once the first goes in its first round with a load, and the others wait behind it', async () => {
  const batch = await new Batch({ limits: { atOnce: 1 } }).start();
  for (let n = 0; n < 4; n++) batch.plug(SCCP);
  const offered = () => batch.seats.flatMap((_, n) => (batch.rows(n, 'load.offered').length > 0 ? [n] : []));
  await batch.until(() => batch.rows(3, 'phone.decision').length > 0);
  // The very first one is known a round later: its first name bore no MAC, and its address was nobody's yet.
  expect(offered()).toEqual([1]);
  expect(batch.rows(1, 'phone.decision')).toEqual([]);
  expect([2, 3].flatMap((n) => batch.rows(n, 'phone.decision').map((row) => row.reason))).toEqual([
    'waits for its turn (1 of 2): at most 1 at once',
    'waits for its turn (2 of 2): at most 1 at once',
  ]);
});

test('phones that wait stand in one line with one length, also those that do not ask just now', async () => {
  const batch = await new Batch({ limits: { atOnce: 1 } }).start();
  for (let n = 0; n < 5; n++) batch.plug(SCCP);
  await batch.until(
    () => batch.busy().length === 1 && batch.states().filter((state) => state === 'offered').length === 4,
  );
  // Two of them are silent for longer than anybody is waited for.
  batch.bench.clock.advance(200_000);
  const waiting = batch.states().flatMap((state, n) => (state === 'offered' ? [n] : []));
  await batch.turn(() => {}, waiting.slice(2));
  await batch.turn(() => {}, waiting.slice(2));
  const state = { ...FRESH_BATCH, limits: { ...FRESH_BATCH.limits, atOnce: 1 } };
  const waits = waitsIn(batch.bench.store.phones(), state, batch.bench.clock.wall());
  const places = [...waits.values()].map(({ place, of }) => `${place}/${of}`).sort();
  expect(places).toEqual(Array.from({ length: waits.size }, (_, n) => `${n + 1}/${waits.size}`));
  expect(waits.size).toBeGreaterThan(2);
});
