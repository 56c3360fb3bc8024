import { expect, test } from 'vitest';
import type { PhoneEvent } from '../../machines/phone-event.ts';
import { rowsOf, whereOf } from '../../machines/record.ts';
import { type Phone, step } from '../../machines/step.ts';
import { A_HOLD, aHop, aPhone, aPlan, EVENTS, TWO_HOPS } from './a-hop.ts';

// What a step leaves in the record, to the word: a person reads it a year later.

function rows(phone: Phone, event: PhoneEvent) {
  return rowsOf(phone, event, step(phone, event).next);
}

const WHERE = { mac: '0018B9C0FFEE', target: 'P0S3-08-11-00', at: 2000 };
const ON_FIRST = { ...WHERE, hop: 1, hops: 2, load: 'P0S3-05-3-00' };

test.each([
  [aPlan(), 'the phone already runs its target', [], 'P0S3-08-11-00'],
  [
    aPlan(aHop('P0S3-08-11-00')),
    'one hop leads to the target',
    ['P0S3-08-11-00'],
    expect.stringContaining('SCCP application of a 7940/7960'),
  ],
  [
    TWO_HOPS,
    '2 hops lead to the target',
    ['P0S3-05-3-00', 'P0S3-08-11-00'],
    expect.stringContaining('SCCP application of a 7940/7960'),
  ],
])('a plan is recorded with its road and from where it leads', (plan, reason, road, from) => {
  const event: PhoneEvent = { type: 'plan.made', at: 2000, plan, trigger: 0 };
  const [planned, moved] = rows(aPhone('identifying'), event);
  expect(planned).toMatchObject({ event: 'phone.planned', at: 2000, hops: road.length, road, reason, from });
  expect(moved).toMatchObject({ event: 'phone.state', previous: 'identifying', state: planned?.state });
});

test('what is to be said of a road stands in the record before its first load is offered', () => {
  const warnings = [
    'Careful: nobody knows which file the phone takes.',
    'It has to be of hardware revision 5 at least.',
  ];
  const plan = { ...aPlan(aHop('P0S3-06-3-00')), warnings };
  const [planned, ...said] = rows(aPhone('identifying'), { type: 'plan.made', at: 2000, plan, trigger: 0 });
  expect(planned?.event).toBe('phone.planned');
  expect(said.map(({ event, reason }) => [event, reason])).toEqual([
    ...warnings.map((text) => ['phone.decision', text]),
    ['phone.state', undefined],
  ]);
});

test.each<[Phone, PhoneEvent, object]>([
  [aPhone('confirming'), EVENTS['hop.confirmed'], { reason: 'hop 1 is proven', witnesses: ['w'], hop: 2 }],
  [aPhone('flashing'), EVENTS['round.begun'], { reason: 'the phone asks again from its first file on' }],
  [
    aPhone('landed'),
    EVENTS['evidence.contradicted'],
    { reason: 'the phone shows that it runs something else', hop: 0, hops: 0 },
  ],
  [aPhone('held', { hold: A_HOLD }), EVENTS['hold.lifted'], { reason: 'a reason', hop: 0 }],
  [
    aPhone('downloading'),
    EVENTS['download.broken'],
    { reason: 'a.bin did not arrive whole, and an application of the phone asks again' },
  ],
  [aPhone('confirming'), EVENTS['hop.denied'], { reason: 'a reason', code: 'P_POWER_LOST' }],
  [aPhone('confirming'), EVENTS['hop.refused'], { reason: 'a reason', code: 'P_POWER_LOST' }],
])('%o after an event is recorded with what moved it', (phone, event, said) => {
  const row = rows(phone, event).find((one) => one.event === 'phone.state');
  expect(row).toMatchObject({ ...WHERE, previous: phone.state, ...said });
});

test('a move that explains itself carries no reason', () => {
  const [row, ...others] = rows(aPhone('offered'), EVENTS['image.requested']);
  expect(row).toEqual({ ...ON_FIRST, event: 'phone.state', state: 'downloading', previous: 'offered' });
  expect(others).toEqual([]);
});

test('a hop that is proven by a phone which is offered the next one leaves a row, although the state is the same', () => {
  expect(rows(aPhone('offered'), EVENTS['hop.confirmed'])).toMatchObject([
    { event: 'phone.state', state: 'offered', previous: 'offered', hop: 2, load: 'P0S3-08-11-00' },
  ]);
});

test('a next rung of the ladder is told with the file through which the load is published now', () => {
  const [row, ...others] = rows(aPhone('offered', { rounds: 2 }), EVENTS['round.begun']);
  expect(row).toEqual({
    ...ON_FIRST,
    event: 'phone.decision',
    state: 'offered',
    reason: 'two rounds without the expected request; P0S3-05-3-00 is named in SIPDefault.cnf now',
  });
  expect(others).toEqual([]);
  // The next hop begins at another rung as well, and nobody was silent for that.
  const next: PhoneEvent = { type: 'hop.confirmed', at: 2000, witnesses: [], trigger: 1 };
  expect(rows(aPhone('confirming'), next).map((one) => one.event)).toEqual(['phone.state']);
});

test('a landing is told once, with its witnesses', () => {
  const last = aPhone('confirming', { plan: aPlan(aHop('P0S3-08-11-00')) });
  expect(rows(last, EVENTS['hop.confirmed']).map((one) => one.event)).toEqual(['phone.state', 'phone.landed']);
  const landed = aPhone('landed', { plan: TWO_HOPS, hop: 2, witnesses: ['w'] });
  expect(rowsOf(landed, EVENTS['phone.seen'], landed)).toEqual([]);
});

test('a hold is told once, with code, reason and advice', () => {
  const { code, reason, advice } = A_HOLD;
  const refused = rows(aPhone('identifying'), EVENTS['plan.refused']);
  expect(refused.at(-1)).toMatchObject({ event: 'phone.held', state: 'held', at: 2000, code, reason, advice });
  const held = aPhone('held', { hold: A_HOLD });
  expect(rowsOf(held, EVENTS['phone.seen'], held)).toEqual([]);
});

test('a road that is given up is told with the load that was refused, and why', () => {
  const [row] = rows(aPhone('offered'), EVENTS['hop.refused']);
  expect(row).toEqual({
    ...WHERE,
    event: 'phone.decision',
    state: 'identifying',
    hop: 1,
    hops: 2,
    load: 'P0S3-05-3-00',
    code: 'P_POWER_LOST',
    reason: 'a reason; another road is looked for',
  });
  const before = aPhone('offered', { avoid: [] });
  const after = aPhone('identifying', { avoid: ['image:x'], plan: null, hop: 0 });
  expect(rowsOf(before, EVENTS['hop.refused'], after)[0]).toMatchObject({
    reason: 'the hop was refused; another road is looked for',
  });
  const unnamed = rowsOf(aPhone('offered', { plan: null, hop: 0 }), EVENTS['hop.refused'], after);
  expect(unnamed[0]).not.toHaveProperty('load');
  expect(unnamed[0]).not.toHaveProperty('code');
});

test('a phone stands in no hop and at no load before its first plan', () => {
  expect(whereOf(aPhone('identifying'))).toEqual({
    mac: '0018B9C0FFEE',
    state: 'identifying',
    hop: 0,
    hops: 0,
    target: 'P0S3-08-11-00',
  });
});
