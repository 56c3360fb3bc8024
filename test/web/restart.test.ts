import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { restartJson } from '../../src/cli/output/restart-text.ts';
import { ApiClient } from '../../src/cli/there/api-client.ts';
import type { RestartAnswer } from '../../src/ports/restarts.ts';
import { FakeClock } from '../support/clock.ts';
import { ALICE, BOB, enrolled, listening, type Web, webBench } from './web-bench.ts';

const headers = { host: '127.0.0.1:6980', 'content-type': 'application/json' };
const HANDS: RestartAnswer = {
  ...{ result: 'hands', rung: 'hands', text: 'a person has to restart it' },
  tries: [{ rung: 'telnet', isTried: false, text: 'no password' }],
  keys: ['Settings, then **#** (restarts the phone)'],
};

async function bench() {
  const clock = new FakeClock();
  const web = await webBench({ clock });
  enrolled(web.store, [ALICE, BOB]);
  return { ...web, clock };
}

function ask({ app }: Pick<Web, 'app'>, payload: object = {}, mac: string = ALICE) {
  return app.inject({ method: 'POST', url: `/api/v1/phones/${mac}/restart`, headers, payload });
}

/** Lets what waits for the network happen. */
const turns = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** The wish that is open, once there is one. */
async function wishOf({ store }: Pick<Web, 'store'>) {
  for (let turn = 0; turn < 2_000; turn++) {
    const [wish] = store.restartWishes();
    if (wish !== undefined) return wish;
    await turns();
  }
  throw new Error('nobody asked for a restart');
}

test('what the command would answer is answered, word for word', async () => {
  const web = await bench();
  const answer = ask(web, { by: 'telnet', timeoutSeconds: 90 });
  const wish = await wishOf(web);
  expect(wish).toMatchObject({ mac: ALICE, by: 'telnet', isDryRun: false, until: web.clock.wall() + 20_000 });
  web.store.answerRestart(wish, HANDS);
  web.clock.advance(500);
  const { statusCode, body } = await answer;
  expect([statusCode, `${body}\n`]).toEqual([200, restartJson(ALICE, HANDS)]);
});

test('a dry run is one, and everything else is as the command has it', async () => {
  const web = await bench();
  const answer = ask(web, { dryRun: true });
  const wish = await wishOf(web);
  expect(wish).toMatchObject({ by: null, isDryRun: true, until: web.clock.wall() + 20_000 });
  web.store.answerRestart(wish, { ...HANDS, result: 'possible', rung: 'check-sync' });
  web.clock.advance(500);
  expect((await answer).json()).toMatchObject({ mac: ALICE, result: 'possible', rung: 'check-sync' });
});

test('without a body it is restarted in whatever way there is', async () => {
  const web = await bench();
  const answer = web.app.inject({
    method: 'POST',
    url: `/api/v1/phones/${ALICE}/restart`,
    headers: { host: headers.host },
  });
  const wish = await wishOf(web);
  expect(wish).toMatchObject({ mac: ALICE, by: null, isDryRun: false });
  web.store.answerRestart(wish, HANDS);
  web.clock.advance(500);
  expect((await answer).json().result).toBe('hands');
});

test('a phone that is not on the list is not restarted, and no wish is left', async () => {
  const web = await bench();
  web.store.release(BOB, web.clock.wall());
  for (const mac of ['0018B9000001', BOB]) {
    const { statusCode, ...answer } = await ask(web, {}, mac);
    expect([statusCode, answer.json().code]).toEqual([404, 'E_BAD_USAGE']);
    expect(answer.json().detail).toContain(`${mac} is not on the list`);
  }
  expect(web.store.restartWishes()).toEqual([]);
});

test.each([
  [{ by: 'hammer' }, 'by in the body'],
  [{ dryrun: true }, 'did you mean "dryRun"?'],
  [{ timeoutSeconds: 0 }, 'timeoutSeconds in the body'],
  [{ timeoutSeconds: 1e9 }, 'timeoutSeconds in the body'],
  [{ dryRun: '<u>yes</u>' }, 'dryRun in the body'],
])('%j is refused, and nothing is wished', async (payload, why) => {
  const web = await bench();
  const answer = await ask(web, payload);
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'E_BAD_USAGE']);
  expect(answer.json().detail).toContain(why);
  expect(web.store.restartWishes()).toEqual([]);
});

test('while somebody waits for the restart of a phone, nobody else takes that place, not even to ask', async () => {
  const web = await bench();
  const first = ask(web);
  const wish = await wishOf(web);
  for (const payload of [{}, { dryRun: true }]) {
    const second = await ask(web, payload);
    expect([second.statusCode, second.json().code]).toEqual([409, 'E_RESTART_REFUSED']);
  }
  web.store.answerRestart(wish, HANDS);
  web.clock.advance(500);
  expect((await first).json().result).toBe('hands');
});

test('a command that asks for the same phone meanwhile has its place, and the first one is told', async () => {
  const web = await bench();
  const first = ask(web);
  await wishOf(web);
  web.store.wishRestart({ mac: ALICE, by: null, isDryRun: false, until: web.clock.wall() + 1_000 });
  web.clock.advance(500);
  expect((await first).json()).toMatchObject({ result: 'refused', text: expect.stringContaining('somebody else') });
});

test('a long wait is no silence: blanks come before the answer, which is read as ever', async () => {
  const web = await bench();
  const base = await listening(web);
  const asking = request(`${base}/api/v1/phones/${ALICE}/restart`, { method: 'POST', headers });
  asking.end('{}');
  const wish = await wishOf(web);
  const came = once(asking, 'response');
  web.clock.advance(10_000);
  const [response] = await came;
  expect([response.statusCode, response.headers['content-type']]).toEqual([
    200,
    expect.stringMatching(/^application\/json/),
  ]);
  web.clock.advance(30_000);
  web.store.answerRestart(wish, HANDS);
  web.clock.advance(500);
  expect(await json(response)).toEqual({ mac: ALICE, ...HANDS });
});

/** Whose restart somebody waits for now. */
const awaited = ({ store, clock }: Pick<Web, 'store' | 'clock'>) =>
  store.restartWishes().flatMap(({ mac, until }) => (until > clock.wall() ? [mac] : []));

test('as long as somebody waits, the wish is one; when the time is over it is none, and the answer says so', async () => {
  const web = await bench();
  const answer = ask(web, { timeoutSeconds: 60 });
  await wishOf(web);
  for (let second = 1; second < 60; second++) web.clock.advance(1_000);
  expect(awaited(web)).toEqual([ALICE]);
  web.clock.advance(4_000);
  const { statusCode, body } = await answer;
  // The first blank has told that all is well; what came of it stands behind it.
  expect([statusCode, JSON.parse(body)]).toEqual([200, expect.objectContaining({ status: 504, code: 'E_TIMEOUT' })]);
  expect(web.logged).toEqual([]);
  expect(awaited(web)).toEqual([]);
});

test('our own client reads a late problem as one, and a late answer as one', async () => {
  const web = await bench();
  const api = new ApiClient({
    url: new URL(await listening(web)),
    token: null,
    ca: null,
    fingerprint: null,
    words: [],
  });
  onTestFinished(() => api.close());
  const late = api.post(`phones/${ALICE}/restart`, { timeoutSeconds: 60 }).catch((error: unknown) => error);
  await wishOf(web);
  for (let second = 0; second < 64; second++) {
    web.clock.advance(1_000);
    await turns();
  }
  expect(await late).toMatchObject({ code: 'E_TIMEOUT', message: expect.stringContaining('not restarted in time') });
  const answered = api.post(`phones/${BOB}/restart`);
  for (let turn = 0; !awaited(web).includes(BOB) && turn < 2_000; turn++) await turns();
  web.clock.advance(15_000);
  const wish = web.store.restartWishes().find(({ mac }) => mac === BOB);
  if (wish !== undefined) web.store.answerRestart(wish, HANDS);
  web.clock.advance(500);
  expect(await answered).toEqual({ mac: BOB, ...HANDS });
});

test('a short time that is over is told as any problem', async () => {
  const web = await bench();
  const answer = ask(web, { timeoutSeconds: 2 });
  await wishOf(web);
  web.clock.advance(6_000);
  expect([(await answer).statusCode, (await answer).json().code]).toEqual([504, 'E_TIMEOUT']);
  // Nobody has to be woken for that.
  expect(web.logged).toEqual([]);
});

test.each(['at once', 'after a while'])('who goes away %s takes the wish along', async (when) => {
  const web = await bench();
  const base = await listening(web);
  const asking = request(`${base}/api/v1/phones/${ALICE}/restart`, { method: 'POST', headers });
  asking.on('error', () => {});
  asking.end('{}');
  await wishOf(web);
  if (when !== 'at once') {
    const came = once(asking, 'response');
    web.clock.advance(10_000);
    (await came)[0].on('error', () => {});
  }
  expect(awaited(web)).toEqual([ALICE]);
  asking.destroy();
  await expect.poll(() => awaited(web)).toEqual([]);
  await turns();
  expect(web.clock.pending).toBe(0);
});

test('a server that ends takes the wishes of its page along', async () => {
  const web = await bench();
  const base = await listening(web);
  const asking = request(`${base}/api/v1/phones/${ALICE}/restart`, { method: 'POST', headers });
  asking.on('error', () => {});
  asking.end('{}');
  await wishOf(web);
  onTestFinished(() => void asking.destroy());
  await web.app.close();
  expect(awaited(web)).toEqual([]);
  expect(web.clock.pending).toBe(0);
});
