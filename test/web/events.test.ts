import { get, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { AppError } from '../../src/core/errors.ts';
import { newToken } from '../../src/web/guard/credentials.ts';
import { ALICE, asked, BOB, enrolled, listening, type Web, webBench } from './web-bench.ts';

interface Told {
  readonly id: string | null;
  readonly event: string;
  readonly data: unknown;
}

/** A stream that is read as a browser reads it. */
class Listener {
  readonly told: Told[] = [];
  readonly response: IncomingMessage;
  isOver = false;
  #rest = '';

  constructor(response: IncomingMessage) {
    this.response = response;
    onTestFinished(() => void response.destroy());
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.on('error', () => {});
    response.on('close', () => {
      this.isOver = true;
    });
  }

  get rows(): Told[] {
    return this.told.filter(({ event }) => event !== 'place' && event !== 'phones');
  }

  get lastId(): string | null {
    return this.told.findLast(({ id }) => id !== null)?.id ?? null;
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
      if (!fields.has('data')) continue;
      this.told.push({
        id: fields.get('id') ?? null,
        event: fields.get('event') ?? 'message',
        data: JSON.parse(fields.get('data') ?? 'null'),
      });
    }
  }
}

function listen(url: string, lastId: string | null = null, token: string | null = null): Promise<Listener> {
  const headers = {
    ...(lastId === null ? {} : { 'last-event-id': lastId }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    get(url, { headers }, (response) => resolve(new Listener(response))).on('error', reject);
  });
}

/** Lets the server look at its record, and what it sends arrive. */
async function until(clock: Web['clock'], fits: () => boolean): Promise<void> {
  for (let tries = 0; !fits(); tries++) {
    if (tries > 400) throw new Error('it was never told');
    clock.advance(250);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('a reader is told every row after it came, each with its place in the record', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE]);
  const stream = await listen(`${await listening(web)}/api/v1/events`);
  await asked(web.store, ALICE, ['one', 'two']);
  web.store.changeBatch((was) => ({ state: was, events: [{ event: 'batch.paused', at: 5, reason: 'a <b>test</b>' }] }));
  await until(web.clock, () => stream.rows.length >= 3);
  expect(stream.rows.map(({ event }) => event).sort()).toEqual(['batch.paused', 'file.requested', 'file.requested']);
  expect(stream.lastId).toBe('3.1');
});

test('a reader that comes back with the last id misses nothing and sees nothing twice', async () => {
  const web = await webBench();
  const url = `${await listening(web)}/api/v1/events`;
  const seen: string[] = [];
  let last: string | null = '0.0';
  for (let round = 0; round < 5; round++) {
    await asked(web.store, round % 2 === 0 ? ALICE : BOB, [`${round}-a`, `${round}-b`, `${round}-c`]);
    const stream = await listen(url, last);
    await until(web.clock, () => stream.rows.length >= 3);
    // It goes away in the middle of what it was given.
    const taken = stream.rows.slice(0, 2);
    seen.push(...taken.map(({ data }) => (data as { file: string }).file));
    last = taken.at(-1)?.id ?? null;
    stream.response.destroy();
  }
  const rest = await listen(url, last);
  await until(web.clock, () => seen.length + rest.rows.length >= 15);
  seen.push(...rest.rows.map(({ data }) => (data as { file: string }).file));
  expect(seen).toEqual([0, 1, 2, 3, 4].flatMap((round) => ['a', 'b', 'c'].map((one) => `${round}-${one}`)));
});

test('a reader whose token is forgotten hears nothing more', async () => {
  const web = await webBench();
  const { token, access } = newToken('wall', 'look', web.clock.wall());
  web.store.keepWebAccess(access);
  const url = `${await listening(web)}/api/v1/events`;
  const [own, other] = [await listen(url), await listen(url, null, token)];
  await asked(web.store, ALICE, ['before']);
  await until(web.clock, () => own.rows.length === 1 && other.rows.length === 1);
  expect(other.isOver).toBe(false);
  web.store.forgetWebAccess('wall');
  await until(web.clock, () => other.isOver);
  await asked(web.store, ALICE, ['after']);
  await until(web.clock, () => own.rows.length === 2);
  expect([own.isOver, other.rows.length]).toEqual([false, 1]);
});

test('the same holds across a restart of the server', async () => {
  const first = await webBench();
  const before = await listen(`${await listening(first)}/api/v1/events?after=0.0`);
  await asked(first.store, ALICE, ['before']);
  await until(first.clock, () => before.rows.length === 1);
  first.hub.close();
  await first.app.close();
  first.store.close();
  const second = await webBench({}, first.path);
  await asked(second.store, ALICE, ['after']);
  const after = await listen(`${await listening(second)}/api/v1/events`, before.lastId);
  await until(second.clock, () => after.rows.length > 0);
  expect(after.rows.map(({ data }) => (data as { file: string }).file)).toEqual(['after']);
});

test('a place that this record does not have yet is refused: the record is another one', async () => {
  const web = await webBench();
  const stale = await web.app.inject({ url: '/api/v1/events?after=900.0', headers: { host: '127.0.0.1' } });
  expect([stale.statusCode, stale.json().code]).toEqual([409, 'E_BAD_USAGE']);
  const nonsense = await web.app.inject({ url: '/api/v1/events?after=x', headers: { host: '127.0.0.1' } });
  expect(nonsense.statusCode).toBe(400);
});

test('a reader that wants phones is told all of them at first, then those that change', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE, BOB]);
  const stream = await listen(`${await listening(web)}/api/v1/events?phones=true`);
  const pictures = () => stream.told.filter(({ event }) => event === 'phones');
  await until(web.clock, () => pictures().length === 1);
  const macs = (told: Told | undefined) =>
    ((told as Told).data as { phones: { mac: string }[] }).phones.map(({ mac }) => mac);
  expect(macs(pictures()[0]).sort()).toEqual([BOB, ALICE].sort());
  web.store.release(BOB, web.clock.wall());
  await until(web.clock, () => pictures().length === 2);
  expect(macs(pictures()[1])).toEqual([BOB]);
  expect(pictures()[1]?.id).toBe(null);
});

test('a reader that takes nothing is cut off, and keeps no more than a page in memory meanwhile', async () => {
  const web = await webBench();
  const stream = await listen(`${await listening(web)}/api/v1/events?after=0.0`);
  stream.response.pause();
  // More than sockets of the machine hold by themselves.
  const long = 'x'.repeat(4000);
  for (let i = 0; i < 40; i++)
    await asked(
      web.store,
      ALICE,
      Array.from({ length: 100 }, (_, n) => `${long}${i}-${n}`),
    );
  await until(web.clock, () => web.hub.cutOff === 1);
  expect(web.hub.readers).toBe(0);
  expect(web.logged).toContainEqual(
    expect.objectContaining({ event: 'web.reader-cut-off', place: expect.any(String) }),
  );
});

test('streams that are open do not keep the server from ending', async () => {
  const web = await webBench();
  const stream = await listen(`${await listening(web)}/api/v1/events`);
  await until(web.clock, () => stream.told.length > 0);
  web.hub.close();
  await web.app.close();
  expect(web.clock.pending).toBe(0);
});

test('nothing looks at the record while nobody listens', async () => {
  const web = await webBench();
  const stream = await listen(`${await listening(web)}/api/v1/events`);
  await until(web.clock, () => stream.told.length > 0);
  expect(web.clock.pending).toBe(1);
  stream.response.destroy();
  await until(web.clock, () => web.hub.readers === 0);
  expect(web.clock.pending).toBe(0);
});

test('a record that cannot be read throws nothing at the process and is logged once; what ends the server is the last that readers are told', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE]);
  const stream = await listen(`${await listening(web)}/api/v1/events`);
  const { rowsAfter } = web.store;
  const gone = new AppError('E_DB_GONE', 'the record was removed');
  Object.assign(web.store, {
    rowsAfter: () => {
      throw gone;
    },
  });
  await until(web.clock, () => web.logged.some(({ event }) => event === 'web.failed'));
  for (let looks = 0; looks < 5; looks++) web.clock.advance(250);
  expect(web.logged.filter(({ event }) => event === 'web.failed').length).toBe(1);
  Object.assign(web.store, { rowsAfter });
  await asked(web.store, ALICE, ['one']);
  await until(web.clock, () => stream.rows.some(({ event }) => event === 'file.requested'));
  web.hub.close(gone);
  await until(web.clock, () => stream.isOver);
  expect(stream.told.at(-1)).toEqual({
    ...{ id: null, event: 'failed' },
    data: { code: 'E_DB_GONE', detail: 'the record was removed' },
  });
});

test('a reader that wants no rows is told once a second which phones have new ones, and what is about all of them as it is', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE, BOB]);
  const stream = await listen(`${await listening(web)}/api/v1/events?rows=which`);
  await asked(web.store, ALICE, ['one', 'two']);
  await asked(web.store, BOB, ['three']);
  web.store.changeBatch((was) => ({ state: was, events: [{ event: 'batch.paused', at: 5, reason: 'a test' }] }));
  await until(web.clock, () => stream.rows.length >= 2);
  expect(
    stream.rows.map(({ event, data }) => [event, event === 'rows' ? [...(data as string[])].sort() : '']).sort(),
  ).toEqual([
    ['batch.paused', ''],
    ['rows', [ALICE, BOB].sort()],
  ]);
  await asked(web.store, BOB, ['four']);
  await until(web.clock, () => stream.rows.length === 3);
  expect(stream.rows.at(-1)).toEqual({ id: '6.1', event: 'rows', data: [BOB] });
});

test('such a reader that comes back is told of every phone that has rows since, and of none before', async () => {
  const web = await webBench();
  const url = `${await listening(web)}/api/v1/events?rows=which`;
  await asked(web.store, ALICE, ['one']);
  const first = await listen(url, '0.0');
  await until(web.clock, () => first.rows.length === 1);
  first.response.destroy();
  await asked(web.store, BOB, ['two']);
  web.store.changeBatch((was) => ({ state: was, events: [{ event: 'batch.paused', at: 5, reason: 'a test' }] }));
  const second = await listen(url, first.lastId);
  await until(web.clock, () => second.rows.length === 2);
  expect(second.rows).toMatchObject([
    { id: '1.1', event: 'batch.paused' },
    { id: '2.1', event: 'rows', data: [BOB] },
  ]);
  // It goes away between the two.
  const third = await listen(url, second.rows[0]?.id ?? null);
  await until(web.clock, () => third.rows.length === 1);
  expect(third.rows).toEqual([{ id: '2.1', event: 'rows', data: [BOB] }]);
});

test('a reader that comes later is told all phones, and one that was there only what has changed for it', async () => {
  const web = await webBench();
  enrolled(web.store, [ALICE, BOB]);
  const url = `${await listening(web)}/api/v1/events?phones=true`;
  const macsTold = (stream: Listener) =>
    stream.told
      .filter(({ event }) => event === 'phones')
      .map(({ data }) => (data as { phones: { mac: string }[] }).phones.map(({ mac }) => mac).sort());
  const first = await listen(url);
  await until(web.clock, () => macsTold(first).length === 1);
  web.store.release(BOB, web.clock.wall());
  await until(web.clock, () => macsTold(first).length === 2);
  const second = await listen(url);
  await until(web.clock, () => macsTold(second).length === 1);
  web.store.release(ALICE, web.clock.wall());
  await until(web.clock, () => macsTold(first).length === 3 && macsTold(second).length === 2);
  expect(macsTold(first)).toEqual([[ALICE, BOB].sort(), [BOB], [ALICE]]);
  expect(macsTold(second)).toEqual([[ALICE, BOB].sort(), [ALICE]]);
});
