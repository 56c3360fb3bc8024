import { expect, test } from 'vitest';
import { HISTORY_EVENTS, type HistoryEvent } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { waitAfter } from '../../src/core/notify/back-off.ts';
import { batchNotice, phoneNotice } from '../../src/core/notify/notice.ts';

const MAC = '0018B9C0FFEE' as MacAddress;
const PHONE = { label: 'desk 12', model: '7940', batch: 'pallet 7', port: 'gi0/12', address: '10.0.0.7' };
const HELD: HistoryEvent = {
  event: 'phone.held',
  at: 5,
  mac: MAC,
  state: 'held',
  hop: 1,
  hops: 3,
  target: 'P0S3-08-11-00',
  code: 'P_NEEDS_RESTART',
  reason: 'it did not come',
  advice: 'unplug it',
};

test('a held phone is told with its place, code, reason and what to do', () => {
  expect(phoneNotice(HELD, PHONE)).toEqual({
    event: 'held',
    at: 5,
    mac: MAC,
    ...PHONE,
    target: 'P0S3-08-11-00',
    state: 'held',
    hop: 1,
    hops: 3,
    code: 'P_NEEDS_RESTART',
    reason: 'it did not come',
    advice: 'unplug it',
    witnesses: null,
    text: 'desk 12 (0018B9C0FFEE) is held: it did not come. What to do: unplug it',
  });
});

test('a landed phone is told with what proves it, a nameless one by its MAC', () => {
  const row: HistoryEvent = {
    event: 'phone.landed',
    at: 6,
    mac: MAC,
    target: 'P0S3-08-11-00',
    witnesses: ['(a)', '(b)'],
  };
  const notice = phoneNotice(row, null);
  expect(notice).toMatchObject({ event: 'landed', witnesses: '(a); (b)', label: null, code: null, advice: null });
  expect(notice?.text).toBe('0018B9C0FFEE landed on P0S3-08-11-00');
});

test('nothing but landing and holding wakes anybody', () => {
  const quiet = HISTORY_EVENTS.filter((event) => phoneNotice({ event, at: 0, mac: MAC }, PHONE) === null);
  expect(HISTORY_EVENTS.filter((event) => !quiet.includes(event))).toEqual(['phone.landed', 'phone.held']);
});

test('a batch is told without a phone', () => {
  expect(batchNotice('batch paused', 7, '2 of 4 failed', 'pallet 7')).toMatchObject({
    event: 'batch paused',
    mac: null,
    batch: 'pallet 7',
    reason: '2 of 4 failed',
    text: 'The batch is paused: 2 of 4 failed',
  });
  expect(batchNotice('batch finished', 7, '48 landed').text).toBe('The batch is finished: 48 landed');
  expect(batchNotice('batch finished', 7, '1 never seen', null, 'Check its cable.')).toMatchObject({
    advice: 'Check its cable.',
    text: 'The batch is finished: 1 never seen. What to do: Check its cable.',
  });
});

test('waits double up to the longest, and end', () => {
  const backOff = { tries: 5, firstMs: 10, longestMs: 35 };
  expect([1, 2, 3, 4, 5, 6].map((failures) => waitAfter(failures, backOff))).toEqual([10, 20, 35, 35, null, null]);
});
