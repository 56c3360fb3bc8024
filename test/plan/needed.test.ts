import { expect, test } from 'vitest';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import { enabledTargets, startsOf } from '../../src/core/plan/enables.ts';
import { type Alternative, neededFor } from '../../src/core/plan/needed.ts';
import { admits, JAVA, matrix, newer, OLD, road, runs, store, withLoader } from './store.ts';

// What has to be obtained for a phone: which roads there are, best first, and what the store lacks for each.

function needed(from: string, target: string, ...packages: readonly FirmwarePackage[]) {
  const index = store(...packages);
  return neededFor({ matrix, index, candidates: runs(from), target: target as never, model: null });
}

function alternatives(from: string, target: string, ...packages: readonly FirmwarePackage[]): readonly Alternative[] {
  const found = needed(from, target, ...packages);
  if (!found.ok) throw new Error(found.reason.code);
  return found.alternatives;
}

const roadOf = ({ hops }: Alternative) => hops.join(' > ');
const lacking = ({ missing }: Alternative) => missing.map(({ load }) => load);

test('a name that is no load is refused in words, not with an exception', () => {
  expect(needed('P0030301MFG2', 'nonsense')).toMatchObject({ ok: false, reason: { code: 'E_UNKNOWN_LOAD' } });
});

test('of a load that nobody lists at least the manifest has to be obtained', () => {
  const none = { name: 'SIP42.9-9-9S.loads', size: null, hashes: { sha1: [], md5: [] } };
  expect(needed('SCCP42.9-2-1S', 'SIP42.9-9-9S')).toEqual({
    ok: true,
    target: 'SIP42.9-9-9S',
    warnings: [],
    alternatives: [
      {
        hops: ['SIP42.9-9-9S'],
        level: 'A',
        missing: [{ package: 'SIP42.9-9-9S', load: 'SIP42.9-9-9S', files: [none], archives: [] }],
      },
    ],
  });
});

test('a load of which no list of files is known is planned with the files that such loads consist of', () => {
  const families = matrix.families.map((family) => ({
    ...family,
    releases: family.releases.map((one) => (one.load === 'P0S3-08-11-00' ? { ...one, files: [] } : one)),
  }));
  const unlisted = { ...matrix, families };
  const target = 'P0S3-08-11-00' as never;
  const found = neededFor({ matrix: unlisted, index: store(), candidates: runs('P0S3-08-2-00'), target, model: null });
  expect(found.ok && found.alternatives[0]).toMatchObject({
    hops: ['P0S3-08-11-00'],
    missing: [{ files: [{ name: 'P0S3-08-11-00.loads' }] }],
  });
  const single = neededFor({
    matrix: { ...matrix, families: [] },
    index: store(),
    candidates: runs('P0S3-05-3-00'),
    target: 'P0S3-06-3-00' as never,
    model: null,
  });
  expect(single.ok ? '' : single.reason.code).toBe('E_UNKNOWN_LOAD');
});

test('files are told with what is published of them, and packages by the archive that holds them', () => {
  const [best, other] = alternatives('SCCP42.8-2-1S', 'SIP42.9-4-2SR3-1S', JAVA.sip942);
  const archive = {
    name: 'cmterm-7942_7962-sccp.8-5-2.zip',
    size: 5086615,
    hashes: { sha1: ['4e4e5d879882cc30b4380cb8abe544a34adeb938'], md5: [] },
  };
  expect(best?.missing).toMatchObject([{ package: archive.name, load: 'SCCP42.8-5-2S', archives: [archive] }]);
  expect(best?.missing[0]?.files.map(({ name }) => name)).toEqual([
    ...['SCCP42.8-5-2S.loads', 'jar42sccp.8-5-2TH1-9.sbn', 'cnu42.8-5-2TH1-9.sbn', 'apps42.8-5-2TH1-9.sbn'],
    ...['dsp42.8-5-2TH1-9.sbn', 'cvm42sccp.8-5-2TH1-9.sbn', 'term42.default.loads', 'term62.default.loads'],
  ]);
  expect(other?.missing[0]).toMatchObject({ package: 'SIP42.8-4-2S', archives: [] });
  expect(other?.missing[0]?.files.find(({ name }) => name === 'jar42sip.8-4-1-23.sbn')).toEqual({
    name: 'jar42sip.8-4-1-23.sbn',
    size: 630128,
    hashes: { sha1: ['68ffb0f0bc394d11ad3cd75d310c42ca6fcb6f21'], md5: [] },
  });
});

test('roads are told best first: the one that plan shows, then those for which least is to be obtained; six at the most', () => {
  const roads = alternatives('P0030301MFG2', 'P0S3-08-11-00', OLD.sip811);
  expect(roads.map(roadOf).slice(0, 3)).toEqual([
    'P0S3-05-3-00 > P003-08-11-00 > P0S3-08-11-00',
    'P0S3-06-3-00 > P003-08-11-00 > P0S3-08-11-00',
    'P0S3-06-3-00 > P003-08-2-00 > P0S3-08-11-00',
  ]);
  expect(roads.map((one) => one.missing.length)).toEqual([1, 1, 2, 2, 2, 2]);
  // A loader comes with its application, so that is what has to be obtained.
  expect(roads.map(lacking)[2]).toEqual(['P0S3-06-3-00', 'P0S3-08-2-00']);
  expect(new Set(roads.map(roadOf)).size).toBe(6);
  const ready = alternatives('P0030301MFG2', 'P0S3-08-11-00', OLD.sip811, OLD.sip63);
  expect(ready.map(lacking).slice(0, 2)).toEqual([[], ['P0S3-05-3-00']]);
  expect(ready[0] && roadOf(ready[0])).toBe('P0S3-06-3-00 > P003-08-11-00 > P0S3-08-11-00');
});

test('a package that lacks a file has to be completed, one that is damaged to be replaced as a whole', () => {
  const lacks = { ...JAVA.sccp852, verdict: 'incomplete' as const, files: JAVA.sccp852.files.slice(1) };
  const [first] = alternatives('SCCP42.8-2-1S', 'SIP42.9-4-2SR3-1S', JAVA.sip942, lacks);
  expect(first?.missing[0]?.files.map(({ name }) => name)).toEqual(['SCCP42.8-5-2S.loads']);
  const damaged = { ...JAVA.sccp852, verdict: 'damaged' as const };
  const [again] = alternatives('SCCP42.8-2-1S', 'SIP42.9-4-2SR3-1S', JAVA.sip942, damaged);
  expect(again?.missing[0]?.files).toHaveLength(8);
  const torn = JAVA.sccp852.files.map((file, i) => (i === 3 ? { ...file, isWhole: false } : file));
  const [third] = alternatives('SCCP42.8-2-1S', 'SIP42.9-4-2SR3-1S', JAVA.sip942, { ...damaged, files: torn });
  expect(third?.missing[0]?.files.map(({ name }) => name)).toEqual([torn[3]?.name]);
});

test('where a load lies in the store twice, plan and shopping list name what the same package lacks', () => {
  const part = { ...JAVA.sccp852, verdict: 'incomplete' as const };
  const lacks = (id: string, at: number) => ({ ...part, id, files: part.files.filter((_, i) => i !== at) });
  const held = [lacks('first', 3), lacks('second', 4), JAVA.sip942];
  const [best] = alternatives('SCCP42.8-2-1S', 'SIP42.9-4-2SR3-1S', ...held);
  const name = JAVA.sccp852.files[3]?.name;
  expect(best?.missing[0]?.files.map((file) => file.name)).toEqual([name]);
  const plan = road({ candidates: runs('SCCP42.8-2-1S'), target: 'SIP42.9-4-2SR3-1S', index: store(...held) });
  expect(plan.ok ? [] : plan.missing).toEqual([{ load: 'SCCP42.8-5-2S', name }]);
});

test('a package that lacks its default manifests alone serves a running phone, and has to be obtained for a boot loader', () => {
  const termless = { code: 'missing-term', severity: 'error' } as never;
  const files = JAVA.sip942.files.filter(({ name }) => !name.startsWith('term'));
  const held = { ...JAVA.sip942, verdict: 'incomplete' as const, findings: [termless], terms: {}, files };
  const target = 'SIP42.9-4-2SR3-1S';
  expect(alternatives('SCCP42.9-2-1S', target, held).map(lacking)[0]).toEqual([]);
  const torn = files.map((file, i) => (i === 2 ? { ...file, isWhole: false } : file));
  expect(alternatives('SCCP42.9-2-1S', target, { ...held, files: torn }).map(lacking)[0]).toEqual([target]);
  const candidates = admits(newer({ running: 'boot-loader' }));
  const found = neededFor({ matrix, index: store(held), candidates, target: target as never, model: null });
  expect(found.ok && found.alternatives.map(lacking)[0]).toEqual([target]);
});

test('for a phone on its target nothing is needed', () => {
  expect(alternatives('SIP42.9-4-2SR3-1S', 'SIP42.9-4-2SR3-1S')).toEqual([{ hops: [], level: 'A', missing: [] }]);
});

test('a loader that the store holds with one application serves for the way to another', () => {
  const roads = alternatives('P0S3-06-3-00', 'P0S3-08-11-00', OLD.sip82);
  expect(roads[0]).toMatchObject({ hops: ['P003-08-2-00', 'P0S3-08-11-00'] });
  expect(roads.map(lacking)[0]).toEqual(['P0S3-08-11-00']);
});

test('the road that plan shows is told first, also where many others are as good', () => {
  const held = [OLD.sip63, withLoader('P0S3-08-4-00', 'P003-08-4-00', 'SIP')];
  const roads = alternatives('P0030301MFG2', 'P0S3-08-11-00', ...held);
  expect(roads[0] && [roadOf(roads[0]), lacking(roads[0])]).toEqual([
    'P0S3-06-3-00 > P003-08-4-00 > P0S3-08-11-00',
    ['P0S3-08-11-00'],
  ]);
  expect(roads).toHaveLength(6);
});

test('a Java phone may run any stage of its family and its boot loader; a 7940/7960 has no boot loader to ask', () => {
  const told = (family: '42' | '79x0') =>
    startsOf(matrix, family).map(({ generation, running, protocol }) => [generation, running, protocol].join(' '));
  expect(new Set(told('42'))).toEqual(new Set(['java application SCCP', 'java application SIP', 'java boot-loader ']));
  expect(startsOf(matrix, '42').at(-1)).toEqual({
    family: '42',
    generation: 'java',
    running: 'boot-loader',
    protocol: null,
    load: null,
    releases: { min: null, below: null },
  });
  expect(new Set(told('79x0'))).toEqual(
    new Set([
      ...['G1 application SCCP', 'G1 application SIP', 'G2 application SCCP', 'G2 application SIP'],
      ...['G3 application SCCP', 'G3 application SIP', 'G3 application MGCP'],
    ]),
  );
  expect(startsOf(matrix, '42').every(({ family, load }) => family === '42' && load === null)).toBe(true);
});

test('a package helps to the targets whose roads go over it, SIP first', () => {
  const enabled = enabledTargets(matrix, store(...Object.values(JAVA), OLD.sip53, OLD.sip811));
  expect(enabled.get('cmterm/SCCP42.8-5-2S')).toEqual([
    ...['SIP42.9-3-1SR4-1S', 'SIP42.9-4-2SR3-1S', 'SCCP42.8-5-2S', 'SCCP42.9-2-1S', 'SCCP42.9-4-2SR3-1S'],
  ]);
  expect(enabled.get('cmterm/SIP42.9-4-2SR3-1S')).toEqual(['SIP42.9-4-2SR3-1S']);
  // The oldest software of a 7940 comes to SIP 8 over SIP 5.3.
  expect(enabled.get('P0S3-05-3-00')).toEqual(['P0S3-05-3-00', 'P0S3-08-11-00']);
  const damaged = enabledTargets(matrix, store({ ...JAVA.sip942, verdict: 'damaged' }, JAVA.sccp852));
  expect([...damaged.keys()]).toEqual(['cmterm/SCCP42.8-5-2S']);
});
