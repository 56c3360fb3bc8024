import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { GOOD_JAVA } from '../config-check/good-java.ts';
import { FakeIo } from '../support/fake-io.ts';

let folder = '';
const PHONE = 'SIP0018B9C0FFEE.cnf';
const SHARED = 'proxy1_address: 192.0.2.10\nproxy_register: 1\ndial_template: dialplan\ntime_zone: GMT\n';
const OWN = 'image_version: P0S3-8-12-00\nline1_name: 201\nline1_authname: 201\nline1_password: s3cretPW\n';
const DIAL = '<DIALTEMPLATE><TEMPLATE MATCH="*" Timeout="4"/></DIALTEMPLATE>';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstep-config-check-'));
  await mkdir(join(folder, 'tree', 'firmware'), { recursive: true });
  await mkdir(join(folder, 'bare'));
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  await put('tree/SIPDefault.cnf', SHARED);
  await put(`tree/${PHONE}`, OWN);
  await put('tree/dialplan.xml', DIAL);
  await put('tree/notes.xml', '<html/>');
  await put('tree/firmware/P0S3-8-12-00.sb2', 'x');
  await put(`bare/${PHONE}`, OWN);
  await put('bare/SIP0018B9C0FFED.cnf', 'a'.repeat(1_000_001));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]) {
  const io = new FakeIo({ HOME: folder });
  const code = await runCli(['config', 'check', ...argv], io);
  return { code, out: io.stdout.text, err: io.stderr.text };
}

test('a folder whose files are as they should be ends with 0, and says what it passed over', async () => {
  const { code, out } = await run(join(folder, 'tree'));
  expect(out.split('\n')).toEqual([
    `${folder}/tree/firmware: 1 other file passed over`,
    `${folder}/tree/notes.xml: passed over: it is no XML that phones read as settings`,
    '3 files checked: 3 without a finding.',
    '',
  ]);
  expect(code).toBe(0);
});

test('the SIPDefault.cnf beside a file is read before it, also when it is not named', async () => {
  expect((await run(join(folder, 'tree', PHONE))).code).toBe(0);
});

test('a phone that will not work ends it with 3, with place, effect, cure and code', async () => {
  const { code, out } = await run(join(folder, 'bare', PHONE));
  expect(code).toBe(3);
  expect(out).toContain(
    `${PHONE}: will not work: proxy_register: it is missing, and 0 is what the phone takes then [P_PROXY_REGISTER_OFF]\n`,
  );
  expect(out).toContain('  The phone: it sends no REGISTER at all. To mend: write proxy_register: "1".\n');
  expect(out).toContain('1 file checked: 1 will not work.');
});

test('with --json each line is an object, and nothing else is there', async () => {
  const { out } = await run('--json', join(folder, 'tree'), join(folder, 'bare', PHONE));
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string });
  expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(['finding', 'skipped', 'passed over', 'summary']));
  expect(lines.find(({ kind }) => kind === 'finding')).toEqual({
    kind: 'finding',
    file: join(folder, 'bare', PHONE),
    line: expect.toSatisfy((line) => line === null || line > 0),
    column: expect.toSatisfy((column) => column === null || column > 0),
    code: expect.stringMatching(/^P_/),
    severity: expect.any(String),
    place: expect.any(String),
    wrong: expect.any(String),
    phone: expect.any(String),
    mend: expect.any(String),
  });
});

test('--load and --pbx are compared with what stands in the file', async () => {
  const file = join(folder, 'tree', PHONE);
  expect((await run('--load', 'P0S3-8-12-00', '--pbx', '192.0.2.10:5060', '--model', '7940', file)).code).toBe(0);
  expect((await run('--load', 'P0S3-08-11-00', file)).out).toContain('P_CONFIG_NAMES_OTHER_LOAD');
  expect((await run('--pbx', '192.0.2.10:5160', file)).out).toContain('P_PORTS_DIFFER');
  expect((await run('--second-hand', file)).out).toContain('P_EARLIER_OWNER_SETTINGS');
});

test.each([
  [['--load', 'SIP42.9-4-2SR3-1S', '--model', '7941'], 3, 'E_WRONG_FAMILY'],
  [['--load', 'P0030801SR02'], 2, 'is no SIP load'],
  [['--load', 'nonsense'], 3, 'E_UNKNOWN_LOAD'],
  [['--pbx', 'two words'], 2, 'is no place of a PBX'],
  [['--pbx', '192.0.2.10:99999'], 2, 'is no place of a PBX'],
])('%j is refused with a sentence', async (flags, exit, words) => {
  const { code, err } = await run(...flags, join(folder, 'tree'));
  expect(code).toBe(exit);
  expect(err).toContain(words);
});

test('a file that is not there is told of after the others, and one that is too large is passed over', async () => {
  const missing = join(folder, 'nowhere.cnf');
  const { code, out, err } = await run(
    missing,
    join(folder, 'bare', 'SIP0018B9C0FFED.cnf'),
    join(folder, 'tree', PHONE),
  );
  expect(code).toBe(2);
  expect(out).toContain('1 file checked: 1 without a finding.');
  expect(out).toContain('no phone reads settings of that size');
  expect(err).toContain(`${missing}: there is no such file or folder`);
});

test('files of which none is a configuration are an error of usage', async () => {
  const { code, err } = await run(join(folder, 'tree', 'firmware'));
  expect(code).toBe(2);
  expect(err).toContain('none of these is a file that phones read as settings');
});

test('what docs/config-check.md shows is what it prints', async () => {
  const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'config-check.md'), 'utf8');
  const [, line = '', shown = ''] = /```\n\$ loadstep config check (.*)\n([^`]*)```/.exec(page) ?? [];
  const name = line.split(' ').at(-1) ?? '';
  await writeFile(join(folder, 'tree', 'firmware', name), GOOD_JAVA.replace('USECALLMANAGER', '192.0.2.10'));
  await writeFile(join(folder, 'tree', 'firmware', 'dialplan.xml'), DIAL);
  const { out } = await run(
    ...line.split(' ').map((word) => (word === name ? join(folder, 'tree', 'firmware', name) : word)),
  );
  expect(out.replace(`${folder}/tree/firmware/`, '')).toBe(shown);
});

test('what is wrong in SIPDefault.cnf is told once, however many phones read it, and counts for each', async () => {
  const place = join(folder, 'many');
  await mkdir(place);
  await writeFile(join(place, 'SIPDefault.cnf'), SHARED.replace('proxy_register: 1', 'proxy_register: 0'));
  await writeFile(join(place, 'dialplan.xml'), DIAL);
  for (const mac of ['0018B9C0FFEE', '0018B9C0FFED']) await writeFile(join(place, `SIP${mac}.cnf`), OWN);
  const { code, out } = await run(place);
  expect(out.match(/P_PROXY_REGISTER_OFF/g)).toHaveLength(1);
  expect(out).toContain('4 files checked: 2 will not work, 2 without a finding.');
  expect(code).toBe(3);
});

test('a link back to a folder above is gone through once, and a device is no file', async () => {
  const place = join(folder, 'links');
  await mkdir(join(place, 'below'), { recursive: true });
  for (const name of ['a', 'b', 'c']) await symlink('..', join(place, 'below', name));
  await writeFile(join(place, 'dialplan.xml'), DIAL);
  expect((await run(place)).out).toBe('1 file checked: 1 without a finding.\n');
  const { code, err } = await run('/dev/zero', place);
  expect(code).toBe(2);
  expect(err).toContain('/dev/zero: it is neither a file nor a folder');
});
