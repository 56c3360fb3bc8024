import { expect, test } from 'vitest';
import type { TftpAnswer } from '../../src/ports/tftp.ts';
import { pattern, serve, until, watch } from './harness.ts';

/** The event loop has taken up everything that was sent so far. */
async function delivered(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('a server with nothing under way has drained at once', async () => {
  const { server, clock } = await serve({ file: pattern(600) });
  expect(await server.drain(10_000)).toBe(0);
  expect(clock.pending).toBe(0);
});

test('a transfer under way goes on to its end while the server drains, and its end is told', async () => {
  const told = watch();
  const { server, peer } = await serve({
    file: { kind: 'content', content: pattern(1100), watcher: told.watcher },
  });
  const phone = await peer();
  phone.ask('file');
  const { from } = await phone.next();
  const drained = server.drain(10_000);
  for (const block of [1, 2, 3]) {
    phone.ack(block, from);
    if (block < 3) await phone.next();
  }
  expect(await drained).toBe(0);
  expect(await told.end).toBe('sent 1100');
});

test('a new question gets silence while the server drains, and the handler is not asked', async () => {
  const { server, peer, asked } = await serve({ file: pattern(1100), other: pattern(10) });
  const phone = await peer();
  phone.ask('file');
  await phone.next();
  void server.drain(10_000);
  const neighbour = await peer('127.0.0.2');
  neighbour.ask('other');
  await until(() => server.counters().whileEnding === 1);
  // The same phone from another port, as it asks for its next file.
  const next = await peer();
  next.ask('other');
  await until(() => server.counters().whileEnding === 2);
  await delivered();
  expect(neighbour.unread + next.unread).toBe(0);
  expect(asked.map(({ name }) => name)).toEqual(['file']);
});

test('a repeated request of a running transfer gets its first packet again while the server drains', async () => {
  const { server, peer } = await serve({ file: pattern(1100) });
  const phone = await peer();
  phone.ask('file');
  expect(await phone.seen()).toBe('DATA 1 (512)');
  void server.drain(10_000);
  phone.ask('file');
  expect(await phone.seen()).toBe('DATA 1 (512)');
});

test('a question that was put before the server began to drain is answered', async () => {
  let decide: (answer: TftpAnswer) => void = () => {};
  const { server, peer, asked } = await serve(() => new Promise<TftpAnswer>((resolve) => (decide = resolve)));
  const phone = await peer();
  phone.ask('file');
  await until(() => asked.length === 1);
  const drained = server.drain(10_000);
  decide({ kind: 'error', code: 1, message: 'File not found' });
  expect(await phone.seen()).toBe('ERROR 1');
  expect(await drained).toBe(0);
});

test('a peer that does not come to its end in time is counted, and broken off by the stop', async () => {
  const told = watch();
  const { server, peer, clock } = await serve({
    file: { kind: 'content', content: pattern(1100), watcher: told.watcher },
  });
  const phone = await peer();
  phone.ask('file');
  await phone.next();
  let left: number | null = null;
  const drained = server.drain(2_000).then((count) => {
    left = count;
  });
  clock.advance(1_999);
  await delivered();
  expect(left).toBe(null);
  clock.advance(1);
  await drained;
  expect(left).toBe(1);
  await server.stop();
  expect(await told.end).toBe('failed stopped 0');
});
