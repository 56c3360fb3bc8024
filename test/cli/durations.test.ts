import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { parseDuration, parseMoment } from '../../src/cli/settings/durations.ts';
import { spanText } from '../../src/core/text/amounts.ts';

test.each([
  ['90s', 90_000],
  ['40m', 2_400_000],
  ['2h', 7_200_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['3 s'.replace(' ', ''), 3000],
  [' 40M ', 2_400_000],
  ['1d', 86_400_000],
])('"%s" is %d milliseconds', (text, ms) => {
  expect(parseDuration(text)).toEqual({ ok: true, value: ms });
});

test.each(['soon', '', '40', '40 minutes', '-5m', '0s', '5m soon', 'm', '1e3s'])(
  '"%s" is refused with a way out',
  (text) => {
    const parsed = parseDuration(text);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.error).toMatch(/write one such as 90s, 40m or 2h/);
  },
);

test('whole seconds, minutes and hours mean what they say, whatever the number', () => {
  const unit = fc.constantFrom<readonly [string, number]>(['s', 1000], ['m', 60_000], ['h', 3_600_000]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), unit, (n, [word, ms]) => {
      expect(parseDuration(`${n}${word}`)).toEqual({ ok: true, value: n * ms });
    }),
  );
});

test('a moment is a span back from now, or a date', () => {
  const now = Date.UTC(2026, 10, 21, 12);
  expect(parseMoment('2h', now)).toEqual({ ok: true, value: now - 7_200_000 });
  expect(parseMoment('2026-11-21T11:00:00Z', now)).toEqual({ ok: true, value: now - 3_600_000 });
  for (const text of ['yesterday', '2026-13-45', '7', '']) expect(parseMoment(text, now).ok).toBe(false);
});

test.each([
  [0, '0 s'],
  [999, '1 s'],
  [59_000, '59 s'],
  [200_000, '3 min 20 s'],
  [3_000_000, '50 min'],
  [7_500_000, '2 h 5 min'],
  [187_200_000, '2 d 4 h'],
])('%d milliseconds read as "%s"', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});

const ZONE = process.env.TZ;
afterEach(() => {
  if (ZONE === undefined) delete process.env.TZ;
  else process.env.TZ = ZONE;
});

test.each([
  ['America/New_York', '2026-11-20', '2026-11-20T05:00:00Z'],
  ['America/New_York', '2026-11-20T06:30', '2026-11-20T11:30:00Z'],
  ['Asia/Kolkata', ' 2026-11-20 ', '2026-11-19T18:30:00Z'],
  ['Asia/Kolkata', '2026-11-20T00:00Z', '2026-11-20T00:00:00Z'],
  ['UTC', '2026-11-20', '2026-11-20T00:00:00Z'],
])('in %s "%s" is the day that a clock on the wall there shows', (zone, text, is) => {
  process.env.TZ = zone;
  expect(parseMoment(text, 0)).toEqual({ ok: true, value: Date.parse(is) });
});
