import { join } from 'node:path';
import { expect, test } from 'vitest';
import { persist } from '../../machines/snapshot.ts';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { readCount, readFailureLimit } from '../../src/cli/settings/batch-limits.ts';
import { NO_LIMITS, withLimits } from '../../src/core/batch/batch-state.ts';
import type { PhoneState } from '../../src/core/phone-states.ts';
import { aPhone } from '../machines/a-hop.ts';
import { ALICE, BOB, NOON, wish } from '../store/samples.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { loadstep } from '../support/fake-io.ts';

function database(): { db: string; run: (...words: string[]) => ReturnType<typeof loadstep> } {
  const db = join(temporaryFolder(), 'loadstep.db');
  return { db, run: (...words) => loadstep([...words, '--db', db]) };
}

/** Puts a phone on the list in a given state. */
async function put(db: string, mac: typeof ALICE, state: PhoneState): Promise<void> {
  const store = openStore({ path: db, mode: 'client' });
  store.enrol(wish(mac));
  await store.commit({ mac, snapshot: persist(aPhone(state, { mac })), seenAt: NOON, events: [] });
  store.close();
}

function batchOf(db: string) {
  const store = openStore({ path: db, mode: 'reader' });
  const found = { state: store.batch(), events: store.batchHistory() };
  store.close();
  return found;
}

test('a pause is kept with its reason, and a second one changes nothing', async () => {
  const { db, run } = database();
  expect(await run('pause', '--reason', 'lunch')).toMatchObject({ code: 0, out: expect.stringContaining('Paused') });
  expect((await run('pause', '--reason', 'tea')).out).toContain('paused already: lunch');
  expect(batchOf(db)).toMatchObject({
    state: { isPaused: true, reason: 'lunch' },
    events: [{ event: 'batch.paused', reason: 'lunch' }],
  });
});

test('a resumption lets it go on and sets aside what has failed', async () => {
  const { db, run } = database();
  await put(db, ALICE, 'held');
  await run('pause');
  expect((await run('resume', '--json')).json()).toEqual([{ result: 'resumed', failed: 1 }]);
  expect(batchOf(db)).toMatchObject({ state: { isPaused: false, excused: [ALICE] } });
  expect((await run('resume')).out).toContain('was not paused');
});

test('history without --mac shows what became of the batch among what phones did, and with --mac it does not', async () => {
  const { db, run } = database();
  await put(db, ALICE, 'offered');
  await run('pause', '--reason', 'lunch');
  await run('resume');
  const events = (await run('history', '--json')).json().map((row) => row.event);
  expect(events).toEqual(['phone.enrolled', 'batch.paused', 'batch.resumed']);
  expect((await run('history')).out).toContain('the batch is paused: lunch');
  expect((await run('history', '--csv')).out).toMatch(/,,batch\.paused,/);
  expect((await run('history', '--json', '--mac', ALICE)).json()).toHaveLength(1);
});

test('cancelling takes a phone off the list, and says so when that has to wait for its next boot', async () => {
  const { db, run } = database();
  await put(db, ALICE, 'flashing');
  await put(db, BOB, 'offered');
  const { code, out } = await run('cancel', '--mac', ALICE, BOB);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`${ALICE} may be writing flash.*do not unplug`));
  expect(out).toContain(`${BOB} is cancelled`);
  const status = (await run('status', '--json')).json();
  expect(status.map(({ state, isEnrolled }) => [state, isEnrolled])).toEqual([
    ['flashing', false],
    ['cancelled', false],
  ]);
  const rows = (await run('history', '--json', '--mac', BOB)).json();
  expect(rows.at(-1)).toMatchObject({
    event: 'phone.released',
    finding: 'cancelled',
    reason: 'the operator cancelled it',
  });
  expect((await run('history', '--mac', BOB)).out).toMatch(/cancelled \(the operator cancelled it\)/);
});

test('a batch of which everybody was cancelled is told as finished, with how many', async () => {
  const { db, run } = database();
  await put(db, ALICE, 'offered');
  await put(db, BOB, 'identifying');
  await run('cancel', '--all');
  const [summary, ...phones] = (await run('report', '--json')).json();
  expect(summary).toMatchObject({ counts: { cancelled: 2, released: 0 }, finishedAt: expect.any(String) });
  expect(phones.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled']);
  const { out } = await run('report');
  expect(out).toContain('0 landed, 2 cancelled');
  expect(out).not.toContain('not finished yet');
  expect(batchOf(db).state.cancelled).toEqual([ALICE, BOB]);
});

test('a released phone is not cancelled, and a cancelled one that is enrolled again is neither', async () => {
  const { db, run } = database();
  await put(db, ALICE, 'offered');
  await run('release', '--mac', ALICE);
  expect((await run('status', '--json')).json()).toMatchObject([{ state: 'released' }]);
  await run('enroll', '--mac', ALICE, '--target', 'P0S3-08-11-00');
  await run('cancel', '--mac', ALICE);
  expect((await run('status', '--json')).json()).toMatchObject([{ state: 'cancelled' }]);
  await run('enroll', '--mac', ALICE, '--target', 'P0S3-08-11-00');
  expect((await run('status', '--json')).json()).toMatchObject([{ isEnrolled: true }]);
  await run('release', '--mac', ALICE);
  expect((await run('status', '--json')).json()).toMatchObject([{ state: 'released' }]);
});

test('cancelling all leaves landed phones locked to their load', async () => {
  const { db, run } = database();
  await put(db, ALICE, 'landed');
  await put(db, BOB, 'held');
  expect((await run('cancel', '--all', '--json')).json()).toEqual([
    { mac: ALICE, result: 'landed' },
    { mac: BOB, result: 'cancelled' },
  ]);
});

test('a phone that is not on the list cannot be cancelled, and the others are', async () => {
  const { db, run } = database();
  await put(db, ALICE, 'offered');
  const { code, out, err } = await run('cancel', '--mac', ALICE, BOB);
  expect(code).toBe(2);
  expect(out).toContain(`${ALICE} is cancelled`);
  expect(err).toContain(`${BOB} is not on the list`);
});

test.each([
  [['cancel'], '--mac is missing'],
  [['cancel', '--all', '--mac', ALICE], 'exclude each other'],
  [['serve', '--at-once', 'many'], 'is not a number of phones'],
  [['serve', '--canary', '-1'], 'is not a number of phones'],
  [['serve', '--stop-after-failures', '101%'], 'is not a limit'],
])('%j is refused in one sentence', async (words, why) => {
  const { code, err } = await database().run(...words);
  expect(code).toBe(2);
  expect(err).toContain(why);
});

test('limits are read as people write them', () => {
  expect(readCount('4')).toEqual({ ok: true, value: 4 });
  expect(readFailureLimit('3')).toEqual({ ok: true, value: { kind: 'count', count: 3 } });
  expect(readFailureLimit('10%')).toEqual({ ok: true, value: { kind: 'percent', percent: 10 } });
  expect(readFailureLimit('10 %').ok).toBe(true);
  expect(readFailureLimit('0')).toEqual({ ok: true, value: null });
  for (const text of ['', 'x', '-1', '1.5', '%']) expect(readFailureLimit(text).ok).toBe(false);
});

test('status says why a phone waits, from the record alone', async () => {
  const { db, run } = database();
  await put(db, ALICE, 'downloading');
  await put(db, BOB, 'offered');
  const store = openStore({ path: db, mode: 'client' });
  store.changeBatch((was) => ({ state: withLimits(was, { ...NO_LIMITS, atOnce: 1 }), events: [] }));
  store.close();
  const report = (await run('status', '--json')).json().find((one) => one.mac === BOB);
  expect(report?.waits).toBe('waits for its turn (1 of 1): at most 1 at once');
  expect((await run('status')).out).toContain('waits for its turn (1 of 1)');
});
