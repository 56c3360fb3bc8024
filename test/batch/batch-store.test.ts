import { expect, test } from 'vitest';
import { loadDriver } from '../../src/adapters/sqlite/load-driver.ts';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { MIGRATIONS, migrate } from '../../src/adapters/sqlite/schema.ts';
import { FRESH_BATCH, paused } from '../../src/core/batch/batch-state.ts';
import type { BatchEvent } from '../../src/core/history/event.ts';
import { ALICE, NOON, wish } from '../store/samples.ts';
import { temporaryFolder, temporaryStore } from '../store/temporary.ts';

const PAUSED: BatchEvent = { event: 'batch.paused', at: NOON, reason: 'lunch' };
const pause = { state: paused(FRESH_BATCH, NOON, 'lunch'), events: [PAUSED] };

test('a batch that nobody touched has no limits and is not paused', () => {
  const { store } = temporaryStore();
  expect(store.batch()).toEqual(FRESH_BATCH);
  expect(store.batchHistory()).toEqual([]);
});

test('a pause and its reason outlive the process, with its row', () => {
  const { store, path } = temporaryStore();
  expect(store.changeBatch(() => pause)).toMatchObject({ revision: 1, isPaused: true, reason: 'lunch' });
  store.close();
  const reader = openStore({ path, mode: 'reader' });
  expect(reader.batch()).toMatchObject({ revision: 1, isPaused: true, reason: 'lunch', turnedAt: NOON });
  expect(reader.batchHistory()).toEqual([PAUSED]);
  expect(reader.batchHistory(NOON + 1)).toEqual([]);
  reader.close();
});

test('what happened later stands later although the clock was set back meanwhile', () => {
  const { store } = temporaryStore();
  store.changeBatch(() => pause);
  const goesOn: BatchEvent = { event: 'batch.resumed', at: NOON - 3_600_000, reason: 'back' };
  store.changeBatch((was) => ({ state: was, events: [goesOn] }));
  expect(store.batchHistory().map(({ event, at }) => [event, at])).toEqual([
    ['batch.paused', NOON],
    ['batch.resumed', NOON],
  ]);
});

test('a change is made from what another process left', () => {
  const { store, path } = temporaryStore();
  const { store: other } = temporaryStore({ path, mode: 'client' });
  store.changeBatch(() => pause);
  other.changeBatch((was) => {
    expect(was).toMatchObject({ revision: 1, isPaused: true });
    return { state: { ...was, isFinished: true }, events: [] };
  });
  expect(store.batch()).toMatchObject({ revision: 2, isPaused: true, isFinished: true });
});

test('a change that leaves things alone writes nothing, and one that throws keeps nothing', () => {
  const { store } = temporaryStore();
  expect(store.changeBatch(() => null).revision).toBe(0);
  const cyclic: Record<string, unknown> = { ...FRESH_BATCH };
  cyclic.canaries = [cyclic];
  expect(() => store.changeBatch(() => ({ state: cyclic as never, events: [PAUSED] }))).toThrow();
  expect(store.batch().revision).toBe(0);
  expect(store.batchHistory()).toEqual([]);
});

test('rows about the batch cannot be changed or taken away', () => {
  const { store, path } = temporaryStore();
  store.changeBatch(() => pause);
  const db = new (loadDriver())(path);
  for (const sql of ['DELETE FROM batch_events', "UPDATE batch_events SET event = 'x'"]) {
    expect(() => db.exec(sql)).toThrow('append-only');
  }
  expect(() => db.exec("INSERT OR REPLACE INTO batch_events VALUES (1, 0, 'x', '{}')")).toThrow('append-only');
  db.close();
});

test('of the progress of a file only the newest is kept', async () => {
  const { store, path } = temporaryStore();
  store.enrol(wish(ALICE));
  const progress = { mac: ALICE, file: 'P0S3-08-11-00.sb2', bytes: 512, size: 757_000, at: NOON };
  store.saveProgress(progress);
  store.saveProgress({ ...progress, bytes: 1024, at: NOON + 250 });
  await store.commit({ mac: ALICE, events: [] });
  const { store: watcher } = temporaryStore({ path, mode: 'reader' });
  expect(watcher.progress()).toEqual([{ ...progress, bytes: 1024, at: NOON + 250 }]);
});

test('a database of before the batch had a state is read as it is, and brought forward by the one who writes', () => {
  const path = `${temporaryFolder()}/loadstep.db`;
  const db = new (loadDriver())(path);
  migrate(db, MIGRATIONS.slice(0, 2));
  db.close();
  const reader = openStore({ path, mode: 'reader' });
  expect([reader.batch(), reader.batchHistory(), reader.progress()]).toEqual([FRESH_BATCH, [], []]);
  reader.close();
  const { store } = temporaryStore({ path });
  expect(store.changeBatch(() => pause).isPaused).toBe(true);
  expect(store.enrol({ ...wish(ALICE), extension: '201' }).extension).toBe('201');
  expect(store.phone(ALICE)?.enrolment?.extension).toBe('201');
});
