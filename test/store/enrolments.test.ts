import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { ALICE, BOB, NOON, wish } from './samples.ts';
import { temporaryStore } from './temporary.ts';

test('an enrolled phone stands in the list and in the record', () => {
  const { store } = temporaryStore();
  const enrolment = store.enrol({
    ...wish(ALICE),
    from: 'P0030301MFG2' as LoadName,
    model: '7940',
    label: 'lobby',
  });
  expect(enrolment).toEqual({
    mac: ALICE,
    target: 'P0S3-08-11-00',
    from: 'P0030301MFG2',
    model: '7940',
    label: 'lobby',
    batch: 'default',
    port: null,
    extension: null,
    serial: null,
    enrolledAt: NOON,
    revision: 1,
    status: 'enrolled',
  });
  expect(store.phone(ALICE)?.enrolment).toEqual(enrolment);
  expect(Array.from(store.history({}))).toEqual([
    {
      event: 'phone.enrolled',
      at: NOON,
      mac: ALICE,
      target: 'P0S3-08-11-00',
      reason: 'the operator says that it runs P0030301MFG2 and is a 7940',
    },
  ]);
});

test('batch, switch port and serial number are kept, and the batch stands in the record', () => {
  const { store } = temporaryStore();
  store.enrol({ ...wish(ALICE), batch: 'pallet 7', port: 'gi0/12', serial: 'INM073217TQ' });
  expect(store.phone(ALICE)?.enrolment).toMatchObject({ batch: 'pallet 7', port: 'gi0/12', serial: 'INM073217TQ' });
  expect(store.release(ALICE, NOON + 1)).toBe(true);
  expect(store.phone(ALICE)?.enrolment).toMatchObject({ batch: 'pallet 7', status: 'released' });
  expect(Array.from(store.history({}), (event) => event.batch)).toEqual(['pallet 7', undefined]);
});

test('a phone enrolled anew follows its new target under a new revision', () => {
  const { store } = temporaryStore();
  store.enrol(wish(ALICE, 'P0S3-07-5-00'));
  const again = store.enrol(wish(ALICE));
  expect(again).toMatchObject({ target: 'P0S3-08-11-00', revision: 2, status: 'enrolled' });
  expect(store.phones()).toHaveLength(1);
  expect(Array.from(store.history({ mac: ALICE }), (event) => event.target)).toEqual(['P0S3-07-5-00', 'P0S3-08-11-00']);
});

test('what an operator asks stands behind what the phone did, also when the server that wrote that has a clock ahead', async () => {
  const { store } = temporaryStore();
  store.enrol(wish(ALICE));
  await store.commit({ mac: ALICE, events: [{ event: 'phone.seen', at: NOON + 3_600_000, mac: ALICE }] });
  store.retry(ALICE, NOON + 60_000);
  store.release(ALICE, NOON + 120_000);
  expect(Array.from(store.history({ mac: ALICE }), ({ event, at }) => [event, at - NOON])).toEqual([
    ['phone.enrolled', 0],
    ['phone.seen', 3_600_000],
    ['phone.decision', 3_600_000],
    ['phone.released', 3_600_000],
  ]);
});

test('a released phone keeps its enrolment as released, and can be enrolled again', () => {
  const { store } = temporaryStore();
  store.enrol(wish(ALICE));
  expect(store.release(ALICE, NOON + 1)).toBe(true);
  expect(store.phone(ALICE)?.enrolment).toMatchObject({ status: 'released', revision: 2 });
  expect(store.release(ALICE, NOON + 2)).toBe(false);
  expect(store.retry(ALICE, NOON + 2)).toBe(false);
  expect(store.enrol(wish(ALICE))).toMatchObject({ status: 'enrolled', revision: 3 });
  expect(store.historyAfter(0).events.map((event) => event.event)).toEqual([
    'phone.enrolled',
    'phone.released',
    'phone.enrolled',
  ]);
});

test('who follows the list reads its rows and passes over the others', async () => {
  const { store } = temporaryStore();
  store.enrol(wish(ALICE));
  await store.commit({ mac: ALICE, events: [{ event: 'phone.seen', at: NOON, mac: ALICE }] });
  const kinds = ['phone.enrolled', 'phone.released'] as const;
  const first = store.historyAfter(0, kinds);
  expect(first.events.map(({ event }) => event)).toEqual(['phone.enrolled']);
  expect(first.sequence).toBe(store.lastSequence());
  expect(store.historyAfter(first.sequence, kinds)).toEqual({ sequence: first.sequence, events: [] });
  store.release(ALICE, NOON + 1);
  expect(store.historyAfter(first.sequence, kinds).events.map(({ event }) => event)).toEqual(['phone.released']);
  expect(store.historyAfter(0, ['phone.landed']).events).toEqual([]);
});

test('releasing or retrying a phone that nobody enrolled changes nothing', () => {
  const { store } = temporaryStore();
  expect(store.release(ALICE, NOON)).toBe(false);
  expect(store.retry(ALICE, NOON)).toBe(false);
  expect(store.phones()).toEqual([]);
  expect(Array.from(store.history({}))).toEqual([]);
});

test('a retry is a new revision and a decision in the record', () => {
  const { store } = temporaryStore();
  store.enrol(wish(ALICE));
  expect(store.retry(ALICE, NOON + 5)).toBe(true);
  expect(store.phone(ALICE)?.enrolment).toMatchObject({ status: 'enrolled', revision: 2, enrolledAt: NOON });
  expect(Array.from(store.history({ since: NOON + 1 }))).toEqual([
    {
      event: 'phone.decision',
      at: NOON + 5,
      mac: ALICE,
      target: 'P0S3-08-11-00',
      finding: 'retried',
      reason: 'operator asked for a retry',
    },
  ]);
});

test('a server hears of every change that another process makes to the list, once', () => {
  const { store: server, path } = temporaryStore();
  const client = openStore({ path, mode: 'client' });
  client.enrol(wish(ALICE));
  client.enrol(wish(BOB));
  let seen = server.enrolmentsChangedSince(0);
  expect(seen.enrolments.map((enrolment) => enrolment.mac)).toEqual([ALICE, BOB]);
  expect(server.enrolmentsChangedSince(seen.sequence)).toEqual({ sequence: seen.sequence, enrolments: [] });
  for (const change of [
    () => client.retry(ALICE, NOON),
    () => client.release(BOB, NOON),
    () => client.enrol(wish(BOB)),
  ]) {
    change();
    const next = server.enrolmentsChangedSince(seen.sequence);
    expect(next.enrolments).toHaveLength(1);
    expect(next.sequence).toBeGreaterThan(seen.sequence);
    expect(server.enrolmentsChangedSince(next.sequence).enrolments).toEqual([]);
    seen = next;
  }
  expect(server.enrolmentsChangedSince(0).enrolments).toMatchObject([
    { mac: ALICE, revision: 2, status: 'enrolled' },
    { mac: BOB, revision: 3, status: 'enrolled' },
  ]);
  client.close();
});

test('a phone that was let go says with which revision it is on the list again, and one that never left does not', () => {
  const { store } = temporaryStore();
  expect(store.enrol(wish(ALICE))).not.toHaveProperty('beganWith');
  store.retry(ALICE, NOON);
  expect(store.enrol(wish(ALICE, 'P0S3-8-12-00'))).not.toHaveProperty('beganWith');
  store.release(ALICE, NOON);
  expect(store.phone(ALICE)?.enrolment).not.toHaveProperty('beganWith');
  expect(store.enrol(wish(ALICE))).toMatchObject({ revision: 5, beganWith: 5 });
  store.retry(ALICE, NOON);
  store.enrol({ ...wish(ALICE), label: 'desk 4' });
  expect(store.phone(ALICE)?.enrolment).toMatchObject({ revision: 7, beganWith: 5, label: 'desk 4' });
});

test('a phone that enrols itself costs no transaction of its own: it is on the list with the next change, and before it', async () => {
  const { store, path } = temporaryStore();
  const { store: other } = temporaryStore({ path, mode: 'client' });
  expect(store.enrol(wish(ALICE), false)).toMatchObject({ mac: ALICE, revision: 1, status: 'enrolled' });
  expect(other.phone(ALICE)).toBeNull();
  await store.commit({ mac: ALICE, events: [{ event: 'phone.seen', at: NOON, mac: ALICE }] });
  expect(other.phone(ALICE)?.enrolment).toMatchObject({ revision: 1, target: 'P0S3-08-11-00' });
  expect(Array.from(other.history({}), ({ event }) => event)).toEqual(['phone.enrolled', 'phone.seen']);
});

test('where an operator is faster than the phone that enrols itself, the server finds another revision than its own', async () => {
  const { store, path } = temporaryStore();
  const { store: other } = temporaryStore({ path, mode: 'client' });
  const { sequence } = store.enrolmentsChangedSince(0);
  const mine = store.enrol(wish(ALICE), false);
  other.enrol(wish(ALICE, 'P0S3-07-5-00'));
  await store.commit({ mac: ALICE, events: [] });
  const [found] = store.enrolmentsChangedSince(sequence).enrolments;
  expect([mine.revision, found?.revision]).toEqual([1, 2]);
  expect(Array.from(store.history({}), ({ target }) => target)).toEqual(['P0S3-07-5-00', 'P0S3-08-11-00']);
});

test('a phone that enrols itself again is one revision on', async () => {
  const { store } = temporaryStore();
  store.enrol(wish(ALICE));
  expect(store.enrol(wish(ALICE), false)).toMatchObject({ revision: 2 });
  await store.commit({ mac: ALICE, events: [] });
  expect(store.phone(ALICE)?.enrolment).toMatchObject({ revision: 2 });
});
