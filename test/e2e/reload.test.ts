import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Child, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone } from './harness.ts';
import { TftpPhone } from './tftp-phone.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(cleanUp);

/** A server with a configuration file of its own. */
async function serving(settings: Record<string, unknown>, ...flags: readonly string[]) {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const config = join(kept, 'loadstep.yaml');
  const base = {
    db: join(kept, 'x.db'),
    firmware: [await firmwareStore(['P0S3-08-11-00'])],
    listen: '127.0.0.1:0',
    'log-level': 'info',
  };
  const configure = (next: Record<string, unknown>) => writeFile(config, JSON.stringify({ ...base, ...next }));
  await configure(settings);
  const server = new Child(['serve', '--json', '--config', config, ...flags], folder);
  ends.push(() => server.stop('SIGKILL'));
  const { port } = await server.until((line) => line.event === 'server.listening');
  const ask = async (name: string, address = '127.0.0.41') => {
    const phone = await TftpPhone.open(Number(port), address);
    ends.push(() => phone.close());
    phone.ask(name);
    const answer = await phone.next();
    // Files here fit into one block: with its acknowledgement nothing is under way.
    if (answer.startsWith('DATA 1 ')) phone.ack(1);
    return answer;
  };
  /** Writes the configuration, hangs up, and resolves with the line of the log that says what came of it. */
  let rereads = 0;
  const reread = async (next: Record<string, unknown> | null) => {
    if (next !== null) await configure(next);
    rereads++;
    server.signal('SIGHUP');
    const outcome = () => logged(server).filter(({ event }) => /^config\.(reread|refused)$/.test(String(event)));
    await server.untilLogged(() => outcome().length >= rereads);
    return outcome().at(-1) as Record<string, unknown>;
  };
  return { server, ask, configure, reread, folder, kept, config, base };
}

function logged({ stderr }: Child): readonly Record<string, unknown>[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('after SIGHUP another tree is served to everybody, and an empty one when it is gone from the file', async () => {
  const { ask, reread, kept } = await serving({});
  const root = join(kept, 'root');
  await mkdir(root);
  await writeFile(join(root, 'RINGLIST.DAT'), 'x');
  expect(await ask('RINGLIST.DAT')).toBe('ERROR 1');
  expect(await reread({ root })).toMatchObject({ event: 'config.reread', level: 'info', changed: ['root'] });
  expect(await ask('RINGLIST.DAT')).toBe('DATA 1 1');
  expect(await reread({})).toMatchObject({ changed: ['root'] });
  expect(await ask('RINGLIST.DAT')).toBe('ERROR 1');
});

test('after SIGHUP phones enrol themselves for a target that the file names now', async () => {
  const { server, ask, reread } = await serving({});
  const { mac, address } = nextPhone();
  const round = async () => {
    for (const name of [`CTLSEP${mac}.tlv`, `SEP${mac}.cnf.xml`, `SIP${mac}.cnf`, `MGC${mac}.cnf`]) {
      await ask(name, address);
    }
  };
  await round();
  expect(server.lines.some(({ event }) => event === 'phone.enrolled')).toBe(false);
  const change = { enroll: 'all', target: ['P0S3-08-11-00'], batch: 'night', 'at-once': 2 };
  const told = await reread(change);
  expect(told.changed).toEqual(expect.arrayContaining(['enroll', 'target', 'batch', 'at-once']));
  await server.until((line) => line.event === 'batch.decision' && String(line.reason).includes('2'));
  await round();
  expect(await server.until((line) => line.event === 'phone.enrolled')).toMatchObject({ mac });
});

test('after SIGHUP a lease file that is named now says who asks', async () => {
  const { server, ask, reread, kept, base, folder } = await serving({});
  const { mac, address } = nextPhone();
  const leases = join(kept, 'dnsmasq.leases');
  await writeFile(leases, `0 ${mac.replace(/(..)(?!$)/g, '$1:').toLowerCase()} ${address} * *\n`);
  await run(['enroll', '--json', '--mac', mac, '--target', 'P0S3-08-11-00', '--db', base.db], folder);
  await server.until((line) => line.event === 'phone.enrolled');
  await ask('OS79XX.TXT', address);
  expect(server.lines.some(({ event }) => event === 'phone.seen')).toBe(false);
  await reread({ leases });
  await ask('OS79XX.TXT', address);
  expect(await server.until((line) => line.event === 'phone.seen')).toMatchObject({ mac });
});

test('after SIGHUP the log says as much as the file wants now', async () => {
  const { server, reread, configure } = await serving({});
  await reread({ 'stall-after': '1h' });
  await configure({ 'log-level': 'warn', listen: '127.0.0.1:1' });
  server.signal('SIGHUP');
  await server.untilLogged('config.needs-restart');
  const told = logged(server).filter(({ event }) => String(event).startsWith('config.'));
  expect(told.map(({ event, level }) => `${level} ${event}`)).toEqual([
    'info config.reread',
    'warn config.needs-restart',
  ]);
});

test.each(['the same', 'another'])(
  'a phone held for want of a load goes on after SIGHUP finds it in %s tree',
  async (where) => {
    const made = await newFolder('tree');
    const release = (out: string, load: string) =>
      run(['emulate', 'firmware', '--json', '--out', out, '--release', load], made);
    const tree = join(made, 'first');
    await release(tree, 'P0S3-08-11-00');
    const { server, ask, reread, folder, base } = await serving({ firmware: tree });
    const { mac, address } = nextPhone();
    const wish = ['--mac', mac, '--target', 'SIP42.9-3-1SR4-1S', '--from', 'SCCP42.9-3-1SR4-1S', '--model', '7962'];
    await run(['enroll', '--json', ...wish, '--db', base.db], folder);
    await server.until((line) => line.event === 'phone.enrolled');
    for (const name of [`CTLSEP${mac}.tlv`, `ITLSEP${mac}.tlv`]) await ask(name, address);
    expect((await server.until((line) => line.event === 'phone.held')).code).toBe('E_FILES_MISSING');
    const other = where === 'another' ? join(made, 'second') : tree;
    await release(other, 'SIP42.9-3-1SR4-1S');
    const told = await reread({ firmware: [...new Set([tree, other])] });
    expect(told).toMatchObject({ changed: where === 'another' ? ['firmware'] : [], loads: 2 });
    await server.until((line) => line.event === 'phone.state' && line.previous === 'held');
  },
);

test('after SIGHUP notices go to the command that is named now', async () => {
  const { server, ask, reread, folder, kept, base } = await serving({});
  const { mac, address } = nextPhone();
  const wish = ['--mac', mac, '--target', 'SIP42.9-3-1SR4-1S', '--from', 'SCCP42.9-3-1SR4-1S', '--model', '7962'];
  await run(['enroll', '--json', ...wish, '--db', base.db], folder);
  await server.until((line) => line.event === 'phone.enrolled');
  const touch = (name: string) => `touch ${join(kept, name)}-{event}`;
  await reread({ 'notify-command': touch('first') });
  await reread({ 'notify-command': touch('second') });
  for (const name of [`CTLSEP${mac}.tlv`, `ITLSEP${mac}.tlv`]) await ask(name, address);
  await server.until((line) => line.event === 'phone.held');
  const touched = async () => (await readdir(kept)).filter((name) => /^(first|second)-/.test(name));
  // The server tells what is left before it ends.
  expect(await server.stop('SIGTERM')).toBe(0);
  expect(await touched()).toEqual(expect.arrayContaining(['second-held']));
  expect((await touched()).filter((name) => name.startsWith('first'))).toEqual([]);
});

test('what needs a restart is named once in a warning, and everything else is taken over', async () => {
  const { server, ask, reread, kept } = await serving({});
  const next = { listen: '127.0.0.1:1', db: join(kept, 'other.db'), 'single-port': true, 'stall-after': '1h' };
  expect(await reread(next)).toMatchObject({ event: 'config.reread', changed: ['stall-after'] });
  await server.untilLogged('config.needs-restart');
  const warnings = logged(server).filter(({ event }) => event === 'config.needs-restart');
  expect(warnings).toMatchObject([{ level: 'warn', settings: ['db', 'listen', 'single-port'] }]);
  expect(await ask('x')).toBe('ERROR 1');
  expect(await readdir(kept)).not.toContain('other.db');
});

test.each([
  ['no YAML', 'listen: [', 'E_BAD_CONFIG'],
  ['an unknown name', 'lissen: 1', 'E_BAD_CONFIG'],
  ['a value that is none', 'stall-after: soon', 'E_BAD_CONFIG'],
  ['a target without --enroll all', 'target: P0S3-08-11-00', 'E_BAD_USAGE'],
  ['a bare loader as target', 'enroll: all\ntarget: P003-08-11-00', 'E_LOADER_TARGET'],
  ['a root that is not there', 'root: /nowhere', 'E_ROOT_UNREADABLE'],
  ['leases that are not there', 'leases: /nowhere', 'E_LEASES_UNREADABLE'],
  ['firmware that is not there', 'firmware: /nowhere', 'E_NO_FIRMWARE'],
  ['a log file that cannot be', 'log-file: /nowhere/x.log', 'E_LOG_UNWRITABLE'],
])('a file with %s changes nothing: one sentence in the log, and the server goes on', async (_, text, code) => {
  const { server, ask, reread, kept, config, base } = await serving({});
  const root = join(kept, 'root');
  await mkdir(root);
  await writeFile(join(root, 'RINGLIST.DAT'), 'x');
  await reread({ root });
  // The root is right and new again, what stands beside it is not: neither is taken over.
  const other = join(kept, 'other');
  await mkdir(other);
  const lines = Object.entries({ ...base, root: other }).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const kind = text.split(':')[0] ?? '';
  await writeFile(config, [...lines.filter((line) => !line.startsWith(kind)), text, ''].join('\n'));
  const refused = await reread(null);
  expect(refused).toMatchObject({ event: 'config.refused', level: 'error', code });
  expect(String(refused.reason)).not.toContain('\n');
  expect(await ask('RINGLIST.DAT')).toBe('DATA 1 1');
  expect(await reread({ root })).toMatchObject({ event: 'config.reread', changed: [] });
  expect(await server.stop('SIGTERM')).toBe(0);
});

test('a file that is gone changes nothing either', async () => {
  const { ask, reread, config } = await serving({});
  await rm(config);
  expect(await reread(null)).toMatchObject({ event: 'config.refused', code: 'E_BAD_CONFIG' });
  expect(await ask('x')).toBe('ERROR 1');
});

test('a flag still beats the file when that is read again', async () => {
  const { reread } = await serving({ 'at-once': '3' }, '--at-once', '5');
  expect(await reread({ 'at-once': '4' })).toMatchObject({ changed: [] });
});

test('hang-ups in a row, and from the first moment on, end nothing, and an early one is not forgotten', async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const config = join(kept, 'loadstep.yaml');
  const firmware = await firmwareStore(['P0S3-08-11-00']);
  await writeFile(config, JSON.stringify({ db: join(kept, 'x.db'), firmware, listen: '127.0.0.1:0' }));
  const server = new Child(['serve', '--json', '--log-level', 'info', '--config', config], folder);
  ends.push(() => server.stop('SIGKILL'));
  await untilItCatches(server.pid);
  for (let count = 0; count < 5; count++) server.signal('SIGHUP');
  expect(server.lines).toEqual([]);
  await server.until((line) => line.event === 'server.listening');
  await server.untilLogged('config.reread');
  for (let count = 0; count < 20; count++) server.signal('SIGHUP');
  expect(await server.stop('SIGTERM')).toBe(0);
});

/** Resolves once the process has a handler for SIGHUP: before, nothing of the command runs yet. */
async function untilItCatches(pid: number): Promise<void> {
  for (;;) {
    const status = await readFile(`/proc/${pid}/status`, 'latin1');
    const caught = BigInt(`0x${/^SigCgt:\s*(\w+)/m.exec(status)?.[1] ?? '0'}`);
    if ((caught & 1n) === 1n) return;
  }
}

test('SIGHUP ends a command that is no server', async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const { mac } = nextPhone();
  const db = ['--db', join(kept, 'x.db')];
  await run(['enroll', '--json', '--mac', mac, '--target', 'P0S3-08-11-00', ...db], folder);
  const watch = new Child(['watch', '--json', ...db], folder);
  ends.push(() => watch.stop('SIGKILL'));
  await watch.until(() => true);
  watch.signal('SIGHUP');
  expect(await watch.end()).toBe(130);
});

test('SIGHUP ends `upgrade` as a closed terminal does, with the record complete', async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const { mac } = nextPhone();
  const place = ['--db', join(kept, 'x.db'), '--firmware', await firmwareStore(['P0S3-08-11-00'])];
  const words = ['upgrade', '--json', '--mac', mac, '--target', 'P0S3-08-11-00', '--listen', '127.0.0.1:0', ...place];
  const upgrade = new Child(words, folder);
  ends.push(() => upgrade.stop('SIGKILL'));
  await upgrade.until((line) => line.event === 'phone.enrolled');
  // A shell that ends tells its jobs a second time.
  upgrade.signal('SIGHUP');
  upgrade.signal('SIGHUP');
  expect(await upgrade.end()).toBe(130);
  expect(upgrade.stderr).toContain('stopped by SIGHUP');
  // No log of SQLite's is left behind, nor word of a server.
  expect((await readdir(kept)).sort()).toEqual(['firmware-index.json', 'x.db', 'x.db.lock']);
});

test('a log file is opened again at SIGHUP: what was moved away is left, what was removed is made again', async () => {
  const { server, kept } = await serving({ 'log-file': 'server.log' });
  const path = join(kept, 'server.log');
  const events = async () => eventsIn(await readFile(path, 'utf8').catch(() => ''));
  const hangUp = async (count: number) => {
    server.signal('SIGHUP');
    while ((await events()).length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  await hangUp(3);
  await rename(path, `${path}.1`);
  await hangUp(1);
  await rm(path);
  await hangUp(1);
  expect(eventsIn(await readFile(`${path}.1`, 'utf8'))).toEqual([
    'addresses.by-names',
    'tftp.listening',
    'config.reread',
  ]);
  expect(await events()).toEqual(['config.reread']);
  expect(server.stderr).toBe('');
});

test('a rotated log is begun again although the configuration is wrong by then', async () => {
  const { server, kept, config } = await serving({ 'log-file': 'server.log' });
  const path = join(kept, 'server.log');
  await rename(path, `${path}.1`);
  await writeFile(config, 'listen: [');
  server.signal('SIGHUP');
  const events = async () => eventsIn(await readFile(path, 'utf8').catch(() => ''));
  while ((await events()).length < 1) await new Promise((resolve) => setImmediate(resolve));
  expect(await events()).toEqual(['config.refused']);
});

test('a log file that cannot be opened again goes on under its old name, and both say so', async () => {
  const { server, kept } = await serving({ 'log-file': 'server.log' });
  const path = join(kept, 'server.log');
  await rename(path, `${path}.1`);
  await mkdir(path);
  server.signal('SIGHUP');
  await server.untilLogged('(E_LOG_UNWRITABLE); the log goes on in the file it had');
  expect(eventsIn(await readFile(`${path}.1`, 'utf8'))).toContain('log.kept');
});

test('a log file that cannot be written is refused at the start in one sentence', async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const place = ['--db', join(kept, 'x.db'), '--firmware', await firmwareStore(['P0S3-08-11-00'])];
  const words = ['serve', '--json', '--listen', '127.0.0.1:0', ...place, '--log-file', join(kept, 'none', 'x.log')];
  const { code, stderr } = await run(words, folder);
  expect(code).toBe(2);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/its folder does not exist.*\(E_LOG_UNWRITABLE\)$/),
  ]);
  expect(await readdir(kept)).toEqual([]);
});

test('a full disk under the log stops nothing: phones are answered and the record is kept', async () => {
  const { server, ask, folder, base } = await serving({ 'log-file': '/dev/full', 'log-level': 'debug' });
  const { mac, address } = nextPhone();
  await run(['enroll', '--json', '--mac', mac, '--target', 'P0S3-08-11-00', '--db', base.db], folder);
  await server.until((line) => line.event === 'phone.enrolled');
  expect(await ask(`CTLSEP${mac}.tlv`, address)).toBe('ERROR 1');
  expect(await server.until((line) => line.event === 'phone.seen')).toMatchObject({ mac });
  expect(server.stderr.trim().split('\n')).toEqual([expect.stringContaining('the disk is full')]);
  expect(await server.stop('SIGTERM')).toBe(0);
});

function eventsIn(log: string): unknown[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { event: string }).event);
}
