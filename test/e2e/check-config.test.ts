import { createSocket } from 'node:dgram';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Child, type Line, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder } from './harness.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(cleanUp);

/** A place for a server, and the check of settings for it. */
async function place() {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const firmware = await firmwareStore(['P0S3-08-11-00']);
  const words = ['--json', '--db', join(kept, 'x.db'), '--firmware', firmware, '--listen', '127.0.0.1:0'];
  const check = async (...flags: readonly string[]) => {
    const { code, lines, stderr } = await run(['serve', '--check-config', ...words, ...flags], folder);
    const sentences = stderr.split('\n').filter((line) => line !== '');
    return { code, line: lines[0] as Line, sentences, codes: sentences.map((text) => /\((E_\w+)\)$/.exec(text)?.[1]) };
  };
  return { folder, kept, words, check };
}

/** Every file of a folder with its content. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'latin1').catch(() => '')])),
  );
}

test('a configuration that is good is said to be, with what would be served, and nothing is made', async () => {
  const { kept, check } = await place();
  const root = join(kept, 'root');
  const leases = join(kept, 'dnsmasq.leases');
  await mkdir(root);
  await writeFile(leases, '0 00:18:b9:00:00:01 192.0.2.7 * *\n');
  const before = await contentsOf(kept);
  const targets = ['--enroll', 'all', '--target', 'P0S3-08-11-00'];
  const log = ['--log-file', join(kept, 'server.log')];
  const { code, line, sentences } = await check(...targets, ...log, '--root', root, '--leases', leases);
  expect(sentences).toEqual([]);
  expect(code).toBe(0);
  const loads = expect.arrayContaining(['P0S3-08-11-00']);
  const told = {
    event: 'config.checked',
    ok: true,
    phones: 'does not exist yet',
    enroll: 'all',
    problems: [],
    server: null,
  };
  expect(line).toMatchObject({ ...told, loads, targets: ['P0S3-08-11-00'] });
  expect(await contentsOf(kept)).toEqual(before);
});

test('a check tells of every file of the tree that is a load or names one, and of those that cannot be read', async () => {
  const { kept, check } = await place();
  const root = join(kept, 'root');
  await mkdir(root);
  await writeFile(join(root, 'A.bin'), 'image');
  await writeFile(join(root, 'SIPDefault.cnf'), 'image_version: P0S3-08-12-00\n');
  await writeFile(join(root, 'secret.cnf'), 'secret', { mode: 0 });
  const { code, line, sentences } = await check('--root', root);
  // The superuser may read everything.
  const unreadable = process.getuid?.() === 0 ? [] : ['secret.cnf'];
  expect([code, line.ok]).toEqual([0, true]);
  const named = [{ file: 'SIPDefault.cnf', loads: ['P0S3-08-12-00'] }];
  expect(line.root).toEqual({ folder: root, loads: ['SIPDefault.cnf', 'A.bin'], named, unreadable });
  const warning = 'warning: 1 file of the tree cannot be read by this user: secret.cnf. Nobody gets it';
  expect(sentences).toEqual(unreadable.map(() => warning));
});

test('a record that is there is read and left as it is', async () => {
  const { folder, kept, check } = await place();
  const db = ['--db', join(kept, 'x.db')];
  await run(['enroll', '--json', '--mac', '0018B9000001', '--target', 'P0S3-08-11-00', ...db], folder);
  const before = await contentsOf(kept);
  expect((await check()).line).toMatchObject({ ok: true, phones: '1 phone' });
  expect(await contentsOf(kept)).toEqual(before);
});

test('a check tells the limits that the server would keep to, and that the batch is paused', async () => {
  const { folder, kept, check } = await place();
  const db = ['--db', join(kept, 'x.db')];
  await run(['enroll', '--json', '--mac', '0018B9000001', '--target', 'P0S3-08-11-00', ...db], folder);
  await run(['pause', '--json', '--reason', 'the switch is warm', ...db], folder);
  const { line } = await check('--at-once', '8', '--canary', '3');
  expect(line).toMatchObject({ ok: true, limits: 'at most 8 at once, 3 canaries first' });
  expect(line).toMatchObject({ paused: { reason: 'the switch is warm', advice: 'loadstep resume' } });
});

test('every problem gets a sentence of its own, not only the first', async () => {
  const { kept, check } = await place();
  await writeFile(join(kept, 'notes.txt'), 'no leases at all\n');
  const { code, line, codes } = await check(
    ...['--leases', '/nowhere/leases', '--leases', join(kept, 'notes.txt'), '--root', '/nowhere/root'],
    ...['--log-file', '/nowhere/x.log', '--stall-after', 'soon', '--drain', 'later', '--at-once', 'x', '--canary', 'y'],
    ...['--notify-command', 'logger {nothing}', '--notify-url', 'ftp://x', '--power-cycle-command', 'poe {nothing}'],
    ...['--enroll', 'all', '--target', 'NONSENSE', '--target', 'SIP42.1-2-3S'],
  );
  expect(code).toBe(2);
  expect(codes.toSorted()).toEqual(
    [
      ...Array<string>(7).fill('E_BAD_USAGE'),
      ...['E_LEASES_UNREADABLE', 'E_LEASES_UNREADABLE', 'E_LOG_UNWRITABLE', 'E_ROOT_UNREADABLE'],
      ...['E_UNKNOWN_LOAD', 'E_UNKNOWN_LOAD'],
    ].sort(),
  );
  expect(line).toMatchObject({ ok: false, problems: codes.map((one) => ({ code: one })) });
});

test('a check tells of settings that do not exist together with every bad value, and goes on to what the others say', async () => {
  const { folder, kept, check } = await place();
  const config = join(kept, 'bench.yaml');
  const text = [
    'at-once: lots',
    'roott: /x',
    'json: maybe',
    'enroll: sometimes',
    'stall-after: 5 parsecs',
    'fimware: /y',
  ];
  await writeFile(config, `${text.join('\n')}\n`);
  const { code, line, sentences } = await check('--config', config, '--root', '/nowhere/root', '--leases', '');
  const all = sentences.join('\n');
  expect(code).toBe(2);
  for (const word of ['"roott"', '"fimware"', '"json"', 'enroll', 'at-once', 'stall-after', '--leases', '--root']) {
    expect(all).toContain(word);
  }
  expect(sentences).toHaveLength(8);
  expect(line.ok).toBe(false);
  // A server does not start with any of them.
  const started = await run(['serve', '--config', config, '--listen', '127.0.0.1:0'], folder);
  expect([started.code, started.stderr.split('\n').filter((one) => one !== '').length]).toEqual([2, 1]);
});

test('the program of each command is looked for, by its path or in PATH', async () => {
  const { check } = await place();
  const there = await check(
    '--notify-command',
    `${process.execPath} {text}`,
    '--power-cycle-command',
    'sh -c x {port}',
  );
  expect([there.code, there.codes]).toEqual([0, []]);
  const missing = await check(
    '--notify-command',
    '/nonexisting {text}',
    '--power-cycle-command',
    'no-such-program {port}',
  );
  expect(missing.code).toBe(2);
  expect(missing.line.problems).toMatchObject([
    { code: 'E_BAD_USAGE', message: '--notify-command: there is no program /nonexisting that this user may run' },
    {
      message: expect.stringMatching(
        /^--power-cycle-command: there is no program no-such-program .*in the folders of PATH/,
      ),
    },
  ]);
});

test('a target that the store does not hold, and one for the same family, are problems', async () => {
  const { check } = await place();
  const missing = await check('--enroll', 'all', '--target', 'SIP42.9-3-1SR4-1S');
  expect([missing.code, missing.codes]).toEqual([3, ['E_FILES_MISSING']]);
  const twice = await check('--enroll', 'all', '--target', 'P0S3-08-11-00', '--target', 'P0S3-08-11-00');
  expect([twice.code, twice.codes]).toEqual([2, ['E_BAD_USAGE']]);
  const alone = await check('--target', 'P0S3-08-11-00');
  expect([alone.code, alone.codes]).toEqual([2, ['E_BAD_USAGE']]);
});

test('a store without firmware and a database that is none are problems', async () => {
  const { folder, kept, check } = await place();
  await writeFile(join(kept, 'x.db'), 'no database, and long enough to be told from an empty file');
  const { code, codes } = await check('--firmware', folder);
  expect([code, codes]).toEqual([2, ['E_DB_DAMAGED']]);
  const words = ['serve', '--check-config', '--json', '--db', join(kept, 'y.db'), '--firmware', kept];
  const empty = await run([...words, '--listen', '127.0.0.1:0'], folder);
  expect([empty.code, empty.lines[0]?.ok]).toEqual([3, false]);
});

test('a port that another program has is a problem; the one of the server on this database is its own', async () => {
  const { folder, kept, words, check } = await place();
  const server = new Child(['serve', ...words], folder);
  ends.push(() => server.stop('SIGKILL'));
  const { port } = await server.until((line) => line.event === 'server.listening');
  const own = await check('--listen', `127.0.0.1:${port}`);
  expect(own.sentences).toEqual([]);
  expect(own.line).toMatchObject({ ok: true, server: { pid: server.pid, port } });
  const other = await check('--listen', `127.0.0.1:${port}`, '--db', join(kept, 'other.db'));
  expect([other.code, other.codes]).toEqual([2, ['E_PORT_IN_USE']]);
  const nowhere = await check('--listen', '192.0.2.1:6969');
  expect([nowhere.code, nowhere.codes]).toEqual([2, ['E_ADDRESS_UNAVAILABLE']]);
  expect(await readdir(kept)).not.toContain('other.db');
  expect(await server.stop()).toBe(0);
});

test('a phone on the list whose target is not in the store is warned of before anybody goes home', async () => {
  const { folder, words, check } = await place();
  const record = words.slice(0, 3);
  const enrol = ['enroll', '--mac', '0018B9C0FF01', '--target', 'P0S3-08-9-00', ...record];
  expect((await run(enrol, folder)).code).toBe(0);
  const { code, sentences } = await check();
  expect(code).toBe(0);
  expect(sentences.join('\n')).toMatch(
    /^warning: 1 phone on the list has a target that is not in the store, and will be held: P0S3-08-9-00\. loadstep firmware import ARCHIVE --firmware /,
  );
});

test('a check tries the page, too: its port, its password and its certificate', async () => {
  const { folder, kept, words, check } = await place();
  const good = await check('--web', '127.0.0.1:0');
  expect([good.code, good.line.web]).toEqual([0, 'http://127.0.0.1:0/: free']);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => other.close(resolve)));
  const taken = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  expect((await check('--web', taken)).codes).toEqual(['E_PORT_IN_USE']);
  expect((await check('--web', '0.0.0.0:0')).codes).toEqual(['E_WEB_UNGUARDED']);
  expect((await check('--web', '127.0.0.1:0', '--web-cert', words[2] as string)).codes).toEqual(['E_BAD_USAGE']);
  const file = join(kept, 'no.pem');
  await writeFile(file, 'no certificate');
  const all = await check('--web', `0.0.0.0:${taken.split(':')[1]}`, '--web-cert', file, '--web-key', file);
  expect([all.code, all.codes.toSorted()]).toEqual([2, ['E_PORT_IN_USE', 'E_WEB_CERT', 'E_WEB_UNGUARDED']]);
  expect(await contentsOf(kept)).toEqual({ 'no.pem': 'no certificate' });
  await run(['web', 'password', '--json', '--db', join(kept, 'x.db')], folder);
  const plain = await check('--web', '0.0.0.0:0');
  expect([plain.code, plain.sentences]).toEqual([0, [expect.stringContaining('in the clear')]]);
});

test('a check while a server runs does not take its own page for another program', async () => {
  const { folder, words, check } = await place();
  const server = new Child(['serve', ...words, '--web', '127.0.0.1:0', '--log-level', 'info'], folder);
  ends.push(() => server.stop());
  await server.until(({ event }) => event === 'server.listening');
  await server.untilLogged('"event":"web.listening"');
  const { port } = JSON.parse(server.stderr.split('\n').find((one) => one.includes('web.listening')) ?? '{}');
  const { code, line } = await check('--web', `127.0.0.1:${port}`);
  expect([code, line.web]).toEqual([0, expect.stringContaining('by the server of this database')]);
});

test('the ports at which phones and switches are heard are tried, each by itself, and left as they were', async () => {
  const { check } = await place();
  const taken = createServer();
  ends.push(() => new Promise((resolve) => taken.close(resolve)));
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const udp = createSocket('udp4');
  ends.push(() => new Promise<void>((resolve) => void udp.close(() => resolve())));
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  const [free, other] = [await freePort(), await freePort()];
  const good = await check(
    ...['--witness', '--witness-sip', `127.0.0.1:${free}`, '--witness-sccp', `127.0.0.1:${other}`],
    ...['--switch-traps', `127.0.0.1:${free + 1}`],
  );
  expect([good.code, good.sentences]).toEqual([0, []]);
  const bad = await check(
    ...['--witness', '--witness-sip', `127.0.0.1:${port}`, '--witness-sccp', `127.0.0.1:${port}`],
    ...['--switch-traps', `127.0.0.1:${udp.address().port}`],
  );
  expect([bad.code, bad.codes]).toEqual([2, ['E_PORT_IN_USE', 'E_PORT_IN_USE', 'E_PORT_IN_USE']]);
  expect(bad.sentences.map((text) => /--(?:witness-sip|witness-sccp|switch-traps)/.exec(text)?.[0])).toEqual([
    '--witness-sip',
    '--witness-sccp',
    '--switch-traps',
  ]);
});

test('settings of witnesses and traps that cannot work are problems of the check, too', async () => {
  const { check } = await place();
  const { code, codes } = await check('--witness-sip', '127.0.0.1:5060', '--switch-traps', 'somewhere');
  expect([code, codes]).toEqual([2, ['E_BAD_USAGE', 'E_BAD_USAGE']]);
});

/** A port that was free for TCP a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
