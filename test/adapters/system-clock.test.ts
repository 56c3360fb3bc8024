import { afterEach, expect, test, vi } from 'vitest';
import { systemClock, transferClock } from '../../src/adapters/system-clock.ts';
import type { DecidedRow, HistoryEvent } from '../../src/core/history/event.ts';
import { later } from '../../src/core/moment.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { Address } from '../../src/core/who/address.ts';
import { isLeaseAlive } from '../../src/core/who/lease.ts';
import { wallOf } from '../../src/ports/clock.ts';
import { HOUR, NOON } from '../support/clock.ts';

afterEach(() => void vi.useRealTimers());

/** A machine whose clock can be set while time passes evenly. */
function machine() {
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  let offset = NOON;
  const clock = systemClock({ wall: () => Date.now() + offset, steady: () => Date.now(), uptime: () => Date.now() });
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
    expect(rung).toEqual([]);
    vi.advanceTimersByTime(3 * 60_000);
    expect(rung).toHaveLength(1);
    expect(Math.abs((rung[0] ?? 0) - 15 * 60_000)).toBeLessThan(60_000);
  });

  test(`rows carry the machine's time at once when the clock is ${title}`, () => {
    const { clock, set, wall } = machine();
    const began = clock.now();
    set(jump);
    expect(clock.wall()).toBe(wall());
    vi.advanceTimersByTime(1_000);
    expect(clock.wall()).toBe(wall());
    expect(wallOf(clock, clock.now())).toBe(wall());
    expect(clock.now() - began).toBe(1_000 + Math.max(0, jump));
  });
}

test('a clock that was set back, or ahead by no more than half a minute, is noticed by nothing', () => {
  const { clock, set } = machine();
  for (const jump of [-HOUR, 30_000, -1_000, 29_000]) {
    set(jump);
    vi.advanceTimersByTime(1_000);
    expect([clock.awakeSince(), clock.lostMs()]).toEqual([null, 0]);
  }
  expect(clock.now()).toBe(NOON + 4_000);
});

test('a machine that was paused with all its clocks and is told then what time it is has seen nothing of that time', () => {
  const { clock, set } = machine();
  clock.wakeAt(later(clock.now(), HOUR), () => {});
  vi.advanceTimersByTime(60_000);
  set(45_000);
  expect(clock.awakeSince()).toBe(clock.now());
  expect([clock.now(), clock.lostMs()]).toEqual([NOON + 105_000, 45_000]);
  vi.advanceTimersByTime(60_000);
  expect([clock.now(), clock.lostMs()]).toEqual([NOON + 165_000, 45_000]);
});

test('a board that begins in the past and is told the time is older by half a day at most, and nobody has waited for it', () => {
  const { clock, set } = machine();
  const rung: number[] = [];
  clock.wakeAt(later(clock.now(), 8_000), () => rung.push(Date.now()));
  vi.advanceTimersByTime(1_000);
  set(30 * 24 * HOUR);
  vi.advanceTimersByTime(6_999);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rung).toEqual([8_000]);
  expect(clock.now() - NOON).toBe(12 * HOUR + 8_000);
});

test('a clock that is set ahead while the machine sleeps counts beside the sleep', () => {
  const { clock, sleep, set } = sleeper(true);
  sleep(HOUR);
  set(HOUR);
  expect([clock.now(), clock.lostMs()]).toEqual([2 * HOUR, 2 * HOUR]);
});

test('who sends files takes no pause from a clock that is set, and one from a sleep', () => {
  const { source, sleep, set } = sleeper(true);
  const clock = transferClock(source);
  set(HOUR);
  vi.advanceTimersByTime(5_000);
  expect([clock.now(), clock.lostMs()]).toEqual([5_000, 0]);
  sleep(HOUR);
  vi.advanceTimersByTime(5_000);
  expect([clock.now(), clock.lostMs()]).toEqual([HOUR + 10_000, HOUR]);
});

test('time for which the process was stopped counts, and is known of', () => {
  const { clock } = machine();
  const began = clock.now();
  clock.wakeAt(began + 15 * 60_000, () => {});
  vi.advanceTimersByTime(60_000);
  expect([clock.awakeSince(), clock.lostMs()]).toEqual([null, 0]);
  // The system's steady clock goes on, and no timer rings.
  vi.setSystemTime(Date.now() + HOUR);
  expect(clock.now() - began).toBe(HOUR + 60_000);
  expect(clock.awakeSince()).toBe(clock.now());
  expect(Math.abs(clock.lostMs() - HOUR)).toBeLessThan(5_000);
  vi.advanceTimersByTime(60_000);
  expect(clock.awakeSince()).toBe(clock.now() - 60_000);
});

/** A machine that can sleep; Linux and macOS: its steady clock stands still meanwhile. */
function sleeper(uptime: boolean | null) {
  let [asleep, set] = [0, 0];
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const source = {
    wall: () => Date.now() + set + asleep,
    steady: () => Date.now(),
    ...(uptime === null ? {} : { uptime: () => (uptime ? Date.now() + asleep : null) }),
  };
  const clock = systemClock(source);
  const sleep = (ms: number) => {
    asleep += ms;
  };
  const step = (ms: number) => {
    set += ms;
  };
  return { clock, source, sleep, set: step };
}

test('a machine that slept is told from one whose clock was set by a little or back', () => {
  const { clock, sleep, set } = sleeper(true);
  set(20_000);
  vi.advanceTimersByTime(1_000);
  expect([clock.now(), clock.awakeSince(), clock.lostMs()]).toEqual([1_000, null, 0]);
  sleep(20_000);
  vi.advanceTimersByTime(1_000);
  expect(clock.awakeSince()).toBe(clock.now());
  expect([clock.now(), clock.lostMs()]).toEqual([22_000, 20_000]);
  set(-HOUR);
  vi.advanceTimersByTime(60_000);
  expect(clock.now()).toBe(82_000);
  expect(clock.awakeSince()).toBeLessThan(clock.now());
});

test.each([2_000, 9_000, 45_000])('a sleep of %i ms counts from the first look on, and only once', (ms) => {
  const { clock, sleep } = sleeper(true);
  vi.advanceTimersByTime(1_000);
  sleep(ms);
  expect([clock.now(), clock.now()]).toEqual([1_000 + ms, 1_000 + ms]);
  vi.advanceTimersByTime(10_000);
  expect(clock.now()).toBe(11_000 + ms);
});

test('a sleep counts although the clock is set back by as much in the same moment', () => {
  const { clock, sleep, set } = sleeper(true);
  sleep(HOUR);
  set(-HOUR);
  vi.advanceTimersByTime(5_000);
  expect(clock.now()).toBe(HOUR + 5_000);
});

test('a clock that a time server slows down or speeds up is no sleep, however much that adds up to', () => {
  const { clock, set } = sleeper(null);
  for (let minute = 0; minute < 600; minute++) {
    vi.advanceTimersByTime(60_000);
    set(minute < 300 ? 300 : -300);
    clock.now();
  }
  expect([clock.now(), clock.awakeSince()]).toEqual([600 * 60_000, null]);
});

test.each([false, null])(
  'where the machine does not tell how long it runs (%s), a clock that leaps ahead counts as a sleep, and one set back does not',
  (uptime) => {
    const { clock, sleep, set } = sleeper(uptime);
    set(-HOUR);
    expect([clock.now(), clock.awakeSince()]).toEqual([0, null]);
    set(29_000);
    expect([clock.now(), clock.awakeSince()]).toEqual([0, null]);
    sleep(HOUR);
    expect([clock.now(), clock.lostMs()]).toEqual([HOUR, HOUR]);
    expect(clock.awakeSince()).toBe(HOUR);
  },
);

test('a wake-up comes by the true time when the machine has slept, at the next look', () => {
  const { clock, sleep } = sleeper(true);
  const rung: number[] = [];
  clock.wakeAt(HOUR, () => rung.push(clock.now()));
  vi.advanceTimersByTime(60_000);
  sleep(2 * HOUR);
  vi.advanceTimersByTime(5_000);
  expect(rung).toHaveLength(1);
  expect(rung[0]).toBeGreaterThanOrEqual(2 * HOUR);
});

test("a clock that must not tell less than what was recorded goes on from there, and rows carry the machine's time all the same", () => {
  const { clock, wall } = machine();
  clock.notBefore(NOON - HOUR);
  expect(clock.now()).toBe(NOON);
  clock.notBefore(NOON + HOUR);
  expect(clock.now()).toBe(NOON + HOUR);
  vi.advanceTimersByTime(60_000);
  expect(clock.now()).toBe(NOON + HOUR + 60_000);
  expect(clock.wall()).toBe(wall());
  expect(clock.awakeSince()).toBeNull();
});

test('who waits for eight seconds waits for them although the clock is moved past what was recorded meanwhile', () => {
  const { clock } = machine();
  const rung: number[] = [];
  clock.wakeAt(later(clock.now(), 8_000), () => rung.push(Date.now()));
  vi.advanceTimersByTime(1_000);
  clock.notBefore(later(clock.now(), 24 * HOUR));
  vi.advanceTimersByTime(6_999);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rung).toEqual([8_000]);
});

test('a wake-up comes at its time and not a millisecond before', () => {
  vi.useFakeTimers();
  const wake = vi.fn();
  systemClock().wakeAt(Date.now() + 1000, wake);
  vi.advanceTimersByTime(999);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledTimes(1);
});

test('a wake-up in a month does not come at once, as a plain timer of Node would', () => {
  const { clock } = machine();
  const wake = vi.fn();
  // A timer of Node holds 24.8 days.
  const month = 26 * 86_400_000;
  clock.wakeAt(clock.now() + month, wake);
  vi.advanceTimersByTime(month - 1);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledTimes(1);
});

test('a wake-up comes when its time has passed although the clock is set back meanwhile', () => {
  vi.useFakeTimers();
  const wake = vi.fn();
  const at = Date.now() + 1000;
  systemClock().wakeAt(at, wake);
  vi.setSystemTime(at - 5000);
  vi.advanceTimersByTime(999);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100);
  expect(wake).toHaveBeenCalledTimes(1);
});

test('a wake-up that was taken back does not come', () => {
  vi.useFakeTimers();
  const wake = vi.fn();
  systemClock().wakeAt(Date.now() + 1000, wake)();
  vi.advanceTimersByTime(10_000);
  expect(wake).not.toHaveBeenCalled();
});

test('a time of the one kind is not taken for a time of the other', () => {
  const clock = systemClock();
  const rows: HistoryEvent[] = [];
  const decided: DecidedRow = { event: 'phone.seen', at: clock.now(), mac: '0018B9C0FFEE' as MacAddress };
  // @ts-expect-error a row that is kept carries the machine's time
  rows.push(decided);
  // @ts-expect-error a deadline is no time of the machine's clock
  clock.wakeAt(clock.wall(), () => {})();
  // @ts-expect-error a lease ends by the machine's clock
  isLeaseAlive({ address: '10.0.0.7' as Address, mac: decided.mac, endsAt: null }, clock.now());
  // @ts-expect-error so much later is a time of the same kind
  clock.wakeAt(later(clock.wall(), 1_000), () => {})();
  rows.push({ ...decided, at: wallOf(clock, decided.at) });
  clock.wakeAt(later(clock.now(), 1_000), () => {})();
});
