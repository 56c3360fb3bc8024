import { describe, expect, test } from 'vitest';
import {
  candidatesOf,
  concludeHop,
  type Evidence,
  evidenceMoved,
  given,
  imageEnded,
  isUnheard,
  mayBeProbed,
  modelOf,
  NO_EVIDENCE,
  observe,
  type ReadingAids,
  unproven,
  withOldTrace,
} from '../../src/core/identify/evidence.ts';
import { areCompatible } from '../../src/core/identify/shared-software.ts';
import { softwareOfLoad } from '../../src/core/identify/software-of-load.ts';
import { believed, state } from '../../src/core/identify/stated-word.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { Software } from '../../src/core/software.ts';
import { newer, old } from '../plan/store.ts';

// What is believed of one phone after each of its questions, beside what its operator said of it.

const MAC = '0018B9C0FFEE';
const [CTL, ITL, SEP, SIP] = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const AIDS: ReadingAids = {
  termFamily: (term) => (term === '62' ? '42' : null),
  modelFamily: (model) => (model === '7960' ? '79x0' : model === '7962' ? '42' : '41'),
  isWhole: true,
};

const load = (name: string) => name as LoadName;
const says = (from: string | null, model: Evidence['stated']['model'] = null): Evidence => ({
  ...NO_EVIDENCE,
  stated: { from: from === null ? null : load(from), model },
});

function boot(names: readonly string[], evidence = NO_EVIDENCE) {
  let seen = { evidence } as ReturnType<typeof observe>;
  for (const [i, name] of names.entries()) seen = observe(seen.evidence, classifyName(name), i * 300, AIDS);
  return seen;
}

const brief = ({ family, generation, running, protocol, load: name }: Software) =>
  [family ?? '?', generation, running, protocol ?? '?', ...(name === null ? [] : [name])].join(' ');
const software = (names: readonly string[], evidence?: Evidence) => boot(names, evidence).evidence.software.map(brief);

test('a question that tells nothing changes nothing but the trace', () => {
  const seen = boot(['OS79XX.TXT']);
  expect(seen).toMatchObject({
    isNewRound: false,
    isChanged: false,
    isContradiction: false,
    findings: [],
    reading: null,
  });
  expect(seen.evidence).toMatchObject({ software: [], pattern: null, trace: { steps: [{ name: 'OS79XX.TXT' }] } });
});

test('what is learnt is recorded once, with the pattern it was read from', () => {
  const seen = boot([CTL, SEP, SIP]);
  expect(seen).toMatchObject({ isChanged: true, isContradiction: false });
  expect(seen.findings).toEqual([
    {
      finding: 'loader',
      reason: 'asked for the configuration of every protocol in turn: the Universal Application Loader',
    },
  ]);
  expect(seen.evidence.pattern).toBe('loader');
  const again = observe(seen.evidence, classifyName(`MGC${MAC}.cnf`), 2000, AIDS);
  expect([again.isChanged, again.findings]).toEqual([false, []]);
});

test('a phone that shows other software than was believed is right, and that is a contradiction', () => {
  const seen = boot(['term62.default.loads'], {
    ...NO_EVIDENCE,
    software: [old({ generation: 'G1', protocol: 'SIP' })],
  });
  expect(seen).toMatchObject({ isContradiction: true, isChanged: true });
  expect(seen.evidence.software.map(brief)).toEqual(['42 java boot-loader ?']);
  expect(seen.findings.map(({ finding }) => finding)).toEqual(['contradiction', 'java-boot-loader']);
  expect(seen.findings[0]?.reason).toBe(
    'SIP application of a 7940/7960 was believed; the phone shows otherwise: asked term62.default.loads: only the boot loader of a family 42 phone does',
  );
});

test('what was believed stays as far as the phone still shows it, the more exact value of each field', () => {
  const proven = old({ generation: 'G3', protocol: 'SIP', load: load('P0S3-08-11-00') });
  expect(software([CTL, SEP, SIP], { ...NO_EVIDENCE, software: [proven] })).toEqual([
    '79x0 G3 application SIP P0S3-08-11-00',
  ]);
  const java = newer({ family: null, protocol: 'SIP' });
  expect(software([SEP, 'SIP42.9-3-1SR4-1S.loads'], { ...NO_EVIDENCE, software: [java] })).toEqual([
    '42 java application SIP',
  ]);
  const loader = old({ generation: 'G3', running: 'loader' });
  expect(software(['SIPDefault.cnf'], { ...NO_EVIDENCE, software: [loader] })).toEqual(['79x0 G3 application SIP']);
});

test('releases that were believed and shown are put together to what both admit', () => {
  const releases = (min: number[] | null, below: number[] | null) => {
    const believedOnes = [newer({ releases: { min, below } })];
    return boot([CTL, ITL], { ...NO_EVIDENCE, software: believedOnes }).evidence.software.map((one) => one.releases);
  };
  expect(releases(null, null)).toEqual([{ min: [8, 5], below: null }]);
  expect(releases([9], null)).toEqual([{ min: [9], below: null }]);
  expect(releases([8, 2], [9])).toEqual([{ min: [8, 5], below: [9] }]);
  // Older than any that asks for an ITL file: the phone is right.
  expect(releases([8], [8, 4])).toEqual([{ min: [8, 5], below: null }]);
});

describe('the word of the operator', () => {
  test('makes what the phone shows more exact where it fits', () => {
    expect(software(['SIPDefault.cnf'], says('P0S3-08-11-00'))).toEqual(['79x0 G3 application SIP P0S3-08-11-00']);
    expect(software(['OS79XX.TXT', SIP], says('P0S3-06-3-00'))).toEqual(['79x0 G2 application SIP P0S3-06-3-00']);
  });

  test('that fits is kept for the next boot', () => {
    const said = says('P0S3-08-11-00', '7960');
    expect(boot(['SIPDefault.cnf', SIP], said)).toMatchObject({ evidence: { stated: said.stated } });
  });

  test('is overruled, in so many words, where the phone shows otherwise; the model stays', () => {
    const seen = boot([CTL, SEP, SIP], says('P0S3-06-3-00', '7960'));
    expect(seen.evidence.stated).toEqual({ from: null, model: '7960' });
    expect(seen.evidence.software.map(brief)).toEqual(['79x0 G3 loader ?']);
    expect(seen.findings.at(-1)).toEqual({
      finding: 'operator-overruled',
      reason: expect.stringMatching(/^--from P0S3-06-3-00 does not fit: asked for the configuration of every protocol/),
    });
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['7962', [CTL, SEP, 'XMLDefault.cnf.xml'], ['42 java application ?']],
    ['7960', [CTL, SEP, 'XMLDefault.cnf.xml'], ['79x0 G3 application SCCP']],
    ['7941', [CTL, ITL], ['41 java application ?']],
    // A slip of the operator: no Java phone hunts, no old one asks for an ITL file.
    ['7962', [CTL, SEP, SIP], ['79x0 G3 loader ?']],
    ['7960', [CTL, ITL], ['? java application ?']],
    ['7941', ['term62.default.loads'], ['42 java boot-loader ?']],
  ])('on the model, %s, narrows what %j admits', (model, names, expected) => {
    expect(software(names, says(null, model as Evidence['stated']['model']))).toEqual(expected);
    const heard = { ...NO_EVIDENCE, vendorModel: model as Evidence['vendorModel'] };
    expect(software(names, heard)).toEqual(expected);
  });

  test.each<[string, readonly string[], boolean]>([
    ['P0S3-06-3-00', ['OS79XX.TXT'], true],
    ...[CTL, ITL, 'ITLFile.tlv', 'term99.default.loads', 'x.loads'].map((name): [string, string[], boolean] => [
      'P0S3-06-3-00',
      [name],
      false,
    ]),
    ['P00303030300', ['x.loads'], false],
    ['P0S3-08-11-00', [CTL], true],
    ...['OS79XX.TXT', ITL, 'ITLFile.tlv', 'term99.default.loads'].map((name): [string, string[], boolean] => [
      'P0S3-08-11-00',
      [name],
      false,
    ]),
    ['SCCP41.8-3-2S', [CTL, SEP], true],
    ...['OS79XX.TXT', SIP, `MGC${MAC}.cnf`, 'MGCDefault.cnf', 'term99.default.loads'].map(
      (name): [string, string[], boolean] => ['SCCP41.8-3-2S', [name], false],
    ),
  ])('that %s runs is believed of a phone that asks only %j: %s', (from, names, isBelieved) => {
    const { evidence } = boot(names, says(from));
    const taken = believed({ ...evidence, software: [], stated: says(from).stated }, AIDS);
    expect(taken?.software.map((one) => one.load) ?? null).toEqual(isBelieved ? [from] : null);
    if (taken !== null) expect(taken.pattern).toBe('stated');
  });

  test('is not taken for what runs where nothing was said, something is known, or the model is of another family', () => {
    expect(believed(NO_EVIDENCE, AIDS)).toBeNull();
    expect(believed({ ...says('SCCP41.8-3-2S'), software: [newer({})] }, AIDS)).toBeNull();
    expect(believed(says('SCCP41.8-3-2S', '7962'), AIDS)).toBeNull();
    expect(believed(says('SCCP41.8-3-2S', '7941'), AIDS)?.software).toHaveLength(1);
    expect(believed(says('nonsense'), AIDS)).toBeNull();
  });

  test('that is said again changes nothing, and one that changes is believed afresh', () => {
    const said = says('P0S3-06-3-00', '7960');
    expect(state(said, { ...said.stated }, AIDS)).toBe(said);
    expect(state(said, { from: load('P0S3-05-3-00'), model: '7960' }, AIDS).stated.from).toBe('P0S3-05-3-00');
    expect(state(said, { ...said.stated, model: '7962' as never }, AIDS).stated.model).toBe('7962');
  });

  test('that is taken back takes with it what was believed on it, and nothing else', () => {
    const said = {
      ...says('P0S3-06-3-00', '7960'),
      software: [old({ load: load('P0S3-06-3-00') })],
      pattern: 'stated',
    } as Evidence;
    const other = { from: load('P0S3-05-3-00'), model: '7960' as const };
    expect(state(said, other, AIDS)).toMatchObject({ stated: other, software: [], pattern: null });
    // What the phone itself showed stays.
    const shown = { ...said, software: [old({ load: load('P0S3-04-4-00') })] };
    expect(state(shown, other, AIDS).software).toEqual(shown.software);
    expect(state(said, { ...said.stated, model: null }, AIDS).software).toEqual(said.software);
  });

  test('that is taken back says nothing of which of two loads runs', () => {
    const software = [old({ load: null }), old({ load: load('P0S3-04-4-00') })];
    const said = { ...says('P0S3-06-3-00', '7960'), software };
    expect(state(said, { from: null, model: '7960' }, AIDS).software).toEqual(software);
  });

  test('on the model gives way to what the DHCP server heard', () => {
    expect(modelOf({ ...says(null, '7960'), vendorModel: '7962' as never })).toBe('7962');
    expect(modelOf(says(null, '7960'))).toBe('7960');
    expect(candidatesOf(says(null, '7960'))).toEqual({ software: [], models: ['7960'] });
    expect(candidatesOf({ ...NO_EVIDENCE, software: [newer({})] })).toEqual({ software: [newer({})], models: [] });
  });
});

test.each<[string, string]>([
  ['P00303030300', '79x0 G1 application SCCP P00303030300'],
  ['P0S3-04-4-00', '79x0 G1 application SIP P0S3-04-4-00'],
  ['P0S3-05-3-00', '79x0 G2 application SIP P0S3-05-3-00'],
  ['P0S3-06-3-00', '79x0 G2 application SIP P0S3-06-3-00'],
  ['P0S3-07-4-00', '79x0 G3 application SIP P0S3-07-4-00'],
  ['P003-08-11-00', '79x0 G3 loader ?'],
  ['SIP42.9-3-1SR4-1S', '42 java application SIP SIP42.9-3-1SR4-1S'],
  ['TERM62.DEFAULT', '42 java application ?'],
])('%s is %s', (name, expected) => {
  expect(softwareOfLoad(load(name)).map(brief)).toEqual([expected]);
});

test('an SCCP 6.x load may be a signed image and may have a loader: whichever the phone shows does not overrule the operator', () => {
  expect(softwareOfLoad(load('P00306000100')).map(({ generation }) => generation)).toEqual(['G2', 'G3']);
  const said = { ...NO_EVIDENCE, stated: { from: load('P00306000100'), model: null } };
  const hunt = ['CTLSEP0018B9C0FFEE.tlv', 'SEP0018B9C0FFEE.cnf.xml', 'SIP0018B9C0FFEE.cnf'];
  const old = ['OS79XX.TXT', 'SEP0018B9C0FFEE.cnf.xml', 'XMLDefault.cnf.xml'];
  for (const [names, generation] of [
    [hunt, 'G3'],
    [old, 'G2'],
  ] as const) {
    let evidence: Evidence = said;
    for (const [at, name] of names.entries()) evidence = observe(evidence, classifyName(name), at, AIDS).evidence;
    expect(evidence.stated.from).toBe('P00306000100');
    expect(evidence.software).toMatchObject([{ generation, load: 'P00306000100' }]);
  }
});

test('a load is its own release and no other; a name that is no load is none', () => {
  expect(softwareOfLoad(load('P0S3-05-3-00'))[0]?.releases).toEqual({ min: [5, 3, 0], below: [5, 3, 0, 1] });
  expect(softwareOfLoad(load('SIP42.9-3-1SR4-1S'))[0]?.releases).toEqual({
    min: [9, 3, 1, 4, 1, 0],
    below: [9, 3, 1, 4, 1, 0, 1],
  });
  expect(softwareOfLoad(load('TERM62.DEFAULT'))[0]?.releases).toEqual({ min: null, below: null });
  expect(softwareOfLoad(load('nonsense'))).toEqual([]);
});

test.each<[string, Partial<Software>, Partial<Software>, boolean]>([
  ['generations', { generation: 'G1' }, { generation: 'G2' }, false],
  ['families', { generation: 'java', family: '42' }, { generation: 'java', family: '41' }, false],
  ['a family and none', { generation: 'java', family: '42' }, { generation: 'java', family: null }, true],
  ['protocols', { protocol: 'SIP' }, { protocol: 'SCCP' }, false],
  ['a protocol and none', { protocol: 'SIP' }, { protocol: null }, true],
  ['loads', { load: load('a') }, { load: load('b') }, false],
  ['a load and none', { load: load('a') }, { load: null }, true],
  ['releases', { releases: { min: [5], below: null } }, { releases: { min: null, below: [5] } }, false],
  ['releases that meet', { releases: { min: [5], below: null } }, { releases: { min: null, below: [6] } }, true],
  ['loader and application', { generation: 'G3', running: 'loader' }, { generation: 'G3' }, true],
  ['boot loader and application', { generation: 'java', running: 'boot-loader' }, { generation: 'java' }, false],
])('of %s one phone may have both at once: %#', (_, a, b, isPossible) => {
  expect([areCompatible(old(a), old(b)), areCompatible(old(b), old(a))]).toEqual([isPossible, isPossible]);
});

test('only a SIP phone before 7.x of which two generations are possible is probed', () => {
  const both = [old({ generation: 'G1' }), old({ generation: 'G2' })];
  expect(mayBeProbed({ pattern: 'g1-or-g2-sip', software: both })).toBe(true);
  expect(mayBeProbed({ pattern: 'g1-or-g2-sccp', software: both })).toBe(false);
  expect(mayBeProbed({ pattern: 'g1-or-g2-sip', software: both.slice(1) })).toBe(false);
  expect(mayBeProbed({ pattern: 'g1-or-g2-sip', software: [] })).toBe(false);
});

test('after a hop the phone runs what the hop leads to, and what was said of it before is over', () => {
  const said = says('P0S3-06-3-00', '7960');
  expect(concludeHop({ ...said, software: [old({}), old({})] }, newer({}))).toEqual({
    ...said,
    software: [newer({})],
    stated: { from: null, model: '7960' },
  });
});

test('what a phone asked before somebody began anew is kept and proves nothing', () => {
  const { evidence } = boot([CTL, SEP]);
  const file = given(evidence, SEP);
  expect(file.trace.steps.map((one) => one.isGiven ?? false)).toEqual([false, true]);
  expect(given(file, SEP)).toBe(file);
  expect([isUnheard(file), isUnheard(NO_EVIDENCE)]).toEqual([false, true]);
  const older = withOldTrace(file);
  expect(older.trace).toEqual({
    startedAt: 0,
    steps: [
      { kind: 'ctl-phone', name: CTL, at: 0, times: 1, isOld: true },
      { kind: 'sep-xml', name: SEP, at: 300, times: 1, isOld: true },
    ],
  });
  expect(isUnheard(older)).toBe(true);
  expect(isUnheard(boot([SIP], older).evidence)).toBe(false);
});

test('what has to be shown anew is everything but the model and the word of the operator', () => {
  const known = { ...boot([CTL, SEP, SIP], says(null, '7960')).evidence, vendorModel: '7960' as const };
  expect(unproven(known)).toEqual({ ...NO_EVIDENCE, stated: known.stated, vendorModel: '7960' });
});

test('a clock that is ahead moves every moment of the trace, and an empty one has none', () => {
  const { evidence } = boot([CTL, SEP]);
  expect(evidenceMoved(evidence, 0)).toBe(evidence);
  const { trace } = evidenceMoved(evidence, 5000);
  expect([trace.startedAt, ...trace.steps.map(({ at }) => at)]).toEqual([5000, 5000, 5300]);
  expect(evidenceMoved(NO_EVIDENCE, 5000).trace.startedAt).toBe(0);
  const ended = imageEnded(boot([CTL, 'P0S3-06-3-00.sbn']).evidence, 'P0S3-06-3-00.sbn', 400);
  expect(evidenceMoved(ended, 5000).trace.steps.map(({ endedAt }) => endedAt)).toEqual([undefined, 5400]);
});

describe('a Java phone that asks for no ITL file', () => {
  const OTHER: ReadingAids = { ...AIDS, modelFamily: () => '42' };
  const bootOf42 = (evidence: Evidence) => {
    let seen = { evidence } as ReturnType<typeof observe>;
    for (const [i, name] of [CTL, SEP, 'XMLDefault.cnf.xml'].entries())
      seen = observe(seen.evidence, classifyName(name), i * 300, OTHER);
    return seen;
  };
  const javas = ({ software }: Evidence) => software.filter(({ generation }) => generation === 'java');

  test('is taken for one before 8.5 while nobody knows better', () => {
    expect(javas(bootOf42(says(null, '7942')).evidence)).toMatchObject([{ load: null, releases: { below: [8, 5] } }]);
  });

  test.each(['SIP42.8-5-3S', 'SCCP42.8-3-1S'])(
    'runs what the operator says, %s, also when he says it later',
    (name) => {
      expect(bootOf42(says(name, '7942')).evidence.software).toMatchObject([{ load: name }]);
      const later = state(bootOf42(says(null, '7942')).evidence, { from: load(name), model: '7942' }, OTHER);
      const seen = bootOf42(later);
      expect(seen.evidence.software).toMatchObject([{ load: name }]);
      expect(seen.findings.map(({ finding }) => finding)).not.toContain('operator-overruled');
    },
  );

  test('runs no 9.x, whoever says so', () => {
    const { evidence, findings } = bootOf42(says('SIP42.9-3-1SR4-1S', '7942'));
    expect(evidence.stated.from).toBeNull();
    expect(javas(evidence)).toMatchObject([{ load: null, releases: { below: [8, 5] } }]);
    expect(findings.at(-1)?.reason).toBe(
      '--from SIP42.9-3-1SR4-1S does not fit: its boot asks for no ITL file, as every load from 9.0 on does',
    );
  });

  test('runs what it was proven to run, whatever was said before', () => {
    const [bridge] = softwareOfLoad(load('SCCP42.8-5-2S'));
    const proven = concludeHop(says('SCCP42.8-3-1S', '7942'), bridge as Software);
    const seen = bootOf42(proven);
    expect(seen.isContradiction).toBe(false);
    expect(seen.evidence.software).toMatchObject([{ load: 'SCCP42.8-5-2S' }]);
    const doubted = bootOf42(state(proven, { from: load('SIP42.8-5-3S'), model: '7942' }, OTHER));
    expect(doubted.evidence.software).toMatchObject([{ load: 'SCCP42.8-5-2S' }]);
  });
});
