import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireServerLock } from '../../src/adapters/sqlite/server-lock.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { KnownPlace } from '../../src/core/switch/bench-map.ts';
import type { WebRole } from '../../src/ports/web-access.ts';
import { newToken } from '../../src/web/guard/credentials.ts';
import { startWeb } from '../../src/web/start-web.ts';
import { ALICE, BOB, landing, NOON } from '../report/stories.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { loadstep } from '../support/fake-io.ts';
import { webBench } from '../web/web-bench.ts';

const TARGET = 'P0S3-08-11-00' as LoadName;
const CAROL = '0018B9C0FFCC' as MacAddress;

const KEPT = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/snapshots/phone-v2.json'), 'utf8'));

/** A phone on the road of the fixture, in another state. */
function snapshotOf(mac: MacAddress, value: string) {
  const reason = {
    code: 'P_FILES_MISSING',
    isResumable: true,
    reason: 'it lacks\tfiles',
    advice: 'loadstep firmware import ARCHIVE brings what it lacks',
  };
  return { ...KEPT, value, context: { ...KEPT.context, mac, hold: value === 'held' ? reason : null } };
}

/** A bench with a server, and what is said of it here and through the server. */
async function bench() {
  const clock = systemClock();
  const startedAt = NOON - 60_000;
  const web = await webBench({ clock, startedAt });
  const { store, path, parts } = web;
  const lock = acquireServerLock(path, { pid: process.pid, address: '127.0.0.1', port: 69, startedAt, leases: [] });
  onTestFinished(() => lock.release());
  const wish = { target: TARGET, from: null, model: null, label: null, enrolledAt: NOON };
  store.enrol({ ...wish, mac: ALICE, label: 'desk 12', serial: 'INM1', port: '7' });
  store.enrol({ ...wish, mac: BOB, batch: 'pallet 7' });
  store.enrol({ ...wish, mac: CAROL, batch: 'pallet 7', port: '7' });
  await store.commit({
    mac: ALICE,
    snapshot: snapshotOf(ALICE, 'landed'),
    seenAt: NOON + 10_000,
    events: landing().slice(1),
  });
  const held = {
    ...{ event: 'phone.held' as const, at: NOON + 20_000, mac: CAROL, state: 'held', code: 'P_NO_TRIGGER_TAKEN' },
    ...{ reason: 'it takes\tno offer', advice: 'loadstep firmware import ARCHIVE brings what it lacks' },
  };
  await store.commit({ mac: CAROL, snapshot: snapshotOf(CAROL, 'held'), seenAt: NOON + 20_000, events: [held] });
  store.changeBatch((was) => ({
    state: { ...was, isPaused: true, pausedAt: NOON + 30_000, reason: 'the switch is hot' } as never,
    events: [{ event: 'batch.paused', at: NOON + 30_000, reason: 'the switch is hot' }],
  }));
  const running = await startWeb(parts, {
    ...{ listen: { address: '127.0.0.1', port: 0 }, asksEverybody: false, tls: null },
  });
  onTestFinished(() => running.stop());
  const url = `http://127.0.0.1:${running.listening.port}`;
  const tokenFor = (role: WebRole) => {
    const { token, access } = newToken(role === 'act' ? 'pbx' : 'wall', role, Date.now());
    store.keepWebAccess(access);
    return token;
  };
  const here = (words: readonly string[]) => loadstep([...words, '--db', path]);
  const there = (words: readonly string[], env: Record<string, string> = {}) =>
    loadstep([...words, '--server', url], { HOME: dirname(path), ...env });
  return { ...web, url, here, there, tokenFor };
}

test.each([
  [['status', '--json']],
  [['status']],
  [['status', '--mac', ALICE]],
  [['status', '--batch', 'pallet 7']],
  [['status', '--batch', 'pallet 8']],
  [['status', '--mac', '0018B9000000']],
  [['status', '--mac', ALICE, '--batch', 'pallet 7']],
  [['history']],
  [['history', '--json']],
  [['history', '--csv']],
  [['history', '--short']],
  [['history', '--mac', ALICE]],
  [['history', '--mac', '0018B9000000']],
  [['history', '--since', '2026-11-21T12:00:15Z', '--json']],
  [['report', '--csv']],
  [['report', '--mac', ALICE]],
  [['report', '--batch', 'pallet 7', '--csv']],
  [['report', '--batch', 'pallet 8']],
  [['report', '--mac', '0018B9000000']],
  [['release', '--mac', '0018B9000000']],
  [['retry', '--batch', 'default']],
  [['firmware', 'needed', '--target', TARGET, '--from', 'P0030301MFG2']],
])('%j is answered here and through the server with the same text and the same exit code', async (words) => {
  const { here, there } = await bench();
  // What leads an import elsewhere is another command there, and is looked at below.
  const plain = (text: string) => text.replaceAll(/ --server \S+/g, '');
  const [one, other] = [await here(words), await there(words)];
  const told = ({ code, out, err }: typeof one) => ({ code, out: plain(out).replaceAll(timesOf(words), ''), err });
  expect(told(other)).toEqual(told(one));
  expect(one.out + one.err).not.toBe('');
});

/** How long ago something was, and when it was told, moves on between two looks. */
function timesOf([command, second]: readonly string[]): RegExp {
  return command === 'status' && second === '--json' ? /"inStateMs":\d+,/g : /(?!)/g;
}

test('the list is changed through the server as here: the same words, and the record is the same after it', async () => {
  const [one, other] = [await bench(), await bench()];
  const csv = join(temporaryFolder(), 'list.csv');
  writeFileSync(
    csv,
    `mac,target,label\n0018B9C0FF01,${TARGET},one\n0018B9C0FF02,SIP42.9-3-1SR4-1S,two\nnonsense,${TARGET},\n`,
  );
  for (const words of [
    ['enroll', '--mac', '0018B9C0FF10', '--target', TARGET, '--label', 'a, "b" <c>', '--port', '7'],
    ['enroll', '--mac', '0018B9C0FF10', '--target', TARGET, '--label', 'a, "b" <c>', '--port', '7'],
    ['enroll', '--mac', '0018B9C0FF11', '--target', 'SIP42.9-3-1SR4-1S', '--model', '7940'],
    ['enroll', '--mac', '0018B9C0FF12', '0018B9C0FF13', '--target', 'P0S3-08-99-00', '--batch', 'pallet 9'],
    ['enroll', '--from-csv', csv, '--model', '7940', '--json'],
    ['enroll', '--from-csv', csv],
    ['release', '--mac', ALICE],
    ['release', '--mac', ALICE, BOB],
    ['retry', '--batch', 'pallet 7', '--json'],
  ]) {
    const [here, there] = [await one.here(words), await other.there(words)];
    const placed = (text: string) => text.replaceAll(/not in \S.*?\. The|import FILE( --\w+ \S+)?/g, '…');
    expect([there.code, there.out, placed(there.err).replaceAll(/the store of \S+/g, '')]).toEqual([
      here.code,
      here.out,
      placed(here.err),
    ]);
  }
  const rows = ({ store }: typeof one) =>
    store.phones().map(({ mac, enrolment }) => [mac, { ...enrolment, enrolledAt: 0, revision: 0 }]);
  expect(rows(other)).toEqual(rows(one));
});

test('advice that names an import leads it to the server', async () => {
  const { there, url } = await bench();
  const { out } = await there(['status', '--mac', CAROL, '--json']);
  expect(out).toContain(`loadstep firmware import ARCHIVE --server ${url}`);
});

test('--server may stand before the name of the command, and is refused by those that it is nothing for', async () => {
  const { url, path } = await bench();
  const env = { HOME: dirname(path) };
  const after = await loadstep(['status', '--batch', 'pallet 7', '--server', url], env);
  expect(await loadstep(['--server', url, '--log-level', 'warn', 'status', '--batch', 'pallet 7'], env)).toMatchObject({
    out: after.out,
    code: 0,
  });
  expect(await loadstep([`--server=${url}`, 'status', '--batch', 'pallet 7'], env)).toMatchObject({ out: after.out });
  expect(await loadstep(['--server', url, 'serve'], env)).toMatchObject({
    code: 2,
    err: expect.stringContaining('E_BAD_USAGE'),
  });
  // In the environment it may be the address of dhcp-snippet, which is nothing for this.
  const db = await loadstep(['status', '--json', '--db', path], { ...env, LOADSTEP_SERVER: '192.168.1.5' });
  expect([db.code, db.json().length]).toEqual([0, 3]);
  expect((await loadstep(['status', '--json'], { ...env, LOADSTEP_SERVER: url })).json().length).toBe(3);
});

test('every row of a long history comes once and in order through the server', async () => {
  const { here, there, store } = await bench();
  const events = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      event: 'file.requested' as const,
      at: NOON + 60_000 + Math.floor((from + i) / 7),
      mac: BOB,
      file: `f${from + i}`,
    }));
  for (let i = 0; i < 3; i++) await store.commit({ mac: BOB, seenAt: NOON + 60_000, events: events(i * 1000, 1000) });
  store.changeBatch((was) => ({
    state: was,
    events: [{ event: 'batch.decision', at: NOON + 60_100, reason: 'in between' }],
  }));
  const [one, other] = [await here(['history', '--json']), await there(['history', '--json'])];
  expect(one.json().length).toBeGreaterThan(3000);
  expect(other.out).toBe(one.out);
});

test.each([
  ['nonsense', 'E_BAD_USAGE', 'is not where a server answers'],
  ['http://127.0.0.1:1/path', 'E_BAD_USAGE', 'is not where a server answers'],
  ['http://user:secret@127.0.0.1:1', 'E_BAD_USAGE', 'is not where a server answers'],
  ['ftp://127.0.0.1', 'E_BAD_USAGE', 'is not where a server answers'],
  ['http://127.0.0.1:1', 'E_SERVER_UNREACHABLE', 'refuses connections'],
  ['http://nowhere.invalid:6980', 'E_SERVER_UNREACHABLE', 'nowhere'],
])('--server %s is refused with %s', async (server, code, words) => {
  const { code: exit, err, out } = await loadstep(['status', '--server', server]);
  expect([exit, out]).toEqual([2, '']);
  expect(err).toContain(`(${code})`);
  expect(err).toContain(words);
  expect(err.trim().split('\n')).toHaveLength(1);
});

/** A server of somebody else. */
async function otherServer(answer: (url: string) => [status: number, type: string, body: string]): Promise<string> {
  const server = createServer((request, response) => {
    const [status, type, body] = answer(request.url ?? '');
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a server that is no loadstep, or an older one, is told by what it answers', async () => {
  const web = await otherServer(() => [200, 'text/html', '<h1>It works!</h1>']);
  expect((await loadstep(['status', '--server', web])).err).toContain('answers, and is no loadstep');
  const gone = await otherServer(() => [404, 'text/html', 'Not Found']);
  expect((await loadstep(['status', '--server', gone])).err).toContain('answers, and is no loadstep');
  const problem = {
    code: 'E_BAD_USAGE',
    status: 404,
    title: 'Not found',
    detail: 'there is no GET at this address; /api/docs lists what there is',
  };
  const old = await otherServer((url) =>
    url === '/api/v1/server'
      ? [200, 'application/json', '{"version":"0.0.9"}']
      : [404, 'application/problem+json', JSON.stringify(problem)],
  );
  const { code, err } = await loadstep(['status', '--server', old]);
  expect([code, err]).toEqual([2, expect.stringContaining('is loadstep 0.0.9 and does not know /api/v1/status')]);
  expect(err).toContain('E_SERVER_OLDER');
});

test('from elsewhere a token is needed, from the environment or a file, and one that may look does not act', async () => {
  const { there, tokenFor, store, url, path } = await bench();
  const file = join(dirname(path), 'token');
  writeFileSync(file, `${tokenFor('look')}\n`);
  const wrong = await there(['status'], { LOADSTEP_SERVER_TOKEN: 'lst_wrong' });
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('E_WEB_REFUSED')]);
  expect(wrong.err).toContain('LOADSTEP_SERVER_TOKEN');
  expect((await loadstep(['status', '--server', url, '--server-token-file', file])).code).toBe(0);
  const acting = await loadstep(['release', '--mac', ALICE, '--server', url, '--server-token-file', file]);
  expect([acting.code, acting.err]).toEqual([2, expect.stringContaining('may look and not act')]);
  expect(store.phone(ALICE)?.enrolment?.status).toBe('enrolled');
  expect((await there(['release', '--mac', ALICE], { LOADSTEP_SERVER_TOKEN: tokenFor('act') })).code).toBe(0);
  expect((await loadstep(['status', '--server-token-file', file])).err).toContain('give --server, too');
  expect((await loadstep(['status', '--server', url, '--server-token-file', '/nowhere'])).err).toContain('ENOENT');
});

/** A certificate for 127.0.0.1 that nobody else signed, in files, and its fingerprint as openssl writes it. */
function ownCertificate() {
  const folder = temporaryFolder();
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...words, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const told = execFileSync('openssl', ['x509', '-in', cert, '-noout', '-fingerprint', '-sha256'], {
    encoding: 'utf8',
  });
  return { cert, key, fingerprint: told.trim() };
}

test('a certificate of its own is believed by its authority or by its fingerprint, and by nothing else', async () => {
  const pem = ownCertificate();
  const { parts } = await webBench({ clock: systemClock() });
  const running = await startWeb(parts, { listen: { address: '127.0.0.1', port: 0 }, asksEverybody: false, tls: pem });
  onTestFinished(() => running.stop());
  const server = ['status', '--server', `https://127.0.0.1:${running.listening.port}`];
  const untrusted = await loadstep(server);
  expect([untrusted.code, untrusted.err]).toEqual([2, expect.stringContaining('does not trust')]);
  expect(untrusted.err).toContain('--server-fingerprint');
  expect((await loadstep([...server, '--server-ca', pem.cert])).code).toBe(0);
  expect((await loadstep([...server, '--server-fingerprint', pem.fingerprint])).code).toBe(0);
  const other = await loadstep([...server, '--server-fingerprint', 'AB'.repeat(32)]);
  expect([other.code, other.err]).toEqual([2, expect.stringContaining('another fingerprint')]);
  expect((await loadstep([...server, '--server-fingerprint', 'AB'])).err).toContain('64 hex digits');
  const plain = await loadstep(['status', '--server', `http://127.0.0.1:${running.listening.port}`]);
  expect([plain.code, plain.err]).toEqual([2, expect.stringContaining('write https://')]);
});

test('the map of the bench, and phones that ask nothing, are the same there as here', async () => {
  const { store, here, there } = await bench();
  const same = async (...words: readonly string[]) => {
    const [one, other] = [await here(words), await there(words)];
    const timeless = (text: string) => text.replaceAll(/\d+ s\b/g, 'some s').replaceAll(/ --server \S+/g, '');
    expect([timeless(other.out), other.err, other.code]).toEqual([timeless(one.out), '', 0]);
    return other;
  };
  const now = Date.now();
  const place = (port: string): KnownPlace => ({
    ...{ switchName: 'sw1', ifIndex: 1, port, by: 'cdp', platform: 'Cisco IP Phone 7941', load: 'SCCP41.8-5-3S' },
    ...{ since: now - 1_200_000, seenAt: now - 5_000, saidAt: now - 1_200_000, before: null },
  });
  store.keepPlaces([
    [ALICE, place('Gi0/9')],
    ['0018B9000002' as MacAddress, place('Gi0/10')],
  ]);
  const { out } = await same('bench', 'layout');
  expect(out).toMatch(/^sw1\nPORT .*\nGi0\/9 +desk 12 .*landed.*\nGi0\/10 +0018B9000002 .*bystander/m);
  expect(out).toMatch(/sw1 Gi0\/10: 0018B9000002, .* has asked for nothing/);
  expect(out).toContain(`Seen at no port: ${BOB}, ${CAROL}.`);
  expect((await same('bench', 'layout', '--json')).json()).toHaveLength(2);
  const status = await same('status');
  expect(status.out.replaceAll(/\s+/g, ' ')).toContain('sw1 Gi0/10: 0018B9000002, a Cisco IP Phone 7941 by CDP');
  const nobody = await bench();
  expect((await nobody.there(['bench', 'layout'])).out).toBe((await nobody.here(['bench', 'layout'])).out);
});
