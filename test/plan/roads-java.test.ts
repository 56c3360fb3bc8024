import { expect, test } from 'vitest';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import type { Candidates } from '../../src/core/software.ts';
import { admits, JAVA, java, newer, road, runs, steps, store } from './store.ts';

const { sccp83, sccp84, sccp852, sip852, sccp921, sip931, sccp942, sip942 } = JAVA;
const everything = Object.values(JAVA);
const target = 'SIP42.9-4-2SR3-1S';

interface Row {
  readonly what: string;
  readonly from: Candidates;
  readonly target?: string;
  readonly held: readonly FirmwarePackage[];
  readonly isFast?: boolean;
  readonly avoid?: readonly string[];
  readonly road: readonly string[] | string;
}

const bootLoader = admits(newer({ running: 'boot-loader' }));
const since85 = newer({ releases: { min: [8, 5], below: null } });
const ROADS: readonly Row[] = [
  {
    what: 'before 8.3(3), an old load is taken in one step',
    from: runs('SCCP42.8-2-1S'),
    target: 'SIP42.8-5-2S',
    held: everything,
    road: ['SIP42.8-5-2S'],
  },
  {
    what: 'before 8.3(3), the bridge is 8.5(2) of the running protocol',
    from: runs('SCCP42.8-2-1S'),
    held: everything,
    road: ['SCCP42.8-5-2S', target],
  },
  {
    what: 'before 8.3(3) on SIP, the bridge is the SIP one',
    from: runs('SIP42.8-2-1S'),
    held: everything,
    road: ['SIP42.8-5-2S', target],
  },
  {
    what: 'the bridge of the target protocol does when no other is held',
    from: runs('SCCP42.8-2-1S'),
    held: [sip852, sip942],
    road: ['SIP42.8-5-2S', target],
  },
  {
    what: '8.5(2) is preferred to 8.4 as bridge',
    from: runs('SCCP42.8-3-2S'),
    held: [sccp84, sccp852, sip942],
    road: ['SCCP42.8-5-2S', target],
  },
  {
    what: '8.4 is the second choice',
    from: runs('SCCP42.8-3-2S'),
    held: [sccp83, sccp84, sip942],
    road: ['SCCP42.8-4-3S', target],
  },
  {
    what: 'before 8.3(3), nothing newer without a bridge',
    from: runs('SCCP42.8-2-1S'),
    held: [sip942],
    road: 'E_FILES_MISSING',
  },
  {
    what: 'from 8.3(3) on, the bridge is put in when it is held',
    from: runs('SCCP42.8-3-3S'),
    held: everything,
    road: ['SCCP42.8-5-2S', target],
  },
  {
    what: 'from 8.3(3) on, the fast road leaves it out',
    from: runs('SCCP42.8-3-3S'),
    held: everything,
    isFast: true,
    road: [target],
  },
  {
    what: 'from 8.3(3) on, no bridge held means one step',
    from: runs('SCCP42.8-3-3S'),
    held: [sip942],
    road: [target],
  },
  {
    what: 'before 8.3(3), the fast road keeps the bridge',
    from: runs('SCCP42.8-2-1S'),
    held: everything,
    isFast: true,
    road: ['SCCP42.8-5-2S', target],
  },
  { what: '8.5(2) needs no bridge', from: runs('SCCP42.8-5-2S'), held: everything, road: [target] },
  { what: '8.5(2)SR1 needs no bridge', from: runs('SCCP42.8-5-2SR1S'), held: everything, road: [target] },
  {
    what: '9.2 goes to 9.4 in one step, and changes its protocol with it',
    from: runs('SCCP42.9-2-1S'),
    held: everything,
    road: [target],
  },
  {
    what: '9.4 goes back to 9.2 in one step',
    from: runs('SIP42.9-4-2SR3-1S'),
    target: 'SCCP42.9-2-1S',
    held: everything,
    road: ['SCCP42.9-2-1S'],
  },
  {
    what: '9.4 does not go back to 8.5(2)',
    from: runs('SIP42.9-4-2SR3-1S'),
    target: 'SIP42.8-5-2S',
    held: everything,
    road: 'E_NO_PATH',
  },
  {
    what: '8.5(2)SR1 does not go back to 8.5(2)',
    from: runs('SCCP42.8-5-2SR1S'),
    target: 'SCCP42.8-5-2S',
    held: everything,
    road: 'E_NO_PATH',
  },
  {
    what: '8.5(2) does not go back before 8.3(3)',
    from: runs('SCCP42.8-5-2S'),
    target: 'SCCP42.8-2-1S',
    held: [java('SCCP42.8-2-1S', '8-2-1', ['42', '62'])],
    road: 'E_NO_PATH',
  },
  { what: 'an unknown release is not told apart', from: admits(newer({})), held: everything, road: 'E_AMBIGUOUS' },
  {
    what: 'an unknown release is not even given the bridge',
    from: admits(newer({})),
    target: 'SCCP42.8-5-2S',
    held: everything,
    road: 'E_AMBIGUOUS',
  },
  { what: '8.5(0) or newer goes to 9.x directly', from: admits(since85), held: everything, road: [target] },
  {
    what: '8.5(0) or newer is not given 8.5(2)',
    from: admits(since85),
    target: 'SIP42.8-5-2S',
    held: everything,
    road: 'E_AMBIGUOUS',
  },
  {
    what: 'anything before 8.5 takes the bridge',
    from: admits(newer({ releases: { min: null, below: [8, 5] } })),
    held: [sccp852, sip942],
    road: ['SCCP42.8-5-2S', target],
  },
  {
    what: 'a boot loader takes the target, and the phone takes it once more',
    from: bootLoader,
    held: everything,
    road: [target, target],
  },
  {
    what: 'a boot loader that refused it is given 8.5(2)',
    from: bootLoader,
    held: everything,
    avoid: [`boot-loader:${target}`],
    road: ['SIP42.8-5-2S', target],
  },
  {
    what: 'then the other 8.5(2)',
    from: bootLoader,
    held: everything,
    avoid: [`boot-loader:${target}`, 'boot-loader:SIP42.8-5-2S'],
    road: ['SCCP42.8-5-2S', target],
  },
  {
    what: 'then the newest',
    from: bootLoader,
    held: everything,
    avoid: [target, 'SIP42.8-5-2S', 'SCCP42.8-5-2S'].map((load) => `boot-loader:${load}`),
    road: ['SCCP42.9-4-2SR3-1S', target],
  },
  {
    what: 'then what is left, descending',
    from: bootLoader,
    held: [sccp921, sip931, sip942, sccp942],
    avoid: [target, 'SCCP42.9-4-2SR3-1S'].map((load) => `boot-loader:${load}`),
    road: ['SIP42.9-3-1SR4-1S', target],
  },
  {
    what: 'a load of another family is refused',
    from: runs('SCCP45.9-2-1S'),
    held: everything,
    road: 'E_WRONG_FAMILY',
  },
  {
    what: 'an old load is not for a Java phone',
    from: runs('SCCP42.9-2-1S'),
    target: 'P0S3-08-11-00',
    held: everything,
    road: 'E_WRONG_FAMILY',
  },
];

test.each(ROADS)('Java: $what', ({ from, held, isFast, avoid, road: expected, ...row }) => {
  const options = { ...(isFast === undefined ? {} : { isFast }), ...(avoid === undefined ? {} : { avoid }) };
  const plan = road({ candidates: from, target: row.target ?? target, index: store(...held), ...options });
  expect(steps(plan)).toEqual(expected);
});

test('a boot loader hop serves the default manifests of the models that fit and everything they list', () => {
  const candidates = { ...bootLoader, models: ['7962'] as const };
  const plan = road({ candidates, target, index: store(sip942) });
  const [first, second] = plan.ok ? plan.hops : [];
  expect(first?.kind).toBe('boot-loader');
  expect(first?.triggers).toEqual([{ file: 'termNN.default.loads', content: null }]);
  expect(first?.files.map((file) => file.name)).toEqual([
    'term62.default.loads',
    'jar42sip.9-4-2ES26.sbn',
    'cnu42.9-4-2ES26.sbn',
    'apps42.9-4-2ES26.sbn',
    'dsp42.9-4-2ES26.sbn',
    'cvm42sip.9-4-2ES26.sbn',
  ]);
  expect(first?.after).toMatchObject({ running: 'application', protocol: 'SIP', load: null });
  expect([second?.kind, second?.load]).toEqual(['java-load', target]);
  expect(second?.why).toContain('once more');
});

test('a boot loader of an unknown model needs the default manifests of every model of the family', () => {
  const half = java(target, '9-4-2ES26', ['42']);
  const plan = road({ candidates: bootLoader, target, index: store(half) });
  expect(plan).toMatchObject({
    ok: false,
    code: 'E_FILES_MISSING',
    missing: [{ load: target, name: 'term62.default.loads' }],
  });
});

test('the boot loader of a 7942, 7945 or 7975 is warned of the hardware floor below 9.4(2) and not from there on', () => {
  const warnings = (load: string) => {
    const plan = road({ candidates: bootLoader, target: load, index: store(...everything) });
    return plan.ok ? plan.warnings : [];
  };
  expect(warnings('SCCP42.9-2-1S')).toEqual([expect.stringContaining('Late hardware')]);
  expect(warnings(target)).toEqual([]);
});

test('a Java phone of unknown family gets a plan for the family of its target, with a warning', () => {
  const plan = road({
    candidates: admits(newer({ family: null, releases: { min: [9], below: null } })),
    target,
    index: store(sip942),
  });
  expect(steps(plan)).toEqual([target]);
  expect(plan.ok && plan.warnings).toEqual([expect.stringContaining('only XMLDefault.cnf.xml')]);
  expect(plan.ok && plan.hops[0]?.from[0]?.family).toBe('42');
});

test('no warning of that kind stands where the model is stated or found', () => {
  const software = newer({ family: null, releases: { min: [9], below: null } });
  const stated = road({ candidates: admits(software), target, index: store(sip942), model: '7962' });
  const found = road({ candidates: { software: [software], models: ['7942'] }, target, index: store(sip942) });
  expect([stated.ok && stated.warnings, found.ok && found.warnings]).toEqual([[], []]);
  expect([stated.ok && stated.model, found.ok && found.model]).toEqual(['7962', '7942']);
});

test('a model of another family than the target is refused, stated or found', () => {
  const candidates = admits(newer({ family: null, releases: { min: [9], below: null } }));
  expect(steps(road({ candidates, target, index: store(sip942), model: '7965' }))).toBe('E_WRONG_FAMILY');
  expect(steps(road({ candidates: { ...candidates, models: ['7965'] }, target, index: store(sip942) }))).toBe(
    'E_WRONG_FAMILY',
  );
});

test('a phone that runs the target under the name of its default manifest takes it once more', () => {
  const software = newer({ protocol: 'SIP', releases: { min: [9, 4, 2, 3, 1], below: [9, 4, 2, 3, 2] } });
  expect(steps(road({ candidates: admits(software), target, index: store(sip942) }))).toEqual([target]);
});
