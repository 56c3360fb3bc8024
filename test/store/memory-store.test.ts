import { expect, test } from 'vitest';
import { createMemoryStore } from '../../src/adapters/memory-store.ts';
import { withLimits } from '../../src/core/batch/batch-state.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { BatchStore } from '../../src/ports/batch-store.ts';
import type { RecordFeed, Store } from '../../src/ports/store.ts';
import { ALICE, BOB, NOON, step } from './samples.ts';
import { temporaryStore } from './temporary.ts';

type WholeStore = Store & BatchStore & RecordFeed;

const WISH = { from: null, model: null, label: null, target: 'P0S3-08-11-00' as LoadName };

/** A day of a small bench. */
async function live(store: WholeStore) {
  store.enrol({ ...WISH, mac: ALICE, enrolledAt: NOON });
  store.enrol({ ...WISH, mac: BOB, enrolledAt: NOON + 1, batch: 'pallet 8', port: '17', model: '7960' });
  await Promise.all([store.commit(step(ALICE, 1, NOON + 2)), store.commit(step(BOB, 1, NOON + 3))]);
  store.saveBinding({ address: '10.0.0.7', mac: ALICE, learntAt: NOON + 2, source: 'name' });
  store.saveBinding({ address: '10.0.0.7', mac: ALICE, learntAt: NOON + 4, source: 'name' });
  store.saveBinding({ address: '10.0.0.8', mac: BOB, learntAt: NOON + 3, source: 'lease' });
  await store.commit({ ...step(ALICE, 2, NOON + 5), evidence: { seen: ['OS79XX.TXT'] } });
  const outcomes = [
    store.release(BOB, NOON + 6, true),
    store.release(BOB, NOON + 7),
    store.retry(BOB, NOON + 7),
    store.retry(ALICE, NOON + 8),
  ];
  store.changeBatch((was) => ({
    state: { ...withLimits(was, { atOnce: 8, canary: 2, stopAfter: null }), isPaused: true },
    events: [{ event: 'batch.paused', at: NOON + 9, reason: 'lunch' }],
  }));
  store.changeBatch(() => null);
  store.saveProgress({ mac: ALICE, file: 'a.sbn', bytes: 1, size: 10, at: NOON + 9 });
  store.saveProgress({ mac: ALICE, file: 'a.sbn', bytes: 5, size: 10, at: NOON + 10 });
  await store.commit({ mac: ALICE, events: [] });
  return outcomes;
}

function kept(store: WholeStore) {
  const rows = (query: Parameters<Store['history']>[0]) => [...store.history(query)];
  return {
    phones: [...store.phones()].sort((a, b) => (a.mac < b.mac ? -1 : 1)),
    alice: store.phone(ALICE),
    nobody: store.phone('0018B9000009' as typeof ALICE),
    all: rows({}),
    ofBob: rows({ mac: BOB }),
    late: rows({ since: NOON + 5 }),
    newest: rows({ limit: 2 }),
    fed: store.historyAfter(3).events.length,
    changes: store.enrolmentsChangedSince(0).enrolments.length,
    unchanged: store.enrolmentsChangedSince(store.enrolmentsChangedSince(0).sequence).enrolments,
    bindings: store.bindings(),
    batch: store.batch(),
    batchRows: store.batchHistory(),
    laterBatchRows: store.batchHistory(NOON + 10),
    progress: store.progress(),
  };
}

test('the store in memory keeps what the one on disk keeps', async () => {
  const [memory, { store: disk }] = [createMemoryStore(), temporaryStore()];
  expect(await live(memory)).toEqual(await live(disk));
  expect(kept(memory)).toEqual(kept(disk));
  expect(memory.historyAfter(0).events.length).toBe(memory.lastSequence());
});

test("what the store in memory gave is nobody else's: changing it changes nothing that is kept", async () => {
  const store = createMemoryStore();
  await live(store);
  const before = kept(store);
  const [phone] = store.phones() as unknown as { enrolment: { label: string } }[];
  if (phone !== undefined) phone.enrolment.label = 'overwritten';
  expect(kept(store)).toEqual(before);
});
