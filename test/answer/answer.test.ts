import { expect, test } from 'vitest';
import { answerFor, ignoresOs79xx, missingOf, type Offer, type Question } from '../../src/core/answer/answer.ts';
import { classifyName } from '../../src/core/names/asked-name.ts';
import type { Hop } from '../../src/core/plan/plan.ts';
import { aHop } from '../machines/a-hop.ts';
import { java, old, store, withLoader } from '../plan/store.ts';

const MAC = '0018B9C0FFEE';
const SIP8 = withLoader('P0S3-08-11-00', 'P003-08-11-00', 'SIP');
const JAVA9 = java('SIP42.9-3-1SR4-1S', '9-3-1ES26', ['42', '62']);

/** A hop to an application through the loader, with a ladder of three rungs, the last a companion of the second. */
const APPLICATION: Hop = aHop('P0S3-08-11-00', {
  kind: 'application',
  triggers: [
    { file: 'SIP<MAC>.cnf', content: 'first' },
    { file: 'XMLDefault.cnf.xml', content: 'second' },
    { file: 'SIPDefault.cnf', content: 'beside the second', isCompanion: true },
    { file: 'SEP<MAC>.cnf.xml', content: 'third' },
  ],
  files: [
    { name: 'P0S3-08-11-00.loads', role: 'manifest', need: 'needed', present: true },
    { name: 'P0S3-08-11-00.sb2', role: 'image', need: 'needed', present: true },
  ],
});
const LOADER: Hop = aHop('P003-08-11-00', {
  kind: 'loader',
  package: SIP8.id,
  files: [{ name: 'P003-08-11-00.sbn', role: 'image', need: 'needed', present: true }],
});
const BOOT_LOADER: Hop = aHop(JAVA9.load, {
  kind: 'boot-loader',
  package: JAVA9.id,
  triggers: [{ file: 'termNN.default.loads', content: null }],
  files: [{ name: 'term62.default.loads', role: 'manifest', need: 'needed', present: true }],
});

function ask(name: string, about: Partial<Omit<Question, 'asked'>> = {}) {
  return answerFor({
    asked: classifyName(name),
    offer: { hop: APPLICATION, trigger: 0 },
    peek: null,
    probed: null,
    index: store(SIP8, JAVA9),
    isAllowed: true,
    isTaking: false,
    ...about,
  });
}

/** What a phone that asks this name reads: the text of a trigger, the name of a file, or what kind of answer it gets. */
function given(name: string, about: Partial<Omit<Question, 'asked'>> = {}): string | null {
  const answer = ask(name, about);
  if (answer.kind === 'trigger') return answer.trigger.content;
  return answer.kind === 'file' ? `${answer.package}/${answer.name}` : answer.kind;
}

function refusal(name: string, about: Partial<Omit<Question, 'asked'>> = {}): string {
  const answer = ask(name, about);
  return answer.kind === 'not-found' ? answer.reason : answer.kind;
}

const at = (hop: Hop, trigger = 0): { offer: Offer } => ({ offer: { hop, trigger } });

test.each([`CTLSEP${MAC}.tlv`, 'CTLFile.tlv', `ITLSEP${MAC}.tlv`, 'ITLFile.tlv'])(
  '%s is never served, whatever is offered',
  (name) => {
    expect(refusal(name)).toBe('trust lists are never served');
    expect(refusal(name, { offer: null })).toBe('trust lists are never served');
  },
);

test('a configuration that only a former call manager can sign is not answered with plain text', () => {
  expect(refusal(`SEP${MAC}.cnf.xml.sgn`, at(APPLICATION, 3))).toContain('only its former call manager can sign it');
});

test.each<[number, readonly (string | null)[]]>([
  [0, ['first', 'not-found', 'not-found', 'not-found']],
  [1, ['not-found', 'second', 'beside the second', 'not-found']],
  [3, ['not-found', 'not-found', 'not-found', 'third']],
])('on rung %i of the ladder that rung and its companions are published, and no other', (trigger, expected) => {
  const names = [`SIP${MAC}.cnf`, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', `SEP${MAC}.cnf.xml`];
  expect(names.map((name) => given(name, at(APPLICATION, trigger)))).toEqual(expected);
});

test.each<[string, Hop['triggers'][number]['file']]>([
  ['OS79XX.TXT', 'OS79XX.TXT'],
  [`SIP${MAC}.cnf`, 'SIP<MAC>.cnf'],
  ['SIPDefault.cnf', 'SIPDefault.cnf'],
  ['SEPDefault.cnf', 'SEPDefault.cnf'],
  [`SEP${MAC}.cnf.xml`, 'SEP<MAC>.cnf.xml'],
  ['XMLDefault.cnf.xml', 'XMLDefault.cnf.xml'],
  ['MGCDefault.cnf', 'MGCDefault.cnf'],
])('a hop that is published through one file is read by a phone that asks %s', (name, file) => {
  const hop = { ...APPLICATION, triggers: [{ file, content: 'the load' }] };
  expect(given(name, at(hop))).toBe('the load');
});

test('a phone that asks by another name is told through which one the load is published', () => {
  expect(refusal('OS79XX.TXT')).toBe('P0S3-08-11-00 is named in SIP<MAC>.cnf');
  expect(refusal('OS79XX.TXT', at(APPLICATION, 9))).toBe('P0S3-08-11-00 is named in another file');
});

test('a probe stands in for the file that tells its generation only, and before any load is named', () => {
  const probed = { ...at(APPLICATION, 1), probed: 'sip-phone' as const };
  expect(given(`SIP${MAC}.cnf`, probed)).toBe('probe');
  expect(given('XMLDefault.cnf.xml', probed)).toBe('second');
  expect(given(`SIP${MAC}.cnf`, { probed: 'sip-phone' })).toBe('probe');
  expect(ask(`SIP${MAC}.cnf`, probed)).toMatchObject({ text: 'image_version: P0S3-00-0-00\n' });
  expect(ask('OS79XX.TXT', { probed: 'os79xx' })).toEqual({ kind: 'probe', text: 'P0S3-00-0-00\n' });
  expect(given(`SIP${MAC}.cnf`, { probed: 'os79xx' })).not.toBe('probe');
});

test('the next hop is shown in advance where its files are there, else the present one is answered', () => {
  const next = { ...APPLICATION, triggers: [{ file: 'OS79XX.TXT' as const, content: 'the next load' }] };
  expect(given('OS79XX.TXT', { peek: { hop: next, trigger: 0 } })).toBe('the next load');
  expect(given(`SIP${MAC}.cnf`, { peek: { hop: next, trigger: 0 } })).toBe('first');
  const lacking = { ...next, package: 'elsewhere' };
  expect(given('OS79XX.TXT', { peek: { hop: lacking, trigger: 0 } })).toBe('not-found');
});

test('a file of the hop is served from its package, in whichever spelling, and nothing from another', () => {
  expect(ask('P0S3-08-11-00.loads')).toEqual({
    kind: 'file',
    hop: APPLICATION,
    package: 'P0S3-08-11-00',
    name: 'P0S3-08-11-00.loads',
    sizeBytes: 512,
    sha1: null,
    role: 'manifest',
    isExact: true,
    isTrigger: false,
  });
  expect(ask('p0s3-08-11-00.SB2')).toMatchObject({ name: 'P0S3-08-11-00.sb2', role: 'image', isExact: false });
  expect(refusal('SIP42.9-3-1SR4-1S.loads')).toBe('the package of P0S3-08-11-00 has no such file');
  expect(refusal('nothing.sbn')).toBe('the package of P0S3-08-11-00 has no such file');
});

test('an application brings along what its manifest lists; the loader beside it as .bin is part of neither hop', () => {
  expect(given('P003-08-11-00.SBN')).toBe('P0S3-08-11-00/P003-08-11-00.sbn');
  expect(given('P003-08-11-00.bin')).toBe('not-found');
  expect(given('P003-08-11-00.sbn', at(LOADER))).toBe('P0S3-08-11-00/P003-08-11-00.sbn');
  expect(given('P0S3-08-11-00.sb2', at(LOADER))).toBe('not-found');
  const image = { ...LOADER, kind: 'image' as const };
  expect(given('P0S3-08-11-00.sb2', at(image))).toBe('not-found');
});

test('a default manifest is a trigger, for a boot loader alone, and brings its archives along', () => {
  expect(ask('term62.default.loads', at(BOOT_LOADER))).toMatchObject({
    kind: 'file',
    role: 'manifest',
    isTrigger: true,
  });
  const archive = `${JAVA9.manifest[0]}`;
  expect(given(archive.toUpperCase(), at(BOOT_LOADER))).toBe(`${JAVA9.id}/${archive}`);
  const only = { ...JAVA9, manifest: [], terms: { 62: [archive] } };
  expect(given(archive, { ...at(BOOT_LOADER), index: store(only) })).toBe(`${JAVA9.id}/${archive}`);
  const running = { ...BOOT_LOADER, kind: 'java-load' as const };
  expect(given('term62.default.loads', at(running))).toBe('not-found');
});

test('a file that is not whole is not served, and its load is not named', () => {
  const files = SIP8.files.map((file) => (file.name.endsWith('.sb2') ? { ...file, isWhole: false } : file));
  const index = store({ ...SIP8, files });
  expect(missingOf(APPLICATION, index)).toEqual(['P0S3-08-11-00.sb2']);
  expect(missingOf(APPLICATION, store())).toEqual(['P0S3-08-11-00.loads', 'P0S3-08-11-00.sb2']);
  expect(given('P0S3-08-11-00.sb2', { index })).toBe('not-found');
  expect(refusal(`SIP${MAC}.cnf`, { index })).toBe('the store no longer holds the files of P0S3-08-11-00');
  expect(refusal('P0S3-08-11-00.sb2', { index: store() })).toBe('the store no longer holds the files of P0S3-08-11-00');
  expect(given('P0S3-08-11-00.loads', { index })).toBe('P0S3-08-11-00/P0S3-08-11-00.loads');
});

test('a load that is not allowed from what the phone shows is not named, but one that is being taken is given whole', () => {
  expect(refusal(`SIP${MAC}.cnf`, { isAllowed: false })).toBe(
    'P0S3-08-11-00 is not allowed from what the phone shows that it runs',
  );
  expect(given('P0S3-08-11-00.sb2', { isAllowed: false })).toBe('not-found');
  expect(given('RINGLIST.DAT', { isAllowed: false })).toBe('static');
  expect(given('P0S3-08-11-00.sb2', { isAllowed: false, isTaking: true })).toBe('P0S3-08-11-00/P0S3-08-11-00.sb2');
  expect(given(`SIP${MAC}.cnf`, { isAllowed: false, isTaking: true })).toBe('not-found');
});

const CHANGES = [
  ...['OS79XX.TXT', `SIP${MAC}.cnf`, 'SIPDefault.cnf', 'SEPDefault.cnf', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml'],
  ...['MGCDefault.cnf', `MGC${MAC}.cnf`, `SEP${MAC}.cnf`, 'term62.default.loads', 'P0S30203.bin', 'P0S30203.loads'],
];
test.each(CHANGES)('%s never comes out of a tree for an enrolled phone that is offered nothing', (name) => {
  expect(refusal(name, { offer: null })).toBe('nothing is offered to this phone now');
});

test.each(['RINGLIST.DAT', 'dialplan.xml', 'mk-sip.jar', 'logo.bmp'])(
  '%s changes no load and is the tree’s',
  (name) => {
    expect([given(name), given(name, { offer: null })]).toEqual(['static', 'static']);
  },
);

test.each([
  ['SCCP', 'G1', 'P003-08-11-00', true],
  ['SCCP', 'G2', 'P00305000300', true],
  ['SCCP', 'G2', 'P003-08-11-00', true],
  ['SCCP', 'G2', 'P0S3-05-3-00', false],
  ['SIP', 'G1', 'P0S3-05-3-00', true],
  ['SIP', 'G2', 'P003-08-11-00', false],
  ['MGCP', 'G1', 'P0M3-05-3-00', true],
  ['MGCP', 'G1', 'P0S3-05-3-00', false],
  ['SIP', 'G3', 'P0S3-08-11-00', false],
  [null, 'G1', 'P003-08-11-00', false],
] as const)('%s software of %s that reads %s in OS79XX.TXT skips it: %s', (protocol, generation, named, isIgnored) => {
  expect(ignoresOs79xx(old({ protocol, generation }), named)).toBe(isIgnored);
});
