import { expect, test } from 'vitest';
import { MACHINE_NAME } from '../../machines/machine-version.ts';
import type { PhoneContext } from '../../machines/phone-context.ts';
import { type PhoneSnapshot, persist, restore } from '../../machines/snapshot.ts';
import type { HopKind, TriggerFile } from '../../src/core/matrix/hop-words.ts';
import { MODELS } from '../../src/core/names/family.ts';
import { PHONE_STATES } from '../../src/core/phone-states.ts';
import type { Hop, HopFile, Trigger } from '../../src/core/plan/plan.ts';
import type { Software } from '../../src/core/software.ts';
import { A_HOLD, aHop, aPhone, aPlan, TWO_HOPS } from './a-hop.ts';

// A record that was changed behind our back is held in words, never followed: the phone may be writing flash.

const trigger = (file: Trigger['file']): Trigger => ({ file, content: 'x', isCompanion: true });
const whole = aPhone('flashing', {
  plan: {
    ...aPlan(aHop('P0S3-05-3-00', { triggers: [trigger('OS79XX.TXT')] })),
    warnings: ['w'],
    note: 'n',
    model: '7960',
  },
  hold: A_HOLD,
  asked: { a: 1 },
  fetched: ['a'],
  fetchedBefore: ['a'],
  begun: ['a'],
  taken: ['a'],
  unacked: ['a'],
  broken: ['a'],
  avoid: ['image:x'],
  witnesses: ['w'],
});

/** The record as it was stored, as plain JSON. */
function stored(context: unknown = whole.context, value: string = whole.state): PhoneSnapshot {
  return JSON.parse(JSON.stringify({ ...persist(whole), value, context }));
}

function fault(snapshot: PhoneSnapshot): string | null {
  const back = restore(snapshot);
  return back.ok ? null : back.error;
}

/** Every place in a value, as the keys that lead to it. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return path.length === 0 ? [] : [path];
  const inner = Object.entries(value).flatMap(([key, one]) => placesIn(one, [...path, key]));
  return path.length === 0 ? inner : [path, ...inner];
}

/** The record with another value at one place, or without it. */
function changedAt(path: readonly string[], change: (old: unknown) => unknown): PhoneSnapshot {
  const snapshot = stored();
  let at = snapshot.context as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  const value = change(at[last]);
  if (value !== undefined) at[last] = value;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
  return snapshot;
}

const PLACES = placesIn(stored().context);
const NAMES = PLACES.filter((path) => !/^\d+$/.test(path.at(-1) ?? '')).map((path) => path.join('.'));
/** What a record may lack: where it does, the phone is one of which that is not so. */
const MAY_LACK = /^asked\.a$|isCompanion$/;

test('the record of the sample is whole, so that what follows can tell', () => {
  expect(fault(stored())).toBeNull();
  expect(NAMES.length).toBeGreaterThan(60);
});

test.each(NAMES.filter((name) => !MAY_LACK.test(name)))('a record without %s is damaged', (name) => {
  expect(fault(changedAt(name.split('.'), () => undefined))).toMatch(/^the record is damaged: /);
});

test.each(PLACES.map((path) => path.join('.')))('a record that holds something else at %s is damaged', (name) => {
  const other = (old: unknown) => (typeof old === 'object' && old !== null ? 'x' : { x: 1 });
  expect(fault(changedAt(name.split('.'), other))).toMatch(/^the record is damaged: /);
});

test.each([
  ['mac', '0018b9c0ffee'],
  ['mac', '0018B9C0FFEE00'],
  ['mac', 'X0018B9C0FFEE'],
  ['target', ''],
  ['hop', -1],
  ['rounds', 1.5],
  ['budgets.flashing', 0],
  ['plan.ok', false],
  ['plan.family', 'x'],
  ['plan.model', 'x'],
  ['plan.hops.0.kind', 'x'],
  ['plan.hops.0.level', 'C'],
  ['plan.hops.0.triggers.0.file', 'x'],
  ['plan.hops.0.files.0.role', 'x'],
  ['plan.hops.0.files.0.need', 'x'],
  ['plan.hops.0.after.generation', 'G4'],
  ['plan.hops.0.after.running', 'x'],
  ['plan.hops.0.after.protocol', 'x'],
  ['plan.hops.0.after.load', ''],
  ['plan.hops.0.after.releases.min.0', -1],
  ['hold.code', ''],
])('a record in which %s is %j is damaged', (name, value) => {
  expect(fault(changedAt(name.split('.'), () => value))).toMatch(/^the record is damaged: /);
});

test('what is wrong is told with its place', () => {
  expect(fault(changedAt(['rounds'], () => 'x'))).toMatch(
    /^the record is damaged: "rounds" is not as expected \(.+\)$/,
  );
  expect(fault(changedAt(['plan', 'hops', '0', 'kind'], () => 'x'))).toMatch(
    /^the record is damaged: its plan: "hops\.0\.kind" is not as expected \(.+\)$/,
  );
  expect(fault(stored(null))).toMatch(/^the record is damaged: it is not as expected \(.+\)$/);
});

const hopWith = (parts: Partial<Hop>): PhoneContext => ({ ...whole.context, plan: aPlan(aHop('P0S3-05-3-00', parts)) });
const after = aHop('x').after;
const [file] = aHop('x').files as [HopFile];
const KINDS: readonly HopKind[] = ['image', 'loader', 'application', 'java-load', 'boot-loader'];
const TRIGGER_FILES: readonly TriggerFile[] = [
  ...(['OS79XX.TXT', 'SIP<MAC>.cnf', 'SIPDefault.cnf', 'SEPDefault.cnf'] as const),
  ...(['SEP<MAC>.cnf.xml', 'XMLDefault.cnf.xml', 'MGCDefault.cnf', 'termNN.default.loads'] as const),
];
const SOFTWARE: readonly Partial<Software>[] = [
  ...(['G1', 'G2', 'G3', 'java'] as const).map((generation) => ({ generation })),
  ...(['application', 'loader', 'boot-loader'] as const).map((running) => ({ running })),
  ...(['SCCP', 'SIP', 'MGCP', null] as const).map((protocol) => ({ protocol })),
  { family: null, load: null, releases: { min: null, below: null } },
];
test.each<[string, PhoneContext]>([
  ...KINDS.map((kind): [string, PhoneContext] => [`a hop of kind ${kind}`, hopWith({ kind })]),
  ...TRIGGER_FILES.map((name): [string, PhoneContext] => [name, hopWith({ triggers: [trigger(name)] })]),
  ...SOFTWARE.map((one): [string, PhoneContext] => [JSON.stringify(one), hopWith({ after: { ...after, ...one } })]),
  ...MODELS.map((model): [string, PhoneContext] => [
    `a ${model}`,
    { ...whole.context, plan: { ...aPlan(aHop('x')), model } },
  ]),
  ['a file of the store as trigger', hopWith({ triggers: [{ file: 'termNN.default.loads', content: null }] })],
  ['a manifest', hopWith({ files: [{ ...file, role: 'manifest', need: 'optional' }] })],
  ['the hash of a file', hopWith({ files: [{ ...file, sha1: 'a'.repeat(40) }] })],
  ['community evidence', hopWith({ level: 'B' })],
  ['no hold', { ...whole.context, hold: null, deadlineAt: null }],
])('a phone under way with %s is read back', (_, context) => {
  expect(restore(stored(context))).toMatchObject({ ok: true, value: { state: 'flashing', context } });
});

test('a phone under way stands in a hop of its plan', () => {
  expect(fault(stored({ ...whole.context, hop: 2 }))).toBe(
    'the record is damaged: it is in a hop that its plan does not have',
  );
  expect(fault(stored({ ...whole.context, plan: null, hop: 1 }))).toContain('a hop that its plan does not have');
  const states = PHONE_STATES.filter((state) => fault(stored({ ...whole.context, hop: 0 }, state)) !== null);
  expect(states).toEqual(['offered', 'downloading', 'flashing', 'confirming']);
  expect(fault(stored({ ...whole.context, hop: 0 }))).toBe('the record is damaged: it is "flashing" in no hop');
});

test.each<[Partial<PhoneSnapshot>, string]>([
  [{ machine: 'router' }, 'the record was written by a machine named router'],
  [{ version: 0 }, 'the record has no version'],
  [{ version: 1.5 }, 'the record has no version'],
  [{ version: 99 }, 'the record is of version 99, newer than this program'],
  [{ value: 'asleep' }, 'the record names a state "asleep" that does not exist'],
])('a record with %j is refused in words', (change, words) => {
  expect(fault({ ...stored(), ...change })).toBe(words);
});

test('a plan that was found whole and can change is looked at again, a frozen one is not', () => {
  const context = JSON.parse(JSON.stringify({ ...whole.context, plan: TWO_HOPS })) as { plan: { hops: unknown } };
  const snapshot = { machine: MACHINE_NAME, version: 2, value: 'flashing', context };
  expect(fault(snapshot)).toBeNull();
  context.plan.hops = 'x';
  expect(fault(snapshot)).toContain('its plan: "hops" is not as expected');
});

test.each([
  // Version 1 knew of each image only that it was asked for.
  [{ fetched: ['a.sbn', 'a.sbn'], asked: { 'a.sbn': 2, 'b.sbn': 1, 'm.LOADS': 1 } }, ['a.sbn', 'b.sbn']],
  [{ fetched: [], asked: { 'a.sbn': 1 } }, []],
])('of a record of version 1 with %j, %j counts as begun', (old, begun) => {
  const { fetchedBefore: _, begun: __, taken: ___, unacked: ____, broken: _____, ...rest } = whole.context;
  const back = restore({ ...stored({ ...rest, hasTaken: false, ...old }), version: 1 });
  expect(back).toMatchObject({ ok: true, value: { context: { begun, fetchedBefore: [], unacked: [], broken: [] } } });
});

test.each([[null], [undefined], [{}]])(
  'a record of version 1 that holds %j is damaged, not an exception',
  (context) => {
    expect(fault({ ...stored(), version: 1, context })).toMatch(/^the record is damaged: /);
  },
);
