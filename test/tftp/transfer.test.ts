import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/adapters/tftp/limits.ts';
import { wireBlock } from '../../src/core/tftp/block-number.ts';
import {
  beginTransfer,
  blockCount,
  stepTransfer,
  type Transfer,
  type TransferEvent,
  type TransferTerms,
} from '../../src/core/tftp/transfer.ts';

const tuning = { ...DEFAULT_LIMITS, blockWrap: 0 as const };
const plain: TransferTerms = { lastBlock: 5, windowBlocks: 1, hasOack: false, timeoutMs: null, tuning };

/** Applies events and notes what each led to: `2`, `2-4`, `-`, and the end. */
function run(
  terms: TransferTerms,
  events: readonly TransferEvent[],
): { readonly log: string[]; readonly last: Transfer } {
  let step = beginTransfer(terms, 0);
  const log = [describe(step)];
  for (const event of events) {
    step = stepTransfer(step.next, event);
    log.push(describe(step));
  }
  return { log, last: step.next };
}

function describe(step: ReturnType<typeof beginTransfer>): string {
  const { send, end } = step;
  const sent = send === null ? '-' : send.from === send.to ? `${send.from}` : `${send.from}-${send.to}`;
  return end === null ? sent : `${sent} ${end}`;
}

const ack = (block: number, at = 1): TransferEvent => ({ kind: 'ack', block, at });
const deadline = (at: number): TransferEvent => ({ kind: 'deadline', at });
const again = (at: number): TransferEvent => ({ kind: 'asked-again', at });

test('RFC 1350 2: one block goes out for each ACK, and the last ACK ends it', () => {
  expect(run(plain, [ack(1), ack(2), ack(3), ack(4), ack(5)]).log).toEqual(['1', '2', '3', '4', '5', '- sent']);
});

test('RFC 1350 6: n x the block size takes n + 1 blocks, an empty file one', () => {
  expect([0, 511, 512, 513, 1024].map((size) => blockCount(size, 512))).toEqual([1, 1, 2, 2, 3]);
});

test('RFC 1123 4.2.3.1: a repeated ACK brings no DATA, however often it comes', () => {
  expect(run(plain, [ack(1), ack(1), ack(1), ack(2), ack(1), ack(2)]).log).toEqual(['1', '2', '-', '-', '3', '-', '-']);
});

test('RFC 1350 4: an ACK of the past, of a block never sent, or 0 without options changes nothing', () => {
  expect(run(plain, [ack(0), ack(2), ack(65_535), ack(1), ack(0), ack(3), ack(9)]).log).toEqual([
    '1',
    '-',
    '-',
    '-',
    '2',
    '-',
    '-',
    '-',
  ]);
});

test('RFC 1350 2: a lost packet is repeated with back-off, not one millisecond early', () => {
  const events = [1499, 1500, 4499, 4500, 10_499, 10_500].map(deadline);
  expect(run(plain, events).log).toEqual(['1', '-', '1', '-', '1', '-', '1']);
});

test('RFC 1123 4.2.3.2: the wait follows the measured round trip, within its borders', () => {
  const quick = run(plain, [ack(1, 2), deadline(301), deadline(302)]);
  expect(quick.log).toEqual(['1', '2', '-', '2']);
  const slow = run(plain, [ack(1, 900), deadline(900 + 2699), deadline(900 + 2700)]);
  expect(slow.log).toEqual(['1', '2', '-', '2']);
});

test('a first packet nobody acknowledges is repeated four times at most', () => {
  const events = [1500, 4500, 10_500, 18_500, 26_499, 26_500].map(deadline);
  expect(run(plain, events).log).toEqual(['1', '1', '1', '1', '1', '-', '- silent']);
});

test('a later packet nobody acknowledges is repeated six times, then the peer counts as gone', () => {
  let step = stepTransfer(beginTransfer(plain, 0).next, ack(1, 1));
  let repeats = 0;
  while (step.end === null && repeats < 100) {
    step = stepTransfer(step.next, deadline(step.next.deadlineAt));
    if (step.send !== null) repeats += 1;
  }
  expect([repeats, step.end]).toEqual([6, 'silent']);
});

test('RFC 2349: an agreed timeout is the interval, without back-off', () => {
  const terms = { ...plain, timeoutMs: 3000 };
  const events = [ack(1, 0), ...[2999, 3000, 5999, 6000].map(deadline)];
  expect(run(terms, events).log).toEqual(['1', '2', '-', '2', '-', '2']);
});

test('a phone that repeats its request after 1 s and 4 s gets the first packet again each time', () => {
  expect(run(plain, [again(900), again(4900), again(8900)]).log).toEqual(['1', '1', '1', '1']);
});

test('the first packet is not repeated unasked at the moment when the peer repeats its request', () => {
  const { log } = run(plain, [deadline(1000), again(1001), deadline(1501), deadline(4000), deadline(4001)]);
  expect(log).toEqual(['1', '-', '1', '-', '-', '1']);
});

test('repeats a phone asked for use up those that come unasked', () => {
  const { log } = run(plain, [again(1), again(2), again(3), again(4), deadline(60_000)]);
  expect(log).toEqual(['1', '1', '1', '1', '1', '- silent']);
});

test('a late copy of the request does not restart a transfer that goes on', () => {
  const { log } = run(plain, [ack(1, 10), ack(2, 20), again(30), ack(1, 31), ack(3, 40)]);
  expect(log).toEqual(['1', '2', '3', '1', '-', '4']);
});

test('a phone that lost power and asks from the same port again starts over', () => {
  expect(run(plain, [ack(1, 10), again(3009)]).log).toEqual(['1', '2', '1']);
  expect(run(plain, [ack(1, 10), again(3010)]).log).toEqual(['1', '2', '- restarted']);
});

test('RFC 1350 6: after the last ACK the transfer lingers and takes repeated ACKs in silence', () => {
  const terms = { ...plain, lastBlock: 1 };
  const { log, last } = run(terms, [ack(1, 5), ack(1, 6), { kind: 'error', at: 7 }]);
  expect(log).toEqual(['1', '- sent', '-', '-']);
  expect(last.phase).toBe('over');
  const lingering = run(terms, [ack(1, 5), deadline(3004)]);
  expect(lingering.last.phase).toBe('lingering');
  expect(run(terms, [ack(1, 5), deadline(3005)]).last.phase).toBe('over');
});

test('an ERROR of the peer ends the transfer', () => {
  expect(run(plain, [ack(1), { kind: 'error', at: 2 }, ack(2)]).log).toEqual(['1', '2', '- peer-error', '-']);
});

test('RFC 2347: the OACK is acknowledged with block 0 before DATA comes', () => {
  const terms = { ...plain, hasOack: true };
  expect(run(terms, [ack(1), ack(0), ack(0), ack(1)]).log).toEqual(['0', '-', '1', '-', '2']);
});

test('RFC 7440 4: a window goes out at once, and an ACK inside it brings the next one from there', () => {
  const terms = { ...plain, hasOack: true, windowBlocks: 3, lastBlock: 9 };
  expect(run(terms, [ack(0), ack(3), ack(4), ack(7), ack(9)]).log).toEqual(['0', '1-3', '4-6', '5-7', '8-9', '- sent']);
});

test('RFC 7440 4: a repeated ACK brings the window once more, and no more than once', () => {
  const terms = { ...plain, hasOack: true, windowBlocks: 3, lastBlock: 9 };
  expect(run(terms, [ack(0), ack(3), ack(3), ack(3), ack(3), ack(6)]).log).toEqual([
    '0',
    '1-3',
    '4-6',
    '4-6',
    '-',
    '-',
    '7-9',
  ]);
});

test.each([
  [0 as const, 65_536, 0],
  [0 as const, 131_073, 1],
  [1 as const, 65_536, 1],
  [1 as const, 131_071, 1],
])('RFC 1350 5: with wrap to %i block %i carries the number %i', (wrap, block, wire) => {
  expect(wireBlock(block, wrap)).toBe(wire);
});

test('whatever is lost, doubled or reordered, the peer gets every block once and in order', () => {
  const cases = fc.record({
    wrap: fc.constantFrom(0 as const, 1 as const),
    lastBlock: fc.integer({ min: 1, max: 40 }),
    windowBlocks: fc.constantFrom(1, 2, 5, 64),
    fates: fc.infiniteStream(fc.constantFrom('pass', 'pass', 'pass', 'pass', 'lose', 'double', 'swap')),
    // Just below the wrap, so that it is crossed.
    skip: fc.constantFrom(0, 65_525),
  });
  fc.assert(
    fc.property(cases, ({ wrap, lastBlock, windowBlocks, fates, skip }) => {
      const terms = {
        ...plain,
        hasOack: windowBlocks > 1,
        windowBlocks,
        lastBlock: lastBlock + skip,
        tuning: { ...tuning, blockWrap: wrap, maxRepeats: 60, maxFirstRepeats: 60 },
      };
      expect(transferUnder(terms, fates, skip)).toBe('sent');
    }),
    { numRuns: 300 },
  );
});

/** Plays a strict receiver over a bad path; packets are delivered one by one. */
function transferUnder(terms: TransferTerms, fates: Iterator<string>, skip: number): string {
  let now = 0;
  let step = beginTransfer(terms, now);
  if (skip > 0)
    step = { ...step, next: { ...step.next, acked: skip, sent: skip + 1 }, send: { from: skip + 1, to: skip + 1 } };
  let got = skip;
  const toPeer: number[] = [];
  const toServer: number[] = [];
  const put = (queue: number[], packet: number) => {
    const fate = fates.next().value;
    if (fate === 'lose') return;
    queue.push(packet);
    if (fate === 'double') queue.push(packet);
    if (fate === 'swap') queue.reverse();
  };
  for (let turns = 0; turns < 20_000; turns += 1) {
    if (step.send !== null) for (let n = step.send.from; n <= step.send.to; n += 1) put(toPeer, n);
    if (step.end !== null) return got === terms.lastBlock ? step.end : 'corrupt';
    const arrived = toPeer.shift();
    if (arrived !== undefined) {
      if (arrived === got + 1) got += 1;
      // A strict receiver answers old blocks and gaps with what it has.
      put(toServer, wireBlock(got, terms.tuning.blockWrap));
      step = { next: step.next, send: null, end: null };
    }
    const block = toServer.shift();
    now += 1;
    if (block !== undefined) step = stepTransfer(step.next, { kind: 'ack', block, at: now });
    else if (arrived === undefined) {
      now = Math.max(now, step.next.deadlineAt);
      step = stepTransfer(step.next, { kind: 'deadline', at: now });
    }
  }
  return 'endless';
}
