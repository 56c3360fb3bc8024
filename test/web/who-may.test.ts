import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { WebRole } from '../../src/ports/web-access.ts';
import { newToken, passwordAccess, SESSION_MS } from '../../src/web/guard/credentials.ts';
import { startWeb } from '../../src/web/start-web.ts';
import { listening, type Web, webBench } from './web-bench.ts';

const ELSEWHERE = { remoteAddress: '192.168.1.9' };
const NAMED = { host: '192.168.1.5:6980' };
const WORD = 'correct horse battery';

/** What the proxies and clouds that people put before a server tell it of who asks. */
const PROXIES = [
  ...['forwarded', 'forwarded-for', 'x-forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'],
  ...['x-forwarded-port', 'x-forwarded-server', 'x-forwarded-prefix', 'x-forwarded-user', 'x-original-forwarded-for'],
  ...['x-real-ip', 'x-client-ip', 'client-ip', 'true-client-ip', 'cf-connecting-ip', 'cf-ray', 'fastly-client-ip'],
  ...[
    'x-cluster-client-ip',
    'x-remote-ip',
    'x-remote-addr',
    'x-original-host',
    'x-original-url',
    'x-envoy-external-address',
  ],
  ...['x-azure-clientip', 'x-appengine-user-ip', 'proxy-authorization'],
];

async function withPasswords(): Promise<Web> {
  const web = await webBench();
  web.store.keepWebAccess(await passwordAccess(WORD, 'act', web.clock.wall()));
  web.store.keepWebAccess(await passwordAccess('only looking on', 'look', web.clock.wall()));
  return web;
}

function logIn({ app }: Pick<Web, 'app'>, password: string, remoteAddress = ELSEWHERE.remoteAddress) {
  return app.inject({ method: 'POST', url: '/api/v1/session', headers: NAMED, remoteAddress, payload: { password } });
}

function cookieOf(answer: Awaited<ReturnType<typeof logIn>>): string {
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

test('somebody at the machine itself needs no password', async () => {
  const { app } = await withPasswords();
  const answer = await app.inject({ url: '/api/v1/server', headers: { host: 'localhost:6980' } });
  expect(answer.statusCode).toBe(200);
});

test.each([
  ['from another machine', ELSEWHERE, NAMED],
  ['through a proxy of this machine', {}, { host: '127.0.0.1', 'x-forwarded-for': '10.0.0.1' }],
  ['through a proxy that names itself', {}, { host: '127.0.0.1', via: '1.1 proxy' }],
  ['by another name of this machine', {}, { host: 'bench.example' }],
  [
    'with a session that nobody signed',
    ELSEWHERE,
    { ...NAMED, cookie: `loadstep=act.9999999999999.${'A'.repeat(43)}` },
  ],
  ['with a token that nobody made', ELSEWHERE, { ...NAMED, authorization: `Bearer lst_${'A'.repeat(43)}` }],
  ['with a wrong token at the machine itself', {}, { host: '127.0.0.1', authorization: 'Bearer nonsense' }],
])('nothing is told %s without a password', async (_how, options, headers) => {
  const { app } = await withPasswords();
  for (const url of ['/api/v1/server', '/api/v1/phones', '/api/v1/events', '/api/v1/openapi.json', '/nothing']) {
    const answer = await app.inject({ url, headers, ...options });
    expect([url, answer.statusCode, answer.json().code]).toEqual([url, 401, 'E_WEB_REFUSED']);
  }
});

test('a request of this machine with a header of any proxy needs a password', async () => {
  const { app } = await webBench();
  for (const name of PROXIES) {
    const answer = await app.inject({ url: '/api/v1/server', headers: { host: '127.0.0.1', [name]: '10.0.0.1' } });
    expect([name, answer.statusCode, answer.json().code]).toEqual([name, 401, 'E_WEB_REFUSED']);
  }
});

// nginx passes a request on so, and adds nothing that would tell it from one of this machine.
test('a request of this machine that speaks HTTP/1.0 needs a password, too', async () => {
  const web = await webBench();
  const { port } = new URL(await listening(web));
  const answers = async (version: string) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(`GET /api/v1/server HTTP/${version}\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
    return (await text(socket)).slice(9, 12);
  };
  expect([await answers('1.0'), await answers('1.1')]).toEqual(['401', '200']);
});

test('a request of this machine that comes from a service needs a password, and is told so', async () => {
  const web = await webBench({ whyNotOwn: () => 'user 33, a service' });
  const headers = { host: '127.0.0.1:6980' };
  for (const method of ['GET', 'POST'] as const) {
    const answer = await web.app.inject({ method, url: '/api/v1/phones', headers });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'E_WEB_REFUSED']);
    expect(answer.json().detail).toBe('log in first, or send a token; this came from user 33, a service');
  }
  const session = await web.app.inject({ url: '/api/v1/session', headers });
  expect(session.json()).toEqual({ role: null, isOwnMachine: false });
  const { token, access } = newToken('pbx', 'look', web.clock.wall());
  web.store.keepWebAccess(access);
  const asked = { url: '/api/v1/phones', headers: { ...headers, authorization: `Bearer ${token}` } };
  expect((await web.app.inject(asked)).statusCode).toBe(200);
});

test('where everybody is asked for a password, there has to be one', async () => {
  const { parts, store, clock } = await webBench();
  const place = { listen: { address: '127.0.0.1', port: 0 }, asksEverybody: true, tls: null };
  await expect(startWeb(parts, place)).rejects.toMatchObject({ code: 'E_WEB_UNGUARDED' });
  store.keepWebAccess(newToken('pbx', 'act', clock.wall()).access);
  const web = await startWeb(parts, place);
  await web.stop();
});

// What browsers and well-known programs send of themselves.
test.each([
  { 'user-agent': 'curl/8.5.0', accept: '*/*' },
  { 'x-requested-with': 'XMLHttpRequest', dnt: '1', 'sec-gpc': '1', 'upgrade-insecure-requests': '1', te: 'trailers' },
  { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x-request-id': '1', priority: 'u=0, i' },
])('a request of this machine with the headers %j needs none', async (sent) => {
  const { app } = await webBench();
  const answer = await app.inject({ url: '/api/v1/server', headers: { host: 'localhost:6980', ...sent } });
  expect(answer.statusCode).toBe(200);
});

test.each<[string, WebRole]>([
  [WORD, 'act'],
  ['only looking on', 'look'],
])('with the password "%s" a person may %s', async (password, role) => {
  const web = await withPasswords();
  const answer = await logIn(web, password);
  expect(answer.json()).toEqual({ role });
  expect(answer.headers['set-cookie']).toMatch(/; HttpOnly; SameSite=Strict$/);
  const headers = { ...NAMED, cookie: `other=1; ${cookieOf(answer)}` };
  expect((await web.app.inject({ url: '/api/v1/server', headers, ...ELSEWHERE })).statusCode).toBe(200);
  const session = await web.app.inject({ url: '/api/v1/session', headers, ...ELSEWHERE });
  expect(session.json()).toEqual({ role, isOwnMachine: false });
});

test('a session ends after a week, and when the password is another one', async () => {
  const web = await withPasswords();
  const headers = { ...NAMED, cookie: cookieOf(await logIn(web, WORD)) };
  const status = async () => (await web.app.inject({ url: '/api/v1/server', headers, ...ELSEWHERE })).statusCode;
  web.clock.advance(SESSION_MS - 1);
  expect(await status()).toBe(200);
  web.clock.advance(1);
  expect(await status()).toBe(401);
  headers.cookie = cookieOf(await logIn(web, WORD));
  expect(await status()).toBe(200);
  web.store.keepWebAccess(await passwordAccess(WORD, 'act', web.clock.wall()));
  expect(await status()).toBe(401);
});

test('wrong passwords are refused, and soon not looked at any more', async () => {
  const web = await withPasswords();
  const statuses: number[] = [];
  for (let i = 0; i < 7; i++) statuses.push((await logIn(web, `guess number ${i}`)).statusCode);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
  expect((await logIn(web, WORD)).statusCode).toBe(429);
  expect((await logIn(web, WORD, '192.168.1.10')).statusCode).toBe(200);
  web.clock.advance(20_000);
  expect((await logIn(web, WORD)).statusCode).toBe(200);
  expect(JSON.stringify(web.logged)).not.toContain('guess number');
});

test('tries from many addresses are limited together', async () => {
  const web = await webBench();
  const statuses = new Map<number, number>();
  for (let i = 0; i < 40; i++) {
    const { statusCode } = await logIn(web, 'guess', `10.0.0.${i}`);
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
  }
  expect([...statuses]).toEqual([
    [401, 30],
    [429, 10],
  ]);
});

test('a token lets a program ask until it is forgotten', async () => {
  const { app, store, clock } = await webBench();
  const { token, access } = newToken('grafana', 'look', clock.wall());
  store.keepWebAccess(access);
  const headers = { ...NAMED, authorization: `Bearer ${token}` };
  expect((await app.inject({ url: '/api/v1/phones', headers, ...ELSEWHERE })).statusCode).toBe(200);
  expect(store.forgetWebAccess('grafana')).toBe(true);
  expect((await app.inject({ url: '/api/v1/phones', headers, ...ELSEWHERE })).statusCode).toBe(401);
});

test('neither passwords nor tokens can be read in the record', async () => {
  const { store, clock } = await webBench();
  const { token, access } = newToken('pbx', 'act', clock.wall());
  store.keepWebAccess(access);
  store.keepWebAccess(await passwordAccess(WORD, 'act', clock.wall()));
  const kept = JSON.stringify(
    store.webAccesses().map((one) => ({ ...one, hash: Buffer.from(one.hash).toString('latin1') })),
  );
  expect(kept).not.toContain(WORD);
  expect(kept).not.toContain(token);
});

test('an address that other machines reach is not served before there is a password', async () => {
  const { parts, store, clock, logged } = await webBench();
  const place = { listen: { address: '0.0.0.0', port: 0 }, asksEverybody: false, tls: null };
  await expect(startWeb(parts, place)).rejects.toMatchObject({ code: 'E_WEB_UNGUARDED' });
  store.keepWebAccess(newToken('pbx', 'act', clock.wall()).access);
  // Under test no other machine may reach it: what is tested is that nothing refuses it.
  const local = { listen: { address: '::ffff:127.0.0.1', port: 0 }, asksEverybody: false, tls: null };
  const web = await startWeb(parts, local);
  await web.stop();
  expect(logged.map(({ event }) => event)).toContain('web.plain');
});

test('a certificate that cannot be used is refused with its path', async () => {
  const { parts, path } = await webBench();
  const listen = { address: '127.0.0.1', port: 0 };
  for (const file of ['/nowhere/cert.pem', path]) {
    const starting = startWeb(parts, { listen, asksEverybody: false, tls: { cert: file, key: file } });
    await expect(starting).rejects.toMatchObject({ code: 'E_WEB_CERT', message: expect.stringContaining(file) });
  }
});
