import { expect, test } from 'vitest';
import { findingText, type LintCode } from '../../src/core/matrix/lint-finding.ts';
import { lintMatrix } from '../../src/core/matrix/lint-matrix.ts';
import type { AllowRule, FamilyFacts, KnownFile, Matrix, ReleaseFacts, Rule } from '../../src/core/matrix/matrix.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { matrix } from '../plan/store.ts';

test('the shipped matrix has no findings', () => {
  expect(lintMatrix(matrix).map(findingText)).toEqual([]);
});

const old = (change: (facts: FamilyFacts) => FamilyFacts): Matrix => ({
  ...matrix,
  families: matrix.families.map((facts) => (facts.family === '79x0' ? change(facts) : facts)),
});
const releaseOf = (load: string, change: Partial<ReleaseFacts>): Matrix =>
  old((facts) => ({
    ...facts,
    releases: facts.releases.map((each) => (each.load === load ? { ...each, ...change } : each)),
  }));
const withRule = (id: string, change: (rule: AllowRule) => Rule): Matrix => ({
  ...matrix,
  rules: matrix.rules.map((rule) => (rule.id === id && rule.decision === 'allow' ? change(rule) : rule)),
});
const addRule = (like: string, change: (rule: AllowRule) => Rule): Matrix => {
  const model = matrix.rules.find((rule) => rule.id === like);
  if (model?.decision !== 'allow') throw new Error(`no allowing rule ${like}`);
  return { ...matrix, rules: [...matrix.rules, change({ ...model, id: 'added' })] };
};
const hash = (change: Partial<KnownFile>): Matrix => ({
  ...matrix,
  knownFiles: matrix.knownFiles.map((each, i) => (i === 0 ? { ...each, ...change } : each)),
});
const [firstHash] = matrix.knownFiles;
if (firstHash === undefined) throw new Error('the matrix knows no files');
const someRelease = (load: string): ReleaseFacts => {
  const found = matrix.families.flatMap((facts) => facts.releases).find((each) => each.load === load);
  if (found === undefined) throw new Error(`no release ${load}`);
  return found;
};
const uncited = { key: 'X1', title: 'A page', where: null, reach: 'full' };

interface Broken {
  readonly what: string;
  readonly matrix: Matrix;
  readonly code: LintCode;
  readonly file: string;
  readonly place: string;
  readonly other: string | null;
}

const RULES = 'rules-79x0.json';
const FAMILY = 'family-79x0.json';
const BROKEN: readonly Broken[] = [
  {
    what: 'a source that nothing cites',
    matrix: { ...matrix, sources: [...matrix.sources, uncited] },
    code: 'unused-source',
    file: 'sources.json',
    place: 'sources["X1"]',
    other: null,
  },
  {
    what: 'a source that is not listed',
    matrix: releaseOf('P0S3-05-3-00', { sources: ['S10', 'X9'] }),
    code: 'unknown-source',
    file: FAMILY,
    place: 'releases["P0S3-05-3-00"]',
    other: 'sources.json',
  },
  {
    what: 'a source of a rule that is not listed',
    matrix: withRule('sip56-to-loader', (rule) => ({ ...rule, sources: ['X9', 'S10'] })),
    code: 'unknown-source',
    file: RULES,
    place: 'rules["sip56-to-loader"]',
    other: 'sources.json',
  },
  {
    what: 'a source that is listed twice',
    matrix: { ...matrix, sources: [...matrix.sources, ...matrix.sources.slice(0, 1)] },
    code: 'duplicate',
    file: 'sources.json',
    place: `sources["${matrix.sources[0]?.key}"]`,
    other: null,
  },
  {
    what: 'a SHA-1 that lost a digit',
    matrix: hash({ sha1: firstHash.sha1?.slice(1) ?? '' }),
    code: 'hash-length',
    file: 'known-files.json',
    place: `files[0] ("${firstHash.name}")`,
    other: null,
  },
  {
    what: 'a SHA-1 where an MD5 belongs',
    matrix: hash({ md5: firstHash.sha1 }),
    code: 'hash-length',
    file: 'known-files.json',
    place: `files[0] ("${firstHash.name}")`,
    other: null,
  },
  {
    what: 'a hash of a load that no family lists',
    matrix: hash({ load: 'SCCP11.9-9-9S' as LoadName }),
    code: 'unknown-name',
    file: 'known-files.json',
    place: `files[0] ("${firstHash.name}")`,
    other: 'SCCP11.9-9-9S',
  },
  {
    what: 'one name in one package with two hashes',
    matrix: { ...matrix, knownFiles: [...matrix.knownFiles, { ...firstHash, sha1: 'a'.repeat(40) }] },
    code: 'hash-conflict',
    file: 'known-files.json',
    place: `files[${matrix.knownFiles.length}] ("${firstHash.name}")`,
    other: `files["${firstHash.name}"] with ${firstHash.sha1}`,
  },
  {
    what: 'a load in the file of another family',
    matrix: old((facts) => ({ ...facts, releases: [...facts.releases, someRelease('SIP42.9-3-1SR4-1S')] })),
    code: 'foreign-release',
    file: FAMILY,
    place: 'releases["SIP42.9-3-1SR4-1S"]',
    other: 'family 42',
  },
  {
    what: 'a load that lies in no stage',
    matrix: old((facts) => ({ ...facts, stages: facts.stages.filter((stage) => stage.generation !== 'G1') })),
    code: 'foreign-release',
    file: FAMILY,
    place: 'releases["P0S3-04-4-00"]',
    other: 'stages',
  },
  {
    what: 'a load that stands twice',
    matrix: old((facts) => ({ ...facts, releases: [...facts.releases, someRelease('P0S3-05-3-00')] })),
    code: 'duplicate',
    file: FAMILY,
    place: 'releases["P0S3-05-3-00"]',
    other: `${FAMILY}: releases["P0S3-05-3-00"]`,
  },
  {
    what: 'a load under the wrong protocol',
    matrix: releaseOf('P0S3-05-3-00', { protocol: 'SCCP' }),
    code: 'contradiction',
    file: FAMILY,
    place: 'releases["P0S3-05-3-00"]',
    other: 'its name',
  },
  {
    what: 'an unsigned load called signed',
    matrix: releaseOf('P0S3-04-4-00', { isSigned: true }),
    code: 'contradiction',
    file: FAMILY,
    place: 'releases["P0S3-04-4-00"]',
    other: 'stage unsigned',
  },
  {
    what: 'a loader that is not listed',
    matrix: releaseOf('P0S3-08-2-00', { loader: 'P003-08-3-00' as LoadName }),
    code: 'unknown-name',
    file: FAMILY,
    place: 'releases["P0S3-08-2-00"]',
    other: 'P003-08-3-00',
  },
  {
    what: 'a file that is listed twice',
    matrix: releaseOf('P0S3-04-4-00', { files: [1, 2].map(() => ({ name: 'a.bin', sizeBytes: null })) }),
    code: 'duplicate',
    file: FAMILY,
    place: 'releases["P0S3-04-4-00"]',
    other: 'a.bin',
  },
  {
    what: 'one device type for two models',
    matrix: old((facts) => ({ ...facts, models: facts.models.map((each) => ({ ...each, deviceTypeId: 404 })) })),
    code: 'duplicate',
    file: FAMILY,
    place: 'models["7940"]',
    other: 'family-42.json: models["7962"]',
  },
  {
    what: 'two stages of the same releases',
    matrix: old((facts) => ({ ...facts, stages: [...facts.stages, ...facts.stages.slice(0, 1)] })),
    code: 'overlap',
    file: FAMILY,
    place: 'stages[7] (unsigned)',
    other: 'stages[0] (unsigned)',
  },
  {
    what: 'two rules for the same step',
    matrix: addRule('sip56-to-loader', (rule) => rule),
    code: 'overlap',
    file: RULES,
    place: 'rules["added"]',
    other: `${RULES}: rules["sip56-to-loader"]`,
  },
  {
    what: 'a rule that refuses what another allows',
    matrix: addRule('sip56-to-loader', ({ id, file, from, to, why, sources, level }) => ({
      id,
      file,
      from,
      to,
      why,
      sources,
      level,
      decision: 'refuse',
    })),
    code: 'overlap',
    file: RULES,
    place: 'rules["added"]',
    other: `${RULES}: rules["sip56-to-loader"]`,
  },
  {
    what: 'two rules of one id',
    matrix: { ...matrix, rules: [...matrix.rules, ...matrix.rules.slice(0, 1)] },
    code: 'duplicate',
    file: RULES,
    place: 'rules["sccp2-to-sccp3"]',
    other: `${RULES}: rules["sccp2-to-sccp3"]`,
  },
  {
    what: 'a rule of a family without a file',
    matrix: { ...matrix, families: matrix.families.filter((facts) => facts.family !== '31') },
    code: 'unknown-name',
    file: 'rules-java.json',
    place: 'rules["java-boot-loader"]',
    other: 'family 31',
  },
  {
    what: 'a rule that starts from nothing',
    matrix: withRule('sip44-to-sip53', (rule) => ({
      ...rule,
      from: { ...rule.from, releases: { min: [1], below: [2] } },
    })),
    code: 'dead-end',
    file: RULES,
    place: 'rules["sip44-to-sip53"]',
    other: null,
  },
  {
    what: 'a rule that leads to no load',
    matrix: withRule('sip2-to-sip30', (rule) => ({
      ...rule,
      to: { ...rule.to, releases: { min: [3, 7], below: [3, 8] } },
    })),
    code: 'dead-end',
    file: RULES,
    place: 'rules["sip2-to-sip30"]',
    other: null,
  },
  {
    what: 'a rule after which nothing goes on',
    matrix: { ...matrix, rules: matrix.rules.filter((rule) => rule.from.running !== 'loader') },
    code: 'dead-end',
    file: RULES,
    place: 'rules["sip56-to-loader"]',
    other: null,
  },
  {
    what: 'a rule with the wrong generation afterwards',
    matrix: withRule('sip44-to-sip53', (rule) => ({ ...rule, after: { generation: 'G1', running: 'application' } })),
    code: 'contradiction',
    file: RULES,
    place: 'rules["sip44-to-sip53"]',
    other: null,
  },
  {
    what: 'a way back from signed to unsigned',
    matrix: addRule('sip7-to-sip56', (rule) => ({
      ...rule,
      to: { ...rule.to, releases: { min: [4, 4], below: [4, 5] } },
      after: { generation: 'G1', running: 'application' },
    })),
    code: 'cycle',
    file: RULES,
    place: 'rules["added"]',
    other: `${RULES}: rules["sccp3-to-sip53"]`,
  },
  {
    what: 'a way back from the new signing key to the old one',
    matrix: addRule('java-new-to-new', (rule) => ({
      ...rule,
      to: { ...rule.to, releases: { min: null, below: [8, 3, 3] } },
    })),
    code: 'cycle',
    file: 'rules-java.json',
    place: 'rules["added"]',
    other: 'rules-java.json: rules["java-early-to-bridge"]',
  },
  {
    what: 'a sighting of a rule that is not there',
    matrix: { ...matrix, sightings: matrix.sightings.map((each) => ({ ...each, rule: 'gone' })) },
    code: 'unknown-name',
    file: RULES,
    place: 'sightings["gone" to "P0S3-05-3-00"]',
    other: 'gone',
  },
  {
    what: 'a sighting that its rule does not allow',
    matrix: { ...matrix, sightings: matrix.sightings.map((each) => ({ ...each, rule: 'sccp3-to-sip6' })) },
    code: 'contradiction',
    file: RULES,
    place: 'sightings["sccp3-to-sip6" to "P0S3-05-3-00"]',
    other: 'sccp3-to-sip6',
  },
];

test.each(BROKEN)('the linter sees $what', ({ matrix: broken, code, file, place, other }) => {
  const findings = lintMatrix(broken);
  expect(
    findings.map((each) => ({ code: each.code, file: each.file, place: each.place, other: each.other })),
  ).toContainEqual({ code, file, place, other });
  for (const each of findings) expect([each.message.length > 5, each.wayOut.length > 5]).toEqual([true, true]);
});

test('every class of finding is seen to fire', () => {
  const codes: Record<LintCode, true> = {
    contradiction: true,
    cycle: true,
    'dead-end': true,
    duplicate: true,
    'foreign-release': true,
    'hash-conflict': true,
    'hash-length': true,
    overlap: true,
    'unknown-name': true,
    'unknown-source': true,
    'unused-source': true,
  };
  expect([...new Set(BROKEN.map((each) => each.code))].sort()).toEqual(Object.keys(codes).sort());
});
