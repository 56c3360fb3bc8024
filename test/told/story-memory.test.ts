import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMatrix } from '../../src/adapters/matrix-reader.ts';
import { reportFrom, reportInTurns } from '../../src/app/told/batch-report.ts';
import { StoryMemory } from '../../src/app/told/story-memory.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { ALICE, BOB, NOON } from '../store/samples.ts';
import { temporaryStore } from '../store/temporary.ts';

const matrix = readMatrix(join(import.meta.dirname, '..', '..', 'firmware-matrix'));
const TARGET = 'P0S3-08-11-00' as LoadName;
const ALL = { batch: null, mac: null };

/** What a phone may leave in the record; times and the phone are added. */
const HAPPENINGS: readonly Omit<HistoryEvent, 'at' | 'mac'>[] = [
  { event: 'file.requested', file: 'OS79XX.TXT', peer: '10.0.0.7:50000' },
  { event: 'phone.planned', from: 'SCCP 3.x', road: [TARGET], target: TARGET },
  { event: 'phone.state', state: 'offered', previous: 'identifying', hop: 1, hops: 1, load: TARGET, target: TARGET },
  { event: 'load.offered', load: TARGET, file: 'XMLDefault.cnf.xml' },
  {
    event: 'file.sent',
    file: `${TARGET}.sb2`,
    load: TARGET,
    bytes: 757_000,
    tookMs: 9_000,
    sha1: 'a',
    peer: '10.0.0.7:50001',
  },
  { event: 'file.failed', file: `${TARGET}.sb2`, load: TARGET, reason: 'lost' },
  {
    event: 'phone.state',
    state: 'landed',
    previous: 'confirming',
    hop: 1,
    hops: 1,
    load: TARGET,
    witnesses: ['(a) it asked'],
  },
  { event: 'phone.landed', target: TARGET, witnesses: ['(a) it asked'] },
  { event: 'phone.finding', finding: 'contradiction', reason: 'something else runs' },
  { event: 'phone.held', code: 'P_HUNT_ONLY', reason: 'it hunts', advice: 'look' },
  { event: 'phone.state', state: 'identifying', previous: 'held' },
];

const happening = fc.record({
  what: fc.constantFrom(...HAPPENINGS),
  who: fc.constantFrom(ALICE, BOB),
  // Another process may record something that stands before what is there.
  later: fc.integer({ min: -20, max: 1_000 }),
});
const order = fc.record({
  order: fc.constantFrom('enrol', 'other batch', 'release'),
  who: fc.constantFrom(ALICE, BOB),
});
const step = fc.oneof({ weight: 6, arbitrary: happening }, order, fc.constant('ask' as const));

test('a report of remembered stories is the report that the whole record tells, whatever is recorded between two of them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { store } = temporaryStore();
      const memory = new StoryMemory(store, matrix);
      let at = NOON;
      const enrol = (mac: typeof ALICE, batch: string) =>
        store.enrol({ mac, target: TARGET, from: null, model: null, label: null, batch, enrolledAt: at });
      enrol(ALICE, 'default');
      enrol(BOB, 'default');
      for (const one of [...steps, 'ask' as const]) {
        if (one === 'ask') {
          const told = await reportInTurns(store, matrix, ALL, at, null, memory);
          expect(told).toEqual(reportFrom(store, matrix, ALL, at));
          expect(await reportInTurns(store, matrix, ALL, at, null, memory)).toEqual(told);
        } else if ('order' in one) {
          at += 1;
          if (one.order === 'release') store.release(one.who, at);
          else enrol(one.who, one.order === 'enrol' ? 'default' : 'second');
        } else {
          await store.commit({ mac: one.who, events: [{ ...one.what, at: at + one.later, mac: one.who }] });
          at += Math.max(0, one.later);
        }
      }
      store.close();
    }),
    { numRuns: 60 },
  );
});

test('a history is read once, and after that only what is recorded since', async () => {
  const { store } = temporaryStore();
  store.enrol({ mac: ALICE, target: TARGET, from: null, model: null, label: null, enrolledAt: NOON });
  let readings = 0;
  const counting = {
    ...store,
    history: (query: Parameters<typeof store.history>[0]) => {
      if (query.limit === undefined) readings += 1;
      return store.history(query);
    },
  };
  const memory = new StoryMemory(counting, matrix);
  const landed = async () =>
    (await reportInTurns(counting, matrix, ALL, NOON, null, memory)).phones.map(({ landedAt }) => landedAt);
  expect([await landed(), readings]).toEqual([[null], 1]);
  await store.commit({ mac: ALICE, events: [{ event: 'phone.landed', at: NOON + 5, mac: ALICE, target: TARGET }] });
  expect([await landed(), readings]).toEqual([[NOON + 5], 1]);
});

test('what another process records later, and what stands before what was read, is told in its place', async () => {
  const { store } = temporaryStore();
  store.enrol({ mac: ALICE, target: TARGET, from: null, model: null, label: null, enrolledAt: NOON });
  await store.commit({ mac: ALICE, events: [{ event: 'phone.landed', at: NOON + 100, mac: ALICE, target: TARGET }] });
  const memory = new StoryMemory(store, matrix);
  const landed = async () => (await reportInTurns(store, matrix, ALL, NOON, null, memory)).phones[0]?.landedAt;
  expect(await landed()).toBe(NOON + 100);
  const finding = { event: 'phone.finding', finding: 'contradiction', mac: ALICE } as const;
  await store.commit({ mac: ALICE, events: [{ ...finding, at: NOON + 50 }] });
  expect(await landed()).toBe(NOON + 100);
  await store.commit({ mac: ALICE, events: [{ ...finding, at: NOON + 150 }] });
  expect(await landed()).toBe(null);
});

test('what is recorded while a report is made is told once', async () => {
  const { store } = temporaryStore();
  for (const mac of [ALICE, BOB])
    store.enrol({ mac, target: TARGET, from: null, model: null, label: null, enrolledAt: NOON });
  const memory = new StoryMemory(store, matrix);
  const [alice, bob] = reportFrom(store, matrix, ALL, NOON).phones;
  if (alice === undefined || bob === undefined) throw new Error('both are on the list');
  memory.storyOf(alice);
  await memory.catchUp();
  await store.commit({ mac: BOB, events: [{ event: 'phone.held', at: NOON + 1, mac: BOB, code: 'P_HUNT_ONLY' }] });
  expect(memory.storyOf(bob).holds.length).toBe(1);
  await memory.catchUp();
  expect(memory.storyOf(bob).holds.length).toBe(1);
});
