import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { buildReport, needingHands } from '../../src/core/report/build-report.ts';
import type { ReportPhone } from '../../src/core/report/report.ts';
import { ALICE, BOB, landing, NOON, phone, row } from './stories.ts';

const CAROL = '0018B9C0FFF0' as MacAddress;

function report(
  phones: readonly ReportPhone[],
  histories: Readonly<Record<string, readonly HistoryEvent[]>>,
  bystanders: readonly (number | null)[] = [],
  reportedAt = NOON + 1_000_000,
) {
  return buildReport({
    batch: 'default',
    reportedAt,
    phones,
    historyOf: (mac) => histories[mac] ?? [],
    bystanders,
    isPublished: () => null,
  });
}

const slower = landing().map((one) => (one.at > NOON + 20_000 ? { ...one, at: one.at + 30_000 } : one));
const heldRows = [
  row('phone.enrolled', 5),
  row('phone.seen', 6, { peer: '10.0.0.9:1' }),
  row('phone.held', 400, { code: 'E_FILES_MISSING', reason: 'no files', advice: 'put them there' }),
];

test('a batch of landed phones: median and slowest of each hop and of the whole road', () => {
  const made = report([phone(), phone({ mac: BOB }), phone({ mac: CAROL })], {
    [ALICE]: landing(),
    [BOB]: slower,
    [CAROL]: landing(),
  });
  expect(made).toMatchObject({
    total: 3,
    startedAt: NOON,
    finishedAt: NOON + 110_000,
    counts: { landed: 3, held: 0, 'under-way': 0, 'never-seen': 0, cancelled: 0, released: 0 },
  });
  expect(made.hopTimes).toEqual([
    { load: 'P003-08-11-00', phones: 3, medianMs: 40_000, slowestMs: 70_000, slowestMac: BOB },
    { load: 'P0S3-08-11-00', phones: 3, medianMs: 30_000, slowestMs: 30_000, slowestMac: expect.any(String) },
  ]);
  expect(made.roadTimes).toEqual({ phones: 3, medianMs: 70_000, slowestMs: 100_000, slowestMac: BOB });
});

test('the median of an even number of phones lies between the two in the middle', () => {
  const made = report([phone(), phone({ mac: BOB })], { [ALICE]: landing(), [BOB]: slower });
  expect(made.hopTimes[0]?.medianMs).toBe(55_000);
});

test('a batch with one phone held is finished when that one was held; with one never seen it is not', () => {
  const held = phone({ mac: BOB, state: 'held', code: 'E_FILES_MISSING' });
  const histories = { [ALICE]: landing(), [BOB]: heldRows, [CAROL]: [row('phone.enrolled', 7)] };
  expect(report([phone(), held], histories).finishedAt).toBe(NOON + 400_000);
  const waiting = phone({ mac: CAROL, state: 'waiting' });
  const made = report([waiting, phone(), held], histories);
  expect(made.finishedAt).toBe(null);
  expect(needingHands(made).map(({ mac }) => mac)).toEqual([BOB, CAROL]);
});

test('a batch in which every phone has landed, is held, was cancelled or let go is finished, and cancelled ones are counted', () => {
  const cancelled = phone({ mac: CAROL, isReleased: true, state: 'cancelled' });
  const rows = [row('phone.enrolled', 7), row('phone.released', 600, { finding: 'cancelled' })];
  const histories = { [ALICE]: [...landing(), row('phone.released', 900)], [BOB]: heldRows, [CAROL]: rows };
  const alone = report([cancelled], histories);
  expect(alone).toMatchObject({ finishedAt: NOON + 600_000, counts: { cancelled: 1, landed: 0, released: 0 } });
  const held = phone({ mac: BOB, state: 'held', code: 'E_FILES_MISSING' });
  const released = phone({ isReleased: true, state: 'released' });
  expect(report([released], histories)).toMatchObject({
    finishedAt: NOON + 80_000,
    roadTimes: { phones: 1, medianMs: 70_000 },
  });
  expect(report([released, held, cancelled], histories)).toMatchObject({
    finishedAt: NOON + 600_000,
    counts: { cancelled: 1, released: 1, held: 1, landed: 0 },
  });
});

test('a phone that was never seen keeps a report open for half an hour after the last thing that happened', () => {
  const histories = { [ALICE]: landing(), [CAROL]: [row('phone.enrolled', 7)] };
  const waiting = phone({ mac: CAROL, state: 'waiting' });
  const end = report([phone()], histories).finishedAt ?? 0;
  expect(report([waiting, phone()], histories, [], end + 30 * 60_000 - 1).finishedAt).toBe(null);
  expect(report([waiting, phone()], histories, [], end + 30 * 60_000).finishedAt).toBe(end);
  expect(report([waiting], histories, [], end + 1e9).finishedAt).toBe(null);
});

test('a batch without phones, and one in which nothing landed, have no times', () => {
  expect(report([], {})).toMatchObject({ total: 0, startedAt: null, finishedAt: null, hopTimes: [], roadTimes: null });
  expect(report([phone({ mac: BOB, state: 'held' })], { [BOB]: heldRows })).toMatchObject({
    hopTimes: [],
    roadTimes: null,
  });
});

test('other phones are counted when they were seen since the batch began', () => {
  expect(report([phone()], { [ALICE]: landing() }, [NOON - 1, NOON, NOON + 9, null]).bystanders).toBe(2);
});
