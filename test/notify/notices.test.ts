import { expect, test } from 'vitest';
import { createNotices } from '../../src/app/bench/notices.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { batchNotice, type Notice } from '../../src/core/notify/notice.ts';
import type { LogFields } from '../../src/ports/log.ts';
import type { Notifier } from '../../src/ports/notifier.ts';
import { FakeClock } from '../support/clock.ts';

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
/** One about a phone of its own. */
const about = (mac: string, reason: string): Notice => ({ ...notice(reason), event: 'held', mac: mac as MacAddress });
/** Lets promises that are settled have their effect. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('notices about one thing are told one after the other, in order', async () => {
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
  clock.advance(999);
  await settle();
  expect(taken).toHaveLength(1);
  clock.advance(1);
  await settle();
  expect(taken).toHaveLength(2);
  taken[1]?.end(new Error('no route'));
  await settle();
  clock.advance(1_999);
  await settle();
  expect(taken).toHaveLength(2);
  clock.advance(1);
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
    {
      event: 'notice.dropped',
      ...{ notifier: 'n0', notice: 'batch paused', mac: null, reason: 'more than 2 wait already' },
      text: 'The batch is paused: three',
    },
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

test('a phone whose notice fails or hangs holds up no other phone, and its own notices keep their order', async () => {
  const { notices, taken, clock } = bench();
  for (const [mac, reason] of ['A1', 'B1', 'A2', 'C1', 'B2'].map((one) => [one[0] ?? '', one])) {
    notices.tell(about(mac ?? '', reason ?? ''));
  }
  const told = () => taken.map((one) => one.notice.reason);
  await settle();
  expect(told()).toEqual(['A1', 'B1', 'C1']);
  taken[0]?.end(new Error('no route'));
  taken[1]?.end();
  await settle();
  expect(told()).toEqual(['A1', 'B1', 'C1', 'B2']);
  clock.advance(1_000);
  await settle();
  expect(told()).toEqual(['A1', 'B1', 'C1', 'B2', 'A1']);
  taken[4]?.end();
  await settle();
  expect(told().at(-1)).toBe('A2');
});

test('no more than four are under way at a time, and one that waits to be tried again takes no place', async () => {
  const { notices, taken } = bench();
  for (const mac of 'ABCDEF') notices.tell(about(mac, mac));
  await settle();
  expect(taken.map((one) => one.notice.mac)).toEqual(['A', 'B', 'C', 'D']);
  taken[0]?.end(new Error('no route'));
  await settle();
  expect(taken.map((one) => one.notice.mac)).toEqual(['A', 'B', 'C', 'D', 'E']);
});

test('stopping gives everything five seconds, and names what was not told', async () => {
  const { notices, taken, lines, clock } = bench();
  notices.tell(notice('one'));
  notices.tell(notice('two'));
  await settle();
  let hasStopped = false;
  const stopped = notices.stop().then(() => {
    hasStopped = true;
  });
  clock.advance(4_999);
  await settle();
  expect(hasStopped).toBe(false);
  expect(taken[0]?.signal.aborted).toBe(false);
  clock.advance(1);
  await stopped;
  expect(lines.map(({ event, reason, text }) => `${event} ${reason}: ${text}`)).toEqual([
    'notice.dropped the server stops: The batch is paused: two',
    'notice.dropped aborted: The batch is paused: one',
  ]);
  expect(taken).toHaveLength(1);
  notices.tell(notice('three'));
  await settle();
  expect(taken).toHaveLength(1);
});

test('what waits is still told while the server stops', async () => {
  const { notices, taken, lines, clock } = bench();
  notices.tell(notice('one'));
  notices.tell(notice('two'));
  await settle();
  const stopped = notices.stop();
  taken[0]?.end();
  await settle();
  expect(taken.map((one) => one.notice.reason)).toEqual(['one', 'two']);
  taken[1]?.end();
  await stopped;
  expect(lines).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('stopping waits for no retry: what failed before is tried once more at once', async () => {
  const { notices, taken, lines, clock } = bench();
  notices.tell(notice('one'));
  await settle();
  taken[0]?.end(new Error('no route'));
  await settle();
  const stopped = notices.stop();
  await settle();
  expect(taken).toHaveLength(2);
  taken[1]?.end(new Error('still no route'));
  await stopped;
  expect(lines.at(-1)).toMatchObject({ event: 'notice.dropped', reason: 'still no route' });
  expect(clock.pending).toBe(0);
});

test('stopping when nothing waits ends at once', async () => {
  const { notices, clock } = bench();
  await notices.stop();
  expect(clock.pending).toBe(0);
});
