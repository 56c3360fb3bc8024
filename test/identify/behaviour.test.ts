import { expect, test } from 'vitest';
import { type BehaviourQuestion, behaviourOf, hasEnded } from '../../src/core/identify/behaviour.ts';
import { EMPTY_TRACE, extendTrace, type Trace } from '../../src/core/identify/trace.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import type { Hop, HopFile } from '../../src/core/plan/plan.ts';
import { aHop } from '../machines/a-hop.ts';

// What a phone's questions are known as, by the failure tables of the dossiers; and that the ordinary has no name.

const MAC = '0018B9C0FFEE';
const [CTL, SEP, SIP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const LOAD = 'SIP42.9-3-1SR4-1S';
const archive = (name: string, need: HopFile['need'] = 'needed'): HopFile => ({
  name,
  role: 'image',
  need,
  present: true,
});
const MANIFEST: HopFile = { name: `${LOAD}.loads`, role: 'manifest', need: 'needed', present: true };
const JAVA: Hop = aHop(LOAD, { kind: 'java-load', files: [MANIFEST, archive('a.sbn'), archive('b.sbn')] });

interface Story extends Partial<BehaviourQuestion> {
  /** Names asked so far, and after them the one that is judged. */
  readonly names: readonly string[];
  readonly everyMs?: number;
}

function behaviour({ names, everyMs = 1000, ...rest }: Story) {
  let before: Trace = EMPTY_TRACE;
  let trace: Trace = EMPTY_TRACE;
  let isNewRound = false;
  for (const [i, name] of names.entries()) {
    before = trace;
    ({ trace, isNewRound } = extendTrace(before, classifyName(name), i * everyMs));
  }
  return behaviourOf({
    asked: classifyName(names.at(-1) ?? ''),
    at: (names.length - 1) * everyMs,
    isNewRound,
    before,
    trace,
    pattern: null,
    hop: null,
    isShown: false,
    taken: {},
    ...rest,
  });
}

const times = (count: number, name: string): readonly string[] => Array.from({ length: count }, () => name);

test.each([
  [`SEP${MAC}.cnf.xml.sgn`, 'P_SIGNED_CONFIG_ASKED'],
  [`SEP${MAC}.cnf.xml.enc.sgn`, 'P_ENCRYPTED_CONFIG_ASKED'],
  ['XMLDefault.cnf.xml.SGN', 'P_SIGNED_CONFIG_ASKED'],
  ['XMLDefault.cnf.xml.ENC.SGN', 'P_ENCRYPTED_CONFIG_ASKED'],
])('a phone that asks %s holds a trust list', (name, code) => {
  const reason = `asks ${name}: it holds a trust list of an earlier call manager and takes signed files only`;
  expect(behaviour({ names: [name] })).toEqual({ code, reason, isHopeless: false });
});

test.each(['P0S3-08-11-00.bin', 'p0s3-8-12-00.BIN'])('a phone that asks %s was told so by somebody else', (name) => {
  expect(behaviour({ names: [name] })).toMatchObject({
    code: 'P_APP_BIN_ASKED',
    reason: expect.stringContaining(`asked ${name}, which no release has`),
    isHopeless: false,
  });
});

test.each(['P0S3-07-4-00.bin', 'P0S3-08-11-00.sb2', 'xP0S3-08-11-00.bin', 'P0S3-08-11-00.bin.x', 'P0S3-18-11-00.bin'])(
  'a phone that asks %s was not told so by somebody else for certain',
  (name) => {
    expect(behaviour({ names: [name] })).toBeNull();
  },
);

test('a trust list that is asked three times and nothing else is a loop, and after twelve times a hopeless one', () => {
  expect(behaviour({ names: times(2, CTL) })).toBeNull();
  expect(behaviour({ names: times(3, CTL) })).toMatchObject({
    code: 'P_CTLSEP_LOOP',
    reason: expect.stringContaining('asked its trust list 3 times and nothing else'),
    isHopeless: false,
  });
  expect(behaviour({ names: times(11, CTL) })?.isHopeless).toBe(false);
  expect(behaviour({ names: times(12, CTL) })?.isHopeless).toBe(true);
  expect(behaviour({ names: [SIP, ...times(3, SEP)] })).toBeNull();
});

test('SEPDefault.cnf three times and nothing else is a very old image', () => {
  expect(behaviour({ names: times(2, 'SEPDefault.cnf') })).toBeNull();
  expect(behaviour({ names: times(3, 'SEPDefault.cnf') })).toMatchObject({
    code: 'P_SEPDEFAULT_ONLY',
    reason: expect.stringContaining('asked SEPDefault.cnf 3 times'),
    isHopeless: false,
  });
});

test.each([
  [3, 31_000, true],
  [3, 25_000, true],
  [3, 40_000, true],
  [3, 24_999, false],
  [3, 40_001, false],
  [2, 31_000, false],
])('its SIP file %i times, every %i ms, is the poll of an unprovisioned SIP phone: %s', (count, everyMs, isPoll) => {
  const found = behaviour({ names: times(count, SIP), everyMs });
  expect(found?.code ?? null).toBe(isPoll ? 'P_SIP_POLL_31S' : null);
});

test('a poll is told with its interval in whole seconds, and only while it lasts', () => {
  expect(behaviour({ names: times(3, SIP), everyMs: 31_500 })?.reason).toContain('every 32 s');
  const found = behaviour({ names: ['SIPDefault.cnf', ...times(4, SIP)], everyMs: 31_000 });
  expect(found).toMatchObject({ reason: expect.stringContaining(`asks ${SIP} every 31 s`), isHopeless: false });
  expect(behaviour({ names: [...times(4, SIP), 'dialplan.xml'], everyMs: 31_000 })).toBeNull();
  expect(behaviour({ names: times(4, 'dialplan.xml'), everyMs: 31_000 })).toBeNull();
});

const ROUND = [CTL, SEP, `${LOAD}.loads`, 'a.sbn', 'b.sbn', `${LOAD}.loads`];
const twice = { 'a.sbn': 2, 'b.sbn': 3 };

test('archives that were fetched twice over and then the manifest again mean that one of them is refused', () => {
  const story = { names: ROUND, hop: JAVA, taken: twice };
  expect(behaviour(story)).toMatchObject({
    code: 'P_ROUND_RESTARTED',
    reason: expect.stringContaining(`fetched all archives of ${LOAD} 2 times and began again from ${LOAD}.loads`),
    isHopeless: false,
  });
  expect(behaviour({ ...story, taken: { 'a.sbn': 3, 'b.sbn': 3 } })?.isHopeless).toBe(true);
  expect(behaviour({ ...story, taken: { 'a.sbn': 1, 'b.sbn': 3 } })).toBeNull();
  expect(behaviour({ ...story, taken: { 'a.sbn': 5 } })).toBeNull();
  expect(behaviour({ ...story, hop: null })).toBeNull();
  expect(behaviour({ ...story, hop: { ...JAVA, kind: 'application' } })).toBeNull();
  expect(behaviour({ ...story, hop: { ...JAVA, files: [MANIFEST] } })).toBeNull();
  expect(behaviour({ ...story, names: [CTL, SEP, `${LOAD}.loads`, 'a.sbn', SEP] })).toBeNull();
  expect(behaviour({ ...story, names: [CTL, SEP, `${LOAD}.loads`] })).toBeNull();
});

test('an archive that only some need does not count for the round, and a boot loader begins one by its default manifest', () => {
  const files = [...JAVA.files, archive('c.sbn', 'optional')];
  expect(behaviour({ names: ROUND, hop: { ...JAVA, files }, taken: twice })?.code).toBe('P_ROUND_RESTARTED');
  const names = ['term62.default.loads', 'a.sbn', 'b.sbn', 'term62.default.loads'];
  expect(behaviour({ names, hop: { ...JAVA, kind: 'boot-loader' }, taken: twice })?.code).toBe('P_ROUND_RESTARTED');
});

test('a load of one archive is begun again as well, and names between archive and manifest end the round', () => {
  const one = { hop: { ...JAVA, files: [MANIFEST, archive('b.sbn')] }, taken: twice };
  expect(behaviour({ ...one, names: [`${LOAD}.loads`, 'b.sbn', `${LOAD}.loads`] })?.code).toBe('P_ROUND_RESTARTED');
  expect(behaviour({ ...one, names: [`${LOAD}.loads`, 'b.sbn', 'mk-sip.jar', `${LOAD}.loads`] })).toBeNull();
});

test('a loader that was shown its load and hunts again without asking for it is named', () => {
  const hop = aHop('P0S3-08-11-00', { kind: 'application' });
  const story = { names: [CTL, SEP, SIP, CTL], hop, isShown: true, pattern: 'loader' };
  expect(behaviour(story)).toMatchObject({
    code: 'P_HUNT_ONLY',
    reason: expect.stringContaining('was shown P0S3-08-11-00, and began to hunt again'),
    isHopeless: false,
  });
  expect(behaviour({ ...story, isShown: false })).toBeNull();
  expect(behaviour({ ...story, pattern: 'sip-application' })).toBeNull();
  expect(behaviour({ ...story, hop: null })).toBeNull();
  expect(behaviour({ ...story, names: [CTL, SEP, SIP] })).toBeNull();
  expect(behaviour({ ...story, names: [CTL, SEP, SIP, 'P0S3-08-11-00.loads', CTL] })).toBeNull();
  expect(behaviour({ ...story, names: [CTL, SEP, SIP, 'P0S3-08-11-00.sb2', CTL] })).toBeNull();
});

test.each<[string, readonly string[], readonly string[]]>([
  ['P_SIGNED_CONFIG_ASKED', [SEP, 'XMLDefault.cnf.xml'], [CTL, `SEP${MAC}.cnf.xml.sgn`]],
  ['P_ENCRYPTED_CONFIG_ASKED', [SEP, 'XMLDefault.cnf.xml'], [CTL, SIP]],
  ['P_CTLSEP_LOOP', [SEP, SIP, `${LOAD}.loads`], [CTL]],
  ['P_SEPDEFAULT_ONLY', ['OS79XX.TXT', SEP], ['SEPDefault.cnf']],
  ['P_HUNT_ONLY', [`${LOAD}.loads`, 'a.sbn', 'OS79XX.TXT'], [CTL, SEP, SIP]],
  ['P_MANIFEST_LOOP', ['a.sbn'], [`${LOAD}.loads`, CTL]],
  ['P_AMBIGUOUS_ADDRESS', ['OS79XX.TXT', 'a.sbn'], [SEP, CTL]],
  ['P_POWER_LOST', [], ['a.sbn', SEP, CTL, 'OS79XX.TXT']],
])('a phone held for %s has changed its ways when it asks %j, and not when it asks %j', (code, ends, goesOn) => {
  expect(ends.map((name) => hasEnded(code, classifyName(name)))).toEqual(ends.map(() => true));
  expect(goesOn.map((name) => hasEnded(code, classifyName(name)))).toEqual(goesOn.map(() => false));
});
