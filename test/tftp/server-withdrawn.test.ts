import { expect, test } from 'vitest';
import { pattern, serve, until, watch } from './harness.ts';
import type { Peer } from './peer.ts';

const OLD = pattern(40);
const NEW = pattern(700);

/** A server whose first answer can be taken back; the second one is another. */
async function withAnswers(first: Uint8Array) {
  const told = watch();
  const order = new AbortController();
  let asked = 0;
  const bench = await serve(async ({ name }) => {
    if (name !== 'text') return { kind: 'error', code: 1, message: 'file not found' };
    asked += 1;
    const { signal: withdrawn } = order;
    if (asked === 1) return { kind: 'content', content: first, watcher: told.watcher, withdrawn };
    return { kind: 'content', content: NEW };
  });
  const phone = await bench.peer();
  const other = await bench.peer();
  const withdraw = async () => {
    order.abort();
    await heard(other);
  };
  return { ...bench, phone, told, withdraw, times: () => asked };
}

/** An answer that was decided after something was told to the thread that sends comes behind it. */
async function heard(other: Peer): Promise<void> {
  other.ask('no-such-file');
  await other.next();
}

test('a question that comes again after its answer was taken back is decided anew', async () => {
  const { phone, told, withdraw, times } = await withAnswers(OLD);
  phone.ask('text');
  expect(await phone.seen()).toBe('DATA 1 (40)');
  await withdraw();
  phone.ask('text');
  expect(await phone.seen()).toBe('DATA 1 (512)');
  expect(times()).toBe(2);
  expect(await told.end).toBe('failed superseded 0');
});

test('nothing of an answer that was taken back is sent again unasked, and its phone gets no error', async () => {
  const { phone, told, clock, withdraw, server } = await withAnswers(OLD);
  phone.ask('text');
  await phone.next();
  await withdraw();
  clock.advance(60_000);
  expect(await told.end).toBe('failed superseded 0');
  expect(server.counters()).toMatchObject({ blocks: 1, retransmissions: 0 });
  expect(await phone.seenUntilMissing()).toEqual([]);
});

test('a phone that has what was taken back, as its acknowledgement says, is not asked to forget it', async () => {
  const { phone, told, withdraw, times } = await withAnswers(pattern(1000));
  phone.ask('text');
  const { from } = await phone.next();
  phone.ack(1, from);
  expect(await phone.seen()).toBe('DATA 2 (488)');
  await withdraw();
  phone.ack(2, from);
  expect(await told.end).toBe('sent 1000');
  expect(times()).toBe(1);
});

test('an acknowledgement that comes after its answer was taken back still tells that the phone has it', async () => {
  const { phone, told, withdraw } = await withAnswers(OLD);
  phone.ask('text');
  const { from } = await phone.next();
  await withdraw();
  phone.ack(1, from);
  expect(await told.end).toBe('sent 40');
});

test('an answer that was taken back before it was given is not repeated', async () => {
  const order = new AbortController();
  order.abort();
  let asked = 0;
  const { peer, server } = await serve(async () => {
    asked += 1;
    return { kind: 'content', content: OLD, ...(asked === 1 ? { withdrawn: order.signal } : {}) };
  });
  const phone = await peer();
  phone.ask('text');
  await phone.next();
  const other = await peer();
  other.ask('text');
  await other.next();
  phone.ask('text');
  await phone.next();
  await until(() => server.counters().failed === 1);
  expect(asked).toBe(3);
});
