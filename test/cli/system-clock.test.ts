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

test('time for which the process was stopped makes no deadline pass, and is known of', () => {
  const { clock } = machine();
  const rung: number[] = [];
  const began = clock.now();
  clock.wakeAt(began + 15 * 60_000, () => rung.push(clock.now() - began));
  vi.advanceTimersByTime(60_000);
  expect(clock.awakeSince()).toBeNull();
  // The steady clock goes on, and no timer rings.
  vi.setSystemTime(Date.now() + HOUR);
  expect(clock.now() - began).toBeLessThan(75_000);
  expect(clock.awakeSince()).toBe(clock.now());
  vi.advanceTimersByTime(13 * 60_000);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(2 * 60_000);
  expect(rung).toHaveLength(1);
});

test('a machine that slept is told from one whose clock was set, though both clocks look the same', () => {
  let [asleep, set] = [0, 0];
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const clock = systemClock({
    wall: () => Date.now() + set + asleep,
    steady: () => Date.now(),
    uptime: () => Date.now() + asleep,
  });
  set = HOUR;
  vi.advanceTimersByTime(1_000);
  expect(clock.awakeSince()).toBeNull();
  asleep = HOUR;
  vi.advanceTimersByTime(1_000);
  expect(clock.awakeSince()).toBe(clock.now());
  set = 0;
  vi.advanceTimersByTime(60_000);
  expect(clock.awakeSince()).toBeLessThan(clock.now());
});

test('a clock that must not tell less than what was recorded nears the machine again and never runs backwards', () => {
  const { clock, wall } = machine();
  clock.notBefore(NOON - HOUR);
  expect(clock.now()).toBe(NOON);
  clock.notBefore(NOON + HOUR);
  let before = clock.now();
  expect(before).toBe(NOON + HOUR);
  for (let minute = 0; minute < 22 * 60; minute++) {
    vi.advanceTimersByTime(60_000);
    expect(clock.now()).toBeGreaterThan(before);
    before = clock.now();
  }
  expect(clock.now()).toBe(wall());
});

test('what is not set agrees with the machine', () => {
  const { clock, wall } = machine();
  vi.advanceTimersByTime(5 * HOUR);
  expect(clock.now()).toBe(wall());
});
