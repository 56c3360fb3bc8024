/** Each fault of the npm package `tftp` 0.1.2 as a server (docs/decisions/0002), as something this server does right. */

import type { RemoteInfo } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { FairQueue } from '../../src/adapters/fair-queue.ts';
import { DgramWire } from '../../src/adapters/tftp/dgram-wires.ts';
import { DiskFiles } from '../../src/adapters/tftp/disk-files.ts';
import { makeEndpoint } from '../../src/adapters/tftp/endpoint.ts';
import { Intake } from '../../src/adapters/tftp/intake.ts';
import { DEFAULT_LIMITS, noCounts } from '../../src/adapters/tftp/limits.ts';
import { Sender } from '../../src/adapters/tftp/sender.ts';
import { Service } from '../../src/adapters/tftp/service.ts';
import { encodePacket } from '../../src/core/tftp/codec.ts';
import { FakeClock } from '../support/clock.ts';
import { afterThisTest, KeptLog, openSockets, pattern, serve, settled, watch } from './harness.ts';

test.each([0, 1, 2, 3])(
  'a datagram of %i bytes to a transfer port does not end the process or the transfer',
  async (length) => {
    const { peer } = await serve({ file: pattern(2000) });
    const phone = await peer();
    phone.ask('file');
    const { from } = await phone.next();
    phone.raw(new Uint8Array(length), from.port);
    phone.ack(1, from);
    expect(await phone.seen()).toBe('DATA 2 (512)');
  },
);

test('a datagram from port 0, which cannot be answered, is counted and dropped', async () => {
  const clock = new FakeClock();
  const log = new KeptLog();
  const counters = noCounts();
  const sender = new Sender(log, counters);
  const limits = DEFAULT_LIMITS;
  const handler = async () => ({ kind: 'error', code: 1, message: 'file not found' }) as const;
  const service = new Service({
    handler,
    clock,
    log,
    limits,
    blockWrap: 0,
    counters,
    queue: new FairQueue(),
    sender,
    isEnding: () => false,
    takeBack: () => false,
    files: new DiskFiles(),
  });
  const intake = new Intake({ service, sender, clock, limits, counters });
  const socket = createSocket('udp4');
  afterThisTest(() => void socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const endpoint = makeEndpoint('127.0.0.1', new DgramWire(socket), []);
  const from: RemoteInfo = { address: '127.0.0.1', family: 'IPv4', port: 0, size: 0 };
  for (const kind of ['rrq', 'wrq'] as const) {
    intake.onRequestPort(endpoint, encodePacket({ kind, name: 'file', mode: 'octet', options: [] }), from);
  }
  intake.onRequestPort(endpoint, Uint8Array.of(0, 1), from);
  intake.onTransferPort(endpoint, endpoint.request, Uint8Array.of(0, 4, 0, 1), from);
  expect(counters).toMatchObject({ ignored: 4, requests: 0, malformed: 0, socketErrors: 0 });
});

test('hundreds of transfers at once open no descriptor', async () => {
  const { peer, server } = await serve(
    { file: pattern(2000) },
    { limits: { maxTransfersPerAddress: 500, requestBurst: 500 } },
  );
  const phones = await Promise.all(Array.from({ length: 300 }, () => peer()));
  const before = await openSockets();
  for (const phone of phones) {
    phone.ask('file');
    await phone.next();
  }
  expect(server.counters().transfers).toBe(300);
  expect(await openSockets()).toBe(before);
});

test('a missing file is answered, and the server serves on', async () => {
  const { peer } = await serve({ file: pattern(10) });
  const phone = await peer();
  phone.ask('missing');
  expect(await phone.seen()).toBe('ERROR 1');
  expect((await phone.fetch('file')).bytes).toHaveLength(10);
});

test('one duplicated ACK brings no duplicated DATA', async () => {
  const { peer, server } = await serve({ file: pattern(20 * 512) });
  const phone = await peer();
  phone.ask('file');
  const { from } = await phone.next();
  phone.ack(1, from);
  phone.ack(1, from);
  for (let block = 2; block <= 21; block += 1) {
    expect(await phone.seen()).toBe(`DATA ${block} (${block === 21 ? 0 : 512})`);
    phone.ack(block, from);
  }
  await settled(phone);
  expect(server.counters().blocks).toBe(21);
});

test('the same request repeated after 1 s and 4 s is one transfer on one port', async () => {
  const { peer, clock, server } = await serve({ file: pattern(2000) });
  const phone = await peer();
  const ports = new Set<number>();
  for (const wait of [0, 900, 4000, 4000]) {
    clock.advance(wait);
    phone.ask('file');
    ports.add((await phone.next()).from.port);
  }
  expect([ports.size, server.counters().transfers]).toEqual([1, 1]);
});

test('an ACK from a foreign port does not drive the transfer', async () => {
  const { peer, server } = await serve({ file: pattern(2000) });
  const [phone, stranger] = [await peer(), await peer()];
  phone.ask('file');
  const { from } = await phone.next();
  stranger.ack(1, from);
  expect(await stranger.seen()).toBe('ERROR 5');
  expect(server.counters().blocks).toBe(1);
});

test('an ERROR on the request port is not answered with an ERROR', async () => {
  const { peer } = await serve({});
  const phone = await peer();
  phone.raw(encodePacket({ kind: 'error', code: 4, message: 'no' }));
  await settled(phone);
  expect(phone.unread).toBe(0);
});

test('options in upper case, mixed with unknown ones, are understood', async () => {
  const { peer } = await serve({ file: pattern(3000) });
  const phone = await peer();
  const option = (name: string, value: string) => ({ name, value });
  phone.ask('file', [
    option('X-UNKNOWN', '1'),
    option('BLKSIZE', '1024'),
    option('ROLLOVER', '0'),
    option('TSIZE', '0'),
  ]);
  expect(await phone.seen()).toBe('OACK BLKSIZE=1024 TSIZE=3000');
});

test('a lost window block is sent again in order after the partial ACK', async () => {
  const { peer } = await serve({ file: pattern(4 * 512 + 1) });
  const phone = await peer();
  phone.ask('file', [{ name: 'windowsize', value: '4' }]);
  const { from } = await phone.next();
  phone.ack(0, from);
  for (const block of [1, 2, 3, 4]) expect(await phone.seen()).toBe(`DATA ${block} (512)`);
  // Block 2 was lost on the way.
  phone.ack(1, from);
  for (const block of [2, 3, 4]) expect(await phone.seen()).toBe(`DATA ${block} (512)`);
  expect(await phone.seen()).toBe('DATA 5 (1)');
});

test('netascii is converted, and a file that may not be read is refused with ERROR 2', async () => {
  const { peer } = await serve({
    text: Buffer.from('a\n'),
    locked: { kind: 'error', code: 2, message: 'access violation' },
  });
  const phone = await peer();
  expect((await phone.fetch('text', [], 'netascii')).bytes.toString()).toBe('a\r\n');
  phone.ask('locked');
  expect(await phone.seen()).toBe('ERROR 2');
});

test('a peer that goes away in the middle is given up, and its watcher hears of it once', async () => {
  const told = watch();
  const { peer, clock } = await serve({ file: { kind: 'content', content: pattern(5000), watcher: told.watcher } });
  const phone = await peer();
  phone.ask('file');
  phone.ack(1, (await phone.next()).from);
  await phone.next();
  clock.advance(120_000);
  expect(told.calls).toEqual(['failed silent 512']);
});
