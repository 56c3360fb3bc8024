import { expect, test } from 'vitest';
import { isAllowed } from '../../src/core/matrix/allowance.ts';
import { candidatesOfLoad } from '../../src/core/matrix/software-of-load.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { Software } from '../../src/core/software.ts';
import { matrix, newer, old, runs } from '../plan/store.ts';

const from = (load: string): Software => {
  const [first, ...others] = runs(load).software;
  if (first === undefined || others.length > 0) throw new Error(`${load} is no single software`);
  return first;
};

/** Every step that the upgrade tables name or refuse: from, to, the rule or null, the level. */
const STEPS: ReadonlyArray<readonly [string, string, string | null, 'A' | 'B' | 'refused']> = [
  ['P0030301MFG2', 'P0S3-05-3-00', 'sccp3-to-sip53', 'A'],
  ['P00303030300', 'P0S3-06-3-00', 'sccp3-to-sip6', 'A'],
  ['P0030301MFG2', 'P0S3-05-2-00', null, 'refused'],
  ['P0030301MFG2', 'P0S3-04-4-00', null, 'refused'],
  ['P0030301MFG2', 'P0S3-07-4-00', 'sccp3-not-to-sip7', 'refused'],
  ['P0030301MFG2', 'P0S3-08-2-00', 'sccp3-not-to-sip7', 'refused'],
  ['P0030301MFG2', 'P003-08-2-00', 'sccp3-not-to-loader', 'refused'],
  ['P0030301MFG2', 'P00305000300', 'sccp3-to-sccp5', 'B'],
  ['P0030301MFG2', 'P00308010200', 'sccp3-not-to-sccp6', 'refused'],
  ['P0S30202', 'P0S3-03-0-00', 'sip2-to-sip30', 'A'],
  ['P0S30202', 'P0S3-04-4-00', 'sip234-to-sip44', 'A'],
  ['P0S3-03-0-00', 'P0S3-04-4-00', 'sip234-to-sip44', 'A'],
  ['P0S3-03-0-00', 'P0S3-05-3-00', 'sip-before44-not-to-sip5', 'refused'],
  ['P0S3-04-4-00', 'P0S3-05-3-00', 'sip44-to-sip53', 'A'],
  ['P0S3-04-4-00', 'P0S3-06-3-00', 'sip4-not-to-sip6', 'refused'],
  ['P0S3-04-4-00', 'P003-08-11-00', 'sip-g1-not-to-loader', 'refused'],
  ['P0S3-04-4-00', 'P00305000300', 'sip-g1-not-to-sccp', 'refused'],
  ['P0S3-05-3-00', 'P003-08-11-00', 'sip56-to-loader', 'A'],
  ['P0S3-06-3-00', 'P003-08-2-00', 'sip56-to-loader', 'A'],
  ['P0S3-06-3-00', 'P0S3-08-2-00', 'sip56-not-to-sip7', 'refused'],
  ['P0S3-06-3-00', 'P00308010200', 'sip56-not-to-sccp', 'refused'],
  ['P0S3-06-3-00', 'P0S3-04-4-00', 'signed-not-to-unsigned-g2', 'refused'],
  ['P00305000300', 'P0S3-06-3-00', 'sccp5-to-sip56', 'A'],
  ['P00305000300', 'P0S3-07-4-00', 'sccp56-to-sip7', 'B'],
  ['P00305000300', 'P0S3-08-11-00', 'sccp56-not-to-sip8', 'refused'],
  ['P003-08-11-00', 'P0S3-08-2-00', 'loader-to-sip', 'A'],
  ['P003-08-11-00', 'P0030801SR02', 'loader-to-sccp', 'A'],
  ['P003-08-11-00', 'P0M3-07-7-00', 'loader-to-mgcp', 'A'],
  ['P003-08-11-00', 'P0S3-04-4-00', 'signed-not-to-unsigned-loader', 'refused'],
  ['P003-08-11-00', 'P003-08-2-00', 'loader-not-to-loader', 'refused'],
  ['P0S3-07-4-00', 'P0S3-06-0-00', 'sip7-to-sip56', 'A'],
  ['P0S3-07-4-00', 'P00307020300', 'sip7-to-sccp7', 'A'],
  ['P0S3-08-11-00', 'P00305000300', 'sip7-to-sccp56', 'A'],
  ['P0S3-08-11-00', 'P0030301MFG2', 'signed-not-to-unsigned-g3', 'refused'],
  ['P0030801SR02', 'P0S3-8-12-00', 'sccp7-to-sip7', 'A'],
  ['P0030801SR02', 'P00308000500', 'sccp7-to-sccp7', 'A'],
  ['P0M3-07-7-00', 'P0030801SR02', 'mgcp77-to-sccp81', 'B'],
  ['P0M3-07-7-00', 'P0S3-08-11-00', null, 'refused'],
  ['P0S3-08-11-00', 'P0M3-07-7-00', 'g3-to-mgcp7', 'B'],
  ['P0030801SR02', 'P0M3-07-7-00', 'g3-to-mgcp7', 'B'],
  ['P0S3-08-11-00', 'SIP41.9-4-2SR3-1S', null, 'refused'],
  ['TERM41.7-0-3-0S', 'SCCP41.8-5-2S', 'java-early-to-bridge', 'B'],
  ['SCCP41.8-2-1S', 'SCCP41.8-5-2S', 'java-old-to-bridge', 'A'],
  ['SCCP41.8-2-1S', 'SCCP41.8-5-2SR1S', 'java-old-not-to-new', 'refused'],
  ['SCCP41.8-3-3S', 'SIP41.9-4-2SR3-1S', 'java-both-to-new-early', 'A'],
  ['SIP41.8-5-2S', 'SIP41.9-4-2SR3-1S', 'java-both-to-new', 'A'],
  ['SCCP41.8-4-1S', 'SCCP41.8-5-2S', 'java-both-to-both', 'A'],
  ['SCCP41.8-5-2S', 'SCCP41.8-2-1S', 'java-both-not-to-old', 'refused'],
  ['SIP41.9-4-2SR3-1S', 'SIP41.9-2-1S', 'java-new-to-new', 'A'],
  ['SCCP41.8-5-2SR1S', 'SCCP41.8-5-2S', 'java-new-not-to-older', 'refused'],
  ['SCCP41.9-2-1S', 'SCCP42.9-2-1S', null, 'refused'],
];

test.each(STEPS)('%s to %s: rule %s, %s', (running, to, rule, level) => {
  const allowance = isAllowed(matrix, from(running), to as LoadName);
  expect([allowance.rule, allowance.allowed ? allowance.level : 'refused']).toEqual([rule, level]);
});

test('every rule of the matrix decides some step of this table, or is named here', () => {
  const elsewhere = [
    'sccp2-to-sccp3',
    'sccp2-not-to-sip',
    'sccp2-not-to-loader',
    'sip5-to-sip53',
    'sip5-to-sip6',
    'sip6-to-sip63',
    'sccp6-to-sip56',
    'sccp56-to-sccp7',
    'sccp56-not-to-loader',
    'loader-to-sip56',
    'loader-to-sccp56',
    'sip7-to-sip7',
    'g3-not-to-loader',
    'java-boot-loader',
  ];
  const decided = new Set([...STEPS.map(([, , rule]) => rule), ...elsewhere]);
  expect(matrix.rules.map((rule) => rule.id).filter((id) => !decided.has(id))).toEqual([]);
});

const to = (load: string) => load as LoadName;

test('an unknown protocol is allowed a step only when each protocol is', () => {
  const either = old({ generation: 'G2', releases: { min: [5], below: [6] } });
  expect(isAllowed(matrix, either, to('P0S3-06-3-00')).allowed).toBe(true);
  expect(isAllowed(matrix, either, to('P003-08-11-00')).allowed).toBe(false);
  expect(isAllowed(matrix, { ...either, protocol: 'SIP' }, to('P003-08-11-00')).allowed).toBe(true);
});

test('an unknown family is allowed nothing that is for one family', () => {
  const software = newer({ family: null, releases: { min: [9], below: null } });
  expect(isAllowed(matrix, software, to('SIP42.9-4-2SR3-1S'))).toMatchObject({ allowed: false, rule: null });
  expect(isAllowed(matrix, { ...software, family: '42' }, to('SIP42.9-4-2SR3-1S')).allowed).toBe(true);
});

test('a range is allowed a step only when all of it is, even where several rules share it', () => {
  const span = (min: readonly number[] | null, below: readonly number[] | null) =>
    isAllowed(matrix, newer({ releases: { min, below } }), to('SIP42.9-4-2SR3-1S'));
  expect(span([8, 3, 3], null)).toMatchObject({ allowed: true, level: 'A' });
  expect(span([8, 3, 2], null)).toMatchObject({ allowed: false, rule: 'java-old-not-to-new' });
  expect(span(null, null).allowed).toBe(false);
});

test('a range of which only a part has a rule is refused, and the rest is named', () => {
  const signed = old({ generation: 'G2', protocol: 'SIP', releases: { min: [5], below: [7] } });
  const refusal = isAllowed(matrix, signed, to('P0S3-06-3-00'));
  expect(refusal).toMatchObject({
    allowed: false,
    rule: null,
    why: expect.stringContaining('SIP 6.3 to before 7 (signed, 7940/7960)'),
  });
  expect(isAllowed(matrix, { ...signed, releases: { min: [5], below: [6, 3] } }, to('P0S3-06-3-00')).allowed).toBe(
    true,
  );
});

test('a release that no rule speaks of is named in the refusal', () => {
  const software = old({ generation: 'G2', protocol: 'SCCP', releases: { min: [5], below: [7] } });
  const allowance = isAllowed(matrix, software, to('P00305000300'));
  expect(allowance).toMatchObject({
    allowed: false,
    rule: null,
    why: expect.stringContaining('SCCP 5.x to 6.x (signed, 7940/7960)'),
  });
});

test('a name that is no load is refused with what it should look like', () => {
  expect(isAllowed(matrix, old({}), to('firmware'))).toMatchObject({
    allowed: false,
    why: expect.stringContaining('P0S3-08-11-00'),
  });
});

test('SCCP 6.x may boot in the old way or the new one, so both are admitted', () => {
  expect(runs('P00306000100').software.map((each) => each.generation)).toEqual(['G2', 'G3']);
});

test.each([
  ['P0030301MFG2', 'G1', 'application'],
  ['P0S3-05-3-00', 'G2', 'application'],
  ['P0S3-08-11-00', 'G3', 'application'],
  ['P003-08-11-00', 'G3', 'loader'],
  ['SIP42.9-4-2SR3-1S', 'java', 'application'],
])('%s alone says %s and %s', (load, generation, running) => {
  expect(runs(load).software).toMatchObject([{ generation, running, load }]);
});

test('a load names the models of its family, and only the stated one where one is stated', () => {
  expect(runs('SIP42.9-4-2SR3-1S').models).toEqual(['7942', '7962']);
  expect(candidatesOfLoad(matrix, 'SIP42.9-4-2SR3-1S', '7962')).toMatchObject({
    ok: true,
    value: { models: ['7962'] },
  });
});

test('a load of a release that cannot boot is refused', () => {
  expect(candidatesOfLoad(matrix, 'P00304000000', null)).toMatchObject({
    ok: false,
    error: expect.stringContaining('does not know'),
  });
});
