import { expect, test } from 'vitest';
import {
  EMPTY_TRACE,
  extendTrace,
  hasAfter,
  noteGiven,
  noteImageEnd,
  type Trace,
  wasGiven,
  wentOnAtOnce,
} from '../../src/core/identify/trace.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';

const MAC = '0018B9C0FFEE';
const [CTL, ITL, SEP, SIP] = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];

/** The trace after these names, asked a second apart from the tenth second on; and which of them began a round. */
function after(names: readonly string[]): { trace: Trace; rounds: readonly boolean[] } {
  let trace = EMPTY_TRACE;
  const rounds = names.map((name, i) => {
    const next = extendTrace(trace, classifyName(name), 10_000 + i * 1000);
    trace = next.trace;
    return next.isNewRound;
  });
  return { trace, rounds };
}

const brief = (trace: Trace) => trace.steps.map(({ name, times }) => `${name} ${times}`);

test('a boot is told from its first name on, repeats of one name being counted', () => {
  const { trace, rounds } = after(['SIPDefault.cnf', SIP, SIP, SIP, 'dialplan.xml']);
  expect(trace).toEqual({
    startedAt: 10_000,
    steps: [
      { kind: 'sip-default', name: 'SIPDefault.cnf', at: 10_000, times: 1 },
      { kind: 'sip-phone', name: SIP, at: 11_000, times: 3 },
      { kind: 'service', name: 'dialplan.xml', at: 14_000, times: 1 },
    ],
  });
  expect(rounds).toEqual([false, false, false, false, false]);
});

test.each([
  ['OS79XX.TXT', ['OS79XX.TXT', SEP, 'OS79XX.TXT']],
  ['its trust list', [CTL, SEP, CTL]],
  ['a default manifest', ['term62.default.loads', 'a.sbn', 'term62.default.loads']],
  ['another default manifest', ['term62.default.loads', 'term42.default.loads']],
  ['its XML file, once it has asked for other names since', [SEP, SIP, SEP]],
  ['its XML file, whatever came between', [SEP, ITL, SEP]],
  ['SEPDefault.cnf, after other names', ['SEPDefault.cnf', 'OS79XX.TXT', 'SEPDefault.cnf', SIP, 'SEPDefault.cnf']],
])('a phone that asks %s again begins a new round', (_, names) => {
  const { trace, rounds } = after(names);
  expect(rounds.at(-1)).toBe(true);
  expect(trace).toMatchObject({ startedAt: 10_000 + (names.length - 1) * 1000 });
  expect(brief(trace)).toEqual([`${names.at(-1)} 1`]);
});

test.each([
  ['its XML file for the first time', [SIP, SEP]],
  ['SEPDefault.cnf for the first time', [SEP, 'SEPDefault.cnf']],
  ['its trust list again and again', [CTL, CTL, CTL]],
  ['its XML file again and again, without an ITL file', [CTL, SEP, SEP]],
  ['SIPDefault.cnf after the manifest', [CTL, SEP, 'P0S3-08-11-00.loads', 'SIPDefault.cnf']],
])('a phone that asks %s goes on with its round', (_, names) => {
  expect(after(names).rounds.at(-1)).toBe(false);
});

test('SEPDefault.cnf alone goes round with each question, and how often is counted', () => {
  const { trace, rounds } = after(['SEPDefault.cnf', 'SEPDefault.cnf', 'SEPDefault.cnf']);
  expect([brief(trace), rounds]).toEqual([['SEPDefault.cnf 3'], [false, true, true]]);
  expect(after([SEP, 'SEPDefault.cnf', 'SEPDefault.cnf']).rounds).toEqual([false, false, false]);
});

test.each([ITL, 'ITLFile.tlv'])('an unprovisioned Java phone that asked %s goes round on its XML file', (itl) => {
  const { trace, rounds } = after([CTL, itl, SEP, SEP]);
  expect([brief(trace), rounds]).toEqual([[`${SEP} 1`], [false, false, false, true]]);
});

test('forty names of one boot are kept; what comes beyond is not, and ends nothing', () => {
  const names = Array.from({ length: 45 }, (_, i) => `logo${i}.bmp`);
  const { trace, rounds } = after(names);
  expect(trace.steps.map(({ name }) => name)).toEqual(names.slice(0, 40));
  expect(rounds).not.toContain(true);
  expect(extendTrace(trace, classifyName(CTL), 99_000)).toMatchObject({ isNewRound: true });
});

test('a name that is asked again after somebody began anew is new', () => {
  const { trace } = after([SIP]);
  const old = { ...trace, steps: trace.steps.map((one) => ({ ...one, isOld: true as const })) };
  expect(extendTrace(old, classifyName(SIP), 20_000).trace.steps).toEqual([
    { kind: 'sip-phone', name: SIP, at: 10_000, times: 2 },
  ]);
});

test('a list that begins after a manifest which reached the phone whole remembers it, as long as it lasts', () => {
  const { trace } = after([CTL, SEP, 'a.loads']);
  const begun = (before: Trace) => extendTrace(before, classifyName(CTL), 20_000).trace;
  expect(begun(noteGiven(trace, 'a.loads')).afterManifest).toBe('a.loads');
  expect(begun(trace)).not.toHaveProperty('afterManifest');
  const next = extendTrace(begun(noteGiven(trace, 'a.loads')), classifyName(SEP), 21_000).trace;
  expect(next.afterManifest).toBe('a.loads');
  expect(begun(next)).not.toHaveProperty('afterManifest');
  const older = noteGiven(trace, 'a.loads').steps.map((step) => ({ ...step, isOld: true as const }));
  expect(begun({ ...trace, steps: older })).not.toHaveProperty('afterManifest');
  expect(begun(noteGiven(after([CTL, 'a.sbn']).trace, 'a.sbn'))).not.toHaveProperty('afterManifest');
});

test('a file counts as given in whichever spelling, where it was asked last', () => {
  const trace = after(['a.sbn', 'b.sbn', 'A.SBN', 'c.sbn']).trace;
  const given = noteGiven(trace, 'a.sbn');
  expect(given.steps.map((one) => one.isGiven ?? false)).toEqual([false, false, true, false]);
  expect(['A.sbn', 'b.sbn', 'd.sbn'].map((name) => wasGiven(given, name))).toEqual([true, false, false]);
  expect(noteGiven(given, 'a.sbn')).toBe(given);
  expect(noteGiven(trace, 'd.sbn')).toBe(trace);
});

test('what was asked after something is what follows the last time that it was asked', () => {
  const { trace } = after([CTL, 'a.loads', 'SIPDefault.cnf', 'b.loads', SIP]);
  expect(hasAfter(trace, 'sip-phone', 'manifest')).toBe(true);
  expect(hasAfter(trace, 'sip-default', 'manifest')).toBe(false);
  expect(hasAfter(trace, 'manifest', 'manifest')).toBe(false);
  expect(hasAfter(trace, 'ctl-phone', 'image')).toBe(false);
});

test.each([
  [10_000, true],
  [10_001, false],
])('a phone that goes on after %i ms asked for nothing in between: %s', (ms, isAtOnce) => {
  const steps = [
    { kind: 'sep-xml' as const, name: SEP, at: 5_000, times: 1 },
    { kind: 'service' as const, name: 'dialplan.xml', at: 5_000 + ms, times: 1 },
  ];
  const isConfig = ({ kind }: { kind: string }) => kind === 'sep-xml';
  expect(wentOnAtOnce({ startedAt: 5_000, steps }, isConfig)).toBe(isAtOnce);
  expect(wentOnAtOnce({ startedAt: 5_000, steps: steps.slice(0, 1) }, isConfig)).toBe(false);
  expect(wentOnAtOnce({ startedAt: 5_000, steps }, () => false)).toBe(false);
  const again = [{ ...steps[0], at: 0 } as (typeof steps)[0], ...steps];
  expect(wentOnAtOnce({ startedAt: 0, steps: again }, isConfig)).toBe(isAtOnce);
});

test('a list that begins within 90 s of the end of an image, with no other question in between, remembers that', () => {
  const { trace } = after([CTL, SEP, 'a.sbn']);
  const begun = (before: Trace, at: number) => extendTrace(before, classifyName(CTL), at).trace.isAfterImage === true;
  // The image was asked for at 12 s.
  expect([102_000, 102_001].map((at) => begun(trace, at))).toEqual([true, false]);
  const ended = noteImageEnd(trace, 'A.SBN', 60_000);
  expect([150_000, 150_001].map((at) => begun(ended, at))).toEqual([true, false]);
  expect(noteImageEnd(trace, SEP, 60_000)).toBe(trace);
  expect(begun(extendTrace(ended, classifyName('dialplan.xml'), 61_000).trace, 70_000)).toBe(false);
  const old = ended.steps.map((step) => ({ ...step, isOld: true as const }));
  expect(begun({ ...ended, steps: old }, 70_000)).toBe(false);
  const next = extendTrace(extendTrace(ended, classifyName(CTL), 70_000).trace, classifyName(SEP), 71_000).trace;
  expect(next.isAfterImage).toBe(true);
  expect(begun(next, 72_000)).toBe(false);
});
