import { expect, test } from 'vitest';
import { FrameCache } from '../../src/adapters/tftp/frames.ts';
import { RateLimit } from '../../src/adapters/tftp/rate-limit.ts';
import { encodePacket } from '../../src/core/tftp/codec.ts';
import type { TftpAnswer } from '../../src/ports/tftp.ts';
import {
  afterThisTest,
  inFakeTime,
  openSockets,
  PlaneClock,
  pattern,
  serve,
  settled,
  until,
  watch,
} from './harness.ts';
import { Peer } from './peer.ts';

test('the transfer over the limit of an address gets silence, and its repeat an answer once there is room', async () => {
  const { peer, server, log } = await serve({ file: pattern(2000) }, { limits: { maxTransfersPerAddress: 2 } });
  const phones = [await peer(), await peer(), await peer()];
  let transferPort = 0;
  for (const phone of phones.slice(0, 2).reverse()) {
    phone.ask('file');
    transferPort = (await phone.next()).from.port;
  }
  phones[2]?.ask('file');
  const neighbour = await peer('127.0.0.2');
  expect((await neighbour.fetch('file')).bytes).toHaveLength(2000);
  expect(server.counters()).toMatchObject({ overLimit: 1, transfers: 3 });
  expect(log.lines.at(-1)).toMatchObject({ event: 'tftp.limit.reached', address: '127.0.0.1', limit: 'address' });
  phones[0]?.raw(encodePacket({ kind: 'error', code: 0, message: 'enough' }), transferPort);
  await until(() => server.counters().failed === 1);
  phones[2]?.ask('file');
  expect(await phones[2]?.seen()).toBe('DATA 1 (512)');
  expect(phones[2]?.unread).toBe(0);
});

test('over the limit, the transfer that was silent longest makes way', async () => {
  const told = watch();
  const file: TftpAnswer = { kind: 'content', content: pattern(2000), watcher: told.watcher };
  const { peer, clock } = await serve({ old: file, file: pattern(2000) }, { limits: { maxTransfersPerAddress: 2 } });
  const [first, second, third] = [await peer(), await peer(), await peer()];
  first.ask('old');
  await first.next();
  clock.advance(2000);
  second.ask('file');
  await second.next();
  clock.advance(3000);
  third.ask('file');
  expect(await third.seen()).toBe('DATA 1 (512)');
  expect(await told.end).toBe('failed silent 0');
});

test('the limit on all transfers holds across addresses', async () => {
  const { peer, server } = await serve({ file: pattern(2000) }, { limits: { maxTransfers: 1 } });
  const [one, other] = [await peer(), await peer('127.0.0.2')];
  one.ask('file');
  await one.next();
  other.ask('file');
  await until(() => server.counters().overLimit === 1);
  expect(other.unread).toBe(0);
});

test('transfers that ended make room for those to other addresses', async () => {
  const { peer, server } = await serve({ file: pattern(600) }, { limits: { maxTransfers: 1 } });
  for (let last = 2; last < 6; last += 1) {
    const phone = await peer(`127.0.0.${last}`);
    expect((await phone.fetch('file')).bytes).toHaveLength(600);
    await until(() => server.counters().sent === last - 1);
  }
});

test('a transfer that ended makes room at once, before it has lingered', async () => {
  const { peer, server } = await serve({ file: pattern(600) }, { limits: { maxTransfersPerAddress: 1 } });
  const phone = await peer();
  for (let round = 1; round <= 5; round += 1) {
    expect((await phone.fetch('file')).bytes).toHaveLength(600);
    await until(() => server.counters().sent === round);
  }
});

test('an address that asks too often hears nothing until its bucket fills again', async () => {
  const { peer, clock, server } = await serve({}, { limits: { requestBurst: 3, requestsPerSecond: 1 } });
  const flood = await peer();
  for (let n = 0; n < 3; n += 1) {
    flood.ask(`file${n}`);
    expect(await flood.seen()).toBe('ERROR 1');
  }
  for (let n = 3; n < 10; n += 1) flood.ask(`file${n}`);
  await until(() => server.counters().rateLimited === 7);
  const neighbour = await peer('127.0.0.2');
  neighbour.ask('file');
  expect(await neighbour.seen()).toBe('ERROR 1');
  expect(server.counters()).toMatchObject({ rateLimited: 7, requests: 4 });
  clock.advance(1000);
  flood.ask('late');
  expect(await flood.seen()).toBe('ERROR 1');
  expect(flood.unread).toBe(0);
});

test('forged addresses do not grow the memory of the rate limit without end', () => {
  const limit = new RateLimit(1, 2);
  for (let n = 0; n < 50_000; n += 1) expect(limit.mayAsk(`10.0.${n >> 8}.${n & 255}`, 0)).toBe(true);
  // The oldest were forgotten, the newest are known.
  expect(limit.mayAsk('10.0.195.79', 0)).toBe(true);
  expect(limit.mayAsk('10.0.195.79', 0)).toBe(false);
});

test('progress is told four times a second at most, and the end exactly once', async () => {
  const told = watch();
  const content = pattern(100 * 512);
  const { peer, clock } = await serve({ file: { kind: 'content', content, watcher: told.watcher } });
  const phone = await peer();
  phone.ask('file');
  for (let block = 1; block <= 101; block += 1) {
    const { from } = await phone.next();
    clock.advance(10);
    phone.ack(block, from);
  }
  expect(await told.end).toBe('sent 51200');
  // 1.01 s of transfer.
  expect(told.calls).toEqual(['progress 12800', 'progress 25600', 'progress 38400', 'progress 51200', 'sent 51200']);
});

test('a watcher that throws is logged and harms no transfer', async () => {
  const content = pattern(10);
  const fail = () => {
    throw new Error('broken watcher');
  };
  const watcher = { progress: fail, sent: fail, failed: fail };
  const { peer, log } = await serve({ file: { kind: 'content', content, watcher }, other: pattern(5) });
  const phone = await peer();
  await phone.fetch('file');
  expect((await phone.fetch('other')).bytes).toHaveLength(5);
  expect(log.lines.map((line) => line.event)).toContain('tftp.watcher.failed');
});

test('a request nothing decides is given up after a minute, in silence, and may be asked again', async () => {
  const { peer, clock, log, asked } = await serve(() => new Promise(() => {}));
  const phone = await peer();
  phone.ask('file');
  await until(() => log.lines.length > 0);
  while (!log.lines.some((line) => line.event === 'tftp.handler.overdue')) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
  }
  phone.ask('file');
  await until(() => asked.length === 2);
  expect(phone.unread).toBe(0);
});

test('when the server stops, running transfers are told so, and nothing is left behind', async () => {
  const clock = new PlaneClock();
  const told = watch();
  const silent = () => {};
  const before = await openSockets();
  const server = inFakeTime(
    {
      listen: { address: '127.0.0.1', port: 0 },
      log: { error: silent, warn: silent, info: silent, debug: silent },
      handler: async () => ({ kind: 'content', content: pattern(5000), watcher: told.watcher }),
    },
    clock,
  );
  const at = await server.start();
  const phone = await Peer.open(at);
  afterThisTest(() => phone.close());
  phone.ask('file');
  const { from } = await phone.next();
  phone.ack(1, from);
  await phone.next();
  await server.stop();
  expect(await phone.seen()).toBe('ERROR 0');
  expect(told.calls).toEqual(['failed stopped 512']);
  expect(clock.pending).toBe(0);
  await server.stop();
  // The phone's own.
  expect(await openSockets()).toBe(before + 1);
});

test('a handler that decides after the server stopped changes nothing, and its watcher is told', async () => {
  const told = watch();
  let decide: (answer: TftpAnswer) => void = () => {};
  const { peer, server, asked } = await serve(() => new Promise((resolve) => (decide = resolve)));
  const phone = await peer();
  phone.ask('file');
  await until(() => asked.length > 0);
  await server.stop();
  decide({ kind: 'content', content: pattern(10), watcher: told.watcher });
  expect(await told.end).toBe('failed stopped 0');
});

test('transfers of one content share its packets, and the cache keeps to its limit', () => {
  const cache = new FrameCache(400_000);
  const format = { blockBytes: 512, blockWrap: 0 as const };
  const contents = [pattern(100_000), pattern(100_000), pattern(100_000), pattern(100_000)];
  const [first] = contents;
  if (first === undefined) throw new Error('no content');
  expect(cache.framesOf(first, format, 0).frame(2)).toBe(cache.framesOf(first, format, 0).frame(2));
  for (const content of contents) cache.framesOf(content, format, 1);
  expect(cache.bytes).toBeLessThanOrEqual(400_000);
  expect(cache.bytes).toBeGreaterThan(200_000);
  cache.dropIdle(60_001);
  expect(cache.bytes).toBe(0);
  expect(cache.idleAt).toBe(Number.POSITIVE_INFINITY);
});

test('a content larger than the cache is sent all the same', async () => {
  const file = pattern(200_000);
  const { peer } = await serve({ file }, { limits: { frameCacheBytes: 1000 } });
  const phone = await peer();
  expect((await phone.fetch('file')).bytes.equals(file)).toBe(true);
  await settled(phone);
});
