import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SealedBook } from '../../src/adapters/accounts/sealed-book.ts';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { loadstep, type Outcome, ownFolder } from '../support/fake-io.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

const inFolder = (name: string) => join(folder.path, name);
const at = (...words: string[]): Promise<Outcome> =>
  loadstep([...words, '--db', inFolder('loadstep.db')], { XDG_CONFIG_HOME: inFolder('config'), HOME: folder.path });
const set = (mac: string, ...words: string[]) => at('accounts', 'set', '--mac', mac, ...words);
const enroll = (...macs: string[]) =>
  Promise.all(macs.map((mac) => at('enroll', '--mac', mac, '--target', 'P0S3-08-11-00')));
function file(name: string, text: string): string {
  writeFileSync(inFolder(name), text);
  return inFolder(name);
}
function passwords(): readonly string[] {
  const store = openStore({ path: inFolder('loadstep.db'), mode: 'reader' });
  try {
    const book = new SealedBook(store, inFolder('config/loadstep/accounts.key'));
    return book.all().flatMap(({ lines }) => lines.map(({ password }) => password));
  } finally {
    store.close();
  }
}

test('an account for a MAC that no phone has is kept, and the phone that may have been meant is named at once', async () => {
  await enroll('0018B9C0FA01');
  const { code, err } = await set('0018B9C0FA77', '--extension', '201', '--generate');
  expect([code, err]).toEqual([
    0,
    'loadstep: no phone with the MAC 0018B9C0FA77 is on the list or has asked here, but 0018B9C0FA01 is: two digits differ\n',
  ]);
  expect((await set('0018B9C0FA01', '--extension', '202', '--generate')).err).toBe('');
});

test('where several phones look like it all are named, of a whole pallet none, and one that differs in one digit goes before all', async () => {
  await enroll('0018B9C0FA01', '0018B9C0FA02');
  expect((await set('0018B9C0FA03', '--extension', '201', '--generate')).err).toMatch(
    /has asked here, but 0018B9C0FA01 and 0018B9C0FA02 are: one digit differs\n$/,
  );
  await enroll('0018B9C0FA04', '0018B9C0FA05', '0018B9C0FA06');
  expect((await set('0018B9C0FA07', '--extension', '204', '--generate')).err).toMatch(/has asked here\n$/);
  await enroll('0018B9C0FB44');
  expect((await set('0018B9C0FB45', '--extension', '202', '--generate')).err).toMatch(
    /0018B9C0FB44 is: one digit differs\n$/,
  );
});

test('accounts that come before any phone was enrolled are no mistake', async () => {
  expect((await set('0018B9C0FA01', '--extension', '201', '--generate')).err).toBe('');
});

test('a list of accounts names a few of the MACs that no phone has, and counts the rest', async () => {
  await enroll('0018B9C0FA01');
  const rows = Array.from({ length: 7 }, (_, i) => `0018B9DDDD0${i},20${i},s3cretPW\n`).join('');
  const { code, err } = await at('accounts', 'import', file('a.csv', `mac,extension,password\n${rows}`));
  expect(code).toBe(0);
  expect(err.match(/no phone with the MAC/g)).toHaveLength(4);
  expect(err).toContain('so it is with 3 more accounts');
});

test('a second phone with an extension gets the password that the extension has, and both phones are named', async () => {
  await set('0018B9C0FA01', '--extension', '203', '--generate');
  const second = await set('0018B9C0FA02', '--extension', '203', '--name', 'Hall', '--generate');
  expect(second.out).toBe('0018B9C0FA02 is 203 (Hall)\n');
  expect(second.err).toContain('0018B9C0FA01 is 203, too: both have the same password');
  expect(new Set(passwords()).size).toBe(1);
  const other = await set('0018B9C0FA02', '--password-file', file('pw', 's3cretPW\n'));
  expect(other.err).toContain('0018B9C0FA01 is 203, too, with another password, and the PBX knows only one of them');
  expect(other.err).not.toContain('s3cretPW');
});
