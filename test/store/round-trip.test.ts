import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { HISTORY_EVENTS, type HistoryEvent } from '../../src/core/history/event.ts';
import { ALICE, BOB, NOON, requested } from './samples.ts';
import { temporaryFolder, temporaryStore } from './temporary.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'OS79XX.TXT', 'a\0b', '-', '1:2:3'),
);
const count = fc.oneof(fc.nat(40), fc.maxSafeNat());
const peer = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat(65_535)).map(([address, port]) => `${address}:${port}`),
  fc.tuple(fc.ipV6(), fc.nat(65_535)).map(([address, port]) => `[${address}]:${port}`),
  fc.constantFrom('10.0.0.7', '10.0.0.7:007', ':1', '1:', '10.0.0.7:123456', '10.0.0.7:99999'),
  text,
);
const historyEvent = fc.record(
  {
    event: fc.constantFrom(...HISTORY_EVENTS),
    at: fc.oneof(fc.integer({ min: NOON, max: NOON + 5 }), fc.maxSafeNat()),
    mac: fc.constantFrom(ALICE, BOB),
    state: text,
    previous: text,
    hop: count,
    hops: count,
    load: text,
    target: text,
    file: text,
    bytes: count,
    size: count,
    peer,
    tookMs: count,
    reason: text,
    code: text,
    advice: text,
    witnesses: fc.array(text, { maxLength: 3 }),
    road: fc.array(text, { maxLength: 3 }),
    finding: text,
  },
  { requiredKeys: ['event', 'at', 'mac'], noNullPrototype: true },
) as fc.Arbitrary<HistoryEvent>;

const inOrderOfTime = (events: readonly HistoryEvent[]) => events.toSorted((a, b) => a.at - b.at);

test('which phones have rows after a number is told with the number of the last of these', async () => {
  const { store } = temporaryStore();
  await store.commit({ mac: ALICE, events: [requested(ALICE, NOON, 'a'), requested(ALICE, NOON, 'b')] });
  await store.commit({ mac: BOB, events: [requested(BOB, NOON, 'c')] });
  expect(store.phonesAfter(0, 100)).toEqual({ sequence: 3, macs: expect.arrayContaining([ALICE, BOB]) });
  expect(store.phonesAfter(0, 2)).toEqual({ sequence: 2, macs: [ALICE] });
  expect(store.phonesAfter(2, 100)).toEqual({ sequence: 3, macs: [BOB] });
  expect(store.phonesAfter(3, 100)).toEqual({ sequence: 3, macs: [] });
});

test('the mark of the record is another one after every change, whoever makes it, and the same while nobody does', async () => {
  const { store, path } = temporaryStore();
  const marks = [store.changeMark()];
  const note = () => marks.push(store.changeMark());
  await store.commit({ mac: ALICE, events: [requested(ALICE, NOON, 'a')] });
  note();
  await store.commit({ mac: ALICE, seenAt: NOON, events: [] });
  note();
  const other = openStore({ path, mode: 'client' });
  await other.commit({ mac: BOB, seenAt: NOON, events: [] });
  note();
  other.close();
  expect(new Set(marks).size).toBe(4);
  const before = store.changeMark();
  expect(store.changeMark()).toBe(before);
});

test('what was committed is what the history says, in the order of time and, at one time, of commit', async () => {
  const folder = temporaryFolder();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(historyEvent, { maxLength: 4 }), { maxLength: 6 }), async (groups) => {
      const path = `${folder}/${runs++}.db`;
      const store = openStore({ path, mode: 'server' });
      await Promise.all(groups.map((events) => store.commit({ mac: events[0]?.mac ?? ALICE, events })));
      store.close();
      const reader = openStore({ path, mode: 'reader' });
      const all = groups.flat();
      expect(Array.from(reader.history({}))).toStrictEqual(inOrderOfTime(all));
      expect(Array.from(reader.history({ mac: BOB }))).toStrictEqual(inOrderOfTime(all.filter((e) => e.mac === BOB)));
      expect(reader.historyAfter(0)).toStrictEqual({ sequence: all.length, events: all });
      reader.close();
    }),
    { numRuns: 50 },
  );
});

test('a key that this version does not know comes back too', async () => {
  const { store } = temporaryStore();
  const event = { ...requested(ALICE, NOON), blockBytes: 512, hints: { slow: true } } as HistoryEvent;
  await store.commit({ mac: ALICE, events: [event] });
  expect(Array.from(store.history({}))).toStrictEqual([event]);
});

test('keys set to undefined are absent afterwards', async () => {
  const { store } = temporaryStore();
  const event = { ...requested(ALICE, NOON), state: undefined, later: undefined } as unknown as HistoryEvent;
  await store.commit({ mac: ALICE, events: [event] });
  expect(Array.from(store.history({}))).toStrictEqual([requested(ALICE, NOON)]);
});

test.each([
  ['at', Number.NaN],
  ['hop', Number.POSITIVE_INFINITY],
  ['bytes', Number.NaN],
])('an event whose %s is %s is refused and leaves its neighbours alone', async (key, value) => {
  const { store } = temporaryStore();
  const bad = { ...requested(ALICE, NOON), [key]: value } as HistoryEvent;
  const outcomes = await Promise.allSettled([
    store.commit({ mac: ALICE, events: [requested(ALICE, NOON, 'first')] }),
    store.commit({ mac: ALICE, events: [requested(ALICE, NOON, 'not kept'), bad] }),
    store.commit({ mac: ALICE, events: [requested(ALICE, NOON, 'last')] }),
  ]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(Array.from(store.history({}), (event) => event.file)).toEqual(['first', 'last']);
});

test('history can be narrowed to a phone, a time and the newest rows', async () => {
  const { store } = temporaryStore();
  const events = [5, 1, 3, 3, 2, 4].map((second, i) => requested(i % 2 === 0 ? ALICE : BOB, NOON + second, `${i}`));
  for (const event of events) await store.commit({ mac: event.mac, events: [event] });
  const files = (query: Parameters<typeof store.history>[0]) => Array.from(store.history(query), (event) => event.file);
  expect(files({})).toEqual(['1', '4', '2', '3', '5', '0']);
  expect(files({ mac: BOB })).toEqual(['1', '3', '5']);
  expect(files({ since: NOON + 3 })).toEqual(['2', '3', '5', '0']);
  expect(files({ since: NOON + 4 })).toEqual(['5', '0']);
  expect(files({ limit: 2 })).toEqual(['5', '0']);
  expect(files({ limit: 99 })).toEqual(['1', '4', '2', '3', '5', '0']);
  expect(files({ limit: 0 })).toEqual([]);
  expect(files({ mac: ALICE, since: NOON + 2, limit: 2 })).toEqual(['2', '0']);
  expect(files({ mac: ALICE, since: NOON + 5, limit: 2 })).toEqual(['0']);
  expect(files({ mac: '00AA00AA00AA' as typeof ALICE })).toEqual([]);
});

test('thousands of rows at one instant keep their order across pages', async () => {
  const { store } = temporaryStore();
  const events = Array.from({ length: 1_700 }, (_, i) => requested(ALICE, NOON, `${i}`));
  await store.commit({ mac: ALICE, events });
  expect(Array.from(store.history({}))).toStrictEqual(events);
  expect(Array.from(store.history({ mac: ALICE, limit: 1_200 }))).toStrictEqual(events.slice(500));
});

test('a reading that is under way neither blocks commits nor shows them', async () => {
  const { store } = temporaryStore();
  await store.commit({ mac: ALICE, events: Array.from({ length: 900 }, (_, i) => requested(ALICE, NOON + i)) });
  let rows = 0;
  for (const _ of store.history({})) {
    if (rows++ % 300 === 0) await store.commit({ mac: ALICE, events: [requested(ALICE, NOON + 5_000 + rows)] });
  }
  expect(rows).toBe(900);
  expect(Array.from(store.history({}))).toHaveLength(903);
});

test('a follower gets each row once, in the order of commit', async () => {
  const { store, path } = temporaryStore();
  await store.commit({ mac: ALICE, events: [requested(ALICE, NOON)] });
  const follower = openStore({ path, mode: 'reader' });
  let sequence = follower.lastSequence();
  expect(follower.historyAfter(sequence)).toEqual({ sequence, events: [] });
  const late = [requested(ALICE, NOON + 9), requested(BOB, NOON + 1)];
  await store.commit({ mac: ALICE, events: late });
  const first = follower.historyAfter(sequence);
  expect(first.events).toStrictEqual(late);
  sequence = first.sequence;
  expect(follower.historyAfter(sequence)).toEqual({ sequence, events: [] });
  expect(sequence).toBe(store.lastSequence());
  follower.close();
});
