import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { freeTcpPort } from '../support/free-port.ts';
import { Child, type Line, run } from './child.ts';
import { cleanUp, firmwareStore, newFolder, nextPhone, SPEED } from './harness.ts';

// Emulated phones that nobody touches: each boots because the built command tells it to, in one of the ways of docs/restarts.md.

afterAll(cleanUp);
const children: Child[] = [];
afterEach(async () => {
  for (const child of children.splice(0).reverse()) await child.stop('SIGKILL');
});

interface Bench {
  readonly model: string;
  readonly load: string;
  readonly target?: string;
  readonly firmware?: readonly string[];
  readonly phone?: readonly string[];
  readonly serve?: readonly string[];
  /** Whether the operator says what it runs. */
  readonly isSaid?: true;
  /** The phone's own configuration in the tree; the port is that of our registrar. */
  readonly tree?: (mac: string, sipPort: number) => Readonly<Record<string, string>>;
}

/** A bench of one phone that is not power-cycled by anybody. */
async function open(bench: Bench) {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const { mac, address } = nextPhone();
  const place = ['--json', '--db', join(kept, 'loadstep.db')];
  const { target = bench.load, model } = bench;
  const from = bench.isSaid === true ? ['--from', bench.load] : [];
  const enrol = (load: string) =>
    run(['enroll', '--mac', mac, '--target', load, '--model', model, ...from, ...place], folder);
  expect((await enrol(target)).code).toBe(0);
  const sipPort = await freeTcpPort();
  const root = join(kept, 'tree');
  await mkdir(root);
  for (const [name, text] of Object.entries(bench.tree?.(mac, sipPort) ?? {})) await writeFile(join(root, name), text);
  const witness = ['--witness', '--witness-sip', `127.0.0.1:${sipPort}`, '--witness-sccp', '127.0.0.1:0'];
  const server = new Child(
    [
      ...[
        'serve',
        '--firmware',
        await firmwareStore(bench.firmware ?? [target]),
        '--listen',
        '127.0.0.1:0',
        ...witness,
      ],
      ...['--witness-page', '8081', '--root', root, ...(bench.serve ?? []), ...place],
    ],
    folder,
  );
  children.push(server);
  const { port } = await server.until((one) => one.event === 'server.listening');
  const phone = new Child(
    [
      ...['emulate', 'phone', '--json', '--register', '--restart-idle', '0', '--model', model, '--load', bench.load],
      ...['--server', `127.0.0.1:${port}`, '--address', address, '--mac', mac, '--speed', String(SPEED)],
      ...(bench.phone ?? []),
    ],
    folder,
  );
  children.push(phone);
  const restart = (...words: readonly string[]) =>
    run(['restart', '--mac', mac, '--timeout', '60s', ...words, ...place], folder);
  return { mac, server, phone, restart, enrol };
}

const isLanded = ({ event }: Line) => event === 'phone.landed';
const isRegistered = ({ event }: Line) => event === 'phone.registered';
const answerOf = (lines: readonly Line[]) => lines.find((line) => 'result' in line) ?? {};

const JAVA = 'SIP42.9-3-1SR4-1S';

test('a Java phone that registered here is restarted by service-control', async () => {
  const { server, phone, restart, mac } = await open({ model: '7942', load: JAVA });
  await server.until(isLanded);
  await phone.until(isRegistered);
  const dry = await restart('--dry-run');
  expect(answerOf(dry.lines)).toMatchObject({ mac, result: 'possible', rung: 'service-control' });
  expect(phone.lines.some(({ event }) => event === 'phone.obeys')).toBe(false);
  const { code, lines } = await restart();
  expect(answerOf(lines)).toMatchObject({ mac, result: 'restarted', rung: 'service-control' });
  expect(code).toBe(0);
  expect(phone.lines).toContainEqual(expect.objectContaining({ event: 'phone.obeys', way: 'service-control' }));
  const told = server.lines.filter(
    ({ event, reason }) => event === 'phone.decision' && /^service-control: /.test(`${reason}`),
  );
  expect(told.map(({ code: one, finding }) => one ?? finding)).toEqual(['P_RESTART_SENT', 'restarted']);
}, 120_000);

test('a Java phone on SCCP is reset over its connection where it is registered', async () => {
  const load = 'SCCP42.9-4-2SR3-1S';
  const { server, phone, restart } = await open({ model: '7942', load, serve: ['--witness-sccp-answer', 'register'] });
  await server.until(isLanded);
  await phone.until(({ event, what }) => event === 'sccp.got' && what === 'RegisterAck');
  const { lines } = await restart();
  expect(answerOf(lines)).toMatchObject({ result: 'restarted', rung: 'sccp-reset' });
  expect(phone.lines).toContainEqual(expect.objectContaining({ event: 'phone.obeys', way: 'sccp-reset' }));
}, 120_000);

test('one that is refused there has no way left, and the keys are told', async () => {
  const { server, restart } = await open({ model: '7942', load: 'SCCP42.9-4-2SR3-1S' });
  await server.until(isLanded);
  const { code, lines, stderr } = await restart();
  expect(answerOf(lines)).toMatchObject({ result: 'hands', keys: [expect.stringContaining('**#**')] });
  expect(answerOf(lines).tries).toContainEqual({
    rung: 'sccp-reset',
    isTried: false,
    text: expect.stringContaining('--witness-sccp-answer register'),
  });
  expect(code).toBe(4);
  expect(stderr).toContain('E_RESTART_REFUSED');
}, 120_000);

const LEGACY = 'P0S3-08-11-00';
const legacyTree = (mac: string, sipPort: number) => ({
  [`SIP${mac}.cnf`]: [
    'proxy1_address: 127.0.0.1',
    `proxy1_port: ${sipPort}`,
    'proxy_register: 1',
    'line1_name: 201',
    'line1_authname: 201',
    'line1_password: s3cretPW',
    'telnet_level: 2',
    'phone_password: opensesame',
    '',
  ].join('\n'),
});

test('a 7960 on SIP is restarted by check-sync, and by telnet where its password was given', async () => {
  const kept = await newFolder('password');
  await writeFile(join(kept, 'password'), 'opensesame\n');
  const telnet = ['--restart-telnet-password-file', join(kept, 'password'), '--restart-telnet-port', '2323'];
  const { server, phone, restart } = await open({
    model: '7960',
    load: LEGACY,
    isSaid: true,
    tree: legacyTree,
    serve: telnet,
    phone: ['--telnet-port', '2323'],
  });
  await server.until(isLanded);
  await phone.until(isRegistered);
  const first = await restart();
  expect(answerOf(first.lines)).toMatchObject({ result: 'restarted', rung: 'check-sync' });
  expect(phone.lines).toContainEqual(expect.objectContaining({ event: 'phone.obeys', way: 'check-sync' }));
  expect(server.lines).toContainEqual(expect.objectContaining({ event: 'file.requested', file: 'syncinfo.xml' }));
  const registered = phone.lines.filter(isRegistered).length;
  await phone.until(
    (_, index, lines) => lines.slice(0, index + 1).filter(isRegistered).length > Math.max(1, registered),
  );
  const second = await restart('--by', 'telnet');
  expect(answerOf(second.lines)).toMatchObject({ result: 'restarted', rung: 'telnet' });
  expect(phone.lines).toContainEqual(expect.objectContaining({ event: 'phone.obeys', way: 'telnet' }));
  expect(JSON.stringify(server.lines)).not.toContain('opensesame');
  expect(server.stderr).not.toContain('opensesame');
}, 180_000);

test('without a server there is nobody who could tell a phone', async () => {
  const [folder, kept] = [await newFolder('run'), await newFolder('kept')];
  const place = ['--json', '--db', join(kept, 'loadstep.db')];
  const mac = nextPhone().mac;
  await run(['enroll', '--mac', mac, '--target', JAVA, ...place], folder);
  const { code, stderr } = await run(['restart', '--mac', mac, ...place], folder);
  expect(code).toBe(2);
  expect(stderr).toMatch(/no server runs on this record.*\(E_NO_SERVER\)/s);
}, 60_000);
