import { describe, expect, test } from 'vitest';
import type { PhoneContext, StateBudgets } from '../../machines/phone-context.ts';
import type { PhoneEvent } from '../../machines/phone-event.ts';
import { loseSight } from '../../machines/rules.ts';
import { type Phone, step } from '../../machines/step.ts';
import type { PhoneState } from '../../src/core/phone-states.ts';
import { A_HOLD, aHop, aPhone, aPlan, EVENTS, TWO_HOPS } from './a-hop.ts';

// What a phone remembers after each event: its deadline, what it asked for and took, what it refused.

const BUDGETS: StateBudgets = { identifying: 10, offered: 20, downloading: 30, flashing: 40, confirming: 50 };
const AT = 2000;

function driven(phone: Phone, ...events: readonly PhoneEvent[]): Phone {
  return events.reduce((now, event) => step(now, event).next, phone);
}

const contextAfter = (phone: Phone, ...events: readonly PhoneEvent[]): PhoneContext => driven(phone, ...events).context;
const image = (file: string): PhoneEvent => ({ type: 'image.requested', at: AT, file });
const sent = (file: string, isLast = false): PhoneEvent => ({ type: 'image.sent', at: AT, file, isLast });
const manifest: PhoneEvent = { type: 'manifest.requested', at: AT, file: 'm.loads' };
const failed = (file: string, isUnacked = false): PhoneEvent => ({ type: 'image.failed', at: AT, file, isUnacked });
const ROUND = EVENTS['round.begun'];

describe('the deadline of a phone', () => {
  test.each<[PhoneState, PhoneEvent, PhoneState, number | null]>([
    ['waiting', EVENTS['phone.seen'], 'identifying', AT + 10],
    ['identifying', EVENTS['plan.made'], 'offered', AT + 20],
    ['offered', manifest, 'downloading', AT + 30],
    ['downloading', sent('a', true), 'flashing', AT + 40],
    ['flashing', ROUND, 'confirming', AT + 50],
    ['confirming', EVENTS['hop.confirmed'], 'offered', AT + 20],
    ['confirming', EVENTS['deadline.passed'], 'held', null],
    ['identifying', EVENTS['plan.refused'], 'held', null],
    ['offered', EVENTS['operator.released'], 'cancelled', null],
  ])('that was %s is set anew when it comes to the next state', (state, event, next, deadlineAt) => {
    const phone = driven(aPhone(state, { budgets: BUDGETS }), event);
    expect([phone.state, phone.context.deadlineAt, phone.context.since]).toEqual([next, deadlineAt, AT]);
  });

  test.each<[PhoneState, number]>([
    ['identifying', 10],
    ['offered', 20],
    ['downloading', 30],
    ['confirming', 50],
  ])('that is %s is put off by every question, but never beyond the latest moment', (state, budget) => {
    const phone = aPhone(state, { budgets: BUDGETS });
    expect(contextAfter(phone, EVENTS['phone.seen'])).toMatchObject({ deadlineAt: AT + budget, since: 1000 });
    const latest = (at: number): PhoneEvent => ({ type: 'phone.seen', at: AT, latest: at });
    expect(contextAfter(phone, latest(AT + 5)).deadlineAt).toBe(AT + 5);
    expect(contextAfter(phone, latest(AT + 500)).deadlineAt).toBe(AT + budget);
  });

  test('that is downloading is put off by each image, whole or not; and while it waits for its turn', () => {
    const downloading = aPhone('downloading', { budgets: BUDGETS });
    expect(contextAfter(downloading, sent('a')).deadlineAt).toBe(AT + 30);
    expect(contextAfter(downloading, failed('a')).deadlineAt).toBe(AT + 30);
    expect(contextAfter(aPhone('offered', { budgets: BUDGETS }), EVENTS['turn.awaited']).deadlineAt).toBe(AT + 20);
  });

  test.each<[PhoneState, string]>([
    ['identifying', 'P_STALLED'],
    ['offered', 'P_NEEDS_RESTART'],
    ['downloading', 'P_STALLED'],
    ['flashing', 'P_SILENT_AFTER_FLASH'],
    ['confirming', 'P_STALLED'],
  ])('that is %s and misses it is held under a name, and goes on with a sign of life', (state, code) => {
    const held = driven(aPhone(state), EVENTS['deadline.passed']);
    expect(held.context.hold).toEqual({ code, reason: '', advice: '', isResumable: true });
    expect(driven(aPhone(state), { type: 'deadline.passed', at: AT, hold: A_HOLD }).context.hold).toEqual(A_HOLD);
    const again = driven({ ...held, context: { ...held.context, avoid: ['image:x'] } }, EVENTS['phone.seen']);
    expect(again).toMatchObject({
      state: 'identifying',
      context: { hold: null, plan: null, hop: 0, avoid: ['image:x'] },
    });
  });
});

test('a plan brings its trigger, its times and its witnesses, and ends the hold before it', () => {
  const made: PhoneEvent = { type: 'plan.made', at: AT, plan: TWO_HOPS, trigger: 1, budgets: BUDGETS };
  const phone = aPhone('identifying', { hold: A_HOLD, witnesses: ['old'], asked: { a: 1 }, denials: 1 });
  expect(contextAfter(phone, made)).toMatchObject({
    plan: TWO_HOPS,
    hop: 1,
    trigger: 1,
    budgets: BUDGETS,
    hold: null,
    witnesses: [],
    asked: {},
    denials: 0,
  });
  expect(contextAfter(aPhone('identifying', { budgets: BUDGETS }), EVENTS['plan.made']).budgets).toEqual(BUDGETS);
});

test('a phone that already runs its target lands in no hop', () => {
  const made: PhoneEvent = { type: 'plan.made', at: AT, plan: aPlan(), trigger: 0, witnesses: ['w'] };
  expect(driven(aPhone('identifying'), made)).toMatchObject({ state: 'landed', context: { hop: 0, witnesses: ['w'] } });
});

test('a proven hop leads to the next with a clean slate; the last one keeps what was taken for the certificate', () => {
  const used: Partial<PhoneContext> = {
    trigger: 1,
    rounds: 2,
    isShown: true,
    asked: { a: 1 },
    manifestsInRow: 2,
    fetched: ['a'],
    fetchedBefore: ['a'],
    begun: ['a'],
    taken: ['a'],
    unacked: ['b'],
    broken: ['c'],
    hasTaken: true,
    denials: 1,
  };
  const proven: PhoneEvent = { type: 'hop.confirmed', at: AT, witnesses: ['w'], trigger: 1, budgets: BUDGETS };
  const fresh = aPhone('identifying').context;
  expect(contextAfter(aPhone('confirming', used), proven)).toEqual({
    ...fresh,
    plan: TWO_HOPS,
    hop: 2,
    trigger: 1,
    witnesses: ['w'],
    budgets: BUDGETS,
    since: AT,
    deadlineAt: AT + 20,
  });
  const last = aPhone('confirming', { ...used, plan: aPlan(aHop('P0S3-08-11-00')) });
  expect(driven(last, proven)).toMatchObject({ state: 'landed', context: { ...used, hop: 1, witnesses: ['w'] } });
});

test('what was shown and taken in one round does not count for the next, but the next knows what the last one took', () => {
  const taken = driven(aPhone('offered'), EVENTS['trigger.shown'], manifest, image('a'), sent('a'));
  expect(taken.context).toMatchObject({ isShown: true, fetched: ['a'], begun: ['a'], taken: ['a'], hasTaken: true });
  const cut = driven(taken, ROUND);
  expect(cut).toMatchObject({
    state: 'offered',
    context: { isShown: false, fetched: [], fetchedBefore: ['a'], begun: [], taken: ['a'], rounds: 0 },
  });
  expect(contextAfter(cut, ROUND)).toMatchObject({ fetchedBefore: ['a'], rounds: 1 });
});

test('a boot after the last image begins a round, and what that image was is known', () => {
  const flashing = aPhone('flashing', { fetched: ['a'], begun: ['a'], taken: ['a'], isShown: true, rounds: 1 });
  expect(driven(flashing, ROUND)).toMatchObject({
    state: 'confirming',
    context: { fetched: [], fetchedBefore: ['a'], begun: [], taken: ['a'], isShown: false, rounds: 1 },
  });
});

test('each name is counted, and an image ends a row of manifests', () => {
  const asked = contextAfter(aPhone('offered'), manifest, manifest, image('a'), image('a'), image('b'));
  expect(asked).toMatchObject({ asked: { 'm.loads': 2, a: 2, b: 1 }, manifestsInRow: 0 });
  expect(contextAfter(aPhone('downloading'), manifest, manifest).manifestsInRow).toBe(2);
  expect(contextAfter(aPhone('flashing'), manifest)).toMatchObject({ asked: { 'm.loads': 1 }, manifestsInRow: 1 });
});

test('the first image of a round begins everything anew: nothing resumes', () => {
  const before = aPhone('offered', { begun: [], taken: ['a'], unacked: ['b'], broken: ['c'] });
  expect(contextAfter(before, image('a'))).toMatchObject({ begun: ['a'], taken: [], unacked: [], broken: [] });
});

test('an image that is asked for again is missing until it is whole again, and no other is', () => {
  const all: Partial<PhoneContext> = {
    begun: ['a', 'b', 'c'],
    taken: ['a', 'b', 'c'],
    unacked: ['b', 'c'],
    broken: ['c', 'b'],
  };
  expect(contextAfter(aPhone('downloading', all), image('b'))).toMatchObject({
    begun: ['a', 'c', 'b'],
    taken: ['a', 'c'],
    unacked: ['c'],
    broken: ['c'],
  });
});

test.each(['offered', 'downloading', 'flashing', 'confirming'] as const)(
  'a phone that is %s when an image breaks off may have it where only the last acknowledgement is missing',
  (state) => {
    const phone = aPhone(state, { begun: ['a', 'b'], unacked: ['b'], broken: ['c'] });
    expect(contextAfter(phone, failed('a', true))).toMatchObject({ unacked: ['b', 'a'], broken: ['c'] });
    expect(contextAfter(phone, failed('a'))).toMatchObject({ unacked: ['b'], broken: ['c', 'a'] });
    // The end of an older transfer says nothing of this round.
    expect(contextAfter(phone, failed('other'))).toMatchObject({ unacked: ['b'], broken: ['c'] });
    const { begun: _, ...rest } = phone.context;
    expect(contextAfter({ state, context: { ...rest, begun: [] } }, failed('a')).broken).toEqual(['c', 'a']);
  },
);

test('images that were under way when the server ended may be whole, those of which the end was seen are what they were', () => {
  const { context } = aPhone('downloading', {
    begun: ['a', 'b', 'c', 'd'],
    taken: ['a'],
    unacked: ['b'],
    broken: ['c'],
  });
  expect(loseSight(context)).toEqual({ ...context, unacked: ['b', 'd'], unseen: ['d'] });
  const seen = { ...context, begun: ['a', 'b', 'c'] };
  expect(loseSight(seen)).toBe(seen);
});

test('a hop that did not work is offered again from the beginning of a round, and counted', () => {
  const used: Partial<PhoneContext> = {
    fetched: ['a'],
    begun: ['a'],
    taken: ['a'],
    unacked: ['b'],
    broken: ['c'],
    rounds: 1,
    isShown: true,
    manifestsInRow: 2,
    hasTaken: true,
  };
  expect(driven(aPhone('confirming', used), EVENTS['hop.denied'])).toMatchObject({
    state: 'offered',
    context: {
      fetched: [],
      fetchedBefore: ['a'],
      begun: [],
      taken: [],
      unacked: [],
      broken: [],
      rounds: 0,
      isShown: false,
      manifestsInRow: 0,
      denials: 1,
      hop: 1,
    },
  });
});

test.each([
  [0, 0, 'offered'],
  [1, 0, 'identifying'],
  [0, 1, 'offered'],
  [0, 2, 'identifying'],
])('after %i denials of this hop and %i of the load, one more leaves the phone %s', (denials, times, state) => {
  const denied: PhoneEvent = { type: 'hop.denied', at: AT, hold: A_HOLD, times };
  const after = driven(aPhone('confirming', { denials }), denied);
  const isGivenUp = state === 'identifying';
  expect(after).toMatchObject({
    state,
    context: { hold: isGivenUp ? A_HOLD : null, avoid: isGivenUp ? ['image:P0S3-05-3-00'] : [] },
  });
  if (times === 0) expect(driven(aPhone('confirming', { denials }), EVENTS['hop.denied']).state).toBe(state);
  const noRoad = aPhone('confirming', { denials, avoid: ['1', '2', '3', '4', '5'] });
  expect(driven(noRoad, denied)).toMatchObject({
    state: isGivenUp ? 'held' : 'offered',
    context: { hold: isGivenUp ? A_HOLD : null },
  });
});

test.each(['offered', 'downloading', 'confirming'] as const)(
  'a phone that is %s and refuses the hop tries another road, unless nothing would help',
  (state) => {
    const refused: PhoneEvent = { type: 'hop.refused', at: AT, hold: A_HOLD };
    const other = driven(aPhone(state, { trigger: 1, asked: { a: 1 }, taken: ['a'] }), refused);
    expect(other).toMatchObject({
      state: 'identifying',
      context: {
        avoid: ['image:P0S3-05-3-00'],
        hold: A_HOLD,
        plan: TWO_HOPS,
        hop: 1,
        trigger: 0,
        asked: {},
        taken: [],
      },
    });
    expect(driven(aPhone(state), { ...refused, isFinal: true })).toMatchObject({
      state: 'held',
      context: { avoid: [], hold: A_HOLD },
    });
    expect(driven(aPhone(state, { avoid: ['1', '2', '3', '4'] }), refused).state).toBe('identifying');
    expect(driven(aPhone(state, { avoid: ['1', '2', '3', '4', '5'] }), refused).state).toBe('held');
  },
);

test.each(['offered', 'downloading', 'flashing', 'confirming'] as const)(
  'a phone that is %s and asks one manifest four times over refuses it, unless it has all its images',
  (state) => {
    const often = aPhone(state, { manifestsInRow: 3 });
    expect(driven(often, manifest)).toMatchObject({
      state: 'identifying',
      context: { hold: { code: 'P_MANIFEST_LOOP', isResumable: false }, avoid: ['image:P0S3-05-3-00'] },
    });
    for (const hasAll of [{ taken: ['P0S3-05-3-00.bin'] }, { unacked: ['P0S3-05-3-00.bin'] }])
      expect(driven(aPhone(state, { manifestsInRow: 3, hasTaken: true, ...hasAll }), manifest).state).toBe(
        'downloading',
      );
    // What it took may be its loader alone.
    expect(driven(aPhone(state, { manifestsInRow: 3, hasTaken: true }), manifest).state).toBe('identifying');
    expect(driven(aPhone(state, { manifestsInRow: 2 }), manifest).state).toBe('downloading');
    const noRoad = { manifestsInRow: 3, avoid: ['1', '2', '3', '4', '5'] };
    expect(driven(aPhone(state, noRoad), manifest)).toMatchObject({
      state: 'held',
      context: { hold: { code: 'P_MANIFEST_LOOP', isResumable: false } },
    });
  },
);

test.each(['offered', 'downloading', 'flashing', 'confirming'] as const)(
  'a phone that is %s and asks one image for the thirteenth time is held',
  (state) => {
    const often = aPhone(state, { asked: { a: 12, b: 11 } });
    expect(driven(often, image('a'))).toMatchObject({
      state: 'held',
      context: { hold: { code: 'P_IMAGE_LOOP', isResumable: false } },
    });
    expect(driven(often, image('b')).state).toBe('downloading');
    expect(driven(often, image('c')).state).toBe('downloading');
  },
);

describe('a ladder', () => {
  const round = (usable: readonly number[], hold?: typeof A_HOLD): PhoneEvent =>
    hold === undefined ? { type: 'round.begun', at: AT, usable } : { type: 'round.begun', at: AT, usable, hold };
  const spent = { rounds: 2, trigger: 0 };

  test('goes on to the rung that is usable next, whatever its number', () => {
    expect(contextAfter(aPhone('offered', spent), round([0, 3, 1]))).toMatchObject({ trigger: 3, rounds: 0 });
    expect(contextAfter(aPhone('offered', { rounds: 1 }), round([0, 3]))).toMatchObject({ trigger: 0, rounds: 2 });
    expect(contextAfter(aPhone('offered', { rounds: 2, trigger: 1 }), round([0, 3]))).toMatchObject({ trigger: 0 });
  });

  test('that ends gives the hop up, under the name of what the phone does', () => {
    expect(driven(aPhone('offered', spent), round([0]))).toMatchObject({
      state: 'identifying',
      context: { hold: { code: 'P_TRIGGER_NOT_TAKEN', isResumable: false }, avoid: ['image:P0S3-05-3-00'] },
    });
    expect(contextAfter(aPhone('offered', spent), round([0], A_HOLD)).hold).toEqual(A_HOLD);
    const noRoad = aPhone('offered', { ...spent, avoid: ['1', '2', '3', '4', '5'] });
    expect(driven(noRoad, round([0]))).toMatchObject({
      state: 'held',
      context: { hold: { code: 'P_TRIGGER_NOT_TAKEN' } },
    });
    expect(driven(noRoad, round([0], A_HOLD)).context.hold).toEqual(A_HOLD);
    expect(driven(noRoad, round([0, 1])).state).toBe('offered');
    expect(driven(aPhone('offered', { rounds: 1 }), round([0])).state).toBe('offered');
  });

  test('stays where it is while a phone that has everything goes round, when there is no other rung', () => {
    expect(contextAfter(aPhone('confirming', spent), round([0]))).toMatchObject({ trigger: 0, rounds: 0 });
    expect(contextAfter(aPhone('confirming', spent), round([0, 1]))).toMatchObject({ trigger: 1, rounds: 0 });
  });
});

test.each<[PhoneEvent, Partial<PhoneContext>]>([
  [EVENTS['operator.retried'], { avoid: [] }],
  [EVENTS['evidence.contradicted'], { avoid: [] }],
  [{ type: 'hold.lifted', at: AT, reason: 'r', isAnew: true }, { avoid: [] }],
  [{ type: 'hold.lifted', at: AT, reason: 'r', isAnew: false }, { avoid: ['image:x'] }],
])('a held phone begins its road again after %j', (event, kept) => {
  const held = aPhone('held', { hold: A_HOLD, avoid: ['image:x'], witnesses: ['w'], asked: { a: 1 }, trigger: 1 });
  expect(driven(held, event)).toMatchObject({
    state: 'identifying',
    context: { hold: null, plan: null, hop: 0, trigger: 0, witnesses: [], asked: {}, ...kept },
  });
});

test.each(['offered', 'downloading', 'confirming', 'landed'] as const)(
  'a phone that is %s and shows other software is identified anew; its refusals count until it had landed',
  (state) => {
    const phone = driven(aPhone(state, { avoid: ['image:x'], witnesses: ['w'] }), EVENTS['evidence.contradicted']);
    expect(phone).toMatchObject({
      state: 'identifying',
      context: { plan: null, hop: 0, witnesses: [], avoid: state === 'landed' ? [] : ['image:x'] },
    });
  },
);
