import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createInspector } from '@statelyai/inspect';
import { plan } from 'loadstep';
import { writeSyntheticFirmware } from 'loadstep/emulator';
import { openFirmware } from 'loadstep/firmware';
import { chartJson } from 'loadstep/machines';
import { createMachine, SimulatedClock } from 'xstate';
import { phoneActor } from './phone-actor.js';

const PHONE = { mac: '0018B9C0FFEE', target: 'P0S3-08-11-00' };
const QUARTER_OF_AN_HOUR = 15 * 60_000;

/** xstate's clock for tests, which also says what time it is. */
function testClock() {
  const clock = new SimulatedClock();
  return Object.assign(clock, { now: () => clock._now ?? 0 });
}

/** An inspector that keeps what it is told. With a WebSocket in its place Stately's inspector shows the same. */
function keeper() {
  const kept = [];
  const inspector = createInspector({ start() {}, stop() {}, send: (event) => void kept.push(event) });
  return { kept, inspect: inspector.inspect };
}

async function road() {
  const folder = await mkdtemp(join(tmpdir(), 'actor-'));
  try {
    await writeSyntheticFirmware({ out: folder, releases: ['P0S3-07-4-00', PHONE.target] });
    const firmware = (await openFirmware({ folders: [folder] })).index();
    const found = plan({ from: 'P0S3-07-4-00', target: PHONE.target, model: '7960', firmware });
    assert.equal(found.ok, true);
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('a phone walks its road, and the inspector is told every step', async () => {
  const clock = testClock();
  const { kept, inspect } = keeper();
  const actor = phoneActor({ ...PHONE, clock }, { inspect }).start();
  const states = [];
  actor.subscribe(({ value }) => void (states.at(-1) !== value && states.push(value)));
  const found = await road();
  actor.send({ type: 'phone.seen', at: clock.now() });
  actor.send({ type: 'plan.made', at: clock.now(), plan: found, trigger: 0 });
  for (const hop of found.hops) {
    const image = hop.files.find((file) => file.role === 'image').name;
    actor.send({ type: 'trigger.shown', at: clock.now(), file: hop.triggers[0].file });
    actor.send({ type: 'image.requested', at: clock.now(), file: image });
    actor.send({ type: 'image.sent', at: clock.now(), file: image, isLast: true });
    actor.send({ type: 'round.begun', at: clock.now(), usable: [0] });
    actor.send({ type: 'hop.confirmed', at: clock.now(), witnesses: [`it asked for ${hop.load}.loads`], trigger: 0 });
  }
  assert.equal(states[0], 'identifying');
  assert.equal(states.at(-1), 'landed');
  assert.equal(actor.getSnapshot().context.hop, found.hops.length);
  // The inspector hears of it when everything else is done.
  const last = () => kept.findLast(({ type }) => type === '@xstate.snapshot');
  while (last()?.snapshot.value !== 'landed') await new Promise((resolve) => setImmediate(resolve));
  assert.equal(last().event.type, 'hop.confirmed');
});

test('a phone that does not come is held at its deadline, one millisecond before it is not', async () => {
  const clock = testClock();
  const actor = phoneActor({ ...PHONE, clock }).start();
  actor.send({ type: 'phone.seen', at: clock.now() });
  actor.send({ type: 'plan.made', at: clock.now(), plan: await road(), trigger: 0 });
  clock.increment(QUARTER_OF_AN_HOUR - 1);
  assert.equal(actor.getSnapshot().value, 'offered');
  clock.increment(1);
  assert.equal(actor.getSnapshot().value, 'held');
  assert.equal(actor.getSnapshot().context.hold.code, 'P_NEEDS_RESTART');
  // It shows a sign of life: it goes on, with a deadline of its own.
  actor.send({ type: 'phone.seen', at: clock.now() });
  assert.equal(actor.getSnapshot().value, 'identifying');
  assert.equal(actor.getSnapshot().context.deadlineAt, clock.now() + QUARTER_OF_AN_HOUR);
});

test('an actor goes on from its persisted snapshot', async () => {
  const clock = testClock();
  const before = phoneActor({ ...PHONE, clock }).start();
  before.send({ type: 'phone.seen', at: 0 });
  const snapshot = JSON.parse(JSON.stringify(before.getPersistedSnapshot()));
  const after = phoneActor({ ...PHONE, clock }, { snapshot }).start();
  assert.deepEqual(after.getSnapshot().context, before.getSnapshot().context);
  after.send({ type: 'operator.released', at: 1 });
  assert.equal(after.getSnapshot().value, 'cancelled');
});

test('tools for charts get the chart as JSON', () => {
  const drawn = createMachine(JSON.parse(JSON.stringify(chartJson())));
  assert.deepEqual(Object.keys(drawn.states).slice(0, 3), ['waiting', 'identifying', 'offered']);
});
