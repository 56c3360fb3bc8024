import { expect, test } from 'vitest';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import { candidatesOfLoad } from '../../src/core/matrix/software-of-load.ts';
import type { Candidates } from '../../src/core/software.ts';
import { admits, image, matrix, OLD, old, road, runs, steps, store, withLoader } from './store.ts';

const g1Sccp = old({ generation: 'G1', protocol: 'SCCP', releases: { min: [3], below: [5] } });
const g2Sccp = old({ generation: 'G2', protocol: 'SCCP', releases: { min: [5], below: [7] } });
const g1Sip = old({ generation: 'G1', protocol: 'SIP', releases: { min: [2], below: [5] } });
const g2Sip = old({ generation: 'G2', protocol: 'SIP', releases: { min: [5], below: [7] } });
const loader = old({ generation: 'G3', running: 'loader' });
const ancient = old({ generation: 'G1', protocol: 'SCCP', releases: { min: null, below: [3] } });

interface Row {
  readonly what: string;
  readonly from: Candidates;
  readonly target: string;
  readonly held: readonly FirmwarePackage[];
  readonly road: readonly string[] | string;
}

const { sccp33, sccp50, sip44, sip53, sip63, sip74, sip82, sip811, sip812, sccp81 } = OLD;
const everything = Object.values(OLD);
const ROADS: readonly Row[] = [
  {
    what: 'the manufacturing load goes over 5.3 and the loader to 8.11 although 6.3 is held too',
    from: runs('P0030301MFG2'),
    target: 'P0S3-08-11-00',
    held: everything,
    road: ['P0S3-05-3-00', 'P003-08-11-00', 'P0S3-08-11-00'],
  },
  {
    what: 'the manufacturing load goes over 6.3 when 5.3 is not held',
    from: runs('P0030301MFG2'),
    target: 'P0S3-08-11-00',
    held: [sip63, sip811],
    road: ['P0S3-06-3-00', 'P003-08-11-00', 'P0S3-08-11-00'],
  },
  {
    what: 'SCCP 3.x goes over 6.3 to 8.2, as it was seen',
    from: admits(g1Sccp),
    target: 'P0S3-08-2-00',
    held: [sip53, sip63, sip82],
    road: ['P0S3-06-3-00', 'P003-08-2-00', 'P0S3-08-2-00'],
  },
  {
    what: 'a phone that is SCCP 3.x or 5.x takes SIP 6.3 either way',
    from: admits(g1Sccp, g2Sccp),
    target: 'P0S3-08-11-00',
    held: [sip63, sip811],
    road: ['P0S3-06-3-00', 'P003-08-11-00', 'P0S3-08-11-00'],
  },
  {
    what: 'the loader comes from the package of the target',
    from: runs('P0S3-05-3-00'),
    target: 'P0S3-08-11-00',
    held: [sip812, sip811, sip82],
    road: ['P003-08-11-00', 'P0S3-08-11-00'],
  },
  {
    what: 'the loader comes from the package of the target even where another one was seen to work, or is newer',
    from: runs('P0S3-06-3-00'),
    target: 'P0S3-08-11-00',
    held: [sip812, sip811, sip82],
    road: ['P003-08-11-00', 'P0S3-08-11-00'],
  },
  {
    what: 'SIP 2.x goes over 4.4 and 5.3',
    from: runs('P0S30202'),
    target: 'P0S3-08-11-00',
    held: everything,
    road: ['P0S3-04-4-00', 'P0S3-05-3-00', 'P003-08-11-00', 'P0S3-08-11-00'],
  },
  {
    what: 'SIP 4.1 goes over 4.4 and 5.3',
    from: runs('P0S3-04-1-00'),
    target: 'P0S3-08-11-00',
    held: everything,
    road: ['P0S3-04-4-00', 'P0S3-05-3-00', 'P003-08-11-00', 'P0S3-08-11-00'],
  },
  {
    what: 'an unsigned SIP load of unknown release goes over 4.4',
    from: admits(g1Sip),
    target: 'P0S3-05-3-00',
    held: [sip44, sip53],
    road: ['P0S3-04-4-00', 'P0S3-05-3-00'],
  },
  {
    what: 'SIP 5.x or 6.x takes the loader at once',
    from: admits(g2Sip),
    target: 'P0S3-08-11-00',
    held: everything,
    road: ['P003-08-11-00', 'P0S3-08-11-00'],
  },
  {
    what: 'SIP 5.3 becomes SCCP through the loader',
    from: runs('P0S3-05-3-00'),
    target: 'P0030801SR02',
    held: [sip811, sccp81],
    road: ['P003-08-11-00', 'P0030801SR02'],
  },
  {
    what: 'a bare loader takes a SIP load in one hop',
    from: admits(loader),
    target: 'P0S3-08-11-00',
    held: everything,
    road: ['P0S3-08-11-00'],
  },
  {
    what: 'a bare loader takes an SCCP load in one hop',
    from: admits(loader),
    target: 'P0030801SR02',
    held: everything,
    road: ['P0030801SR02'],
  },
  {
    what: 'SIP 8.2 goes to 8.11 directly',
    from: runs('P0S3-08-2-00'),
    target: 'P0S3-08-11-00',
    held: everything,
    road: ['P0S3-08-11-00'],
  },
  {
    what: 'SIP 8.12 goes back to 8.2 directly',
    from: runs('P0S3-8-12-00'),
    target: 'P0S3-08-2-00',
    held: everything,
    road: ['P0S3-08-2-00'],
  },
  {
    what: 'SIP 8.11 becomes SCCP 8.1(2)SR2 directly',
    from: runs('P0S3-08-11-00'),
    target: 'P0030801SR02',
    held: everything,
    road: ['P0030801SR02'],
  },
  {
    what: 'SCCP 8.1(2)SR2 becomes SIP 8.11 directly',
    from: runs('P0030801SR02'),
    target: 'P0S3-08-11-00',
    held: everything,
    road: ['P0S3-08-11-00'],
  },
  {
    what: 'SIP 7.4 goes down to 6.3 directly',
    from: runs('P0S3-07-4-00'),
    target: 'P0S3-06-3-00',
    held: everything,
    road: ['P0S3-06-3-00'],
  },
  {
    what: 'MGCP 7.7 becomes SCCP 8.1(2)SR2',
    from: runs('P0M3-07-7-00'),
    target: 'P0030801SR02',
    held: everything,
    road: ['P0030801SR02'],
  },
  {
    what: 'MGCP 7.7 becomes SIP over SCCP',
    from: runs('P0M3-07-7-00'),
    target: 'P0S3-08-11-00',
    held: everything,
    road: ['P0030801SR02', 'P0S3-08-11-00'],
  },
  {
    what: 'SCCP 5.x goes over SIP 5.x or 6.x rather than by the step nobody described in detail',
    from: runs('P00305000300'),
    target: 'P0S3-07-4-00',
    held: [sip63, sip74],
    road: ['P0S3-06-3-00', 'P003-07-4-00', 'P0S3-07-4-00'],
  },
  {
    what: 'SCCP 5.x goes to SIP 7.4 directly when nothing else is held',
    from: runs('P00305000300'),
    target: 'P0S3-07-4-00',
    held: [sip74],
    road: ['P0S3-07-4-00'],
  },
  {
    what: 'SCCP 5.x takes SIP 5.3',
    from: runs('P00305000300'),
    target: 'P0S3-05-3-00',
    held: [sip53],
    road: ['P0S3-05-3-00'],
  },
  {
    what: 'the oldest SCCP takes a 3.x-era load first',
    from: admits(ancient),
    target: 'P0S3-08-11-00',
    held: [sccp33, sip53, sip811],
    road: ['P00303030300', 'P0S3-05-3-00', 'P003-08-11-00', 'P0S3-08-11-00'],
  },
  {
    what: 'SCCP 3.x prefers the witnessed road to SCCP 8.1 over the shorter one of level B',
    from: runs('P0030301MFG2'),
    target: 'P0030801SR02',
    held: [sccp50, sip53, sip811, sccp81],
    road: ['P0S3-05-3-00', 'P003-08-11-00', 'P0030801SR02'],
  },
  {
    what: 'a phone on the target has nowhere to go',
    from: runs('P0S3-08-11-00'),
    target: 'P0S3-08-11-00',
    held: [],
    road: [],
  },
  {
    what: '7.4 is not given to 3.x directly',
    from: runs('P0030301MFG2'),
    target: 'P0S3-07-4-00',
    held: [sip74],
    road: 'E_FILES_MISSING',
  },
  {
    what: '8.2 is not given to 3.x directly',
    from: runs('P0030301MFG2'),
    target: 'P0S3-08-2-00',
    held: [sip82],
    road: 'E_FILES_MISSING',
  },
  {
    what: 'no signed load goes back to an unsigned one',
    from: runs('P0S3-08-11-00'),
    target: 'P0030301MFG2',
    held: everything,
    road: 'E_NO_PATH',
  },
  {
    what: 'SIP 5.3 does not go back to 4.4',
    from: runs('P0S3-05-3-00'),
    target: 'P0S3-04-4-00',
    held: everything,
    road: 'E_NO_PATH',
  },
  {
    what: 'an old SIP phone, signed or not, is not told apart',
    from: admits(g1Sip, g2Sip),
    target: 'P0S3-08-11-00',
    held: everything,
    road: 'E_AMBIGUOUS',
  },
  {
    what: 'a phone of which nothing is known gets nothing',
    from: admits(),
    target: 'P0S3-08-11-00',
    held: everything,
    road: 'E_AMBIGUOUS',
  },
  {
    what: 'a phone that is 79x0 or not gets nothing',
    from: admits(loader, { ...loader, family: null, generation: 'java', running: 'application' }),
    target: 'P0S3-08-11-00',
    held: everything,
    road: 'E_AMBIGUOUS',
  },
  {
    what: 'a Java load is not for an old phone',
    from: runs('P0030301MFG2'),
    target: 'SIP42.9-4-2SR3-1S',
    held: everything,
    road: 'E_WRONG_FAMILY',
  },
  {
    what: 'a load of the 7910 is unknown',
    from: runs('P0030301MFG2'),
    target: 'P00403020214',
    held: everything,
    road: 'E_UNKNOWN_LOAD',
  },
  {
    what: 'a letter O is no zero',
    from: runs('P0030301MFG2'),
    target: 'POS3-08-11-00',
    held: everything,
    road: 'E_UNKNOWN_LOAD',
  },
];

test.each(ROADS)('$what', ({ from, target, held, road: expected }) => {
  expect(steps(road({ candidates: from, target, index: store(...held) }))).toEqual(expected);
});

test('the road of the manufacturing load tells kind, level and rule of every hop', () => {
  const plan = road({ candidates: runs('P0030301MFG2'), target: 'P0S3-08-11-00', index: store(sip53, sip811) });
  expect(plan.ok && plan.hops.map(({ kind, level, rule }) => [kind, level, rule])).toEqual([
    ['image', 'A', 'sccp3-to-sip53'],
    ['loader', 'A', 'sip56-to-loader'],
    ['application', 'A', 'loader-to-sip'],
  ]);
});

test('a target that is held under another padding is found under its literal name, with a note', () => {
  const plan = road({ candidates: runs('P0S3-08-2-00'), target: 'P0S3-8-11-00', index: store(sip811) });
  expect(plan.ok && [plan.target, plan.hops[0]?.load]).toEqual(['P0S3-08-11-00', 'P0S3-08-11-00']);
  expect(plan.ok && plan.note).toContain('P0S3-8-11-00 is in the store as P0S3-08-11-00');
});

test('a target that is in the store as it is asked for carries no note, whatever else is there', () => {
  const twin = { ...sip811, id: 'twin', load: 'P0S3-8-11-00' as typeof sip811.load };
  const plan = road({ candidates: runs('P0S3-08-2-00'), target: 'P0S3-08-11-00', index: store(twin, sip811) });
  expect(plan.ok && [plan.target, plan.note]).toEqual(['P0S3-08-11-00', null]);
});

test('a phone that runs the target under the very spelling that was asked for has landed, whatever the store holds', () => {
  const plan = road({ candidates: runs('P0S3-8-11-00'), target: 'P0S3-8-11-00', index: store(sip811) });
  expect([steps(plan), plan.target]).toEqual([[], 'P0S3-8-11-00']);
});

test('a package known by its hash is preferred to another one of the same load', () => {
  const known = { ...sip811, id: 'z-known', verdict: 'known-good' as const };
  const plan = road({ candidates: runs('P0S3-08-2-00'), target: 'P0S3-08-11-00', index: store(sip811, known) });
  expect(plan.ok && plan.hops[0]?.package).toBe('z-known');
});

test('a signed-only phone needs the signed image, an unsigned one the unsigned image, and one that may be either the unsigned', () => {
  const needs = (from: Candidates, extensions: readonly string[]) => {
    const index = store(image('P0S3-05-3-00', 'SIP', extensions));
    const plan = road({ candidates: from, target: 'P0S3-05-3-00', index });
    return plan.ok ? plan.hops[0]?.files.map(({ name, need }) => `${name.slice(-4)} ${need}`) : plan.code;
  };
  expect(needs(admits(g1Sccp), ['.bin'])).toEqual(['.bin needed']);
  expect(needs(admits(g1Sccp), ['.sbn'])).toBe('E_FILES_MISSING');
  expect(needs(admits(g2Sccp), ['.sbn'])).toEqual(['.sbn needed']);
  expect(needs(admits(g2Sccp), ['.bin'])).toBe('E_FILES_MISSING');
  expect(needs(admits(g1Sccp, g2Sccp), ['.bin', '.sbn'])).toEqual(['.bin needed', '.sbn optional']);
  expect(needs(admits(g1Sccp, g2Sccp), ['.bin'])).toEqual(['.bin needed']);
});

test('no hop of the last generation asks for an unsigned image', () => {
  const plan = road({ candidates: admits(loader), target: 'P0S3-08-11-00', index: store(sip811) });
  expect(plan.ok && plan.hops[0]?.files.map((each) => each.name)).toEqual([
    'P0S3-08-11-00.loads',
    'P003-08-11-00.sbn',
    'P0S3-08-11-00.sb2',
  ]);
});

test('a hop that the phone refused is avoided: 6.3 is tried when 5.3 was refused', () => {
  const input = { candidates: runs('P0030301MFG2'), target: 'P0S3-08-11-00', index: store(...everything) };
  expect(steps(road({ ...input, avoid: ['image:P0S3-05-3-00'] }))).toEqual([
    'P0S3-06-3-00',
    'P003-08-11-00',
    'P0S3-08-11-00',
  ]);
});

test('a phone that refused the target itself has no road, and is told which hop it refused', () => {
  const avoid = ['application:P0S3-08-11-00'];
  const plan = road({ candidates: admits(loader), target: 'P0S3-08-11-00', index: store(sip811), avoid });
  expect(plan).toMatchObject({ ok: false, code: 'E_NO_PATH' });
  expect(plan.ok ? [] : plan.reasons).toContainEqual(expect.stringContaining('refused application:P0S3-08-11-00'));
});

test('a model that contradicts the load that runs is refused with what to check', () => {
  expect(candidatesOfLoad(matrix, 'P0030301MFG2', '7942')).toMatchObject({
    ok: false,
    error: expect.stringContaining('check --from'),
  });
});

test('a step of which something is not known is a doubt like one that was only inferred: a phone is not taken up and down again for it', () => {
  const plan = road({ candidates: runs('P0030301MFG2'), target: 'P00305000300', index: store(...everything) });
  expect(steps(plan)).toEqual(['P00305000300']);
});

test.each(['P0S3-06-3-00', 'P0S3-05-3-00', 'P00305000300'])(
  'a phone that shows a loader, and not which application it holds, is not taken up to a newer load before it goes down to %s',
  (target) => {
    const plan = road({ candidates: admits(loader), target, index: store(...everything) });
    expect(steps(plan)).toEqual([target]);
    expect(plan.ok && plan.warnings).toContainEqual(expect.stringMatching(/^Careful: /));
  },
);

test('a signed SCCP load goes to SIP 7 over another load, since which file it would take at once is not known', () => {
  const index = store(sccp81, sip74);
  const plan = road({ candidates: runs('P00306000100'), target: 'P0S3-07-4-00', index });
  expect(steps(plan)).toEqual(['P0030801SR02', 'P0S3-07-4-00']);
  const alone = road({ candidates: runs('P00306000100'), target: 'P0S3-07-4-00', index: store(sip74) });
  expect(alone.ok && alone.warnings).toContainEqual(expect.stringMatching(/^Careful: /));
});

test('the way from the loader generation to MGCP does not lead down to an older load', () => {
  const mgcp = withLoader('P0M3-07-7-00', 'P003-07-7-00', 'MGCP');
  const plan = road({ candidates: runs('P0S3-08-11-00'), target: 'P0M3-07-7-00', index: store(...everything, mgcp) });
  expect(steps(plan)).toEqual(['P0M3-07-7-00']);
});
