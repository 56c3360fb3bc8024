import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import type { ModelId } from '../../src/core/names/family.ts';
import { writeSyntheticFirmware } from '../../src/emulator/firmware/synthetic-firmware.ts';
import { createPhone } from '../../src/emulator/phone.ts';
import type { EmulatedPhone } from '../../src/emulator/phone-options.ts';
import { FakeIo, loadstep, ownFolder } from '../support/fake-io.ts';
import { TellingOut } from '../support/telling-out.ts';

const [TARGET, MAC] = ['P0S3-08-11-00', '0018B9C0FFEE'];
type Folder = Awaited<ReturnType<typeof ownFolder>>;
let store: Folder;
let own: Folder;
let env: Record<string, string>;
let phone: EmulatedPhone | null = null;

beforeAll(async () => {
  store = await ownFolder();
  await writeSyntheticFirmware({ out: store.path, releases: ['P0S3-05-3-00', TARGET] });
});
afterAll(() => store.remove());
beforeEach(async () => {
  own = await ownFolder();
  env = { HOME: own.path, LOADSTEP_DB: join(own.path, 'loadstep.db'), LOADSTEP_FIRMWARE: store.path };
});
afterEach(async () => {
  await phone?.stop();
  phone = null;
  await own.remove();
});

const UPGRADE = ['upgrade', '--mac', MAC, '--target', TARGET, '--listen', '127.0.0.1:0'];

function start(words: readonly string[]): { io: FakeIo; out: TellingOut; code: Promise<number> } {
  const out = new TellingOut();
  const io = new FakeIo(env, out);
  return { io, out, code: runCli(words, io) };
}

async function portOf(out: TellingOut): Promise<number> {
  return Number((await out.until(/"port":(\d+)/))[1]);
}

async function plugIn(port: number, model: ModelId = '7940', load = 'P0030301MFG2'): Promise<void> {
  const server = { host: '127.0.0.1', port };
  phone = createPhone({ model, mac: MAC, load, address: '127.0.0.17', server, speed: 500 });
  await phone.start();
}

test('a phone lands, and what was told live is what the history tells', async () => {
  const { out, code } = start([...UPGRADE, '--json', '--timeout', '25s']);
  await plugIn(await portOf(out));
  expect(await code).toBe(0);
  const live = out.json().filter(({ event }) => event !== 'file.progress' && event !== 'server.listening');
  const landed = live.findIndex(({ event }) => event === 'phone.landed');
  const { json } = await loadstep(['history', '--mac', MAC, '--json'], env);
  // A request is recorded at the time it came, and told once it is decided: another transfer may end in between.
  const kept = json().slice(0, landed + 1);
  expect(kept.map((row) => JSON.stringify(row)).sort()).toEqual(live.map((row) => JSON.stringify(row)).sort());
  expect(live[landed]).toMatchObject({ mac: MAC, hop: 3, hops: 3, target: TARGET });
  expect(live.slice(landed + 1)).toEqual([]);
  const again = await loadstep([...UPGRADE], env);
  expect(again.code).toBe(0);
  expect(again.out).toMatch(/has landed on P0S3-08-11-00 already/);
});

test('in a pipe, too, a landing ends with what comes next', async () => {
  const { out, code } = start([...UPGRADE, '--timeout', '25s']);
  // A pipe gets no line that names the port of a server which it asked to choose one.
  await plugIn(Number((await out.until(/listening on 127\.0\.0\.1:(\d+)|redirect it to (\d+)/))[1]));
  expect(await code).toBe(0);
  expect(out.text).toMatch(
    /\nNext: Point DHCP at your provisioning server again, .*\n {2}loadstep accounts set --mac 0018B9C0FFEE .*\n {2}loadstep pbx KIND --out DIR\n {2}loadstep serve --configure --pbx ADDRESS --listen 127\.0\.0\.1:0\n {2}Then, while that runs, restart the phone\. More: docs\/after-landing\.md\n$/,
  );
});

test('without a phone it ends with 5 when time is up, and the phone stays on the list', async () => {
  const { code, err, json } = await loadstep([...UPGRADE, '--timeout', '50ms', '--json'], env);
  expect(code).toBe(5);
  expect(err).toMatch(/never seen.*\(E_TIMEOUT\)\n$/);
  expect(json().map(({ event }) => event)).toEqual(['server.listening', 'phone.enrolled']);
  expect((await loadstep(['status', '--json'], env)).json()).toMatchObject([{ mac: MAC, state: 'waiting' }]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with 130, and the database is free again', async (signal) => {
  const { io, out, code } = start([...UPGRADE, '--json']);
  await portOf(out);
  await out.until(/phone\.enrolled/);
  io.signal(signal);
  expect(await code).toBe(130);
  expect((await loadstep([...UPGRADE, '--timeout', '50ms'], env)).code).toBe(5);
});

test('SIGTERM ends serve with 0, SIGINT with 130', async () => {
  for (const [signal, expected] of [
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const) {
    const { io, out, code } = start(['serve', '--listen', '127.0.0.1:0', '--json']);
    await portOf(out);
    io.signal(signal);
    expect(await code).toBe(expected);
  }
});

test('a port in use is one sentence and exit code 2, and leaves the list as it was', async () => {
  const taken = createSocket('udp4');
  taken.bind(0, '127.0.0.1');
  await once(taken, 'listening');
  const { code, err, out } = await loadstep(
    [...UPGRADE.slice(0, -1), `127.0.0.1:${taken.address().port}`, '--json'],
    env,
  );
  taken.close();
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^loadstep: [^\n]+ \(E_PORT_IN_USE\)\n$/);
  expect((await loadstep(['status', '--json'], env)).json()).toEqual([]);
});

test('where a server works on the database already, the phone goes on its list and is followed there', async () => {
  const server = start(['serve', '--listen', '127.0.0.1:0', '--json']);
  const port = await portOf(server.out);
  const upgrade = start([...UPGRADE, '--timeout', '25s']);
  await upgrade.out.until(/A server already works on this database \(127\.0\.0\.1:\d+\)/);
  await plugIn(port);
  expect(await upgrade.code).toBe(0);
  expect(upgrade.out.text).toMatch(/hop 3 of 3.*landed on P0S3-08-11-00/s);
  expect(upgrade.out.text).not.toMatch(/listening on/);
  server.io.signal('SIGTERM');
  expect(await server.code).toBe(0);
});

test('of two that are started at the same moment one serves, and the other puts its phone on that list', async () => {
  const other = '0018B9C0FFE1';
  const runs = [start(UPGRADE), start(UPGRADE.map((word) => (word === MAC ? other : word)))];
  await Promise.all(runs.map(({ out }) => out.until(/waiting for it to ask/)));
  expect(runs.filter(({ out }) => out.text.includes('A server already works on this database'))).toHaveLength(1);
  const listed = (await loadstep(['status', '--json'], env)).json().map(({ mac }) => mac);
  expect(listed.sort()).toEqual([other, MAC].sort());
  for (const { io } of runs) io.signal('SIGINT');
  expect(await Promise.all(runs.map(({ code }) => code))).toEqual([130, 130]);
});

test('a server that ends while upgrade follows its phone there is told of, and upgrade serves the phone itself', async () => {
  const server = start(['serve', '--listen', '127.0.0.1:0', '--json']);
  const port = await portOf(server.out);
  const words = [...UPGRADE.slice(0, -1), `127.0.0.1:${port}`];
  const upgrade = start([...words, '--json', '--timeout', '50s']);
  await upgrade.out.until(/phone\.enrolled/);
  server.io.signal('SIGTERM');
  expect(await server.code).toBe(0);
  await expect.poll(() => upgrade.io.stderr.text, { timeout: 8_000 }).toMatch(/^loadstep: The server has ended/);
  expect(await portOf(upgrade.out)).toBe(port);
  expect(upgrade.io.stderr.text).toMatch(/from now on this command answers the phones itself\.\n$/);
  await plugIn(port);
  expect(await upgrade.code).toBe(0);
  const events = upgrade.out.json().map(({ event }) => event);
  expect(events.filter((event) => event === 'phone.enrolled')).toHaveLength(1);
  expect(events.at(-1)).toBe('phone.landed');
}, 60_000);

test('on a terminal, too, upgrade serves the phone itself when the server ends', async () => {
  const server = start(['serve', '--listen', '127.0.0.1:0', '--json']);
  const port = await portOf(server.out);
  const out = new TellingOut(true);
  const io = new FakeIo(env, out);
  const code = runCli([...UPGRADE.slice(0, -1), `127.0.0.1:${port}`, '--timeout', '50s'], io);
  await out.until(/A server already works on this database/);
  server.io.signal('SIGTERM');
  expect(await server.code).toBe(0);
  await out.until(/from now on this command answers the phones itself/);
  await out.until(/DHCP option 150 and 66/);
  await plugIn(port);
  expect([await code, io.stderr.text]).toEqual([0, '']);
  expect(out.text).toContain('LANDED');
}, 60_000);

test('on a terminal, too, another target ends upgrade with 4', async () => {
  const server = start(['serve', '--listen', '127.0.0.1:0', '--json']);
  await portOf(server.out);
  const out = new TellingOut(true);
  const io = new FakeIo(env, out);
  const code = runCli([...UPGRADE, '--timeout', '25s'], io);
  await out.until(/A server already works on this database/);
  expect((await loadstep(['enroll', '--mac', MAC, '--target', 'P0S3-05-3-00'], env)).code).toBe(0);
  expect(await code).toBe(4);
  expect(io.stderr.text).toContain('was given another target (P0S3-05-3-00) by somebody else meanwhile (E_HELD)');
  server.io.signal('SIGTERM');
  await server.code;
});

test('another target that somebody gives the phone meanwhile ends upgrade with 4', async () => {
  const { out, io, code } = start([...UPGRADE, '--json', '--timeout', '25s']);
  await out.until(/phone\.enrolled/);
  expect((await loadstep(['enroll', '--mac', MAC, '--target', 'P0S3-05-3-00'], env)).code).toBe(0);
  expect(await code).toBe(4);
  expect(io.stderr.text).toMatch(/was given another target \(P0S3-05-3-00\) by somebody else meanwhile \(E_HELD\)/);
  expect((await loadstep(['status', '--json'], env)).json()).toMatchObject([{ target: 'P0S3-05-3-00' }]);
});

test('under a paused batch upgrade says so at once, why, and how to go on, no matter who serves', async () => {
  expect((await loadstep(['pause', '--reason', 'the switch is replaced'], env)).code).toBe(0);
  const line =
    /^The batch is paused \(the switch is replaced\): 0018B9C0FFEE begins no step until you run "loadstep resume"\.$/gm;
  const alone = await loadstep([...UPGRADE, '--timeout', '50ms'], env);
  expect(alone.out.match(line)).toHaveLength(1);
  const json = await loadstep([...UPGRADE, '--timeout', '50ms', '--json'], env);
  expect(json.out).not.toContain('The batch is paused');
  const server = start(['serve', '--listen', '127.0.0.1:0', '--json']);
  await portOf(server.out);
  const beside = await loadstep([...UPGRADE, '--timeout', '50ms'], env);
  expect(beside.out.match(line)).toHaveLength(1);
  server.io.signal('SIGTERM');
  expect(await server.code).toBe(0);
});

test('a second serve on the same database is refused', async () => {
  const first = start(['serve', '--listen', '127.0.0.1:0', '--json']);
  await portOf(first.out);
  const second = await loadstep(['serve', '--listen', '127.0.0.1:0'], env);
  expect(second.code).toBe(2);
  expect(second.err).toMatch(/^loadstep: [^\n]+ \(E_DB_SERVED\)\n$/);
  first.io.signal('SIGTERM');
  expect(await first.code).toBe(0);
});

test('a package that is not whole is used on the operator’s word only, and the record says so', async () => {
  const firmware = join(own.path, 'firmware');
  const load = 'SIP42.9-3-1SR4-1S';
  await writeSyntheticFirmware({ out: firmware, releases: [load] });
  // A phone that runs an application does not need it, but a whole package has it.
  await rm(join(firmware, load, 'term42.default.loads'));
  env.LOADSTEP_FIRMWARE = firmware;
  const words = ['upgrade', '--mac', MAC, '--target', load, '--listen', '127.0.0.1:0', '--json'];
  const refused = await loadstep(words, env);
  expect(refused).toMatchObject({ code: 3, out: '' });
  expect(refused.err).toMatch(/SIP42\.9-3-1SR4-1S is incomplete in the store.*\(E_FILES_MISSING\)/);
  const { io, out, code } = start([...words, '--allow-unverified', load]);
  await plugIn(await portOf(out), '7942', 'SCCP42.8-5-2S');
  await out.until(/"event":"phone\.decision".*published all the same, on the operator's word/);
  io.signal('SIGINT');
  expect(await code).toBe(130);
  const rows = (await loadstep(['history', '--mac', MAC, '--json'], env)).json();
  const reasons = rows.filter(({ event }) => event === 'phone.decision').map(({ reason }) => reason);
  expect(reasons).toContain(`${load} is incomplete and published all the same, on the operator's word`);
});
