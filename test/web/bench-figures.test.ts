import { expect, test } from 'vitest';
import { percentile } from '../bench/web/asking.ts';
import { StreamMeter } from '../bench/web/stream-meter.ts';
import type { Watched } from '../bench/web/watched.ts';
import { checkWatched, inTime } from '../bench/web/web-goals.ts';

const run = (costMs: number, asked: number, change: Partial<Watched> = {}): Watched => ({
  conversion: {
    ...{ phones: 100, landed: 100, held: 0, seconds: 30, costMs, peakMb: 100, othersShare: 0, asked, repeated: 0 },
    ...{ delay: { p50: 1, p99: 5, max: 9, maxOwn: 0 }, grownBytes: 300 },
  },
  stream: { seconds: 10, bytes: 200_000, phonesBytes: 100_000, busiestBytes: 90_000, firstBytes: 5_000 },
  asked: 40,
  failed: 0,
  ...change,
});
const verdicts = (unseen: Watched, seen: Watched) => checkWatched([unseen], [seen]).map(({ isMet }) => isMet);

test('a stream is counted without its first picture, by the second, however it is cut into pieces', () => {
  const first = 'event: phones\ndata: {"phones":["all of them"]}\n\n';
  const row = 'id: 7.0\nevent: phone.state\ndata: {"mac":"0018B9C0FFEE"}\n\n';
  const changed = 'event: phones\ndata: {"phones":[1]}\n\n';
  const meter = new StreamMeter(0);
  const seen = [...`event: place\ndata: "0.0"\n\n${first}`].flatMap((piece) => meter.take(piece, 100));
  expect(seen.map(({ name }) => name)).toEqual(['place', 'phones']);
  expect(meter.hasBegun).toBe(true);
  meter.restart(1000);
  meter.take(`${row}${changed.slice(0, 20)}`, 1500);
  meter.take(changed.slice(20), 2500);
  meter.take(row, 2600);
  expect(meter.figures(5000)).toEqual({
    seconds: 4,
    bytes: 2 * row.length + changed.length,
    phonesBytes: changed.length,
    busiestBytes: row.length + changed.length,
    firstBytes: first.length,
  });
});

test('pages are cheap where neither a request nor a phone costs 1.15 times as much as without them', () => {
  expect(verdicts(run(10, 1000), run(11, 1000))).toEqual([true, true, true]);
  // Cheap repeats do not hide what a phone costs.
  expect(verdicts(run(10, 1000), run(12, 1300))).toEqual([false, true, true]);
  expect(verdicts(run(10, 1000), run(10, 800))).toEqual([false, true, true]);
});

test('nothing is met where a phone did not land or a page asked in vain', () => {
  const broken = run(10, 1000);
  expect(verdicts(broken, { ...broken, failed: 1 })).toEqual([false, false, false]);
  expect(verdicts({ ...broken, conversion: { ...broken.conversion, landed: 99 } }, broken)).toContain(false);
});

test('a route is in time where its first answer and 99 of 100 are, and none was refused', () => {
  const [quick, slow] = [20, 200].map((p99) => ({ answers: 100, perSecond: 50, p50: 10, p99 })) as [
    Parameters<typeof inTime>[0]['alone'],
    Parameters<typeof inTime>[0]['alone'],
  ];
  const figures = { route: '/', bytes: 1, firstMs: 50, alone: quick, together: quick, refused: 0 };
  expect(inTime(figures)).toEqual({ alone: true, together: true });
  expect(inTime({ ...figures, together: slow })).toEqual({ alone: true, together: false });
  expect(inTime({ ...figures, together: null })).toEqual({ alone: true, together: false });
  expect(inTime({ ...figures, firstMs: 120 })).toEqual({ alone: false, together: true });
  expect(inTime({ ...figures, refused: 1 })).toEqual({ alone: false, together: false });
});

test('a percentile of few times is one of them', () => {
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
  expect(percentile([3, 1, 2], 0.99)).toBe(3);
  expect(
    percentile(
      Array.from({ length: 200 }, (_, k) => k + 1),
      0.99,
    ),
  ).toBe(198);
});
