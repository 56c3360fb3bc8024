import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 21, 12);

afterEach(() => void vi.useRealTimers());

/** A machine whose clock can be set while time passes evenly. */
function machine() {
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  let offset = NOON;
  const clock = systemClock({ wall: () => Date.now() + offset, steady: () => Date.now() });
  const set = (by: number) => {
    offset += by;
  };
  return { clock, set, wall: () => Date.now() + offset };
}

for (const [title, jump] of [
  ['set forward by an hour', HOUR],
  ['set back by an hour', -HOUR],
] as const) {
  test(`a deadline in 15 minutes passes in 15 minutes although the clock is ${title}`, () => {
    const { clock, set } = machine();
    const rung: number[] = [];
    const at = clock.now() + 15 * 60_000;
    clock.wakeAt(at, () => rung.push(Date.now()));
    vi.advanceTimersByTime(60_000);
    set(jump);
    vi.advanceTimersByTime(13 * 60_000 - 1);
    expect(clock.now()).toBeLessThan(at);
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(3 * 60_000);
    expect(rung).toHaveLength(1);
    expect(Math.abs((rung[0] ?? 0) - 15 * 60_000)).toBeLessThan(60_000);
  });

  test(`the clock never runs backwards and agrees with the machine again in time when it is ${title}`, () => {
    const { clock, set, wall } = machine();
    set(jump);
    let before = clock.now();
    for (let minute = 0; minute < 22 * 60; minute++) {
      vi.advanceTimersByTime(60_000);
      const now = clock.now();
      expect(now).toBeGreaterThan(before);
      before = now;
    }
    expect(clock.now()).toBe(wall());
  });
}

test('what is not set agrees with the machine', () => {
  const { clock, wall } = machine();
  vi.advanceTimersByTime(5 * HOUR);
  expect(clock.now()).toBe(wall());
});
