import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bytesToSend } from '../../src/adapters/bytes-to-send.ts';
import { ArrivedContents } from '../../src/adapters/tftp/plane/crossing-contents.ts';

const MB = 1024 * 1024;

/** The least share of contents that was still held when nobody wanted them; when V8 collects them is its own affair, so it is given time. */
async function leastHeld(content: () => object): Promise<number> {
  const all: WeakRef<object>[] = [];
  let least = 1;
  while (all.length < 400 && least >= 0.5) {
    all.push(new WeakRef(content()));
    // A weak reference holds on until the turn of the event loop ends, and the V8 of Node 24 collects beside the program, which takes a moment.
    await setTimeout(1);
    if (all.length >= 50) least = Math.min(least, all.filter((one) => one.deref() !== undefined).length / all.length);
  }
  return least;
}

test('files that were sent leave the memory, although threads share it', async () => {
  expect(await leastHeld(() => bytesToSend(40 * MB))).toBeLessThan(0.5);
});

test('the thread that sends files lets go of them, too', async () => {
  const contents = new ArrivedContents();
  let number = 0;
  const arrived = () => {
    number += 1;
    return contents.arrived({ number, bytes: new Uint8Array(new SharedArrayBuffer(40 * MB)) });
  };
  expect(await leastHeld(arrived)).toBeLessThan(0.5);
});

test('a large file lies in memory that threads share, a small text does not', () => {
  expect(bytesToSend(40 * MB).buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(bytesToSend(400).buffer).toBeInstanceOf(ArrayBuffer);
  expect([bytesToSend(5 * MB).length, bytesToSend(400).length, bytesToSend(0).length]).toEqual([5 * MB, 400, 0]);
});
