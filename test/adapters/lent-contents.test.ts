import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bytesToSend } from '../../src/adapters/bytes-to-send.ts';
import { LentContents } from '../../src/adapters/lent-contents.ts';

const MB = 1024 * 1024;

test('large files asked one after another all find room, although only a few fit at once', async () => {
  const lent = new LentContents(400 * MB);
  const refused: number[] = [];
  for (let file = 0; file < 200; file += 1) {
    const content = await lent.content(`/tftp/${file}`, 'stamp', 40 * MB, async () => {
      await setImmediate();
      return bytesToSend(40 * MB);
    });
    if (content === null) refused.push(file);
    await setImmediate();
  }
  expect(refused).toEqual([]);
});

test('a large file that somebody still takes is shared, and keeps its room', async () => {
  const lent = new LentContents(100 * MB);
  const read = async () => bytesToSend(60 * MB);
  const first = await lent.content('/tftp/one', 'stamp', 60 * MB, read);
  expect(await lent.content('/tftp/one', 'stamp', 60 * MB, read)).toBe(first);
  expect(await lent.content('/tftp/one', 'replaced', 60 * MB, read)).toBeNull();
  expect(await lent.content('/tftp/two', 'stamp', 60 * MB, read)).toBeNull();
  expect(first?.length).toBe(60 * MB);
});

test('a large file that cannot be read gives its room back', async () => {
  const lent = new LentContents(100 * MB);
  const failing = lent.content('/tftp/one', 'stamp', 60 * MB, async () => Promise.reject(new Error('gone')));
  await expect(failing).rejects.toThrow('gone');
  expect(await lent.content('/tftp/one', 'stamp', 60 * MB, async () => bytesToSend(60 * MB))).not.toBeNull();
});
