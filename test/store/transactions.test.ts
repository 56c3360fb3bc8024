import { expect, onTestFinished, test } from 'vitest';
import { loadDriver } from '../../src/adapters/sqlite/load-driver.ts';
import type { LogSync } from '../../src/adapters/sqlite/log-sync.ts';
import { transactions } from '../../src/adapters/sqlite/transactions.ts';
import { AppError } from '../../src/core/errors.ts';
import { FakeClock } from '../support/clock.ts';

/** Transactions on a database in memory, with a disk that answers when the test says so. */
function bench(gathers: FakeClock | null = null) {
  const db = new (loadDriver())(':memory:');
  onTestFinished(() => void db.close());
  db.exec('CREATE TABLE rows (name TEXT)');
  const asked: ((error: Error | null) => void)[] = [];
  let syncsAtOnce = 0;
  const sync: LogSync = {
    later: (done) => void asked.push(done),
    now: () => {
      syncsAtOnce += 1;
    },
    close: () => {},
  };
  const translate = (error: unknown) => new AppError('E_DB_FAILED', String(error));
  const writing = transactions(db, sync, { rolledBack: () => {}, translate, committed: () => {} }, gathers);
  const told: string[] = [];
  const insert = db.prepare('INSERT INTO rows VALUES (?)');
  const join = (name: string, isPrecious: boolean) =>
    writing.join({
      write: () => void insert.run(name),
      isPrecious,
      done: () => void told.push(name),
      failed: (error) => void told.push(`${name}: ${error.code}`),
    });
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const names = () => db.prepare('SELECT name FROM rows').pluck().all();
  return { writing, asked, told, join, turn, names, syncsAtOnce: () => syncsAtOnce };
}

test('a small matter is done with its transaction and asks nothing of the disk', async () => {
  const { join, turn, told, asked, names } = bench();
  join('small', false);
  expect(names()).toEqual([]);
  await turn();
  expect([names(), told, asked.length]).toEqual([['small'], ['small'], 0]);
});

test('a precious job is committed at once and reported done only when the disk has it', async () => {
  const { join, turn, told, asked, names } = bench();
  join('precious', true);
  await turn();
  expect([names(), told, asked.length]).toEqual([['precious'], [], 1]);
  asked[0]?.(null);
  expect(told).toEqual(['precious']);
});

test.each([null, new FakeClock()])(
  'what was written with a matter that could not wait is reported, too',
  async (gathers) => {
    const { writing, join, turn, told, asked, names } = bench(gathers);
    join('precious', true);
    writing.now(() => undefined);
    await turn();
    asked[0]?.(null);
    await turn();
    expect(names()).toContain('precious');
    expect(told).toContain('precious');
  },
);

test('what is committed while the disk is busy is reported in its order, and shares the next sync', async () => {
  const { join, turn, told, asked } = bench();
  join('first', true);
  await turn();
  join('small', false);
  await turn();
  join('second', true);
  join('third', true);
  await turn();
  expect([told, asked.length]).toEqual([[], 1]);
  asked[0]?.(null);
  expect([told, asked.length]).toEqual([['first'], 2]);
  asked[1]?.(null);
  expect([told, asked.length]).toEqual([['first', 'small', 'second', 'third'], 2]);
});

test('small matters behind a precious job need no sync of their own', async () => {
  const { join, turn, told, asked } = bench();
  join('precious', true);
  await turn();
  join('small', false);
  await turn();
  asked[0]?.(null);
  expect([told, asked.length]).toEqual([['precious', 'small'], 1]);
});

test('a flush brings everything to the disk before it returns, and reports each job once', async () => {
  const { writing, join, turn, told, asked, names, syncsAtOnce } = bench();
  join('under way', true);
  await turn();
  join('waiting', true);
  writing.flush();
  expect(names()).toEqual(['under way', 'waiting']);
  expect([told, syncsAtOnce()]).toEqual([['under way', 'waiting'], 1]);
  asked[0]?.(null);
  expect(told).toEqual(['under way', 'waiting']);
  writing.flush();
  expect(syncsAtOnce()).toBe(1);
});

test('a disk that fails fails what it was asked for', async () => {
  const { join, turn, told, asked } = bench();
  join('lost', true);
  await turn();
  asked[0]?.(new Error('EIO'));
  expect(told).toEqual(['lost: E_DB_FAILED']);
});

test("an operator's order waits for the disk itself, with all that was handed over before it", () => {
  const { writing, join, names, syncsAtOnce } = bench();
  join('before', true);
  const seen = writing.now(() => names());
  expect([seen, syncsAtOnce()]).toEqual([['before'], 1]);
  writing.now(() => names(), false);
  expect(syncsAtOnce()).toBe(1);
});

test('where jobs are gathered, one that comes right after a transaction shares the next with those that follow it, and one that comes after a pause waits for nobody', async () => {
  const clock = new FakeClock();
  const { join, turn, told, names } = bench(clock);
  join('first', false);
  await turn();
  expect([names(), told]).toEqual([['first'], ['first']]);
  join('second', false);
  await turn();
  clock.advance(4);
  join('third', false);
  clock.advance(3);
  await turn();
  expect(names()).toEqual(['first']);
  clock.advance(1);
  expect([names(), told]).toEqual([
    ['first', 'second', 'third'],
    ['first', 'second', 'third'],
  ]);
  clock.advance(8);
  join('after a pause', false);
  await turn();
  expect(told.at(-1)).toBe('after a pause');
});

test('what waits to be gathered is written by a flush, and once', async () => {
  const clock = new FakeClock();
  const { writing, join, turn, told, names } = bench(clock);
  join('first', false);
  await turn();
  join('second', true);
  writing.flush();
  expect(told).toEqual(['first', 'second']);
  clock.advance(8);
  join('third', false);
  await turn();
  expect([names(), told]).toEqual([
    ['first', 'second', 'third'],
    ['first', 'second', 'third'],
  ]);
});
