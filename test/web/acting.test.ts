import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { newToken } from '../../src/web/guard/credentials.ts';
import { ALICE, BOB, enrolled, listening, TARGET, type Web, webBench } from './web-bench.ts';

const headers = { host: '127.0.0.1:6980' };

function post({ app }: Pick<Web, 'app'>, url: string, payload: object = {}) {
  return app.inject({ method: 'POST', url: `/api/v1/${url}`, headers, payload });
}

test('a phone is put on the list, and a second time changes nothing', async () => {
  let synced = 0;
  const web = await webBench({ syncList: () => void synced++ });
  const wish = { mac: ALICE, target: TARGET, label: 'front desk', port: '7' };
  expect((await post(web, 'phones', wish)).json()).toEqual({ mac: ALICE, result: 'new' });
  expect((await post(web, 'phones', wish)).json()).toEqual({ mac: ALICE, result: 'going-on' });
  expect(web.store.phone(ALICE)?.enrolment).toMatchObject({ label: 'front desk', port: '7', target: TARGET });
  expect(synced).toBe(2);
});

test.each([
  [{ mac: ALICE, target: 'SIP42.9-3-1SR4-1S', model: '7940' }, 422, 'E_WRONG_FAMILY'],
  [{ mac: ALICE, target: 'P003-08-11-00' }, 422, 'E_LOADER_TARGET'],
  [{ mac: 'nonsense', target: TARGET }, 400, 'E_BAD_USAGE'],
  [{ mac: ALICE }, 400, 'E_BAD_USAGE'],
  [{ mac: ALICE, target: TARGET, model: '9999' }, 400, 'E_BAD_USAGE'],
  [{ mac: ALICE, target: TARGET, extension: '2 01' }, 400, 'E_BAD_USAGE'],
])('the wish %j is refused as on the command line', async (wish, status, code) => {
  const web = await webBench();
  const answer = await post(web, 'phones', wish);
  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  expect(web.store.phones()).toEqual([]);
});

test('of a list good rows are taken and bad ones named by line', async () => {
  const web = await webBench();
  const csv = `mac;target;label\n${ALICE};${TARGET};"a; b"\nnonsense;${TARGET};\n${BOB};SIP42.9-3-1SR4-1S;x\n${ALICE};${TARGET};twice\n`;
  const answer = await web.app.inject({
    method: 'POST',
    url: '/api/v1/phones/list',
    headers: { ...headers, 'content-type': 'text/csv' },
    payload: csv,
  });
  expect(answer.json().phones).toEqual([
    { mac: ALICE, line: 2, result: 'new' },
    { mac: BOB, line: 4, result: 'new' },
  ]);
  expect(answer.json().problems.map(({ line }: { line: number }) => line)).toEqual([3, 5]);
  expect(web.store.phone(ALICE)?.enrolment?.label).toBe('a; b');
  const none = await web.app.inject({
    ...{
      method: 'POST',
      url: '/api/v1/phones/list',
      headers: { ...headers, 'content-type': 'text/csv' },
      payload: 'x\n',
    },
  });
  expect([none.statusCode, none.json().code]).toEqual([400, 'E_BAD_USAGE']);
});

test('release, retry and cancel do what their commands do, and who comes second is told', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE, BOB]);
  expect((await post(web, `phones/${ALICE}/retry`)).json()).toEqual({ mac: ALICE, result: 'starts again' });
  expect((await post(web, `phones/${ALICE}/release`)).json()).toEqual({ mac: ALICE, result: 'released' });
  const again = await post(web, `phones/${ALICE}/release`);
  expect([again.statusCode, again.json().detail]).toEqual([404, `${ALICE} is not on the list`]);
  expect((await post(web, `phones/${BOB}/cancel`)).json()).toEqual({ mac: BOB, result: 'cancelled' });
  expect(web.store.phone(BOB)?.enrolment).toMatchObject({ status: 'released', isCancelled: true });
});

test('the batch is paused once, keeps its reason, and goes on', async () => {
  const web = await webBench();
  expect((await post(web, 'batch/pause', { reason: 'switch' })).json()).toEqual({ wasPaused: false, reason: 'switch' });
  expect((await post(web, 'batch/pause', { reason: 'other' })).json()).toEqual({ wasPaused: true, reason: 'switch' });
  const batch = await web.app.inject({ url: '/api/v1/batch', headers });
  expect(batch.json().paused).toMatchObject({ reason: 'switch' });
  expect((await post(web, 'batch/resume')).json()).toEqual({ wasPaused: true, failed: 0 });
  const bare = await web.app.inject({ method: 'POST', url: '/api/v1/batch/resume', headers });
  expect(bare.json()).toEqual({ wasPaused: false, failed: 0 });
});

test('limits are set one by one, and what is left out stays', async () => {
  const web = await webBench();
  const put = async (payload: object) =>
    (await web.app.inject({ method: 'PUT', url: '/api/v1/batch/limits', headers, payload })).json();
  expect(await put({ atOnce: 4, canary: 2 })).toEqual({ atOnce: 4, canary: 2, stopAfter: null });
  expect(await put({ stopAfter: { kind: 'percent', percent: 10 } })).toMatchObject({ atOnce: 4, canary: 2 });
  expect(await put({ atOnce: null })).toMatchObject({ atOnce: null, stopAfter: { kind: 'percent', percent: 10 } });
  expect((await put({ atOnce: 0 })).code).toBe('E_BAD_USAGE');
});

/** Folders that uploads are written into. */
function uploads(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('loadstep-upload-'));
}

function upload({ app }: Pick<Web, 'app'>, name: string, payload: string) {
  const type = { 'content-type': 'application/octet-stream' };
  return app.inject({
    method: 'POST',
    url: `/api/v1/firmware/import?name=${name}`,
    headers: { ...headers, ...type },
    payload,
  });
}

test('an archive is taken, what happens is told line by line, and nothing of the upload stays', async () => {
  let seen = '';
  const web = await webBench({
    desk: {
      take: async (path, tell) => {
        seen = readFileSync(path, 'utf8');
        tell({ event: 'package.imported', load: TARGET, source: path });
      },
      verify: async () => [],
      forget: async () => [],
    },
  });
  const answer = await upload(web, 'P0S3-08-11-00.zip', 'bytes of an archive');
  expect(seen).toBe('bytes of an archive');
  expect(JSON.parse(answer.body.trim())).toEqual({
    event: 'package.imported',
    load: TARGET,
    source: 'P0S3-08-11-00.zip',
  });
  expect(uploads()).toEqual([]);
});

test('an import that fails says why, with the code, and nothing stays', async () => {
  const refuse = async () => {
    throw new AppError('E_FIRMWARE_UNWRITABLE', 'the folder cannot be written to');
  };
  const web = await webBench({ desk: { take: refuse, verify: refuse, forget: refuse } });
  const told = JSON.parse((await upload(web, 'a.zip', 'x')).body.trim());
  expect(told).toMatchObject({ event: 'import.failed', code: 'E_FIRMWARE_UNWRITABLE' });
  expect(uploads()).toEqual([]);
});

test.each(['../x.zip', '%2e%2e%2fx', 'a/b.zip', '.hidden', ''])('"%s" is no name of an archive', async (name) => {
  const web = await webBench();
  expect((await upload(web, name, 'x')).statusCode).toBe(400);
  expect(existsSync('/tmp/x.zip')).toBe(false);
});

test('an upload that breaks off leaves nothing, and the next one is taken', async () => {
  const web = await webBench();
  const url = new URL(`${await listening(web)}/api/v1/firmware/import?name=a.zip`);
  const sending = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'content-length': 1000 },
  });
  sending.on('error', () => {});
  sending.write('only a part');
  for (let tries = 0; uploads().length === 0 && tries < 400; tries++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(uploads().length).toBe(1);
  expect((await upload(web, 'b.zip', 'x')).statusCode).toBe(409);
  sending.destroy();
  for (let tries = 0; uploads().length > 0 && tries < 400; tries++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(uploads()).toEqual([]);
  expect((await upload(web, 'b.zip', 'x')).statusCode).toBe(200);
});

test('who may only look changes nothing, by any route that there is; who is nobody reads nothing either', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE]);
  const { token, access } = newToken('screen', 'look', web.clock.wall());
  web.store.keepWebAccess(access);
  const paths = (await web.app.inject({ url: '/api/v1/openapi.json', headers })).json().paths;
  const routes = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      path: path.replace('{mac}', ALICE).replace('{load}', TARGET).replace('{family}', '79x0'),
      method,
    })),
  );
  const before = JSON.stringify([web.store.phones(), web.store.batch()]);
  const acting: string[] = [];
  for (const { path, method } of routes) {
    // A stream does not end, and logging in is for everybody.
    if (path.endsWith('/events') || path.endsWith('/session')) continue;
    const ask = (authorization: Record<string, string>) =>
      web.app.inject({
        ...{
          method: method.toUpperCase() as 'GET',
          url: path,
          remoteAddress: '10.1.1.1',
          headers: { host: '10.1.1.2', ...authorization },
        },
      });
    expect([path, method, (await ask({})).statusCode]).toEqual([path, method, 401]);
    const { statusCode } = await ask({ authorization: `Bearer ${token}` });
    if (method === 'get') expect([path, statusCode === 200 || statusCode === 400]).toEqual([path, true]);
    else {
      expect([path, method, statusCode]).toEqual([path, method, 403]);
      acting.push(path);
    }
  }
  expect(acting.length).toBeGreaterThan(8);
  expect(JSON.stringify([web.store.phones(), web.store.batch()])).toBe(before);
});
