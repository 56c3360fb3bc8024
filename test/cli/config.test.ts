import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfigFile } from '../../src/cli/settings/config-file.ts';
import { layerSettings, type Settings } from '../../src/cli/settings/layers.ts';
import { SETTINGS, type SettingKey } from '../../src/cli/settings/settings.ts';
import { databasePath, firmwareFolders } from '../../src/cli/settings/values.ts';
import { AppError } from '../../src/core/errors.ts';
import { ownFolder } from '../support/fake-io.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
let files = 0;
beforeAll(async () => {
  folder = await ownFolder();
});
afterAll(() => folder.remove());

async function yaml(text: string): Promise<string> {
  const path = join(folder.path, `${++files}.yaml`);
  await writeFile(path, text);
  return path;
}

function layers(flags: Record<string, unknown>, env: Record<string, string> = {}): Promise<Settings> {
  return layerSettings(Object.keys(SETTINGS) as SettingKey[], flags, env);
}

async function refusal(work: () => unknown): Promise<AppError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('a flag beats the environment, and the environment beats the file', async () => {
  const config = await yaml('db: /file.db\nlisten: 1.1.1.1:1\ntimeout: 1m\n');
  const env = { LOADSTEP_DB: '/env.db', LOADSTEP_LISTEN: '2.2.2.2:2', LOADSTEP_CONFIG: config };
  const settings = await layers({ db: '/flag.db' }, env);
  expect(settings.text('db')).toBe('/flag.db');
  expect(settings.text('listen')).toBe('2.2.2.2:2');
  expect(settings.text('timeout')).toBe('1m');
  expect(settings.text('root')).toBe(null);
});

test('a list given nearer replaces the whole list given farther away', async () => {
  const config = await yaml('firmware: [/a, /b]\n');
  expect((await layers({ config })).texts('firmware')).toEqual(['/a', '/b']);
  expect((await layers({ config }, { LOADSTEP_FIRMWARE: '/c:/d' })).texts('firmware')).toEqual(['/c', '/d']);
  expect((await layers({ config, firmware: ['/e'] }, { LOADSTEP_FIRMWARE: '/c' })).texts('firmware')).toEqual(['/e']);
});

test('a switch can be turned off nearer than it was turned on', async () => {
  const config = await yaml('json: true\n');
  expect((await layers({ config })).isOn('json')).toBe(true);
  expect((await layers({ config }, { LOADSTEP_JSON: '0' })).isOn('json')).toBe(false);
  expect((await layers({ config, json: true }, { LOADSTEP_JSON: 'no' })).isOn('json')).toBe(true);
});

test('MAC addresses in the environment are separated by commas, for they carry colons', async () => {
  const settings = await layers({}, { LOADSTEP_MAC: '00:18:b9:c0:ff:ee, 0018B9C0FFEF' });
  expect(settings.texts('mac')).toEqual(['00:18:b9:c0:ff:ee', '0018B9C0FFEF']);
});

test('an empty variable counts as none', async () => {
  expect((await layers({}, { LOADSTEP_DB: '' })).text('db')).toBe(null);
});

test('a MAC address or port that YAML takes for a number keeps its digits', async () => {
  const config = await yaml('mac: 001122334455\nlisten: 1069\nlabel: 0018e912345\n');
  const settings = await layers({ config });
  expect(settings.text('mac')).toBe('001122334455');
  expect(settings.text('listen')).toBe('1069');
  expect(settings.text('label')).toBe('0018e912345');
});

test('a file that says it is YAML 1.1 is read as any other: no is a word, a date is a text and a MAC keeps its digits', async () => {
  const settings = await layers({
    config: await yaml('%YAML 1.1\n---\nlabel: no\nsince: 2026-11-20\nmac: 00:11:22:33:44:55\n'),
  });
  expect(['label', 'since', 'mac'].map((key) => settings.text(key as SettingKey))).toEqual([
    'no',
    '2026-11-20',
    '00:11:22:33:44:55',
  ]);
});

test('a word, a number or a path is the text that stands in the file, whatever else YAML may take it for', async () => {
  const settings = await layers({
    config: await yaml(
      'label: true\nreason: 0x10\nmac: [0011930e1234, 001122334455]\ntarget: [off, .inf]\ndb: 2026\nfirmware: [1.10]\njson: True\ncsv: "false"\n',
    ),
  });
  const texts = (['label', 'reason', 'mac', 'target', 'db', 'firmware'] as const).map((key) => settings.texts(key));
  const paths = ['2026', '1.10'].map((name) => [join(folder.path, name)]);
  expect(texts).toEqual([['true'], ['0x10'], ['0011930e1234', '001122334455'], ['off', '.inf'], ...paths]);
  expect([settings.isOn('json'), settings.isOn('csv')]).toEqual([true, false]);
});

test.each([
  ['root:', 'root'],
  ['root: ~', 'root'],
  ['db: ""', 'db'],
  ["leases: [/a, ' ']", 'leases'],
  ['firmware: [null]', 'firmware'],
  ['label: null', 'label'],
])(
  'that nothing is meant by %j is not guessed: the folder of the file would stand in for a path',
  async (text, key) => {
    const file = await yaml(`${text}\n`);
    const error = await refusal(() => readConfigFile(file));
    expect(error.message).toMatch(
      new RegExp(`^"${key}" in ${file} must be .* and is empty; leave it out where nothing is meant$`),
    );
  },
);

test('a flag whose path is empty is refused: a folder of somebody would stand in for it', async () => {
  for (const key of ['root', 'db', 'firmware', 'leases'] as const) {
    const error = await refusal(() => layers({ [key]: key === 'firmware' ? ['/a', ''] : '' }));
    expect([error.code, error.message]).toEqual([
      'E_BAD_USAGE',
      `--${key}: the path is empty; leave --${key} out where nothing is meant`,
    ]);
  }
});

test('relative paths in the file start at its own folder', async () => {
  const config = await yaml('db: state/loadstep.db\nfirmware: [fw, /abs]\n');
  const settings = await layers({ config });
  expect(settings.text('db')).toBe(join(folder.path, 'state/loadstep.db'));
  expect(settings.texts('firmware')).toEqual([join(folder.path, 'fw'), '/abs']);
});

test.each([
  ['fimware: /a\n', /unknown setting "fimware" .* write "firmware"/],
  ['at-onse: 3\n', /unknown setting "at-onse" .* write "at-once"/],
  ['colour: red\n', /unknown setting "colour" .* known are/],
  ['logLevel: debug\n', /unknown setting "logLevel" .* write "log-level"/],
  ['config: other.yaml\n', /unknown setting "config"/],
  ['constructor: x\n', /unknown setting "constructor"/],
  ['db: [a, b]\n', /"db" in .* must be one path/],
  ['db:\n', /"db" in .* must be one path/],
  ['firmware: {a: b}\n', /"firmware" in .* must be a path or a list of paths/],
  ['firmware: [[a]]\n', /"firmware" in .* must be a path or a list of paths/],
  ['json: maybe\n', /"json" in .* must be true or false/],
  ['timeout: {a: b}\n', /"timeout" in .* must be one text/],
  ['- a\n', /must hold settings/],
  ['db: "a\n', /is not valid YAML/],
  ['db: a\ndb: b\n', /is not valid YAML/],
])('the configuration %j is refused in one sentence that names the place', async (text, sentence) => {
  const file = await yaml(text);
  const error = await refusal(() => readConfigFile(file));
  expect(error.code).toBe('E_BAD_CONFIG');
  expect(error.message).toMatch(sentence);
  expect(error.message).toContain(file);
  expect(error.message).not.toContain('\n');
});

test('a configuration that is not there, or is a folder, is refused and --config is named', async () => {
  for (const file of [join(folder.path, 'absent.yaml'), folder.path]) {
    const error = await refusal(() => layers({ config: file }));
    expect([error.code, error.exitCode]).toEqual(['E_BAD_CONFIG', 2]);
    expect(error.message).toMatch(/check --config/);
  }
});

test('an empty configuration says nothing', async () => {
  expect(readConfigFile(await yaml('')).size).toBe(0);
});

test('a bad value is laid to the place it was written in', async () => {
  const config = await yaml('timeout: soon\nlog-level: loud\n');
  const parse = () => ({ ok: false as const, error: 'wrong' });
  const at = async (flags: Record<string, unknown>, env = {}) => {
    const settings = await layers(flags, env);
    return (await refusal(() => settings.read('timeout', parse))).message;
  };
  expect(await at({ timeout: 'soon' })).toBe('--timeout: wrong');
  expect(await at({}, { LOADSTEP_TIMEOUT: 'soon' })).toBe('LOADSTEP_TIMEOUT: wrong');
  const error = await refusal(() => layers({ config }));
  expect(error.code).toBe('E_BAD_CONFIG');
  expect(error.message).toMatch(/^log-level in .*\.yaml: "loud" is not known; choose error or warn or info or debug$/);
  expect((await refusal(() => layers({}, { LOADSTEP_JSON: 'perhaps' }))).message).toMatch(
    /write 1 for on or 0 for off/,
  );
});

test('two values where one is needed are refused', async () => {
  const settings = await layers({ mac: ['0018B9C0FFEE', '0018B9C0FFEF'] });
  expect((await refusal(() => settings.text('mac'))).message).toBe('--mac: takes one value here, and got 2');
});

test('without a word the database and the firmware lie where XDG says, or below the home folder', async () => {
  const settings = await layers({});
  const xdg = { HOME: '/home/a', XDG_STATE_HOME: '/state', XDG_DATA_HOME: '/data' };
  expect(databasePath(settings, xdg)).toBe('/state/loadstep/loadstep.db');
  expect(firmwareFolders(settings, xdg)).toEqual(['/data/loadstep/firmware']);
  // The XDG specification: relative and empty values are to be ignored.
  const plain = { HOME: '/home/a', XDG_STATE_HOME: '', XDG_DATA_HOME: 'relative' };
  expect(databasePath(settings, plain)).toBe('/home/a/.local/state/loadstep/loadstep.db');
  expect(firmwareFolders(settings, plain)).toEqual(['/home/a/.local/share/loadstep/firmware']);
});
