import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import type { AppError } from '../../src/core/errors.ts';
import type { LogFields } from '../../src/ports/log.ts';
import { ALICE, BOB, NOON, requested, snapshotAt, step, wish } from './samples.ts';
import { temporaryStore } from './temporary.ts';

/** Transactions in SQLite's log since it was last begun again: frames that end one carry the size of the database. */
function transactionsIn(path: string): number {
  const log = readFileSync(`${path}-wal`);
  const pageSize = log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  let found = 0;
  for (let at = 32; at + 24 + pageSize <= log.length; at += 24 + pageSize) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    if (log.readUInt32BE(at + 4) !== 0) found++;
  }
  return found;
}

test('changes of one turn share one transaction, those of the next have their own', async () => {
  const { store, path } = temporaryStore();
  await store.commit(step(ALICE, 1));
  const before = transactionsIn(path);
  await Promise.all(Array.from({ length: 50 }, (_, i) => store.commit(step(ALICE, i + 2))));
  expect(transactionsIn(path)).toBe(before + 1);
  await store.commit(step(ALICE, 52));
  expect(transactionsIn(path)).toBe(before + 2);
  expect(Array.from(store.history({}))).toHaveLength(104);
});

test('requests that arrive in one turn share a transaction, though each is handled in a callback of its own', async () => {
  const { store, path } = temporaryStore();
  await store.commit(step(ALICE, 1));
  const before = transactionsIn(path);
  const pending: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    for (let i = 0; i < 10; i++) {
      process.nextTick(() => {
        queueMicrotask(() => pending.push(store.commit(step(ALICE, i + 2))));
        if (i === 9) setImmediate(resolve);
      });
    }
  });
  await Promise.all(pending);
  expect(pending).toHaveLength(10);
  expect(transactionsIn(path)).toBe(before + 1);
});

test('a change becomes durable only when its promise has resolved', async () => {
  const { store, path } = temporaryStore();
  await store.commit(step(BOB, 1));
  const reader = openStore({ path, mode: 'reader' });
  const pending = store.commit(step(ALICE, 1));
  expect(reader.phone(ALICE)).toBeNull();
  expect(Array.from(reader.history({ mac: ALICE }))).toEqual([]);
  await pending;
  expect(reader.phone(ALICE)?.snapshot).toEqual(snapshotAt(1));
  expect(Array.from(reader.history({ mac: ALICE }))).toHaveLength(2);
  reader.close();
});

test('what is written is what was handed over, not what became of it until the transaction', async () => {
  const { store } = temporaryStore();
  const context = { hop: 1 };
  const evidence = { seen: ['OS79XX.TXT'] };
  const pending = store.commit({
    mac: ALICE,
    snapshot: { machine: 'phone', version: 1, value: 'offered', context },
    evidence,
    events: [],
  });
  context.hop = 2;
  evidence.seen.push('later');
  await pending;
  expect(store.phone(ALICE)?.snapshot?.context).toEqual({ hop: 1 });
  expect(store.phone(ALICE)?.evidence).toEqual({ seen: ['OS79XX.TXT'] });
});

test('a change that cannot be kept as JSON is refused as a whole', async () => {
  const { store } = temporaryStore();
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  await expect(store.commit({ ...step(ALICE, 1), evidence: circle })).rejects.toThrow();
  expect(store.phones()).toEqual([]);
  expect(Array.from(store.history({}))).toEqual([]);
});

test('a phone that nobody enrolled gets a record with its first event', async () => {
  const { store } = temporaryStore();
  await store.commit({ mac: ALICE, events: [requested(ALICE, NOON), requested(BOB, NOON)] });
  const unknown = {
    enrolment: null,
    snapshot: null,
    evidence: null,
    memory: null,
    firstSeenAt: null,
    lastSeenAt: null,
  };
  expect(store.phones()).toEqual([
    { mac: ALICE, ...unknown },
    { mac: BOB, ...unknown },
  ]);
});

test('a change keeps what it does not mention', async () => {
  const { store } = temporaryStore();
  await store.commit({
    mac: ALICE,
    snapshot: snapshotAt(1),
    evidence: { a: 1 },
    memory: { version: 1 },
    seenAt: NOON,
    events: [],
  });
  await store.commit({ mac: ALICE, events: [] });
  await store.commit({ mac: ALICE, evidence: { a: 2 }, events: [] });
  expect(store.phone(ALICE)).toEqual({
    mac: ALICE,
    enrolment: null,
    snapshot: snapshotAt(1),
    evidence: { a: 2 },
    memory: { version: 1 },
    firstSeenAt: NOON,
    lastSeenAt: NOON,
  });
});

test('first and last sight are the earliest and the latest, however the clock jumps', async () => {
  const { store } = temporaryStore();
  for (const seenAt of [NOON + 5, NOON, NOON + 9, NOON + 3]) await store.commit({ mac: ALICE, seenAt, events: [] });
  expect(store.phone(ALICE)).toMatchObject({ firstSeenAt: NOON, lastSeenAt: NOON + 9 });
});

test('an enrolment in the same turn stands after the changes handed over before it', async () => {
  const { store } = temporaryStore();
  const pending = store.commit({ mac: ALICE, events: [requested(ALICE, NOON)] });
  store.enrol(wish(ALICE));
  expect(store.historyAfter(0).events.map((event) => event.event)).toEqual(['file.requested', 'phone.enrolled']);
  await pending;
});

test('closing writes what waits; afterwards nothing is taken', async () => {
  const { store, path } = temporaryStore();
  const pending = store.commit(step(ALICE, 1));
  store.close();
  await pending;
  await expect(store.commit(step(ALICE, 2))).rejects.toMatchObject({ code: 'E_DB_FAILED' });
  expect(() => store.enrol(wish(ALICE))).toThrow(/closed/);
  expect(() => store.phones()).toThrow(expect.objectContaining({ code: 'E_DB_FAILED' }));
  expect(() => store.close()).not.toThrow();
  expect(openStore({ path, mode: 'reader' }).phone(ALICE)?.snapshot).toEqual(snapshotAt(1));
});

test('a reader takes no change', async () => {
  const { store, path } = temporaryStore();
  store.enrol(wish(ALICE));
  const reader = openStore({ path, mode: 'reader' });
  await expect(reader.commit(step(ALICE, 1))).rejects.toMatchObject({ code: 'E_DB_FAILED' });
  expect(() => reader.release(ALICE, NOON)).toThrow(/for reading only/);
  expect(() => reader.saveBinding({ address: '10.0.0.7', mac: ALICE, learntAt: NOON, source: 'name' })).toThrow();
  expect(Array.from(reader.history({}))).toHaveLength(1);
  reader.close();
});

test('bindings are kept once for each address, phone and source, with the latest time', () => {
  const { store, path } = temporaryStore();
  const at = (address: string, mac: typeof ALICE, learntAt: number, source = 'name') => ({
    address,
    mac,
    learntAt,
    source,
  });
  for (const binding of [
    at('10.0.0.7', ALICE, NOON + 1),
    at('10.0.0.7', BOB, NOON + 2),
    at('10.0.0.7', ALICE, NOON + 9),
    at('10.0.0.7', ALICE, NOON + 4),
    at('10.0.0.7', ALICE, NOON + 3, 'lease'),
  ]) {
    store.saveBinding(binding);
  }
  const kept = [
    at('10.0.0.7', BOB, NOON + 2),
    at('10.0.0.7', ALICE, NOON + 3, 'lease'),
    at('10.0.0.7', ALICE, NOON + 9),
  ];
  expect(store.bindings()).toEqual(kept);
  store.close();
  expect(openStore({ path, mode: 'reader' }).bindings()).toEqual(kept);
});

test('a binding costs no transaction of its own', async () => {
  const { store, path } = temporaryStore();
  await store.commit(step(ALICE, 1));
  const before = transactionsIn(path);
  store.saveBinding({ address: '10.0.0.7', mac: ALICE, learntAt: NOON, source: 'name' });
  await store.commit(step(ALICE, 2));
  expect(transactionsIn(path)).toBe(before + 1);
  expect(store.bindings()).toHaveLength(1);
});

test('a transaction that failed leaves no number of a text behind that a later one would use', async () => {
  const lines: LogFields[] = [];
  const keep = (fields: LogFields) => void lines.push(fields);
  const { store, path } = temporaryStore({
    busyTimeoutMs: 20,
    log: { error: keep, warn: keep, info: keep, debug: keep },
  });
  const { loadDriver } = await import('../../src/adapters/sqlite/load-driver.ts');
  const other = new (loadDriver())(path);
  other.exec("CREATE TRIGGER refuse BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'refused'); END");
  const refused = store.commit({ mac: ALICE, events: [requested(ALICE, NOON, 'new name')] });
  store.saveBinding({ address: '10.0.0.7', mac: ALICE, learntAt: NOON, source: 'name' });
  const error = await refused.catch((reason: AppError) => reason);
  expect(error).toMatchObject({ code: 'E_DB_FAILED' });
  expect(lines).toEqual([{ event: 'store.binding-lost', code: 'E_DB_FAILED' }]);
  other.exec('DROP TRIGGER refuse');
  other.exec("INSERT INTO strings (text) VALUES ('in between')");
  other.close();
  expect(store.phones()).toEqual([]);
  await store.commit({ mac: BOB, events: [requested(BOB, NOON, 'new name')] });
  expect(Array.from(store.history({}))).toStrictEqual([requested(BOB, NOON, 'new name')]);
});
