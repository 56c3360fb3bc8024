import { expect, test } from 'vitest';
import { ALICE, enrolled, TARGET, webBench } from './web-bench.ts';

const headers = { host: '127.0.0.1:6980' };

// The command line refuses a flag that it does not know, and so does the API.
test.each([
  ['POST', 'phones', { mac: ALICE, target: TARGET, lable: 'front desk' }, 'lable', 'did you mean "label"?'],
  ['POST', `phones/${ALICE}/retry`, { force: true }, 'force', 'there is nothing to say here'],
  ['POST', `phones/${ALICE}/release`, { target: TARGET }, 'target', 'there is nothing to say here'],
  ['POST', `phones/${ALICE}/cancel`, { now: true }, 'now', 'there is nothing to say here'],
  ['POST', `phones/${ALICE}/restart`, { dryrun: true }, 'dryrun', 'did you mean "dryRun"?'],
  ['POST', 'batch/pause', { why: 'lunch' }, 'why', 'there is reason'],
  ['POST', 'batch/resume', { reasons: 'lunch' }, 'reasons', 'did you mean "reason"?'],
  ['PUT', 'batch/limits', { atonce: 4 }, 'atonce', 'did you mean "atOnce"?'],
  ['PUT', 'batch/limits', { stopAfter: { kind: 'count', count: 1, percent: 2 } }, 'percent', 'there is kind, count'],
  ['POST', 'session', { password: 'x', user: 'root' }, 'user', 'there is password'],
] as const)('%s %s with %j is refused, and changes nothing', async (method, path, payload, key, way) => {
  const { app, store } = await webBench();
  enrolled(store, [ALICE]);
  const before = JSON.stringify([store.phones(), store.batch()]);
  const answer = await app.inject({ method, url: `/api/v1/${path}`, headers, payload });
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'E_BAD_USAGE']);
  expect(answer.json().detail).toContain(`holds "${key}", which is not known; ${way}`);
  expect(JSON.stringify([store.phones(), store.batch()])).toBe(before);
});

test.each([
  ['phones?stat=held', 'did you mean "state"?'],
  [`phones/${ALICE}/history?page=2`, 'there is before, limit'],
  ['firmware/needed?traget=P0S3-08-11-00', 'did you mean "target"?'],
  ['plan?from=P0S3-05-3-00&target=P0S3-08-11-00&mac=1', 'there is'],
  ['report?bacth=1', 'did you mean "batch"?'],
  ['explain?q=x&text=y', 'there is q'],
  ['events?phone=true', 'did you mean "phones"?'],
])('%s is refused: the answer would be another one than was asked for', async (path, way) => {
  const { app, store } = await webBench();
  enrolled(store, [ALICE]);
  const answer = await app.inject({ url: `/api/v1/${path}`, headers });
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'E_BAD_USAGE']);
  expect(answer.json().detail).toContain(way);
});

test('what an empty body says is nothing, and it is taken', async () => {
  const { app, store } = await webBench();
  enrolled(store, [ALICE]);
  const ask = (payload?: object) =>
    app.inject({ method: 'POST', url: `/api/v1/phones/${ALICE}/retry`, headers, ...(payload && { payload }) });
  expect((await ask({})).statusCode).toBe(200);
  expect((await ask()).statusCode).toBe(200);
});

test('a wrong value is named by its place in the request', async () => {
  const { app } = await webBench();
  const payload = { mac: 'nonsense', target: TARGET };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/phones', headers, payload });
  expect(answer.json().detail).toMatch(/^mac in the body: /);
});
