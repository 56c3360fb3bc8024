import { expect, test } from 'vitest';
import { createNotices } from '../../src/app/notices.ts';
import { batchNotice, type Notice } from '../../src/core/notify/notice.ts';
import type { LogFields } from '../../src/ports/log.ts';
import type { Notifier } from '../../src/ports/notifier.ts';
import { FakeClock } from '../cli/fake-clock.ts';

const BACK_OFF = { tries: 3, firstMs: 1_000, longestMs: 60_000 };

/** A notifier that ends each delivery as the test says, and a log that can be read. */
function bench(most = 100, count = 1) {
  const clock = new FakeClock();
  const lines: LogFields[] = [];
  const keep = (fields: LogFields) => void lines.push(fields);
  const log = { error: keep, warn: keep, info: keep, debug: keep };
  const taken: { notifier: string; notice: Notice; end: (error?: Error) => void; signal: AbortSignal }[] = [];
  const notifiers: Notifier[] = Array.from({ length: count }, (_, i) => ({
    name: `n${i}`,
    deliver: (notice, signal) =>
      new Promise<void>((resolve, reject) => {
        const end = (error?: Error) => (error === undefined ? resolve() : reject(error));
        signal.addEventListener('abort', () => end(new Error('aborted')));
        taken.push({ notifier: `n${i}`, notice, end, signal });
      }),
  }));
  const notices = createNotices({ notifiers, clock, log, backOff: BACK_OFF, mostWaiting: most });
  return { clock, lines, taken, notices };
}

const notice = (reason: string) => batchNotice('batch paused', 0, reason);
/** Lets promises that are settled have their effect. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('notices are told one after the other, in order', async () => {
  const { notices, taken } = bench();
  notices.tell(notice('one'));
  notices.tell(notice('two'));
  await settle();
  expect(taken.map((one) => one.notice.reason)).toEqual(['one']);
  taken[0]?.end();
  await settle();
  expect(taken.map((one) => one.notice.reason)).toEqual(['one', 'two']);
});

test('a failed notice is tried again after its wait, not a millisecond before, and then given up', async () => {
  const { notices, taken, clock, lines } = bench();
  notices.tell(notice('one'));
  notices.tell(notice('two'));
  await settle();
  taken[0]?.end(new Error('no route'));
  await settle();
  clock.pass(999);
  await settle();
  expect(taken).toHaveLength(1);
  clock.pass(1);
  await settle();
  expect(taken).toHaveLength(2);
  taken[1]?.end(new Error('no route'));
  await settle();
  clock.pass(1_999);
  await settle();
  expect(taken).toHaveLength(2);
  clock.pass(1);
  await settle();
  taken[2]?.end(new Error('no route'));
  await settle();
  expect(lines.map(({ event, reason, tries }) => ({ event, reason, tries }))).toEqual([
    { event: 'notice.failed', reason: 'no route', tries: 1 },
    { event: 'notice.failed', reason: 'no route', tries: 2 },
    { event: 'notice.dropped', reason: 'no route', tries: undefined },
  ]);
  expect(taken.map((one) => one.notice.reason)).toEqual(['one', 'one', 'one', 'two']);
});

test('a notifier that hangs holds neither the caller nor another notifier up', async () => {
  const { notices, taken } = bench(100, 2);
  notices.tell(notice('one'));
  notices.tell(notice('two'));
  await settle();
  taken.find((one) => one.notifier === 'n1')?.end();
  await settle();
  expect(taken.map((one) => `${one.notifier} ${one.notice.reason}`)).toEqual(['n0 one', 'n1 one', 'n1 two']);
});

test('what does not fit into the queue is dropped with a line in the log', async () => {
  const { notices, taken, lines } = bench(2);
  for (const reason of ['one', 'two', 'three']) notices.tell(notice(reason));
  expect(lines).toEqual([
    { event: 'notice.dropped', notifier: 'n0', notice: 'batch paused', mac: null, reason: 'more than 2 wait already' },
  ]);
  await settle();
  taken[0]?.end();
  await settle();
  notices.tell(notice('four'));
  taken[1]?.end();
  await settle();
  taken[2]?.end();
  await settle();
  expect(taken.map((one) => one.notice.reason)).toEqual(['one', 'two', 'four']);
});

test('stopping waits for what is under way, for two seconds, and drops the rest by name', async () => {
  const { notices, taken, lines, clock } = bench();
  notices.tell(notice('one'));
  notices.tell(notice('two'));
  await settle();
  let hasStopped = false;
  const stopped = notices.stop().then(() => {
    hasStopped = true;
  });
  clock.pass(1_999);
  await settle();
  expect(hasStopped).toBe(false);
  expect(taken[0]?.signal.aborted).toBe(false);
  clock.pass(1);
  await stopped;
  expect(lines.map(({ event, reason }) => `${event} ${reason}`)).toEqual([
    'notice.dropped aborted',
    'notice.dropped the server stops',
  ]);
  expect(taken).toHaveLength(1);
  notices.tell(notice('three'));
  await settle();
  expect(taken).toHaveLength(1);
});

test('stopping does not wait for a retry', async () => {
  const { notices, taken, lines, clock } = bench();
  notices.tell(notice('one'));
  await settle();
  taken[0]?.end(new Error('no route'));
  await settle();
  await notices.stop();
  expect(lines.at(-1)).toMatchObject({ event: 'notice.dropped', reason: 'no route' });
  expect(clock.isIdle).toBe(true);
});

test('stopping when nothing waits ends at once', async () => {
  const { notices, clock } = bench();
  await notices.stop();
  expect(clock.isIdle).toBe(true);
});
