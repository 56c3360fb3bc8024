import { expect, test } from 'vitest';
import { describePlan, describePlanBriefly, planJson } from '../../src/core/plan/describe-plan.ts';
import type { Hop } from '../../src/core/plan/plan.ts';
import { aHop, aPlan } from '../machines/a-hop.ts';
import { OLD, old, road, runs, store } from './store.ts';

const ready = road({ candidates: runs('P0030301MFG2'), target: 'P0S3-8-11-00', index: store(OLD.sip53, OLD.sip811) });
const refused = road({ candidates: runs('P0030301MFG2'), target: 'P0S3-08-2-00', index: store(OLD.sip82) });

test('a plan for a person tells every hop: what is published where, from which source, and which files are there', () => {
  const text = describePlan(ready);
  expect(text).toContain(
    'To P0S3-08-11-00 (family 79x0) in 3 hops:\nNote: P0S3-8-11-00 is in the store as P0S3-08-11-00',
  );
  expect(text).toContain('1. P0S3-05-3-00: one image\n   from: P0030301MFG2\n   why: ');
  expect(text).toContain(
    '   named in OS79XX.TXT:\n     | P0S3-05-3-00\n   together with it SIPDefault.cnf:\n     | image_version: P0S3-05-3-00',
  );
  expect(text).toContain('   sources: S10, S5 (level A, rule sccp3-to-sip53)');
  expect(text).toContain(
    '   files, from package "P0S3-05-3-00":\n     present  P0S3-05-3-00.bin\n     present  P0S3-05-3-00.sbn (optional)',
  );
  expect(text).toContain('   if that is not taken, in XMLDefault.cnf.xml:\n     | <?xml');
});

test('a phone on its target is told so', () => {
  const text = describePlan(road({ candidates: runs('P0S3-08-11-00'), target: 'P0S3-08-11-00', index: store() }));
  expect(text).toBe('The phone already runs P0S3-08-11-00.\n');
});

test('a refusal for a person tells code, reasons and missing files', () => {
  const text = describePlan(refused);
  expect(text).toMatch(/^No plan to P0S3-08-2-00 \(E_FILES_MISSING\):\n {2}The road is /);
  expect(text).toContain('  missing: P0S3-06-3-00.bin (of P0S3-06-3-00)');
});

test('the JSON of a plan has the keys of the contract', () => {
  const json = planJson(ready, 'P0030301MFG2');
  expect(json).toMatchObject({ from: 'P0030301MFG2', target: 'P0S3-08-11-00', model: null, ready: true, missing: [] });
  expect(json).toMatchObject({
    family: '79x0',
    warnings: [],
    note: expect.stringContaining('is in the store as P0S3-08-11-00'),
  });
  const hops = json.hops as ReadonlyArray<Record<string, unknown>>;
  expect(hops.map((hop) => hop.load)).toEqual(['P0S3-05-3-00', 'P003-08-11-00', 'P0S3-08-11-00']);
  expect(Object.keys(hops[0] ?? {})).toEqual(
    expect.arrayContaining(['load', 'kind', 'triggers', 'files', 'why', 'sources', 'level']),
  );
  expect(hops[0]?.files).toContainEqual({ name: 'P0S3-05-3-00.bin', present: true, need: 'needed' });
  expect(hops[0]?.triggers).toContainEqual({ file: 'OS79XX.TXT', content: 'P0S3-05-3-00\n' });
});

test('the JSON of a refusal has a code, reasons and what is missing', () => {
  expect(planJson(refused, null)).toMatchObject({
    from: null,
    target: 'P0S3-08-2-00',
    ready: false,
    code: 'E_FILES_MISSING',
    reasons: expect.arrayContaining([expect.stringContaining('obtain P0S3-06-3-00')]),
    missing: [{ load: 'P0S3-06-3-00', name: 'P0S3-06-3-00.bin' }],
  });
});

test('the JSON of a plan fits on one line', () => {
  expect(JSON.stringify(planJson(ready, 'P0030301MFG2'))).not.toContain('\n');
});

test('every line of a plan for a person: notes, warnings, several softwares, stored triggers, what is missing', () => {
  const hop: Hop = {
    ...aHop('L', { kind: 'boot-loader', why: 'because', rule: 'r', level: 'B', sources: ['S1', 'S2'] }),
    triggers: [
      { file: 'termNN.default.loads', content: null },
      { file: 'SEPDefault.cnf', content: 'one\ntwo\n\n' },
    ],
    files: [
      { name: 'a', role: 'manifest', need: 'needed', present: false },
      { name: 'b', role: 'image', need: 'optional', present: true },
    ],
    from: [old({ generation: 'G3', running: 'loader' }), ...runs('P0S3-08-2-00').software],
  };
  const plan = { ...aPlan(hop), model: '7960' as const, warnings: ['first', 'second'], note: 'a note' };
  const text = describePlan(plan);
  expect(text.split('\n').filter((line) => !line.startsWith('   from: '))).toEqual([
    'To P0S3-08-11-00 (7960) in 1 hop:',
    'Note: a note',
    'Warning: first',
    'Warning: second',
    '',
    '1. L: a load through the boot loader',
    '   why: because',
    '   sources: S1, S2 (level B, rule r)',
    '   named in termNN.default.loads, as it is in the store',
    '   if that is not taken, in SEPDefault.cnf:',
    '     | one',
    '     | two',
    '     | ',
    '   files, from package "L":',
    '     MISSING  a',
    '     present  b (optional)',
    '',
  ]);
  expect(text).toMatch(/\n {3}from: .+ or P0S3-08-2-00\n/);
});

test.each([
  ['image', 'one image'],
  ['loader', 'the loader'],
  ['application', 'an application through the loader'],
  ['java-load', 'a load and its archives'],
  ['boot-loader', 'a load through the boot loader'],
] as const)('a hop of kind %s is told as %s', (kind, words) => {
  expect(describePlan(aPlan(aHop('L', { kind })))).toContain(`1. L: ${words}\n`);
});

test('the JSON of a hop carries all of it but what is running, which the plan has', () => {
  const hop = aHop('L', { kind: 'image' });
  expect(planJson(aPlan(hop), 'X')).toEqual({
    from: 'X',
    target: 'P0S3-08-11-00',
    model: null,
    family: '79x0',
    ready: true,
    hops: [
      {
        load: 'L',
        kind: 'image',
        triggers: hop.triggers,
        files: [{ name: 'L.bin', present: true, need: 'needed' }],
        why: 'because',
        sources: ['S1'],
        level: 'A',
        rule: 'r',
        package: 'L',
      },
    ],
    missing: [],
    warnings: [],
    note: null,
  });
});

test('a plan in short says for every hop what names it, why, and whether its files are there', () => {
  const text = describePlanBriefly(ready);
  expect(text).toContain('To P0S3-08-11-00 (family 79x0) in 3 hops:\n');
  expect(text).toContain(
    '\n1. P0S3-05-3-00: one image, named in OS79XX.TXT\n   A phone with unsigned SCCP 3.x takes the unsigned image of SIP 5.3 named in OS79XX.TXT and accepts only signed loads from then on.\n   in the store: P0S3-05-3-00.bin, P0S3-05-3-00.sbn\n',
  );
  expect(text).not.toContain('<?xml');
  expect(describePlan(refused)).toMatch(/ \(rule [\w-]+\)\n/);
  expect(describePlanBriefly(refused)).toBe(describePlan(refused).replace(/ \(rule [\w-]+\)/g, ''));
});

test('a hop of which others claim that it works is told as that, and what lacks is told in capitals', () => {
  const hop = {
    ...aHop('L', { kind: 'image', level: 'B' }),
    files: [{ name: 'a.bin', role: 'image', need: 'needed', present: false }] as const,
  };
  const text = describePlanBriefly(aPlan(hop));
  expect(text).toContain('(a claim of others: neither documented nor seen)');
  expect(text).toContain('   MISSING a.bin');
});
