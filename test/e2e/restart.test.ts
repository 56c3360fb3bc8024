import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Line, run } from './child.ts';
import { cleanUp, newFolder, nextPhone } from './harness.ts';
import { type Ears, isLanded, isRegistered, openBench } from './restart-bench.ts';

// Emulated phones that nobody touches: each boots because the built command tells it to, in one of the ways of docs/restarts.md.

afterAll(cleanUp);

const answerOf = (lines: readonly Line[]) => lines.find((line) => 'result' in line) ?? {};

const JAVA = 'SIP42.9-3-1SR4-1S';

test('a Java phone that registered here is restarted by service-control', async () => {
  const { server, phone, restart, mac } = await openBench({ model: '7942', load: JAVA });
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
  const { server, phone, restart } = await openBench({
    model: '7942',
    load,
    serve: ['--witness-sccp-answer', 'register'],
  });
  await server.until(isLanded);
  await phone.until(({ event, what }) => event === 'sccp.got' && what === 'RegisterAck');
  const { lines } = await restart();
  expect(answerOf(lines)).toMatchObject({ result: 'restarted', rung: 'sccp-reset' });
  expect(phone.lines).toContainEqual(expect.objectContaining({ event: 'phone.obeys', way: 'sccp-reset' }));
}, 120_000);

test('one that is refused there has no way left, and the keys are told', async () => {
  const { server, restart } = await openBench({ model: '7942', load: 'SCCP42.9-4-2SR3-1S' });
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
/** `SIP<MAC>.cnf` of a 7940 or 7960 whose registrar is ours. */
const legacyTree = (mac: string, { sip }: Ears) => ({
  [`SIP${mac}.cnf`]: [
    'proxy1_address: 127.0.0.1',
    `proxy1_port: ${sip}`,
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
  const { server, phone, restart } = await openBench({
    model: '7960',
    load: LEGACY,
    isSaid: true,
    tree: legacyTree,
    serve: telnet,
    phone: () => ['--telnet-port', '2323'],
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
