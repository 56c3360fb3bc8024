import { expect, test } from 'vitest';
import { FairQueue } from '../../src/adapters/fair-queue.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function numbered(count: number, done: number[], queue: FairQueue): void {
  for (let task = 0; task < count; task++) queue.run(() => void done.push(task));
}

test('a lone task waits for nothing', () => {
  const done: number[] = [];
  numbered(1, done, new FairQueue(4));
  expect(done).toEqual([0]);
});

test('a burst is worked off a few tasks a turn, in its order, and what comes meanwhile stands behind it', async () => {
  const queue = new FairQueue(4);
  const done: number[] = [];
  numbered(10, done, queue);
  expect(done).toEqual([0, 1, 2, 3]);
  await turn();
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  queue.run(() => void done.push(99));
  expect(done).toHaveLength(8);
  await turn();
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99]);
  await turn();
  numbered(4, done, queue);
  expect(done).toHaveLength(15);
});

test('tasks that wait share their turn with those that come in it', async () => {
  const queue = new FairQueue(4);
  const done: number[] = [];
  numbered(6, done, queue);
  await turn();
  expect(done).toHaveLength(6);
  numbered(3, done, queue);
  expect(done).toHaveLength(8);
});

test('a flush leaves nothing waiting, not even what its tasks bring', async () => {
  const queue = new FairQueue(1);
  const done: number[] = [];
  queue.run(() => {});
  queue.run(() => queue.run(() => void done.push(1)));
  queue.flush();
  expect(done).toEqual([1]);
  await turn();
  expect(done).toEqual([1]);
});
