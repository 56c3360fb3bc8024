import { expect, test } from 'vitest';
import { MOST_WAITING, OneAtATime } from '../../src/app/time/one-at-a-time.ts';
import { firmwareList } from '../../src/server/firmware-list.ts';
import { listening, matrix, webBench } from './web-bench.ts';

const headers = { host: '127.0.0.1:6980' };

/** How often the thread was free for phones while something was asked. */
async function freeMoments(work: () => Promise<unknown>): Promise<number> {
  let [free, isOver] = [0, false];
  const count = () => {
    free += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isOver = true;
  return free;
}

test('phones are answered between any two plans of a shopping list', async () => {
  const { app } = await webBench();
  const ask = (query: string) => app.inject({ url: `/api/v1/firmware/needed?${query}`, headers });
  const cheap = await freeMoments(() => ask('target=P0S3-08-11-00&from=P0S3-08-11-00'));
  const free = await freeMoments(async () => {
    // One start, and a plan for every road that might be another.
    const answer = await ask('target=P0S3-08-11-00&from=P0S3-04-4-00');
    expect(answer.json().starts.length).toBeGreaterThan(0);
  });
  expect(free - cheap).toBeGreaterThan(5);
});

test('many who ask at once are thought about one after the other, and one that fails holds up nobody', async () => {
  const thinking = new OneAtATime();
  const order: string[] = [];
  function* steps(name: string, fails = false) {
    for (let i = 0; i < 3; i++) {
      order.push(name);
      yield;
    }
    if (fails) throw new Error(name);
    return name;
  }
  const asked = [thinking.think(steps('a')), thinking.think(steps('b', true)), thinking.think(steps('c'))];
  expect(await Promise.allSettled(asked)).toMatchObject([{ value: 'a' }, { status: 'rejected' }, { value: 'c' }]);
  expect(order.join('')).toBe('aaabbbccc');
});

test('until phones are answered nothing is told, but that the server starts', async () => {
  let phonesAt: { address: string; port: number } | null = null;
  const web = await webBench({ phonesAt: () => phonesAt });
  const base = await listening(web);
  for (const path of ['api/v1/phones', 'api/v1/events', 'metrics', 'readyz', 'api/docs']) {
    const answer = await fetch(`${base}/${path}`);
    expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '1']);
  }
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
  expect((await fetch(`${base}/`)).status).toBe(200);
  phonesAt = { address: '127.0.0.1', port: 69 };
  expect((await fetch(`${base}/readyz`)).status).toBe(200);
  expect((await (await fetch(`${base}/api/v1/server`)).json()) as object).toMatchObject({ phonesAt });
});

test('of those who ask for a shopping list at once, as many are thought about as there is room for, and the rest are told to come back', async () => {
  const thinking = new OneAtATime();
  const web = await webBench({ thinking });
  const url = '/api/v1/firmware/needed?target=P0S3-08-11-00&from=P0S3-08-11-00';
  const asked = Array.from({ length: MOST_WAITING + 5 }, () => web.app.inject({ url, headers }));
  const answers = await Promise.all(asked);
  const statuses = answers.map(({ statusCode }) => statusCode);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
  const refused = answers.filter(({ statusCode }) => statusCode !== 200);
  expect(refused.length).toBeGreaterThan(0);
  for (const answer of refused) {
    expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([503, 'E_SERVER_BUSY', '5']);
  }
  expect((await web.app.inject({ url, headers })).statusCode).toBe(200);
});

test('no more waits to be thought about than there is room for', async () => {
  const thinking = new OneAtATime();
  const one = () => thinking.think((function* () {})());
  const asked = Array.from({ length: MOST_WAITING }, one);
  await expect(one()).rejects.toMatchObject({ code: 'E_SERVER_BUSY' });
  await Promise.all(asked);
  await one();
});

test('a list of packages that failed once is made anew the next time', async () => {
  const thinking = new OneAtATime();
  const packages: [] = [];
  let fails = true;
  const index = () => {
    if (fails) throw new Error('the tree went away');
    return { packages };
  };
  const list = firmwareList({ index, packages: () => packages, strays: () => [] }, matrix, thinking);
  await expect(async () => list()).rejects.toThrow('the tree went away');
  fails = false;
  expect((await list()).records).toEqual([]);
  // What fails while it is thought about is not kept, either.
  const others: [] = [];
  const busy = Array.from({ length: MOST_WAITING }, () => thinking.think((function* () {})()));
  const again = firmwareList({ index, packages: () => others, strays: () => [] }, matrix, thinking);
  await expect(again()).rejects.toMatchObject({ code: 'E_SERVER_BUSY' });
  await Promise.all(busy);
  expect((await again()).records).toEqual([]);
});
