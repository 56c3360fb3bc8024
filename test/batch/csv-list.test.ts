import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { parseWishes } from '../../src/cli/list-file/enrolment-list.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { loadstep } from '../support/fake-io.ts';

const TARGET = 'P0S3-08-11-00';
/** Nothing is said beside the list. */
const NOTHING = { from: null, model: null, label: null, target: null };

test('a list gives each phone its target, model, load, label and extension, whatever the order and case of the columns', async () => {
  const folder = temporaryFolder();
  const [list, db] = [join(folder, 'phones.csv'), join(folder, 'loadstep.db')];
  writeFileSync(
    list,
    [
      'Extension,LABEL,mac,Model,colour,from,target',
      `201,"desk 4, window",0018B9C0FF01,7940,grey,P0030301MFG2,${TARGET}`,
      `,,00:18:b9:c0:ff:02,7962,,,SIP42.9-3-1SR4-1S`,
      `20 1,,0018B9C0FF03,,,,${TARGET}`,
      `x${'1'.repeat(40)},,0018B9C0FF04,,,,${TARGET}`,
      `203,,0018B9C0FF05,,,PLUM,${TARGET}`,
    ].join('\n'),
  );
  const { code, err } = await loadstep(['enroll', '--from-csv', list, '--db', db]);
  expect(code).toBe(2);
  expect(err).toMatch(/line 4: "20 1" is not an extension; write one such as 201/);
  expect(err).toMatch(/line 5: "x1+" is not an extension/);
  expect(err).toMatch(/line 6: "PLUM" is not a load name/);
  expect(err).toContain('3 rows');
  const store = openStore({ path: db, mode: 'reader' });
  const words = { label: 'desk 4, window', model: '7940', from: 'P0030301MFG2', target: TARGET, extension: '201' };
  expect(store.phones().map((phone) => phone.enrolment)).toEqual([
    expect.objectContaining({ mac: '0018B9C0FF01', ...words }),
    expect.objectContaining({ mac: '0018B9C0FF02', model: '7962', label: null, extension: null, from: null }),
  ]);
  store.close();
});

test('a second list with other extensions changes them and starts nothing anew', async () => {
  const folder = temporaryFolder();
  const [list, db] = [join(folder, 'phones.csv'), join(folder, 'loadstep.db')];
  for (const [extension, result] of [
    ['201', 'new'],
    ['201', 'going-on'],
    ['202', 'changed'],
    ['', 'going-on'],
  ]) {
    writeFileSync(list, `mac,target,extension\n0018B9C0FF01,${TARGET},${extension}\n`);
    const { json } = await loadstep(['enroll', '--from-csv', list, '--db', db, '--json']);
    expect(json()).toMatchObject([{ result }]);
  }
  const store = openStore({ path: db, mode: 'reader' });
  expect(store.phones()[0]?.enrolment?.extension).toBe('202');
  store.close();
});

/** Enrols from a list of these bytes. */
async function listed(content: string | Buffer, ...more: string[]) {
  const folder = temporaryFolder();
  const [list, db] = [join(folder, 'phones.csv'), join(folder, 'loadstep.db')];
  writeFileSync(list, content);
  const outcome = await loadstep(['enroll', '--from-csv', list, '--db', db, '--firmware', folder, ...more]);
  const phones = () => {
    const store = openStore({ path: db, mode: 'reader' });
    const all = store.phones().map((phone) => phone.enrolment);
    store.close();
    return all;
  };
  return { ...outcome, phones, hasDatabase: existsSync(db) };
}

test.each([
  [';', 'semicolons'],
  ['\t', 'tabs'],
  [',', 'commas'],
])('cells may be separated by "%s", as spreadsheets write them', async (separator) => {
  const row = ['0018B9C0FF01', '"desk 4, by; the door"', TARGET].join(separator);
  const { code, err, phones } = await listed(`mac${separator}label${separator}target\r\n${row}\r\n`);
  expect([code, err]).toEqual([0, '']);
  expect(phones()).toMatchObject([{ mac: '0018B9C0FF01', label: 'desk 4, by; the door', target: TARGET }]);
});

test('headings are known in any spelling, and columns that are not used are named', async () => {
  const { code, err, phones } = await listed(
    `MAC address,TARGET,Switch_Port,serial no.,Ext,"col""our"\n0018B9C0FF01,${TARGET},gi0/4,FCH1,201,grey\n`,
  );
  expect(code).toBe(0);
  expect(err).toMatch(/phones\.csv: column "col"our" is not used; there are mac, target, .*port, serial\n$/);
  expect(phones()).toMatchObject([{ port: 'gi0/4', serial: 'FCH1', extension: '201' }]);
});

test.each([
  ['mac,target\n', /has no rows below its header line/],
  ['', /needs a header line with at least mac/],
  ['0018B9C0FF01\n', /needs a header line with at least mac, .*commas, semicolons or tabs/],
  [`mac,mac,target\n0018B9C0FF01,0018B9C0FF02,${TARGET}\n`, /has two columns for mac, "mac" and "mac"/],
  [`mac,port,Switch Port,target\n0018B9C0FF01,1,2,${TARGET}\n`, /two columns for port, "port" and "Switch Port"/],
])('a list of which nothing certain can be read is refused, and nothing is made: %j', async (text, why) => {
  const { code, err, hasDatabase } = await listed(text);
  expect(code).toBe(2);
  expect(err).toMatch(why);
  expect(hasDatabase).toBe(false);
});

test('a list that is no UTF-8 is read as Windows-1252, and the first such line is named', async () => {
  const text = `mac,label,target\n0018B9C0FF01,desk 1,${TARGET}\n0018B9C0FF02,B\u00fcro,${TARGET}\n`;
  const latin = await listed(Buffer.from(text, 'latin1'));
  expect(latin.code).toBe(0);
  expect(latin.err).toMatch(/phones\.csv: it is not UTF-8 and was read as Windows-1252 \(line 3: ".*B\u00fcro/);
  expect(latin.phones()).toMatchObject([{ label: 'desk 1' }, { label: 'B\u00fcro' }]);
  const utf = await listed(text);
  expect([utf.err, utf.phones()[1]?.label]).toEqual(['', 'B\u00fcro']);
  const wide = await listed(Buffer.from(`\uFEFF${text}`, 'utf16le'));
  expect([wide.err, wide.phones()[1]?.label]).toEqual(['', 'B\u00fcro']);
});

test.each([
  ['mac', '0018B9C0FF09'],
  ['port', '4'],
  ['serial', 'X'],
])('a list and --%s exclude each other', async (flag, value) => {
  const { code, err, hasDatabase } = await listed(`mac,target\n0018B9C0FF01,${TARGET}\n`, `--${flag}`, value);
  expect(code).toBe(2);
  expect(err).toContain(`--${flag} is for one phone and --from-csv for a list`);
  expect(hasDatabase).toBe(false);
});

test('rows that can only fail are left out by line, also when the other half was said before', async () => {
  const java = 'SIP42.9-3-1SR4-1S';
  const rows = [
    'mac,target,model,from',
    `0018B9C0FF01,${java},7940,`,
    `0018B9C0FF02,${TARGET},7942,`,
    `0018B9C0FF03,${TARGET},,SCCP42.8-5-2S`,
    `0018B9C0FF04,${java},7962,SCCP42.8-5-2S`,
    `0018B9C0FF05,${TARGET},7960,P0030301MFG2`,
  ];
  const { code, err, phones } = await listed(rows.join('\n'));
  expect(code).toBe(2);
  expect(err).toMatch(/line 2: SIP42\.9-3-1SR4-1S is for phones of family 42, and a 7940 is not one of them/);
  expect(err).toMatch(/line 3: P0S3-08-11-00 is for the 7940 and 7960, and a 7942 is not one of them/);
  expect(err).toMatch(/line 4: P0S3-08-11-00 is for the 7940 and 7960, and SCCP42\.8-5-2S runs on phones of family 42/);
  expect(err).toMatch(/3 rows of .* left out, 2 phones taken/);
  expect(phones().map((one) => one?.mac)).toEqual(['0018B9C0FF04', '0018B9C0FF05']);
});

test('a phone whose model is of another family than its target is refused on the command line, and stays as it was', async () => {
  const folder = temporaryFolder();
  const more = ['--db', join(folder, 'loadstep.db'), '--firmware', folder];
  const words = ['enroll', '--mac', '0018B9C0FF01', ...more];
  const refused = await loadstep([...words, '--target', TARGET, '--model', '7942']);
  expect(refused).toMatchObject({ code: 3, out: '' });
  expect(refused.err).toMatch(/0018B9C0FF01: P0S3-08-11-00 is for the 7940 and 7960.*\(E_WRONG_FAMILY\)/);
  expect((await loadstep([...words, '--target', TARGET, '--model', '7940'])).code).toBe(0);
  expect((await loadstep([...words, '--target', 'SIP42.9-3-1SR4-1S'])).code).toBe(3);
  expect((await loadstep([...words, '--target', 'SIP42.9-3-1SR4-1S', '--model', '7942'])).code).toBe(0);
});

test('a target that nobody knows is taken with a warning, since its files may come later', async () => {
  const one = await listed('mac,target\n0018B9C0FF01,P0S3-99-9-00\n0018B9C0FF02,P0S3-08-11-00\n');
  expect(one.code).toBe(0);
  expect(one.err).toMatch(/phones\.csv line 2: P0S3-99-9-00 is not a load that the firmware matrix or the store knows/);
  expect(one.phones()).toHaveLength(2);
  const folder = temporaryFolder();
  await writeSyntheticFirmware({ out: join(folder, 'fw'), releases: ['P0S3-08-11-00'] });
  const words = ['enroll', '--db', join(folder, 'a.db'), '--firmware', join(folder, 'fw'), '--mac', '0018B9C0FF01'];
  expect((await loadstep([...words, '--target', 'P0S3-8-11-00'])).err).toBe('');
  expect((await loadstep([...words, '--target', 'P0S3-99-9-00'])).err).toMatch(
    /^loadstep: 0018B9C0FF01: P0S3-99-9-00 is/,
  );
});

test('a list that says nowhere what its phones are to run is refused in one line, with the column that may be meant', () => {
  const rows = Array.from({ length: 28 }, (_, n) => `0018B90001${String(n + 10)},P0S3-08-11-00`);
  const read = (head: string) => parseWishes([head, ...rows].join('\n'), 'p.csv', NOTHING);
  expect(read('mac,New load')).toMatchObject({
    wishes: [],
    problems: [
      {
        line: 2,
        lines: 28,
        why: 'this row and the 27 below it have no target, since there is no column target: add one, or give --target LOAD; if it is the column "New load", call that target',
      },
    ],
  });
  expect(read('mac,Target load')).toMatchObject({ problems: [] });
  expect(read('mac,Remarks').problems[0]?.why).not.toContain('Remarks');
});

test('rows with the same fault share a line', async () => {
  const file = join(temporaryFolder(), 'p.csv');
  const rows = Array.from({ length: 9 }, (_, n) => `0018B90001${n + 10},`);
  writeFileSync(file, ['mac,target', ...rows, '0018B9000199,P0S3-08-11-00'].join('\n'));
  const { code, err } = await loadstep(['enroll', '--from-csv', file, '--db', join(temporaryFolder(), 'a.db')]);
  expect(code).toBe(2);
  expect(err).toContain(
    'line 2, line 3, line 4, line 5, line 6, line 7 and 3 more: it has no target; fill the column or give --target\n',
  );
  expect(err).toContain('9 rows of ');
});
