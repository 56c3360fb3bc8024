import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ALICE, BOB, enrolled, TARGET, webBench } from './web-bench.ts';

const HOST = { host: '127.0.0.1:6980' };

test('the certificates of a batch are a page of their own, with a sheet for each phone and nothing that is fetched or run', async () => {
  const { app, store } = await webBench();
  enrolled(store, [ALICE, BOB], '<img src=x onerror=alert(1)>');
  const answer = await app.inject({ url: '/certificates?batch=default', headers: HOST });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(answer.body.match(/<section class="sheet/g)?.length).toBe(3);
  expect(answer.body).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(answer.body).not.toMatch(/<script|<img/);
  // The one style that its policy lets through is the one that it has.
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(answer.body) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = String(answer.headers['content-security-policy']);
  expect(policy).toContain(`default-src 'none'; style-src 'sha256-${hash}';`);
  expect(answer.body).not.toMatch(/ style=/);
});

test('a certificate of one phone says what it is at the PBX: by its account, else by the list', async () => {
  const { app, store } = await webBench();
  const wish = { target: TARGET, from: null, model: null, label: 'Desk', enrolledAt: 1 };
  store.enrol({ ...wish, mac: ALICE, extension: '201' });
  store.enrol({ ...wish, mac: BOB, extension: '202' });
  const line = { extension: '301', name: 'Bob', authName: '301' };
  store.keepAccounts([
    { mac: BOB, lines: [line, { ...line, extension: '302' }], sealed: new Uint8Array(4), keyId: 'key' } as never,
  ]);
  const { phones } = (await app.inject({ url: '/api/v1/report', headers: HOST })).json();
  const told = phones.map(({ mac, extension }: { mac: string; extension?: string }) => [mac, extension]);
  expect(Object.fromEntries(told)).toEqual({ [ALICE]: '201', [BOB]: '301, 302' });
  const one = await app.inject({ url: `/certificates?mac=${ALICE}`, headers: HOST });
  expect(one.body).toContain('<dt>Extension</dt><dd>201</dd>');
});

test.each([
  ['mac=0018B9000000', 404],
  ['batch=none', 404],
  ['mac=xyz', 400],
  ['mca=0018B9C0FFEE', 400],
])('certificates of nobody (%s) are %i', async (query, status) => {
  const { app } = await webBench();
  const answer = await app.inject({ url: `/certificates?${query}`, headers: HOST });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    status,
    expect.stringContaining('application/problem+json'),
  ]);
});
