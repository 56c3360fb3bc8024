import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { loadstep } from '../support/fake-io.ts';

const TARGET = 'P0S3-08-11-00';
const folder = mkdtempSync(join(tmpdir(), 'loadstep-refusal-'));
const [db, fw] = [join(folder, 'a.db'), join(folder, 'fw')];
const place = ['--db', db, '--firmware', fw];

beforeAll(async () => {
  await writeSyntheticFirmware({ out: fw, releases: ['P0S3-05-3-00', TARGET] });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OTHER_MODEL = `${TARGET} is for the 7940 and 7960, and a 7941 is not one of them; choose a load for the 7941, or correct the model`;
const OTHER_LOAD = `${TARGET} is for the 7940 and 7960, and SCCP42.8-5-2S runs on phones of family 42; correct one of the two`;

test.each([
  ['plan', ['plan', '--target', TARGET, '--from', 'P0030301MFG2', '--model', '7941'], OTHER_MODEL],
  ['upgrade', ['upgrade', '--mac', '0018B9C0FF01', '--target', TARGET, '--model', '7941'], OTHER_MODEL],
  ['a dry run', ['upgrade', '--mac', '0018B9C0FF01', '--target', TARGET, '--model', '7941', '--dry-run'], OTHER_MODEL],
  ['enroll', ['enroll', '--mac', '0018B9C0FF01', '--target', TARGET, '--model', '7941'], OTHER_MODEL],
  ['plan, of the load', ['plan', '--target', TARGET, '--from', 'SCCP42.8-5-2S'], OTHER_LOAD],
  [
    'upgrade, of the load',
    ['upgrade', '--mac', '0018B9C0FF01', '--target', TARGET, '--from', 'SCCP42.8-5-2S'],
    OTHER_LOAD,
  ],
  [
    'enroll, of the load',
    ['enroll', '--mac', '0018B9C0FF01', '--target', TARGET, '--from', 'SCCP42.8-5-2S'],
    OTHER_LOAD,
  ],
])('a target of another family is refused alike by %s', async (_command, words, why) => {
  const { code, err } = await loadstep([...words, ...place]);
  expect(code).toBe(3);
  expect(err.replace(/\s+/g, ' ')).toContain(why);
  expect(err).toContain('E_WRONG_FAMILY');
});

test('a list refuses it by line, in the same words', async () => {
  const list = join(folder, 'one.csv');
  writeFileSync(list, `mac,model\n0018B9C0FF01,7941\n`);
  const { code, err } = await loadstep(['enroll', '--from-csv', list, '--target', TARGET, ...place]);
  expect(code).toBe(2);
  expect(err).toContain(`line 2: ${OTHER_MODEL}`);
});

test('what was said when the phone was enrolled counts for upgrade, too', async () => {
  const mac = '0018B9C0FF05';
  expect(
    (await loadstep(['enroll', '--mac', mac, '--target', 'SIP42.9-3-1SR4-1S', '--model', '7942', ...place])).code,
  ).toBe(0);
  const { code, err } = await loadstep([
    'upgrade',
    '--mac',
    mac,
    '--target',
    TARGET,
    '--listen',
    '127.0.0.1:0',
    ...place,
  ]);
  expect([code, err]).toEqual([3, expect.stringMatching(/a 7942 is not one of them.*\(E_WRONG_FAMILY\)/)]);
});

test('a target that the store lacks is warned of when the list is read, with what brings it', async () => {
  const list = join(folder, 'lacks.csv');
  writeFileSync(list, `mac,target\n0018B9C0FF11,P0S3-08-12-00\n0018B9C0FF12,P0S3-08-12-00\n0018B9C0FF13,${TARGET}\n`);
  const { code, err } = await loadstep(['enroll', '--from-csv', list, ...place]);
  expect(code).toBe(0);
  expect(err).toContain(
    `${list} line 2, line 3: P0S3-08-12-00 (also written P0S3-8-12-00) is not in ${fw}. ` +
      `The 2 phones are taken, and held until it is there: loadstep firmware import FILE --firmware ${fw}. ` +
      'Which files: loadstep firmware needed --family 79x0 --target P0S3-08-12-00',
  );
  expect(err).not.toContain(TARGET);
});

test('upgrade names a target that the store lacks as it was typed, and the commands that bring it', async () => {
  const { code, err } = await loadstep(['upgrade', '--mac', '0018B9C0FF21', '--target', 'P0S3-08-12-00', ...place]);
  expect(code).toBe(3);
  expect(err).toBe(
    'loadstep: P0S3-08-12-00 (also written P0S3-8-12-00) is not in the store; import its package with "loadstep firmware import FILE"; ' +
      '"loadstep firmware needed --family 79x0 --target P0S3-08-12-00" names its files (E_FILES_MISSING)\n',
  );
});

test('a list of which everything is good ends in one line that counts what was read', async () => {
  const list = join(folder, 'pallet.csv');
  const rows = [
    'mac,label,model,port,serial',
    ...[1, 2, 3].map((n) => `0018B9C0FF3${n},shelf ${n},79${n === 3 ? 6 : 4}0,${n},`),
  ];
  writeFileSync(list, `${rows.join('\n')}\n`);
  const words = ['enroll', '--from-csv', list, '--target', TARGET, '--batch', 'pallet 8', ...place];
  const first = await loadstep(words);
  expect(first.code).toBe(0);
  expect(first.out).toBe(
    `3 phones are on the list in batch "pallet 8" for ${TARGET} (3 new; 7940: 2, 7960: 1; with label: 3, port: 3)\n`,
  );
  const again = await loadstep(words);
  expect(again.out).toBe(
    `3 phones are on the list in batch "pallet 8" for ${TARGET} (3 unchanged; 7940: 2, 7960: 1; with label: 3, port: 3)\n`,
  );
  const other = await loadstep([...words.slice(0, -5), 'pallet 9', ...place]);
  expect(other.out.split('\n')).toHaveLength(5);
  expect(other.out).toMatch(
    /0018B9C0FF33 is on the list for .*; its entry was changed\n3 phones are on the list in batch "pallet 9" .*\(3 changed;/,
  );
});

test('a phone that nobody knows is said to be one by status, history and watch, with the same exit code', async () => {
  const mac = '0018B9111111';
  for (const command of ['status', 'history', 'watch']) {
    const { code, err } = await loadstep([command, '--mac', mac, ...place]);
    expect([code, err]).toEqual([
      2,
      `loadstep: nothing is known of ${mac}; "loadstep status" shows all phones (E_BAD_USAGE)\n`,
    ]);
  }
});

test('a workbook is told from a list, and a folder that is missing from a file that cannot be written', async () => {
  const sheet = join(folder, 'phones.xlsx');
  writeFileSync(sheet, 'PK\u0003\u0004 and more');
  const list = await loadstep(['enroll', '--from-csv', sheet, '--target', TARGET, ...place]);
  expect([list.code, list.err]).toEqual([2, expect.stringContaining('save the sheet as CSV')]);
  const page = await loadstep(['report', '--html', join(folder, 'nowhere', 'x.html'), ...place]);
  expect([page.code, page.err]).toEqual([2, expect.stringContaining(`there is no folder ${join(folder, 'nowhere')}`)]);
});
