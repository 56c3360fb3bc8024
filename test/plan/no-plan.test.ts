import { expect, test } from 'vitest';
import type { NoPlan } from '../../src/core/plan/plan.ts';
import { admits, JAVA, OLD, old, road, runs, store } from './store.ts';

function refused(plan: ReturnType<typeof road>): NoPlan {
  if (plan.ok) throw new Error('there is a plan');
  return plan;
}

test('missing files are named with their load, the road they are for, and the rule that refuses the direct step', () => {
  const plan = refused(road({ candidates: runs('P0030301MFG2'), target: 'P0S3-08-2-00', index: store(OLD.sip82) }));
  expect(plan.missing).toEqual([{ load: 'P0S3-06-3-00', name: 'P0S3-06-3-00.bin' }]);
  expect(plan.reasons[0]).toContain('P0S3-06-3-00 -> P003-08-2-00 -> P0S3-08-2-00');
  expect(plan.reasons.join(' ')).toContain('(rule sccp3-not-to-sip7)');
});

test('an empty store is told every file of the road, the loader included', () => {
  const plan = refused(road({ candidates: runs('P0S3-05-3-00'), target: 'P0S3-08-11-00', index: store() }));
  expect(plan.code).toBe('E_FILES_MISSING');
  expect(plan.missing.map((file) => file.name)).toEqual([
    'P003-08-11-00.sbn',
    'P0S3-08-11-00.loads',
    'P0S3-08-11-00.sb2',
  ]);
});

test('the missing bridge of a Java phone is named with its archives', () => {
  const plan = refused(
    road({ candidates: runs('SCCP42.8-2-1S'), target: 'SIP42.9-4-2SR3-1S', index: store(JAVA.sip942) }),
  );
  expect(plan.missing.map((file) => file.name)).toEqual([
    'SCCP42.8-5-2S.loads',
    'jar42sccp.8-5-2TH1-9.sbn',
    'cnu42.8-5-2TH1-9.sbn',
    'apps42.8-5-2TH1-9.sbn',
    'dsp42.8-5-2TH1-9.sbn',
    'cvm42sccp.8-5-2TH1-9.sbn',
  ]);
});

test('a package that lacks one file is told this one file, and where it lies', () => {
  const files = OLD.sip811.files.filter((file) => file.name !== 'P0S3-08-11-00.sb2');
  const broken = { ...OLD.sip811, id: 'from-ebay', files, verdict: 'incomplete' as const };
  const plan = refused(road({ candidates: runs('P0S3-08-2-00'), target: 'P0S3-08-11-00', index: store(broken) }));
  expect(plan.missing.map((file) => file.name)).toEqual(['P0S3-08-11-00.sb2']);
  expect(plan.reasons.join(' ')).toContain('in "from-ebay", but it is incomplete');
});

test.each(['incomplete', 'damaged', 'mixed', 'unknown'] as const)(
  'a package that is %s is never published',
  (verdict) => {
    const plan = refused(
      road({ candidates: runs('P0S3-08-2-00'), target: 'P0S3-08-11-00', index: store({ ...OLD.sip811, verdict }) }),
    );
    expect(plan.code).toBe('E_FILES_MISSING');
    expect(plan.missing.length).toBeGreaterThan(0);
  },
);

test('a file that is not whole is as good as absent', () => {
  const files = OLD.sip811.files.map((file) => (file.name.endsWith('.sb2') ? { ...file, isWhole: false } : file));
  const plan = refused(
    road({ candidates: runs('P0S3-08-2-00'), target: 'P0S3-08-11-00', index: store({ ...OLD.sip811, files }) }),
  );
  expect(plan.missing.map((file) => file.name)).toContain('P0S3-08-11-00.sb2');
});

test('a load that nobody knows is refused with a word on its spelling', () => {
  const plan = refused(road({ candidates: runs('P0030301MFG2'), target: 'P0S3-08-77-00', index: store(OLD.sip53) }));
  expect(plan.code).toBe('E_FILES_MISSING');
  expect(plan.reasons[0]).toContain('check how it is spelled');
});

test('what cannot be told apart is listed, with the way out', () => {
  const candidates = admits(
    old({ generation: 'G1', protocol: 'SIP', releases: { min: [2], below: [5] } }),
    old({ generation: 'G2', protocol: 'SIP', releases: { min: [5], below: [7] } }),
  );
  const plan = refused(road({ candidates, target: 'P0S3-08-11-00', index: store(...Object.values(OLD)) }));
  expect(plan.reasons[0]).toMatch(/SIP 2\.0 to before 5\.0 .*G1.* or SIP 5\.0 to before 7\.0 .*G2.*--from/);
});

test('software that contradicts itself leads nowhere', () => {
  const candidates = admits(old({ generation: 'G1', protocol: 'SIP', releases: { min: [8], below: null } }));
  const plan = refused(road({ candidates, target: 'P0S3-08-11-00', index: store(...Object.values(OLD)) }));
  expect(plan.code).toBe('E_NO_PATH');
  expect(plan.reasons[0]).toContain('contradicts itself');
});

test('plans and refusals cannot be changed', () => {
  const plan = road({ candidates: runs('P0030301MFG2'), target: 'P0S3-08-11-00', index: store(OLD.sip53, OLD.sip811) });
  expect(
    plan.ok &&
      [plan, plan.hops, plan.hops[0], plan.hops[0]?.triggers[0], plan.hops[0]?.from[0]?.releases].every(
        Object.isFrozen,
      ),
  ).toBe(true);
  expect(Object.isFrozen(road({ candidates: admits(), target: 'x', index: store() }))).toBe(true);
});

test('planning leaves its input as it was', () => {
  const candidates = admits(old({ generation: 'G2', protocol: 'SIP', releases: { min: [5], below: [7] } }));
  road({ candidates, target: 'P0S3-08-11-00', index: store(OLD.sip811) });
  expect(Object.isFrozen(candidates.software[0]?.releases)).toBe(false);
});
