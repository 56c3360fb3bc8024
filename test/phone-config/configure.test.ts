import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeConfiguration } from '../../src/emulator/config/take-configuration.ts';
import { loadstep, type Outcome, ownFolder } from '../support/fake-io.ts';

const MAC = '0018B9C0FFEE';
const SEP = `SEP${MAC}.cnf.xml`;

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

const inFolder = (name: string) => join(folder.path, name);
const out = () => inFolder('tftp');
const at = (...words: string[]): Promise<Outcome> =>
  loadstep([...words, '--db', inFolder('loadstep.db')], { XDG_CONFIG_HOME: inFolder('config'), HOME: folder.path });
const configure = (...words: string[]) => at('configure', '--mac', MAC, '--out', out(), ...words);
const NINE = ['--model', '7942', '--load', 'SIP42.9-4-2SR3-1S'];
const PBX = ['--pbx', '192.0.2.10'];

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(inFolder(name), content);
  return inFolder(name);
}

const account = () => ['--extension', '201', '--name', 'Front desk', '--password-file', file('pw', 's3cretPW\n')];
const written = () =>
  readdirSync(out(), { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(out(), name)).isFile())
    .sort();
const textsThere = () => Object.fromEntries(written().map((name) => [name, readFileSync(join(out(), name), 'utf8')]));

test('a phone that landed without us gets files with which it registers, and the operator is told what to do', async () => {
  const { code, out: said, err } = await configure(...NINE, ...PBX, ...account(), '--zone', 'Europe/Berlin');
  expect([code, err]).toEqual([0, '']);
  expect(written()).toEqual([SEP, 'XMLDefault.cnf.xml', 'dialplan.xml']);
  const taken = takeConfiguration({ model: '7942', load: 'SIP42.9-4-2SR3-1S', mac: MAC, files: textsThere() });
  expect(taken.verdict).toBe('registers');
  expect(taken.lines[0]).toMatchObject({ name: '201', password: 's3cretPW', displayName: 'Front desk' });
  expect(said).toContain('201 at 192.0.2.10:5060');
  expect(said).toContain('What to do:');
  expect(said).toContain(`loadstep serve --root ${out()}`);
  expect(said).not.toContain('s3cretPW');
});

test('with --json it is one object without a password', async () => {
  const { code, out: said } = await configure(...NINE, ...PBX, ...account(), '--json');
  expect(code).toBe(0);
  const told = JSON.parse(said);
  expect(told).toMatchObject({ mac: MAC, model: '7942', extensions: ['201'], pbx: { host: '192.0.2.10', port: 5060 } });
  expect(told.files[0]).toMatchObject({ name: SEP, kind: 'phone', result: 'written' });
  expect(said).not.toContain('s3cretPW');
});

test('the account that is kept for the phone is taken, with both of its lines', async () => {
  for (const [line, extension] of [
    ['1', '201'],
    ['2', '202'],
  ] as const) {
    const set = ['accounts', 'set', '--mac', MAC, '--line', line, '--extension', extension, '--generate'];
    expect((await at(...set)).code).toBe(0);
  }
  expect(await configure('--model', '7940', '--load', 'P0S3-08-11-00', ...PBX, '--ntp', '192.0.2.1')).toMatchObject({
    code: 0,
  });
  expect(written()).toEqual([`SIP${MAC}.cnf`, 'SIPDefault.cnf', 'dialplan.xml', 'syncinfo.xml']);
  const taken = takeConfiguration({ model: '7940', load: 'P0S3-08-11-00', mac: MAC, files: textsThere() });
  expect(taken.lines.map(({ name }) => name)).toEqual(['201', '202']);
});

test('a phone without an account is told of the ways out, and parked when that is asked for', async () => {
  const { code, err } = await configure(...NINE, ...PBX);
  expect(code).toBe(2);
  expect(err).toMatch(/accounts set.*--extension.*--parked/s);
  const parked = await configure(...NINE, '--parked', '--label', 'Desk 4');
  expect([parked.code, parked.err]).toEqual([0, '']);
  expect(readFileSync(join(out(), SEP), 'utf8')).toContain(`<phoneLabel>${MAC}</phoneLabel>`);
});

test.each([
  ['no folder', ['configure', '--mac', MAC, ...NINE, '--parked'], 2, /--out is missing/],
  ['no load', ['configure', '--mac', MAC, '--model', '7942', '--parked', '--out', 'x'], 2, /say with --load/],
  [
    'a load of other phones',
    ['configure', '--mac', MAC, '--model', '7942', '--load', 'SIP41.8-5-4S', '--parked', '--out', 'x'],
    3,
    /no load of a 7942/,
  ],
  [
    'an SCCP load',
    ['configure', '--mac', MAC, '--model', '7942', '--load', 'SCCP42.8-5-3S', '--parked', '--out', 'x'],
    2,
    /no SIP load/,
  ],
  [
    'a zone nobody has',
    ['configure', '--mac', MAC, ...NINE, '--parked', '--zone', 'Mars/Olympus', '--out', 'x'],
    2,
    /E_ZONE_UNKNOWN/,
  ],
  [
    'another load in a key',
    ['configure', '--mac', MAC, ...NINE, '--parked', '--set', 'loadInformation=SIP42.8-5-4S', '--out', 'x'],
    2,
    /E_CONFIG_REFUSED/,
  ],
  [
    'a key without a value',
    ['configure', '--mac', MAC, ...NINE, '--parked', '--set', 'kpml', '--out', 'x'],
    2,
    /has no =/,
  ],
  [
    'a PBX that is none',
    ['configure', '--mac', MAC, ...NINE, '--pbx', '192.0.2.10:99999', '--parked', '--out', 'x'],
    2,
    /no place of a PBX/,
  ],
])('%s is refused, and nothing is written', async (_what, words, code, message) => {
  const outcome = await at(...words.map((word) => (word === 'x' ? out() : word)));
  expect(outcome.code).toBe(code);
  expect(outcome.err).toMatch(message);
  expect(() => readdirSync(out())).toThrow();
});

test('a phone of which nobody said the model gets what suits every model of its load, and registers as either', async () => {
  const load = 'P0S3-8-12-00';
  const { code, out: said, err } = await configure('--load', load, ...PBX, ...account(), '--ntp', '192.0.2.1');
  expect([code, err]).toEqual([0, '']);
  expect(said).toContain(`${MAC} on ${load}: 201 at 192.0.2.10:5060`);
  for (const model of ['7940', '7960'] as const) {
    expect(takeConfiguration({ model, load, mac: MAC, files: textsThere() }).verdict).toBe('registers');
  }
  const json = await configure('--load', load, ...PBX, ...account(), '--ntp', '192.0.2.1', '--json');
  expect(JSON.parse(json.out)).toMatchObject({ model: null, extensions: ['201'] });
});

test('where the account suits only one of the models the label is to be read, with an example of the right family', async () => {
  for (const line of ['1', '3']) {
    const set = ['accounts', 'set', '--mac', MAC, '--line', line, '--extension', `20${line}`, '--generate'];
    expect((await at(...set)).code).toBe(0);
  }
  const words = ['--load', 'P0S3-8-12-00', ...PBX];
  const { code, err } = await configure(...words);
  expect(code).toBe(2);
  expect(err).toMatch(/whether 0018B9C0FFEE is a 7940 or a 7960.*read the label.* --model 7940/s);
  expect(err).not.toContain('7942');
  expect(() => readdirSync(out())).toThrow();
  expect((await configure(...words, '--model', '7960')).code).toBe(0);
});

test('a password file that holds none, or one too long, is refused without being shown', async () => {
  for (const password of ['', 'x'.repeat(32), 'generate']) {
    const words = ['--extension', '201', '--password-file', file('pw', password)];
    const { code, err } = await configure(...NINE, ...PBX, ...words);
    expect([code, err.includes('E_ACCOUNT_REFUSED')]).toEqual([2, true]);
    if (password.length > 10) expect(err).not.toContain(password);
  }
});

test('files that are there and differ are kept, and nothing beside them is written; --replace replaces them', async () => {
  mkdirSync(out());
  writeFileSync(join(out(), 'dialplan.xml'), '<DIALTEMPLATE/>');
  const refused = await configure(...NINE, ...PBX, ...account());
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('E_FILE_EXISTS');
  expect(written()).toEqual(['dialplan.xml']);
  expect((await configure(...NINE, ...PBX, ...account(), '--replace')).code).toBe(0);
  expect(readFileSync(join(out(), 'dialplan.xml'), 'utf8')).toContain('TEMPLATE MATCH');
  expect((await configure(...NINE, ...PBX, ...account())).out).toContain('(was there)');
});

test('ring tones, pictures, soft keys and a dial plan go with the files', async () => {
  const words = [
    ...['--ring', `Bell=${file('bell.raw', new Uint8Array(480))}`, '--dial', '2..', '--dial', '0*=3'],
    ...['--background', `${file('sea.png', 'png')}=${file('sea-small.png', 'png')}`],
    ...['--own', `softkeys.xml=${file('sk', '<softKeyCfg></softKeyCfg>')}`],
  ];
  expect(await configure(...NINE, ...PBX, ...account(), ...words)).toMatchObject({ code: 0, err: '' });
  const files = textsThere();
  expect(Object.keys(files)).toEqual([
    'Desktops/320x196x4/List.xml',
    'Desktops/320x196x4/sea-small.png',
    'Desktops/320x196x4/sea.png',
    'Ringlist.xml',
    SEP,
    'XMLDefault.cnf.xml',
    'bell.raw',
    'dialplan.xml',
    'ringlist.xml',
    'softkeys.xml',
  ]);
  expect(files['ringlist.xml']).toContain('<FileName>bell.raw</FileName>');
  expect(files['dialplan.xml']).toContain('<TEMPLATE MATCH="0*" Timeout="3"/>');
  expect(files[SEP]).toContain('<softKeyFile>softkeys.xml</softKeyFile>');
  const odd = await configure(...NINE, ...PBX, ...account(), '--ring', `Bell=${file('odd.raw', new Uint8Array(100))}`);
  expect([odd.code, odd.err.includes('multiple of 240')]).toEqual([2, true]);
});

test('a folder that cannot be written to is told of', async () => {
  file('tftp', 'a file');
  const { code, err } = await configure(...NINE, ...PBX, ...account());
  expect(code).toBe(2);
  expect(err).toMatch(/cannot write .*--out/s);
});

test('a folder that cannot be made is one sentence with the way out, also where Node would try for ever', async () => {
  const own = await ownFolder();
  const words = ['configure', '--mac', '0018B9C0FFEE', '--model', '7942', '--load', 'SIP42.9-4-2SR3-1S', '--parked'];
  // /proc knows no new folders.
  const { code, err } = await loadstep([...words, '--out', '/proc/loadstep/tftp'], { HOME: own.path });
  await own.remove();
  expect(code).toBe(2);
  expect(err).toMatch(
    /^loadstep: cannot write \/proc\/loadstep\/tftp\/[^\n]+; give another folder with --out \(E_BAD_USAGE\)\n$/,
  );
});
