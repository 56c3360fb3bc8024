import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadCommands } from '../../src/cli/commands/all.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';

const [START, TARGET, MAC] = ['P0030301MFG2', 'P0S3-08-11-00', '0018B9C0FFEE'];
const PLAN = ['plan', '--from', START, '--target', TARGET, '--model', '7940'];
const { commands, groups } = await loadCommands();
let folder: Awaited<ReturnType<typeof ownFolder>>;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await ownFolder();
  const firmware = join(folder.path, 'firmware');
  await writeSyntheticFirmware({ out: firmware, releases: ['P0S3-05-3-00', TARGET] });
  env = { HOME: folder.path, LOADSTEP_DB: join(folder.path, 'state', 'loadstep.db'), LOADSTEP_FIRMWARE: firmware };
});
afterAll(() => folder.remove());

const names = [
  ...commands.map(({ name }) => [name]),
  ...groups.flatMap(({ name, commands }) => [[name], ...commands.map((one) => [name, one.name])]),
];

test.each(names.map((words) => [words.join(' ')]))(
  '"%s --help" says what it does, with examples, and exits with 0',
  async (words) => {
    const { code, out, err } = await loadstep([...words.split(' '), '--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`^Usage: loadstep ${words}`));
    const isGroup = groups.some(({ name }) => name === words);
    expect(out).toMatch(isGroup ? /\nCommands:/ : /\nExamples:\n {2}\$ (sudo )?loadstep /);
    expect(out).not.toContain('(default: )');
  },
);

test("a flag's value is not taken for a command, whatever it reads", async () => {
  const { err } = await loadstep(['--db', 'status']);
  for (const one of [...commands, ...groups]) expect(err).toContain(`\n  ${one.name} `);
});

test('flags before the command leave it the command', async () => {
  const { code, out } = await loadstep(['--json', '--db', 'serve', 'explain', 'E_NO_PATH']);
  expect([code, JSON.parse(out).code]).toEqual([0, 'E_NO_PATH']);
});

test('--version prints the version of package.json', async () => {
  expect((await loadstep(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [[]],
  [['convert']],
  [['serve', '--no-such-flag']],
  [['upgrade', '--target', TARGET]],
  [['upgrade', '--mac', '0018B9', '--target', TARGET]],
  [['upgrade', '--mac', MAC]],
  [['upgrade', '--mac', MAC, '--target', TARGET, '--listen', 'nowhere:xyz']],
  [['upgrade', '--mac', MAC, '--target', TARGET, '--timeout', 'soon']],
  [['upgrade', '--mac', MAC, '--target', TARGET, '--model', '1234']],
  [['plan', '--from', START]],
  [['plan', '--target', TARGET]],
  [['enroll', '--mac', 'ZZ', '--target', TARGET]],
  [['enroll', '--from-csv', '/nowhere.csv']],
  [['explain']],
  [['explain', 'E_NEVER_HEARD_OF']],
  [['history', '--since', 'yesterday']],
  [['history', '--csv', '--json']],
  [['serve', '--enroll', 'some']],
  [['serve', '--enroll', 'all']],
  [['serve', '--enroll', 'all', '--target', 'P0S3-08-11-00', '--target', 'P0S3-08-2-00']],
  [['serve', '--target', TARGET]],
  [['matrix', 'show', '--family', '99']],
  [['matrix', 'show', '--mermaid']],
  [['wait', '--mac', MAC, '--until', 'doomsday']],
  [['emulate', 'phone', '--mac', MAC]],
  [['emulate', 'firmware']],
  [['status', '--config', '/nowhere.yaml']],
  [['status', '--log-level', 'loud']],
])('bad usage %j exits with 2 and one sentence, and prints nothing else', async (words) => {
  const { code, out, err } = await loadstep(words, env);
  expect(code).toBe(2);
  expect(out).toBe('');
  if (words.length === 0) expect(err).toMatch(/^Usage: loadstep/);
  else expect(err).toMatch(/^loadstep: [^\n]+ \(E_(BAD_USAGE|BAD_CONFIG)\)\n$/);
});

test('global flags are taken before and after the command, and mean the same', async () => {
  const before = await loadstep(['--json', ...PLAN], env);
  const after = await loadstep([...PLAN, '--json'], env);
  expect(before.code).toBe(0);
  expect(after).toMatchObject({ code: 0, out: before.out });
  expect(before.json()).toHaveLength(1);
  expect(before.json()[0]).toMatchObject({ from: START, target: TARGET, model: '7940', ready: true, missing: [] });
});

test('the store is found by flag, environment and file, in this order', async () => {
  const { LOADSTEP_FIRMWARE: firmware = '', ...bare } = env;
  const [good, wrong] = [join(folder.path, 'good.yaml'), join(folder.path, 'wrong.yaml')];
  await writeFile(good, `firmware:\n  - ${firmware}\n`);
  await writeFile(wrong, 'firmware: nowhere\n');
  expect((await loadstep([...PLAN, '--config', good], bare)).code).toBe(0);
  expect((await loadstep([...PLAN, '--config', wrong], bare)).code).toBe(3);
  expect((await loadstep([...PLAN, '--config', wrong], env)).code).toBe(0);
  expect((await loadstep([...PLAN, '--firmware', '/nowhere'], env)).code).toBe(3);
});

test('a plan that is refused is one JSON line with code and reasons, and exits with 3', async () => {
  for (const [from, target] of [
    [TARGET, START],
    [START, 'P0S3-08-77-00'],
    [START, 'PLUM'],
    ['PLUM', TARGET],
  ] as const) {
    const { code, json } = await loadstep(['plan', '--from', from, '--target', target, '--json'], env);
    expect(code).toBe(3);
    expect(json()).toHaveLength(1);
    expect(json()[0]).toMatchObject({ ready: false, code: expect.stringMatching(/^E_/) });
    expect(json()[0]?.reasons).not.toHaveLength(0);
  }
});

test('where there is no firmware at all, the refused plan is one JSON line too', async () => {
  const { code, json, err } = await loadstep([...PLAN, '--firmware', '/nowhere', '--json'], env);
  expect(code).toBe(3);
  expect(json()).toMatchObject([{ ready: false, code: 'E_NO_FIRMWARE' }]);
  expect(err).toMatch(/\(E_NO_FIRMWARE\)\n$/);
});

test('the plan for people names every hop, what is published and which files are there', async () => {
  const { code, out } = await loadstep(PLAN, env);
  expect(code).toBe(0);
  for (const part of ['P0S3-05-3-00', 'P003-08-11-00', 'OS79XX.TXT', 'P0S3-08-11-00.sb2']) expect(out).toContain(part);
});

test.each([
  [['--target', 'P0S3-08-77-00'], 'E_UNKNOWN_LOAD'],
  [['--target', 'P0S3-08-2-00'], 'E_FILES_MISSING'],
  [['--target', TARGET, '--firmware', '/nowhere'], 'E_NO_FIRMWARE'],
  [['--target', 'P00303030300', '--from', TARGET], 'E_NO_PATH'],
  [['--target', 'PLUM'], 'E_UNKNOWN_LOAD'],
])('upgrade %j is refused with %s and exits with 3 before a server is opened', async (words, error) => {
  const listen = ['--listen', '127.0.0.1:0', '--json'];
  const { code, out, err } = await loadstep(['upgrade', '--mac', MAC, ...words, ...listen], env);
  expect([code, out]).toEqual([3, '']);
  expect(err).toMatch(new RegExp(`^loadstep: .* \\(${error}\\)\\n$`));
});

test('a dry run shows the road where the start is stated, and says so where it is not', async () => {
  const words = ['upgrade', '--mac', MAC, '--target', 'P0S3-8-11-00', '--dry-run'];
  const known = await loadstep([...words, '--from', START], env);
  expect(known.code).toBe(0);
  expect(known.out).toMatch(/P0S3-8-11-00 is in the store as P0S3-08-11-00/);
  const unknown = await loadstep(words, env);
  expect(unknown.code).toBe(0);
  expect(unknown.out).toMatch(/found out first/);
  expect((await loadstep([...words, '--json'], env)).json()).toMatchObject([{ ready: false, target: TARGET }]);
});

test('who plans without knowing what runs is not told to plan from a load of an example', async () => {
  const { code, err } = await loadstep(['plan', '--target', TARGET, '--model', '7960'], env);
  expect(code).toBe(2);
  expect(err).toMatch(
    /"loadstep upgrade" finds it out .* "loadstep firmware needed --family 79x0 --target P0S3-08-11-00"/,
  );
});

test('explain finds a code in any case, and words of the phone', async () => {
  expect((await loadstep(['explain', 'e_no_path'])).out).toMatch(/^E_NO_PATH/);
  expect((await loadstep(['explain', 'Protocol', 'Application', 'Invalid'])).code).toBe(0);
  const { json } = await loadstep(['explain', 'E_NO_PATH', '--json']);
  expect(json()).toMatchObject([{ code: 'E_NO_PATH', exitCode: 3 }]);
});

test('the matrix is sound and can be shown', async () => {
  expect((await loadstep(['matrix', 'lint'])).out).toMatch(/^The firmware matrix is sound: 8 families/);
  expect((await loadstep(['matrix', 'show', '--family', '42', '--mermaid'])).out).toMatch(/flowchart|graph/);
  expect((await loadstep(['matrix', 'show', '--json'])).json()).toHaveLength(8);
});

test('firmware list and verify tell what the store holds', async () => {
  const list = await loadstep(['firmware', 'list', '--json'], env);
  expect(list.json().map(({ load, verdict }) => [load, verdict])).toEqual([
    ['P0S3-05-3-00', 'complete'],
    [TARGET, 'complete'],
  ]);
  expect((await loadstep(['firmware', 'verify'], env)).code).toBe(0);
  expect((await loadstep(['firmware', 'verify', 'P0S3-08-2-00'], env)).code).toBe(3);
  const pack = join(env.LOADSTEP_FIRMWARE ?? '', TARGET);
  expect((await loadstep(['firmware', 'verify', pack], env)).out).toMatch(/^P0S3-08-11-00: complete/);
});

test('a damaged package is told by verify with file and advice, and exits with 3', async () => {
  const bad = join(folder.path, 'bad');
  await writeSyntheticFirmware({ out: bad, releases: [TARGET] });
  await writeFile(join(bad, TARGET, `${TARGET}.sb2`), 'cut off');
  const { code, out } = await loadstep(['firmware', 'verify', '--firmware', bad], env);
  expect(code).toBe(3);
  expect(out).toContain(`${TARGET}.sb2`);
  const json = (await loadstep(['firmware', 'verify', '--firmware', bad, '--json'], env)).json();
  expect(json[0]).toMatchObject({ load: TARGET, family: '79x0', findings: expect.any(Array) });
});

test('firmware is imported, needed and forgotten', async () => {
  const fresh = { ...env, LOADSTEP_FIRMWARE: join(folder.path, 'fresh'), LOADSTEP_DB: join(folder.path, 'fresh.db') };
  const needed = ['firmware', 'needed', '--from', START, '--target', TARGET];
  expect((await loadstep(needed, fresh)).code).toBe(3);
  const imported = await loadstep(['firmware', 'import', env.LOADSTEP_FIRMWARE ?? '', '--json'], fresh);
  expect(imported.code).toBe(0);
  expect(imported.json().at(-1)).toMatchObject({ event: 'import.finished', imported: 2, refused: 0 });
  expect(await loadstep([...needed, '--json'], fresh)).toMatchObject({ code: 0 });
  expect((await loadstep(['firmware', 'forget', TARGET], fresh)).code).toBe(0);
  expect((await loadstep(['firmware', 'list', '--json'], fresh)).json()).toHaveLength(1);
});

test('a shopping list takes one start and not two, and without any it is that of the family of its target', async () => {
  const asked = ['firmware', 'needed', '--target', TARGET];
  const { code, err } = await loadstep([...asked, '--from', START, '--family', '79x0'], env);
  expect(code).toBe(2);
  expect(err).toMatch(/give one of --from LOAD, --mac MAC or --family FAMILY/);
  const ofFamily = await loadstep([...asked, '--family', '79x0'], env);
  expect(ofFamily.out).toContain('whatever runs on the phone');
  expect((await loadstep(asked, env)).out).toBe(ofFamily.out);
});

test('a model that is given for a family is told its family', async () => {
  for (const [model, family] of [
    ['7942', '42'],
    ['7965', '45'],
    ['CP-7960G', '79x0'],
  ] as const) {
    const { code, err } = await loadstep(['firmware', 'needed', '--target', TARGET, '--family', model], env);
    expect(code).toBe(2);
    expect(err).toContain(`is a model, and this wants its family: ${family}`);
  }
});

test('bad usage points to the help of the command that was typed, also inside a group', async () => {
  expect((await loadstep(['firmware', 'import'], env)).err).toMatch(
    /see loadstep firmware import --help \(E_BAD_USAGE\)\n$/,
  );
  expect((await loadstep(['--json', 'firmware', '--db', 'x.db', 'forget'], env)).err).toMatch(
    /see loadstep firmware forget --help/,
  );
  expect((await loadstep(['firmware', 'buy'], env)).err).toMatch(/see loadstep firmware --help/);
  expect((await loadstep(['serve', '--nothing'], env)).err).toMatch(/see loadstep serve --help/);
});
