import { expect, test } from 'vitest';
import { ALICE, asked, BOB, enrolled, matrix, TARGET, webBench } from './web-bench.ts';

const HOST = { host: '127.0.0.1:6980' };

test('a phone on the list is told as `status --json` tells it', async () => {
  const { app, store } = await webBench();
  enrolled(store, [ALICE], 'front desk');
  const answer = await app.inject({ url: `/api/v1/phones/${ALICE}`, headers: HOST });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    mac: ALICE,
    label: 'front desk',
    state: 'waiting',
    target: TARGET,
    paused: null,
  });
});

test('a phone is found by any spelling of its MAC', async () => {
  const { app, store } = await webBench();
  enrolled(store, [ALICE]);
  for (const spelling of ['00:18:b9:c0:ff:ee', 'SEP0018B9C0FFEE', '0018.b9c0.ffee']) {
    expect((await app.inject({ url: `/api/v1/phones/${spelling}`, headers: HOST })).json().mac).toBe(ALICE);
  }
});

test('a phone that nobody knows is a problem document with our code', async () => {
  const { app } = await webBench();
  const answer = await app.inject({ url: `/api/v1/phones/${BOB}`, headers: HOST });
  expect(answer.statusCode).toBe(404);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json()).toMatchObject({ code: 'E_BAD_USAGE', status: 404, detail: expect.stringContaining(BOB) });
});

test('pages of the list give every phone once', async () => {
  const { app, store } = await webBench();
  const macs = Array.from({ length: 7 }, (_, i) => `0018B9C0FF0${i}` as typeof ALICE);
  enrolled(store, macs);
  const seen: string[] = [];
  let after = '';
  for (let pages = 0; pages < 4; pages++) {
    const url = `/api/v1/phones?limit=3${after === '' ? '' : `&after=${after}`}`;
    const { total, phones, next } = (await app.inject({ url, headers: HOST })).json();
    expect(total).toBe(7);
    seen.push(...phones.map(({ mac }: { mac: string }) => mac));
    if (next === null) break;
    after = next;
  }
  expect(seen).toEqual(macs);
});

test('the list is filtered by state, batch, list and text', async () => {
  const { app, store } = await webBench();
  enrolled(store, [ALICE], 'Front Desk');
  store.enrol({ mac: BOB, target: TARGET, from: null, model: null, label: null, batch: 'pallet 7', enrolledAt: 1 });
  await asked(store, '0018B9C0FF99' as typeof ALICE, ['OS79XX.TXT']);
  const macsOf = async (query: string) => {
    const { phones } = (await app.inject({ url: `/api/v1/phones?${query}`, headers: HOST })).json();
    return phones.map(({ mac }: { mac: string }) => mac);
  };
  expect(await macsOf('q=front')).toEqual([ALICE]);
  expect(await macsOf('batch=pallet%207')).toEqual([BOB]);
  expect(await macsOf('listed=false')).toEqual(['0018B9C0FF99']);
  expect(await macsOf('state=bystander,landed')).toEqual(['0018B9C0FF99']);
});

test('the history of a phone is read back page by page, and no row is missing or comes twice', async () => {
  const { app, store } = await webBench();
  enrolled(store, [ALICE]);
  const files = Array.from({ length: 25 }, (_, i) => `file-${i}`);
  await asked(store, ALICE, files);
  await asked(store, BOB, ['of-another']);
  const pages: string[][] = [];
  let before: string | null = '';
  while (before !== null) {
    const url: string = `/api/v1/phones/${ALICE}/history?limit=10${before === '' ? '' : `&before=${before}`}`;
    const page = (await app.inject({ url, headers: HOST })).json();
    pages.unshift(page.rows.map(({ event, file }: { event: string; file?: string }) => file ?? event));
    before = page.before;
  }
  expect(pages.map(({ length }) => length)).toEqual([6, 10, 10]);
  expect(pages.flat()).toEqual(['phone.enrolled', ...files]);
});

test('the road of a phone is told, or why there is none', async () => {
  const { app, store } = await webBench();
  enrolled(store, [ALICE]);
  const answer = await app.inject({ url: `/api/v1/phones/${ALICE}/plan`, headers: HOST });
  expect(answer.json()).toMatchObject({ ready: false, code: 'E_AMBIGUOUS' });
  const plan = await app.inject({ url: `/api/v1/plan?from=P0030301MFG2&target=${TARGET}`, headers: HOST });
  expect(plan.json()).toMatchObject({ from: 'P0030301MFG2', ready: false });
  const wrong = await app.inject({ url: '/api/v1/plan?from=P0030301MFG2&target=nonsense', headers: HOST });
  expect([wrong.statusCode, wrong.json().code]).toEqual([400, 'E_BAD_USAGE']);
});

test('what is needed for a load is told for every start of its family', async () => {
  const { app } = await webBench();
  const answer = await app.inject({ url: `/api/v1/firmware/needed?target=${TARGET}&family=79x0`, headers: HOST });
  const { starts } = answer.json();
  expect(starts.length).toBeGreaterThan(3);
  expect(starts.every(({ ready }: { ready: boolean }) => !ready)).toBe(true);
  const two = await app.inject({
    url: `/api/v1/firmware/needed?target=${TARGET}&family=79x0&mac=${ALICE}`,
    headers: HOST,
  });
  expect(two.statusCode).toBe(400);
});

test('server, batch, catalogue and matrix are told', async () => {
  const { app, store } = await webBench();
  enrolled(store, [ALICE]);
  const get = async (url: string) => (await app.inject({ url: `/api/v1/${url}`, headers: HOST })).json();
  expect(await get('server')).toMatchObject({ version: '1.2.3', states: { waiting: 1 }, place: '1.0', packages: 0 });
  expect(await get('batch')).toMatchObject({ paused: null, batches: ['default'] });
  expect((await get('explain?q=E_NO_PATH')).entries[0]).toMatchObject({ code: 'E_NO_PATH' });
  expect((await get('matrix')).families.length).toBe(matrix.families.length);
  expect((await get('matrix/79x0')).mermaid).toContain('flowchart');
  expect(await get('report')).toMatchObject({ report: 'batch', total: 1 });
  expect(await get(`phones/${ALICE}/report`)).toMatchObject({ mac: ALICE, outcome: 'never-seen' });
});

test('an error that nobody expected is in the log, and tells nothing to the one who asked', async () => {
  const { app, logged } = await webBench({
    firmware: {
      index: () => ({ packages: [] }),
      list: () => {
        throw new Error('secret path /home/alice');
      },
    },
  });
  const answer = await app.inject({ url: '/api/v1/firmware', headers: HOST });
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain('alice');
  expect(logged).toContainEqual(
    expect.objectContaining({ event: 'web.failed', reason: expect.stringContaining('alice') }),
  );
});
