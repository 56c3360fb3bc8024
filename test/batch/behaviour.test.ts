import { expect, test } from 'vitest';
import { type BehaviourQuestion, behaviourOf, hasEnded } from '../../src/core/identify/behaviour.ts';
import { EMPTY_TRACE, extendTrace, type Trace } from '../../src/core/identify/trace.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import { aHop } from '../machines/a-hop.ts';

const MAC = '0018B9C0FFEE';
const IMAGES = ['jar42sip.sbn', 'cnu42.sbn', 'apps42.sbn'];
const JAVA = aHop('SIP42.9-3-1SR4-1S', {
  kind: 'java-load',
  files: IMAGES.map((name) => ({ name, role: 'image', need: 'needed', present: true })),
});

/** What is seen of the last of these requests, each at its second. */
function lastOf(asked: readonly (readonly [number, string])[], changes: Partial<BehaviourQuestion> = {}) {
  let [before, trace]: [Trace, Trace] = [EMPTY_TRACE, EMPTY_TRACE];
  let isNewRound = false;
  for (const [second, name] of asked) {
    before = trace;
    ({ trace, isNewRound } = extendTrace(trace, classifyName(name), second * 1000));
  }
  const [second, name] = asked.at(-1) ?? [0, ''];
  const base = { asked: classifyName(name), at: second * 1000, isNewRound, before, trace };
  return behaviourOf({ ...base, pattern: null, hop: null, isShown: false, taken: {}, ...changes });
}

const every = (seconds: number, name: string, times: number) =>
  Array.from({ length: times }, (_, n) => [n * seconds, name] as const);
const codeOf = (...args: Parameters<typeof lastOf>) => lastOf(...args)?.code ?? null;

test('an 8.x application asked as .bin was named by somebody else', () => {
  expect(
    codeOf([
      [0, 'OS79XX.TXT'],
      [1, 'P0S3-08-11-00.bin'],
    ]),
  ).toBe('P_APP_BIN_ASKED');
  expect(codeOf([[0, 'P0S3-8-12-00.bin']])).toBe('P_APP_BIN_ASKED');
  expect(codeOf([[0, 'P0S3-06-3-00.bin']])).toBeNull();
  expect(codeOf([[0, 'P003-08-11-00.bin']])).toBeNull();
});

test('a trust list asked twice is normal, three times and nothing else is a loop, and a dozen times is hopeless', () => {
  const ctl = `CTLSEP${MAC}.tlv`;
  expect(codeOf(every(4, ctl, 2))).toBeNull();
  expect(lastOf(every(4, ctl, 3))).toMatchObject({ code: 'P_CTLSEP_LOOP', isHopeless: false });
  expect(lastOf(every(4, ctl, 12))).toMatchObject({ code: 'P_CTLSEP_LOOP', isHopeless: true });
  expect(
    codeOf([
      [0, ctl],
      [1, `SEP${MAC}.cnf.xml`],
      [9, ctl],
      [18, ctl],
    ]),
  ).toBeNull();
});

test('SEPDefault.cnf and nothing else, three times, is a very old image', () => {
  expect(codeOf(every(30, 'SEPDefault.cnf', 2))).toBeNull();
  expect(codeOf(every(30, 'SEPDefault.cnf', 3))).toBe('P_SEPDEFAULT_ONLY');
  expect(codeOf([[0, 'OS79XX.TXT'], ...every(30, 'SEPDefault.cnf', 3)])).toBeNull();
});

test('its own configuration every 31 s is an application without lines; faster or slower is something else', () => {
  const config = `SIP${MAC}.cnf`;
  expect(codeOf([[0, 'SIPDefault.cnf'], ...every(31, config, 3)])).toBe('P_SIP_POLL_31S');
  expect(codeOf(every(31, config, 2))).toBeNull();
  expect(codeOf(every(4, config, 5))).toBeNull();
  expect(codeOf(every(60, config, 5))).toBeNull();
});

test('all archives and the manifest again without a configuration is a round that restarts', () => {
  const round = [[0, 'x.loads'] as const, ...IMAGES.map((name, n) => [n + 1, name] as const), [9, 'x.loads'] as const];
  const taken = (times: number) => Object.fromEntries(IMAGES.map((name) => [name, times]));
  expect(codeOf(round, { hop: JAVA, taken: taken(1) })).toBeNull();
  expect(lastOf(round, { hop: JAVA, taken: taken(2) })).toMatchObject({ code: 'P_ROUND_RESTARTED', isHopeless: false });
  expect(lastOf(round, { hop: JAVA, taken: taken(3) })).toMatchObject({ code: 'P_ROUND_RESTARTED', isHopeless: true });
  const partly = { ...taken(3), [IMAGES[1] as string]: 1 };
  expect(codeOf(round, { hop: JAVA, taken: partly })).toBeNull();
  const rebooted = [...round.slice(0, -1), [9, `SEP${MAC}.cnf.xml`] as const, [10, 'x.loads'] as const];
  expect(codeOf(rebooted, { hop: JAVA, taken: taken(3) })).toBeNull();
});

test('a loader that was shown its load and hunts again has not taken it', () => {
  const hunt = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];
  const twice = [...hunt, hunt[0] as string].map((name, n) => [n, name] as const);
  const offered = { hop: aHop('P0S3-08-11-00', { kind: 'application' }), pattern: 'loader' };
  expect(codeOf(twice, { ...offered, isShown: true })).toBe('P_HUNT_ONLY');
  expect(codeOf(twice, { ...offered, isShown: false })).toBeNull();
  expect(codeOf(twice, { ...offered, isShown: true, pattern: 'sip-application' })).toBeNull();
  const takes = [...hunt, 'P0S3-08-11-00.loads', hunt[0] as string].map((name, n) => [n, name] as const);
  expect(codeOf(takes, { ...offered, isShown: true })).toBeNull();
});

test('a behaviour has ended when the phone asks something that does not belong to it', () => {
  const ends = (code: string, name: string) => hasEnded(code, classifyName(name));
  expect(ends('P_CTLSEP_LOOP', `CTLSEP${MAC}.tlv`)).toBe(false);
  expect(ends('P_CTLSEP_LOOP', `SEP${MAC}.cnf.xml`)).toBe(true);
  expect(ends('P_SEPDEFAULT_ONLY', 'OS79XX.TXT')).toBe(true);
  expect(ends('P_HUNT_ONLY', `SIP${MAC}.cnf`)).toBe(false);
  expect(ends('P_HUNT_ONLY', 'P0S3-08-11-00.loads')).toBe(true);
  expect(ends('P_AMBIGUOUS_ADDRESS', 'OS79XX.TXT')).toBe(true);
  expect(ends('P_AMBIGUOUS_ADDRESS', `SIP${MAC}.cnf`)).toBe(false);
  expect(ends('E_NO_PATH', 'OS79XX.TXT')).toBe(false);
});
