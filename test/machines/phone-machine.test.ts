import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chartMermaid, edges } from '../../machines/chart.ts';
import type { PhoneEvent } from '../../machines/phone-event.ts';
import { phoneMachine } from '../../machines/phone-machine.ts';
import { rowsOf } from '../../machines/record.ts';
import { persist, restore } from '../../machines/snapshot.ts';
import { type Phone, step } from '../../machines/step.ts';
import { isBusy, isOver, PHONE_STATES, type PhoneState } from '../../src/core/phone-states.ts';
import { A_HOLD, aHop, aPhone, aPlan, EVENTS, TWO_HOPS } from './a-hop.ts';

const ROOT = join(import.meta.dirname, '../..');

function drive(phone: Phone, ...events: readonly PhoneEvent[]): Phone {
  return events.reduce((now, event) => step(now, event).next, phone);
}

test('the drawing of the chart in the documents is current', () => {
  const text = readFileSync(join(ROOT, 'docs/phone-machine.md'), 'utf8');
  expect(text).toContain(`\`\`\`mermaid\n${chartMermaid()}\`\`\``);
});

test('every state is reached from waiting by transitions of the chart', () => {
  const reached = new Set(['waiting']);
  for (let more = true; more; ) {
    const before = reached.size;
    for (const edge of edges()) if (edge.from === 'any' || reached.has(edge.from)) reached.add(edge.to);
    more = reached.size > before;
  }
  expect([...reached].sort()).toEqual([...PHONE_STATES].sort());
});

test('whatever happens in whatever order, the phone stays in a known state and its record reads back the same', () => {
  const anyEvent = fc.constantFrom(...Object.values(EVENTS));
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      const phone = drive(aPhone('waiting', { plan: null, hop: 0 }), ...events);
      const back = restore(JSON.parse(JSON.stringify(persist(phone))));
      expect(back).toEqual({ ok: true, value: phone });
    }),
  );
});

test('a plan whose first trigger is not taken in two full rounds goes on to the next trigger, and no sooner', () => {
  const round = EVENTS['round.begun'];
  const offered = drive(aPhone('identifying'), EVENTS['plan.made']);
  const twice = drive(offered, round, round);
  expect([twice.state, twice.context.trigger]).toEqual(['offered', 0]);
  const third = drive(twice, round);
  expect([third.state, third.context.trigger]).toEqual(['offered', 1]);
});

test('a ladder that is spent gives the hop up and asks for another road', () => {
  const round = EVENTS['round.begun'];
  const phone = drive(aPhone('identifying'), EVENTS['plan.made'], round, round, round, round, round, round);
  expect([phone.state, phone.context.avoid, phone.context.hold?.code]).toEqual([
    'identifying',
    ['image:P0S3-05-3-00'],
    'P_TRIGGER_NOT_TAKEN',
  ]);
});

test('a manifest fetched four times without an image is a refusal, and three times is not', () => {
  const manifest = EVENTS['manifest.requested'];
  const three = drive(aPhone('offered'), manifest, manifest, manifest);
  expect(three.state).toBe('downloading');
  const four = drive(three, manifest);
  expect([four.state, four.context.hold?.code]).toEqual(['identifying', 'P_MANIFEST_LOOP']);
});

test('a phone that loses every transfer is held after twelve beginnings, never retried without end', () => {
  const asked = EVENTS['image.requested'];
  let phone = aPhone('offered');
  for (let i = 0; i < 12; i++) phone = drive(phone, asked, EVENTS['image.failed']);
  expect(phone.state).toBe('downloading');
  phone = drive(phone, asked);
  expect([phone.state, phone.context.hold?.code]).toEqual(['held', 'P_IMAGE_LOOP']);
});

test('roads are given up after the sixth refusal', () => {
  let phone = aPhone('identifying');
  for (let i = 0; i < 5; i++) phone = drive(phone, EVENTS['plan.made'], EVENTS['hop.refused']);
  expect(phone.state).toBe('identifying');
  phone = drive(phone, EVENTS['plan.made'], EVENTS['hop.refused']);
  expect([phone.state, phone.context.hold]).toEqual(['held', A_HOLD]);
});

test('a cut in the middle of a download means that everything is fetched again, and the hop is the same', () => {
  const cut = drive(aPhone('offered'), EVENTS['image.requested'], EVENTS['round.begun']);
  expect([cut.state, cut.context.hop, cut.context.fetched]).toEqual(['offered', 1, []]);
});

test('the end of a transfer confirms nothing; the next boot does', () => {
  const sent = drive(aPhone('offered'), EVENTS['image.requested'], EVENTS['image.sent']);
  expect([sent.state, sent.context.hop]).toEqual(['flashing', 1]);
  const booted = drive(sent, EVENTS['round.begun']);
  expect([booted.state, booted.context.hop]).toEqual(['confirming', 1]);
  const proven = drive(booted, EVENTS['hop.confirmed']);
  expect([proven.state, proven.context.hop]).toEqual(['offered', 2]);
});

test('the hop counter is 0 before the first offer and equals the number of hops when landed', () => {
  expect(aPhone('identifying').context.hop).toBe(0);
  const landed = drive(aPhone('identifying'), EVENTS['plan.made'], EVENTS['hop.confirmed'], EVENTS['hop.confirmed']);
  expect([landed.state, landed.context.hop, landed.context.plan?.hops.length]).toEqual(['landed', 2, 2]);
});

test('a phone that already runs its target lands with the witnesses it was given', () => {
  const event: PhoneEvent = { type: 'plan.made', at: 5, plan: aPlan(), trigger: 0, witnesses: ['it said so'] };
  const phone = drive(aPhone('identifying'), event);
  expect([phone.state, phone.context.witnesses]).toEqual(['landed', ['it said so']]);
});

test('only a phone that downloads or flashes is busy', () => {
  expect(PHONE_STATES.filter((state) => isBusy(aPhone(state)))).toEqual(['downloading', 'flashing']);
});

test('what is said of a state without the machine is what the machine says', () => {
  for (const state of PHONE_STATES) {
    const tags = phoneMachine.states[state]?.tags ?? [];
    expect([state, isBusy({ state }), isOver({ state })]).toEqual([
      state,
      tags.includes('busy'),
      tags.includes('over'),
    ]);
  }
  expect(Object.keys(phoneMachine.states).sort()).toEqual([...PHONE_STATES].sort());
});

test('a stall is held one state at a time, and a resumable one goes on with the next sign of life', () => {
  const held = drive(aPhone('offered'), EVENTS['deadline.passed']);
  expect([held.state, held.context.hold?.code]).toEqual(['held', 'P_NEEDS_RESTART']);
  expect(drive(held, EVENTS['phone.seen']).state).toBe('identifying');
  const flashing = drive(aPhone('flashing'), EVENTS['deadline.passed']);
  expect(flashing.context.hold?.code).toBe('P_SILENT_AFTER_FLASH');
  expect(drive(aPhone('held', { hold: A_HOLD }), EVENTS['phone.seen']).state).toBe('held');
});

test('the deadline of a state is its budget after it was entered', () => {
  const phone = drive(aPhone('identifying'), EVENTS['plan.made']);
  expect(phone.context.deadlineAt).toBe(2000 + phone.context.budgets.offered);
});

test('every change of state or hop leaves a row, and a step that changes neither leaves none of them', () => {
  for (const state of PHONE_STATES) {
    for (const event of Object.values(EVENTS)) {
      const before = aPhone(state, { hold: A_HOLD });
      const { next, ignored } = step(before, event);
      if (ignored) continue;
      const rows = rowsOf(before, event, next).filter((row) => row.event === 'phone.state');
      const moved = next.state !== before.state || next.context.hop !== before.context.hop;
      expect([state, event.type, rows.length]).toEqual([state, event.type, moved ? 1 : 0]);
    }
  }
});

test('landing and holding are told with their reasons', () => {
  const last = aPhone('confirming', { plan: aPlan(aHop('P0S3-08-11-00')) });
  const landed = step(last, EVENTS['hop.confirmed']);
  const row = rowsOf(last, EVENTS['hop.confirmed'], landed.next).find((one) => one.event === 'phone.landed');
  expect(row).toMatchObject({ hop: 1, hops: 1, witnesses: ['w'], load: 'P0S3-08-11-00' });
  const offered = aPhone('offered', { avoid: ['a', 'b', 'c', 'd', 'e'] });
  const held = step(offered, EVENTS['hop.refused']);
  const heldRow = rowsOf(offered, EVENTS['hop.refused'], held.next).find((one) => one.event === 'phone.held');
  expect(heldRow).toMatchObject({ code: 'P_POWER_LOST', reason: 'a reason', advice: 'an advice' });
});

test('a road that is given up leaves its cause in the record although another one is tried', () => {
  const before = aPhone('offered');
  const { next } = step(before, EVENTS['hop.refused']);
  const row = rowsOf(before, EVENTS['hop.refused'], next).find((one) => one.event === 'phone.decision');
  expect(row).toMatchObject({ code: 'P_POWER_LOST', load: 'P0S3-05-3-00' });
});

test.each([1, 2])('a stored snapshot of version %i opens', (version) => {
  const stored = JSON.parse(readFileSync(join(ROOT, `test/fixtures/snapshots/phone-v${version}.json`), 'utf8'));
  const back = restore(stored);
  if (!back.ok) throw new Error(back.error);
  expect([back.value.state, back.value.context.plan?.hops.length]).toEqual(['flashing', 2]);
  expect(back.value.context).toMatchObject({ taken: ['P0S3-05-3-00.bin'], unacked: [], fetchedBefore: [] });
});

test.each([
  [{ fetched: [], hasTaken: true, asked: { 'a.sb2': 1, 'a.loads': 2 } }, ['a.sb2']],
  [{ fetched: ['a.sbn', 'a.sbn'], hasTaken: true, asked: { 'a.sbn': 2, 'b.sbn': 1 } }, ['a.sbn']],
  // Which of the two arrived whole was not kept: neither is believed.
  [{ fetched: [], hasTaken: true, asked: { 'a.sbn': 1, 'b.sbn': 1 } }, []],
  [{ fetched: [], hasTaken: false, asked: { 'a.sb2': 1 } }, []],
])('of a snapshot of version 1 with %j, %j counts as taken', (context, taken) => {
  const { fetchedBefore: _, begun: __, taken: ___, unacked: ____, broken: _____, ...old } = aPhone('offered').context;
  const back = restore({ ...persist(aPhone('offered')), version: 1, context: { ...old, ...context } });
  expect(back.ok && back.value.context.taken).toEqual(taken);
});

test.each([
  ['another machine', { machine: 'router' }],
  ['a newer version', { version: 99 }],
  ['no version', { version: 0 }],
  ['an unknown state', { value: 'sleeping' }],
  ['a context that lost a key', { context: { ...aPhone('offered').context, fetched: undefined } }],
  ['a plan without hops', { context: { ...aPhone('offered').context, plan: {} } }],
  ['no context', { context: null }],
])('a snapshot of %s is refused in words', (_, change) => {
  const back = restore({ ...persist(aPhone('offered')), ...change });
  expect(back.ok).toBe(false);
});

test('the plan of a phone under way is the one it was given, whatever is planned later', () => {
  const phone = drive(aPhone('identifying'), EVENTS['plan.made']);
  const other: PhoneEvent = { type: 'plan.made', at: 9, plan: aPlan(aHop('P0S3-06-3-00')), trigger: 0 };
  expect(drive(phone, other).context.plan).toBe(TWO_HOPS);
});

const NAMES: readonly PhoneState[] = PHONE_STATES;
test('retry begins anew from every state and forgets what the phone refused', () => {
  for (const state of NAMES) {
    const { next } = step(aPhone(state, { avoid: ['image:x'] }), EVENTS['operator.retried']);
    expect([next.state, next.context.avoid, next.context.plan]).toEqual(['identifying', [], null]);
  }
});
