import { rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';

let own: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  own = await ownFolder();
  await writeSyntheticFirmware({ out: inFolder('fw'), releases: ['P0S3-08-11-00'] });
});
afterEach(() => own.remove());

const MAC = '0018B9C0FFEE';
const inFolder = (name: string) => join(own.path, name);
const at = async (...words: string[]) => {
  const { code, out, err } = await loadstep([...words, '--db', inFolder('loadstep.db')], { HOME: own.path });
  return { code, out: out.replace(/\s+/g, ' '), err: err.replace(/\s+/g, ' ') };
};
const check = (...words: string[]) =>
  at('serve', '--check-config', '--firmware', inFolder('fw'), '--listen', '127.0.0.1:0', ...words);
const CONFIGURE = ['--configure', '--pbx', '192.0.2.10'];
const key = () => inFolder('accounts.key');

async function withAccount() {
  await at('accounts', 'set', '--mac', MAC, '--extension', '201', '--generate', '--accounts-key', key());
}

test('a server that is to configure phones is not good where the key of their accounts is not there', async () => {
  await withAccount();
  expect(await check(...CONFIGURE, '--accounts-key', key())).toMatchObject({
    code: 0,
    out: expect.stringMatching(/accounts 1 account, opened by .*accounts\.key .*verdict good/),
  });
  rmSync(key());
  const { code, out, err } = await check(...CONFIGURE, '--accounts-key', key());
  expect([code, out]).toEqual([2, expect.stringContaining('verdict 1 problem')]);
  expect(err).toMatch(/the key file .*accounts\.key is not there.*\(E_ACCOUNTS_KEY_LOST\)/);
});

test('the same of a key file that holds something else', async () => {
  await withAccount();
  await writeFile(key(), 'hello\n');
  expect(await check(...CONFIGURE, '--accounts-key', key())).toMatchObject({
    code: 2,
    err: expect.stringContaining('E_ACCOUNTS_KEY_UNREADABLE'),
  });
});

test('a server that configures nobody needs no key, and neither does a record without accounts', async () => {
  expect(await check(...CONFIGURE, '--accounts-key', key())).toMatchObject({ code: 0 });
  await withAccount();
  rmSync(key());
  expect(await check()).toMatchObject({ code: 0 });
});

test.each([
  ['# image_version: P0S3-07-5-00   (before 2012)\n', 'it names P0S3-07-5-00 in line 1, which is a comment'],
  ['a: 1\nimage_version: "P0S3-08-12-00" # old\n', 'it names P0S3-08-12-00 in line 2, where it is not replaced'],
])('a file of the tree that reads %j is said not to be given to the phone on the list', async (text, reason) => {
  const root = inFolder('root');
  await mkdir(root);
  await writeFile(join(root, `SIP${MAC}.cnf`), text);
  const enrolled = await at('enroll', '--mac', MAC, '--target', 'P0S3-08-11-00', '--firmware', inFolder('fw'));
  expect(enrolled.code).toBe(0);
  const { err } = await check('--root', root);
  expect(err).toContain(`SIP${MAC}.cnf will not be given to ${MAC}: ${reason}`);
});
