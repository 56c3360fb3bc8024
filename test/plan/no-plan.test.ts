import { expect, test } from 'vitest';
import type { NoPlan } from '../../src/core/plan/plan.ts';
import { admits, JAVA, matrix, OLD, old, road, runs, steps, store, withLoader } from './store.ts';

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
  expect(plan.reasons[0]).toMatch(
    /\(SIP 2\.x to 4\.x \(unsigned, 7940\/7960\) or SIP 5\.x to 6\.x \(signed, 7940\/7960\)\).*--from/,
  );
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

test('a name that is no load, and a load of a family that the matrix lacks, are refused before anything is searched', () => {
  const index = store(...Object.values(OLD));
  expect(refused(road({ candidates: runs('P0030301MFG2'), target: 'nonsense', index }))).toEqual({
    ok: false,
    target: 'nonsense',
    code: 'E_UNKNOWN_LOAD',
    reasons: [expect.stringMatching(/^"nonsense" is not a load name; .+\.$/)],
    missing: [],
  });
  const without = { ...matrix, families: matrix.families.filter(({ family }) => family !== '79x0') };
  expect(
    refused(road({ candidates: runs('P0030301MFG2'), target: 'P0S3-08-11-00', index, matrix: without })),
  ).toMatchObject({
    target: 'P0S3-08-11-00',
    code: 'E_UNKNOWN_LOAD',
    reasons: ['The matrix has no family 79x0; choose another load.'],
  });
});

test('a phone that refused every road is told what it refused; one that refused another has the rest', () => {
  const about = {
    candidates: runs('P0030301MFG2'),
    target: 'P0S3-08-11-00',
    index: store(OLD.sip53, OLD.sip63, OLD.sip811),
  };
  expect(steps(road({ ...about, avoid: ['image:P0S3-05-3-00'] }))).toEqual([
    'P0S3-06-3-00',
    'P003-08-11-00',
    'P0S3-08-11-00',
  ]);
  const plan = refused(road({ ...about, avoid: ['application:P0S3-08-11-00'] }));
  expect(plan.code).toBe('E_NO_PATH');
  expect(plan.reasons[0]).toBe(
    'The phone refused application:P0S3-08-11-00, and no other road is left: see what it shows, or obtain other loads.',
  );
  expect(plan.reasons[1]).toMatch(
    /^Not from P0030301MFG2 to P0S3-08-11-00 in one step: .+ \(rule sccp3-not-to-sip7\)$/,
  );
});

test('where no rule speaks of a step, that is what is said', () => {
  const plan = refused(
    road({ candidates: runs('P0S3-08-11-00'), target: 'P0S30202', index: store(...Object.values(OLD)) }),
  );
  expect(plan.code).toBe('E_NO_PATH');
  expect(plan.reasons).toEqual([expect.stringMatching(/^Not from P0S3-08-11-00 to P0S30202 in one step: .+/)]);
  const nowhere = { ...matrix, rules: [] };
  const about = { candidates: runs('P0S3-05-3-00'), target: 'P0S3-06-3-00', index: store(OLD.sip63), matrix: nowhere };
  expect(refused(road(about)).reasons).toEqual(['No step is known from P0S3-05-3-00 to P0S3-06-3-00.']);
});

test('missing files are told road and load first, then what is wrong with what the store holds, then why not at once', () => {
  const files = OLD.sip811.files.filter((file) => file.name !== 'P0S3-08-11-00.sb2');
  const broken = { ...OLD.sip811, id: 'from-ebay', files, verdict: 'incomplete' as const };
  const plan = refused(road({ candidates: runs('P0S3-05-3-00'), target: 'P0S3-08-11-00', index: store(broken) }));
  expect(plan.reasons.slice(0, 2)).toEqual([
    'The road is P003-08-11-00 -> P0S3-08-11-00; obtain P0S3-08-11-00 and import it with firmware import: these files are missing: P0S3-08-11-00.sb2.',
    'The store holds P0S3-08-11-00 in "from-ebay", but it is incomplete: "loadstep firmware verify P0S3-08-11-00" says what is wrong.',
  ]);
});

test('a damaged copy of a load that lies whole beside it is not in the way, and not told', () => {
  const copy = { ...OLD.sip53, id: 'damaged', verdict: 'damaged' as const };
  const about = { candidates: runs('P0030301MFG2'), target: 'P0S3-08-11-00', index: store(OLD.sip53, copy) };
  const plan = refused(road(about));
  expect(plan.reasons[0]).toContain('P0S3-05-3-00 -> P003-08-11-00 -> P0S3-08-11-00');
  expect(plan.reasons.join(' ')).not.toContain('in "damaged"');
});

test('a load that the store or the matrix knows is not called unknown', () => {
  const candidates = runs('P0030301MFG2');
  const listed = refused(road({ candidates, target: 'P0S3-08-11-00', index: store(OLD.sip53) }));
  expect(listed.reasons.join(' ')).not.toContain('Neither the store nor the matrix knows');
  const held = withLoader('P0S3-08-77-00', 'P003-08-77-00', 'SIP');
  const target = 'P0S3-08-77-00';
  const known = refused(road({ candidates, target, index: store({ ...held, verdict: 'damaged' }) }));
  expect(known.reasons.join(' ')).not.toContain('Neither the store nor the matrix knows');
  const unknown = refused(road({ candidates, target, index: store() }));
  expect(unknown.reasons[0]).toMatch(/^Neither the store nor the matrix knows P0S3-08-77-00: .+\.$/);
  expect(unknown.missing.map(({ load }) => load)).toContain(target);
});

test('of a listed load whose files nobody wrote down those are missing that such loads consist of', () => {
  const families = matrix.families.map((family) => ({
    ...family,
    releases: family.releases.map((one) => (one.load === 'P0S3-08-11-00' ? { ...one, files: [] } : one)),
  }));
  const about = { candidates: runs('P0S3-08-2-00'), target: 'P0S3-08-11-00', index: store() };
  const plan = refused(road({ ...about, matrix: { ...matrix, families } }));
  expect(plan.missing.map(({ name }) => name)).toEqual([
    'P0S3-08-11-00.loads',
    'P003-08-11-00.sbn',
    'P0S3-08-11-00.sb2',
  ]);
});

test('a refusal that is care says so: the phone might take it', () => {
  const plan = refused(
    road({ candidates: runs('SIP42.9-3-1SR4-1S'), target: 'SIP42.8-5-2S', index: store(JAVA.sip852) }),
  );
  expect(plan.reasons.join(' ')).toContain('Careful: a phone whose software still trusts the old key would take it.');
});
