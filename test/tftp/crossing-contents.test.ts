import { expect, test } from 'vitest';
import { ArrivedContents, CrossingContents } from '../../src/adapters/tftp/plane/crossing-contents.ts';
import type { CrossingBytes, CrossingContent } from '../../src/adapters/tftp/plane/messages.ts';
import {
  Gauges,
  makeSharedState,
  SharedDescriptors,
  sharedCounters,
} from '../../src/adapters/tftp/plane/shared-state.ts';
import { pattern } from './harness.ts';

/** What crosses of bytes; throws for a file. */
function bytesOf(crossing: CrossingContent): CrossingBytes {
  if ('path' in crossing) throw new Error('a file');
  return crossing;
}

test('a file is put into shared memory once, however many phones get it', () => {
  const contents = new CrossingContents();
  const file = pattern(10_000);
  const first = bytesOf(contents.crossing(file));
  expect(first.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(Buffer.from(first.bytes).equals(file)).toBe(true);
  expect(contents.crossing(file)).toBe(first);
  expect(bytesOf(contents.crossing(pattern(10_000))).number).not.toBe(first.number);
});

test('a file that lies in shared memory already crosses as it is', () => {
  const file = new Uint8Array(new SharedArrayBuffer(20));
  expect(bytesOf(new CrossingContents().crossing(file)).bytes).toBe(file);
});

test('a short text crosses as a copy of its own and takes nothing else along', () => {
  const text = pattern(8192).subarray(100, 200);
  const { number, bytes } = bytesOf(new CrossingContents().crossing(text));
  expect([number, bytes.buffer.byteLength]).toEqual([null, 100]);
});

test('what arrives under one number is one content, so that its transfers share their packets', () => {
  const arrived = new ArrivedContents();
  const [one, again, other] = [pattern(5000), pattern(5000), pattern(5000)];
  expect(arrived.arrived({ number: 1, bytes: one })).toBe(one);
  expect(arrived.arrived({ number: 1, bytes: again })).toBe(one);
  expect(arrived.arrived({ number: 2, bytes: other })).toBe(other);
  expect(arrived.arrived({ number: null, bytes: again })).toBe(again);
});

test('what one thread counts the other one sees, and what it leaves open the other one can close', () => {
  const state = makeSharedState(2);
  const [here, there] = [sharedCounters(state), sharedCounters(state)];
  here.blocks += 3;
  expect({ ...there }).toMatchObject({ blocks: 3, requests: 0, underWay: 0 });
  const [opened, left] = [new SharedDescriptors(state), new SharedDescriptors(state)];
  for (const descriptor of [20, 21, 22]) opened.add(descriptor);
  opened.delete(21);
  expect(left.takeAll()).toEqual([20, 22]);
  expect(left.takeAll()).toEqual([]);
});

test('of more transfers than there are gauges nobody claims to know how far they are', () => {
  const gauges = new Gauges(makeSharedState(1));
  const first = gauges.take();
  gauges.note(first, 1024, 512);
  expect(gauges.read(first)).toEqual({ bytes: 1024, blockBytes: 512 });
  expect(gauges.read(gauges.take())).toBeNull();
  gauges.give(first);
  expect(gauges.read(gauges.take())).toEqual({ bytes: 0, blockBytes: 0 });
});

test('of a file that is read while it is sent only its name crosses, and how to know it again', () => {
  const file = { path: '/srv/tftp/large', length: 5_000_000_000, stamp: 'stamp', head: pattern(1024) };
  const crossing = new CrossingContents().crossing(file);
  expect(crossing).toEqual({ path: '/srv/tftp/large', length: 5_000_000_000, stamp: 'stamp' });
  expect(new ArrivedContents().arrived(crossing)).toEqual(crossing);
});
