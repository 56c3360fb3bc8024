import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bytesToSend } from '../../src/adapters/bytes-to-send.ts';
import { ArrivedContents } from '../../src/adapters/tftp/plane/crossing-contents.ts';

const MB = 1024 * 1024;

/** How many of so many contents are still held after nobody wants them any more. */
async function heldOf(count: number, content: () => object): Promise<number> {
  const all: WeakRef<object>[] = [];
  for (let made = 0; made < count; made += 1) {
    all.push(new WeakRef(content()));
    // A weak reference holds on until the turn of the event loop ends.
    await setImmediate();
  }
  return all.filter((one) => one.deref() !== undefined).length;
}

test('files that were sent leave the memory, although threads share it', async () => {
  expect(await heldOf(100, () => bytesToSend(40 * MB))).toBeLessThan(50);
});

test('the thread that sends files lets go of them, too', async () => {
  const contents = new ArrivedContents();
  let number = 0;
  const arrived = () => {
    number += 1;
    return contents.arrived({ number, bytes: new Uint8Array(new SharedArrayBuffer(40 * MB)) });
  };
  expect(await heldOf(100, arrived)).toBeLessThan(50);
});

test('a large file lies in memory that threads share, a small text does not', () => {
  expect(bytesToSend(40 * MB).buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(bytesToSend(400).buffer).toBeInstanceOf(ArrayBuffer);
  expect([bytesToSend(5 * MB).length, bytesToSend(400).length, bytesToSend(0).length]).toEqual([5 * MB, 400, 0]);
});
