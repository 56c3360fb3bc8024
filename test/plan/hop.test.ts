import { expect, test } from 'vitest';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { Hop, Plan } from '../../src/core/plan/plan.ts';
import type { Candidates } from '../../src/core/software.ts';
import { admits, JAVA, matrix, newer, OLD, old, road, runs, store } from './store.ts';

// What stands in one hop of a plan: from what it is allowed, what it leads to, which files it needs, and on whose word.

function planned(candidates: Candidates, target: string, ...packages: readonly FirmwarePackage[]): Plan {
  const plan = road({ candidates, target, index: store(...packages) });
  if (!plan.ok) throw new Error(plan.reasons.join(' '));
  return plan;
}

function hops(candidates: Candidates, target: string, ...packages: readonly FirmwarePackage[]): readonly Hop[] {
  return planned(candidates, target, ...packages).hops;
}

const rule = (id: string) => matrix.rules.find((one) => one.id === id);
const signedSccp = old({ generation: 'G2', protocol: 'SCCP', releases: { min: [5], below: [7] } });
const loader = old({ generation: 'G3', running: 'loader' });
const bootLoader = newer({ running: 'boot-loader' });

test('a hop that two rules allow names both, with the sources of both, and is as weak as the weaker', () => {
  const [hop] = hops(admits(signedSccp), 'P0S3-05-3-00', OLD.sip53);
  expect(hop).toMatchObject({
    load: 'P0S3-05-3-00',
    kind: 'image',
    package: 'P0S3-05-3-00',
    from: [signedSccp],
    rule: 'sccp5-to-sip56 + sccp6-to-sip56',
    level: 'B',
  });
  const both = [rule('sccp5-to-sip56'), rule('sccp6-to-sip56')];
  expect(hop?.sources).toEqual([...new Set(both.flatMap((one) => one?.sources ?? []))]);
  expect(hop?.why).toBe(both.map((one) => one?.why).join(' '));
  expect(hops(runs('P00305000300'), 'P0S3-05-3-00', OLD.sip53)[0]).toMatchObject({
    rule: 'sccp5-to-sip56',
    level: 'A',
  });
});

test('a hop leads to the very load, its release and its protocol', () => {
  expect(hops(admits(signedSccp), 'P0S3-05-3-00', OLD.sip53)[0]?.after).toEqual({
    family: '79x0',
    generation: 'G2',
    running: 'application',
    protocol: 'SIP',
    load: 'P0S3-05-3-00',
    releases: { min: [5, 3, 0], below: [5, 3, 0, 0, 0, 0, 1] },
  });
  const [first, second] = hops(runs('P0S3-05-3-00'), 'P0S3-08-11-00', OLD.sip811);
  expect(first?.after).toMatchObject({ generation: 'G3', running: 'loader', protocol: null, load: 'P003-08-11-00' });
  expect(second).toMatchObject({ from: [first?.after], after: { running: 'application', load: 'P0S3-08-11-00' } });
});

test('a load that comes through the boot loader is taken a second time, to have its own name', () => {
  const [first, second] = hops(admits(bootLoader), 'SIP42.9-3-1SR4-1S', JAVA.sip931);
  expect(first).toMatchObject({
    kind: 'boot-loader',
    load: 'SIP42.9-3-1SR4-1S',
    after: { load: null, protocol: 'SIP' },
  });
  expect(second).toMatchObject({ kind: 'java-load', load: 'SIP42.9-3-1SR4-1S', after: { load: 'SIP42.9-3-1SR4-1S' } });
  expect(second?.why).toMatch(/^The boot loader runs a load under the name of its default manifest/);
  expect(first?.why).toBe(rule('java-boot-loader')?.why);
  const [, other] = hops(admits(bootLoader), 'SIP42.9-3-1SR4-1S', JAVA.sip852, {
    ...JAVA.sip931,
    terms: {},
    files: JAVA.sip931.files.filter(({ name }) => !name.startsWith('term')),
  });
  expect(other?.why).not.toContain('default manifest');
});

const files = (hop: Hop | undefined) => hop?.files.map(({ name, role, need }) => `${name} ${role} ${need}`);

test('an old phone needs the image that its generation takes; the other is optional where it lies in the store', () => {
  expect(files(hops(runs('P0030301MFG2'), 'P0S3-05-3-00', OLD.sip53)[0])).toEqual([
    'P0S3-05-3-00.bin image needed',
    'P0S3-05-3-00.sbn image optional',
  ]);
  expect(files(hops(runs('P00305000300'), 'P0S3-05-3-00', OLD.sip53)[0])).toEqual([
    'P0S3-05-3-00.sbn image needed',
    'P0S3-05-3-00.bin image optional',
  ]);
});

test('the loader takes the manifest and the application; its own image lies beside them', () => {
  expect(files(hops(admits(loader), 'P0S3-08-11-00', OLD.sip811)[0])).toEqual([
    'P0S3-08-11-00.loads manifest needed',
    'P003-08-11-00.sbn image needed',
    'P0S3-08-11-00.sb2 image needed',
  ]);
});

test('a Java phone needs its manifest and every archive, a boot loader those of each default manifest it may ask', () => {
  const archives = JAVA.sip931.manifest.map((name) => `${name} image needed`);
  expect(files(hops(runs('SCCP42.9-2-1S'), 'SIP42.9-3-1SR4-1S', JAVA.sip931)[0])).toEqual([
    'SIP42.9-3-1SR4-1S.loads manifest needed',
    ...archives,
  ]);
  const terms = (candidates: Candidates) =>
    files(hops(candidates, 'SIP42.9-3-1SR4-1S', JAVA.sip931)[0])?.filter((name) => name.startsWith('term'));
  expect(terms(admits(bootLoader))).toEqual([
    'term42.default.loads manifest needed',
    'term62.default.loads manifest needed',
  ]);
  expect(terms({ ...admits(bootLoader), models: ['7962'] })).toEqual(['term62.default.loads manifest needed']);
  expect(files(hops(admits(bootLoader), 'SIP42.9-3-1SR4-1S', JAVA.sip931)[0])).toEqual(
    expect.arrayContaining(archives),
  );
});

test('a plan tells its model where there is but one, and the spelling under which its target is held', () => {
  const target = 'SIP42.9-3-1SR4-1S';
  const one = (models: Candidates['models']) => planned({ ...runs('SCCP42.9-2-1S'), models }, target, JAVA.sip931);
  expect([one([]), one(['7962']), one(['7942', '7962'])].map(({ model }) => model)).toEqual([null, '7962', null]);
  const said = road({ candidates: runs('SCCP42.9-2-1S'), target, index: store(JAVA.sip931), model: '7942' });
  expect(said.ok && said.model).toBe('7942');
  expect(one([])).toMatchObject({ ok: true, target, family: '42', note: null });
  expect(planned(runs('P0S3-08-2-00'), 'P0S3-08-12-00', OLD.sip812)).toMatchObject({
    target: 'P0S3-8-12-00',
    note: 'P0S3-08-12-00 is in the store as P0S3-8-12-00: load names are literal, so the phone is told P0S3-8-12-00.',
  });
});

test('the spelling that the phone runs goes before that of the store, and that before the one of the matrix', () => {
  const running = { ...runs('P0S3-8-12-00').software[0], load: 'P0S3-08-12-00' as LoadName } as const;
  const plan = planned({ software: [running as never], models: [] }, 'P0S3-08-12-00', OLD.sip812);
  expect([plan.target, plan.hops, plan.warnings]).toEqual(['P0S3-08-12-00', [], []]);
  const lacking = road({ candidates: runs('P0S3-08-2-00'), target: 'P0S3-08-12-00', index: store() });
  expect(lacking).toMatchObject({ ok: false, target: 'P0S3-8-12-00' });
});

test('what nobody has seen is said with the road, and what is assumed of the family', () => {
  const careful = planned(admits(loader), 'P0S3-06-3-00', OLD.sip63).warnings;
  expect(careful).toEqual([expect.stringMatching(/^Careful: Cisco describes this step down, but not which file/)]);
  const nameless = planned(
    admits(newer({ family: null, releases: { min: [9], below: null } })),
    'SIP42.9-3-1SR4-1S',
    JAVA.sip931,
  );
  expect(nameless.warnings[0]).toMatch(/^Nothing but the target says that the phone is of family 42; /);
  expect(planned(runs('SCCP42.9-2-1S'), 'SIP42.9-3-1SR4-1S', JAVA.sip931).warnings).not.toContain(nameless.warnings[0]);
});
