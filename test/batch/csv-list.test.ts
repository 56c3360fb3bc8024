import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { loadstep } from '../cli/fake-io.ts';
import { temporaryFolder } from '../store/temporary.ts';

const TARGET = 'P0S3-08-11-00';

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
  expect(err).toMatch(/line 4: "20 1" is no extension; write one such as 201/);
  expect(err).toMatch(/line 5: "x1+" is no extension/);
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
