import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { Child, CLI, cleanEnvironment, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';

afterAll(cleanUp);

const TARGET = 'P0S3-08-11-00';

test('a phone that is converted by serve is given its account by it, which is recorded and told without its password', async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const { mac, address } = nextPhone();
  const place = ['--json', '--db', join(kept, 'loadstep.db')];
  const key = ['--accounts-key', join(folder, 'accounts.key')];
  const accounts = join(folder, 'accounts.csv');
  await writeFile(accounts, `mac,extension,password\n${mac},201,s3cretPW\n`);
  expect((await run(['accounts', 'import', accounts, ...place, ...key], folder)).code).toBe(0);
  expect((await run(['enroll', '--mac', mac, '--target', TARGET, '--model', '7940', ...place], folder)).code).toBe(0);
  const store = await firmwareStore(['P0S3-05-3-00', TARGET]);
  const wish = [
    '--configure',
    '--pbx',
    '192.0.2.10',
    '--zone',
    'Europe/Berlin',
    '--listen',
    '127.0.0.1:0',
    '--log-level',
    'debug',
  ];
  const server = new Child(['serve', '--firmware', store, ...wish, ...place, ...key], folder);
  const { port } = await server.until((one) => one.event === 'server.listening');
  const from = ['--server', `127.0.0.1:${port}`, '--address', address, '--mac', mac, '--speed', String(SPEED)];
  const phone = new Child(['emulate', 'phone', '--json', '--model', '7940', '--load', 'P0S3-05-3-00', ...from], folder);
  try {
    await server.until((one) => one.event === 'phone.landed');
    await phone.until((one) => one.event === 'file.got' && one.file === 'dialplan.xml');
    await phone.until((one) => one.event === 'file.got' && one.file === `SIP${mac}.cnf` && Number(one.bytes) > 500);
  } finally {
    await phone.stop('SIGKILL');
    await server.stop();
  }
  const { lines } = await run(['history', '--mac', mac, ...place], folder);
  const reasons = lines.map(({ reason }) => reason).filter((reason) => String(reason).startsWith('configuration'));
  expect(new Set(reasons)).toEqual(new Set(['configuration (account 201)']));
  expect(lines.at(-1)).toMatchObject({ state: 'landed' });
  const written = await Promise.all((await readdir(kept)).map((name) => readFile(join(kept, name), 'latin1')));
  for (const text of [...written, server.stderr, JSON.stringify(server.lines)]) expect(text).not.toContain('s3cretPW');
}, 120_000);

test('serve with --configure does not begin where nobody can open the accounts', async () => {
  const folder = await newFolder('run');
  const place = ['--json', '--db', join(folder, 'loadstep.db')];
  const key = (name: string) => ['--accounts-key', join(folder, name)];
  const set = ['accounts', 'set', '--mac', '0018B9C0FFEE', '--extension', '201', '--generate'];
  expect((await run([...set, ...place, ...key('a.key')], folder)).code).toBe(0);
  const serve = [
    'serve',
    '--firmware',
    await firmwareStore([TARGET]),
    '--listen',
    '127.0.0.1:0',
    '--configure',
    '--pbx',
    '192.0.2.10',
  ];
  const { code, stderr } = await run([...serve, ...place, ...key('b.key')], folder);
  expect(code).toBe(2);
  expect(stderr).toContain('E_ACCOUNTS_KEY_LOST');
});

test.each(['pbx', 'zone', 'ntp', 'dial', 'transport'])(
  'serve with --%s and without --configure says that it does nothing',
  async (key) => {
    const folder = await newFolder('run');
    const value =
      { pbx: '192.0.2.10', zone: 'Europe/Berlin', ntp: '192.0.2.1', dial: '2..', transport: 'tcp' }[key] ?? '';
    const { code, stderr } = await run(['serve', '--json', '--db', join(folder, 'x.db'), `--${key}`, value], folder);
    expect([code, stderr.includes('does nothing without --configure')]).toEqual([2, true]);
  },
);

test('serve with --configure and without --pbx says what is missing; a file may name a PBX for other commands', async () => {
  const folder = await newFolder('run');
  const words = ['serve', '--json', '--db', join(folder, 'x.db'), '--listen', '127.0.0.1:0'];
  const missing = await run([...words, '--configure'], folder);
  expect([missing.code, missing.stderr.includes('it needs --pbx')]).toEqual([2, true]);
  await writeFile(join(folder, 'loadstep.yaml'), 'pbx: 192.0.2.10\nzone: Europe/Berlin\n');
  const checked = await run([...words, '--check-config', '--config', join(folder, 'loadstep.yaml')], folder);
  expect(checked.stderr).not.toMatch(/pbx|zone/);
});

const typed = promisify(execFile);
const SIP42 = 'SIP42.9-4-2SR3-1S';

test('a phone that landed without loadstep is given its files by the very command that configure tells', async () => {
  const folder = await newFolder('run');
  const { mac, address } = nextPhone();
  const place = ['--db', join(folder, 'loadstep.db')];
  const key = ['--accounts-key', join(folder, 'accounts.key')];
  const phone42 = ['--mac', mac, '--model', '7942', '--load', SIP42];
  await run(['accounts', 'set', '--mac', mac, '--extension', '201', '--generate', '--json', ...place, ...key], folder);
  const out = ['--pbx', '192.0.2.10', '--out', 'tftp'];
  const words = [CLI, 'configure', ...phone42, ...out, ...place, ...key];
  const { stdout } = await typed(process.execPath, words, { cwd: folder, env: cleanEnvironment(folder) });
  const [, told = ''] = /\(loadstep (serve [^)]*)\)/.exec(stdout.replace(/\s+/g, ' ')) ?? [];
  expect(told).toBe('serve --root tftp --root-loads bystanders');
  const store = await firmwareStore([TARGET]);
  const wish = ['--listen', '127.0.0.1:0', '--json', '--firmware', store, ...place];
  const server = new Child([...told.split(' '), ...wish], folder);
  const { port } = await server.until((one) => one.event === 'server.listening');
  const from = ['--server', `127.0.0.1:${port}`, '--address', address, '--speed', String(SPEED), '--running', '--json'];
  const phone = new Child(['emulate', 'phone', ...phone42, ...from], folder);
  try {
    await phone.until((one) => one.event === 'file.got' && one.file === `SEP${mac}.cnf.xml` && Number(one.bytes) > 500);
    await phone.until((one) => one.event === 'file.got' && one.file === 'dialplan.xml');
  } finally {
    await phone.stop('SIGKILL');
    await server.stop();
  }
}, 60_000);
