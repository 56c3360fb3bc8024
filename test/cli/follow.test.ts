import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/app/record/live-event.ts';
import { every } from '../../src/app/time/every.ts';
import type { PhoneStatus } from '../../src/app/told/phone-status.ts';
import { followPhone } from '../../src/cli/commands/follow.ts';
import { humanView } from '../../src/cli/output/live-view.ts';
import { AppError } from '../../src/core/errors.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { FakeClock } from '../support/clock.ts';
import { FakeIo } from '../support/fake-io.ts';

const mac = '0018B9C0FFEE' as MacAddress;
const WAITING: PhoneStatus = {
  mac,
  label: null,
  model: null,
  target: 'P0S3-08-11-00',
  from: null,
  start: null,
  state: 'waiting',
  hop: 0,
  hops: 0,
  load: null,
  since: null,
  deadlineAt: null,
  code: null,
  reason: null,
  advice: null,
  lastSeenAt: null,
  isEnrolled: true,
};

function following(
  options: { timeoutMs?: number; status?: Partial<PhoneStatus>; port?: number; isElsewhere?: boolean } = {},
) {
  const clock = new FakeClock();
  const io = new FakeIo();
  let tell: (event: LiveEvent) => void = () => {};
  let fail: (error: AppError) => void = () => {};
  let lose: (error: unknown) => void = () => {};
  let isGone = false;
  let trouble: Error | null = null;
  let status: PhoneStatus = { ...WAITING, ...options.status };
  const result = followPhone({
    mac,
    target: 'P0S3-08-11-00' as LoadName,
    startedAt: clock.now(),
    io,
    clock,
    view: humanView({ out: io.stdout, nameOf: null, isFollowed: true }),
    timeoutMs: options.timeoutMs ?? null,
    subscribe: (listener, failed) => {
      tell = listener;
      lose = failed;
      return () => {
        tell = () => {};
      };
    },
    onFailure: (listener) => {
      fail = listener;
      return () => {};
    },
    status: () => {
      if (trouble !== null) throw trouble;
      return status;
    },
    listening: options.isElsewhere === true ? null : { port: options.port ?? 69, addresses: ['192.168.1.3'] },
    isServerGone: () => isGone,
  });
  // Anybody who awaits it later gets the rejection; until then it must not count as unhandled.
  result.catch(() => {});
  return {
    clock,
    io,
    result,
    tell: (event: Partial<LiveEvent>) => tell({ at: clock.now(), mac, ...event } as LiveEvent),
    fail: (error: AppError) => fail(error),
    lose: (error: unknown) => lose(error),
    goes: () => {
      isGone = true;
    },
    breaks: (error: Error) => {
      trouble = error;
    },
    becomes: (change: Partial<PhoneStatus>) => {
      status = { ...status, ...change };
    },
  };
}

async function errorOf(result: Promise<number>): Promise<AppError> {
  return result.then(
    (code) => {
      throw new Error(`ended with ${code}`);
    },
    (error: AppError) => error,
  );
}

test('a phone that lands ends it with 0, and no timer is left', async () => {
  const { result, tell, becomes, clock, io } = following();
  clock.advance(60_000);
  becomes({ state: 'landed' });
  tell({ event: 'phone.landed', state: 'landed', target: 'P0S3-08-11-00', witnesses: ['seen'] });
  expect(await result).toBe(0);
  expect(clock.pending).toBe(0);
  expect(io.isListening).toBe(false);
  expect(io.stdout.text).toMatch(/landed on P0S3-08-11-00 \(proof: seen\)/);
  expect(io.stdout.text).toMatch(/Done after 1 min/);
});

test.each([
  [true, '"loadstep retry --mac 0018B9C0FFEE"', 'run: loadstep retry --mac 0018B9C0FFEE'],
  [false, 'the same command', 'type the same command again'],
])(
  'a held phone ends it with 4, its reason and what helps: a retry where another process serves (%s), else the same command',
  async (isElsewhere, again, told) => {
    const { result, tell, becomes, io } = following({ isElsewhere });
    const advice = 'look at it; then run: loadstep retry --mac 0018B9C0FFEE';
    becomes({ state: 'held', code: 'P_STALLED', reason: 'it stopped asking.' });
    tell({ event: 'phone.held', state: 'held', reason: 'it stopped asking.', code: 'P_STALLED', advice });
    const error = await errorOf(result);
    expect([error.code, error.exitCode]).toEqual(['E_HELD', 4]);
    expect(error.message).toBe(
      `0018B9C0FFEE is held: it stopped asking; "loadstep explain P_STALLED" tells more, ${again} starts it again`,
    );
    expect(io.stdout.text).toContain(`What to do: look at it; then ${told}`);
  },
);

test('time is up at the deadline and not one millisecond before', async () => {
  const { result, clock } = following({ timeoutMs: 10_000 });
  let isOver = false;
  result.catch(() => {
    isOver = true;
  });
  clock.advance(9_999);
  await Promise.resolve();
  expect(isOver).toBe(false);
  clock.advance(1);
  const error = await errorOf(result);
  expect([error.code, error.exitCode]).toEqual(['E_TIMEOUT', 5]);
  expect(error.message).toMatch(/has not landed within 10 s \(it was never seen\)/);
});

test('an interrupt ends it with 130, and warns where the flash may be half written', async () => {
  const quiet = following();
  quiet.io.signal('SIGINT');
  expect(await quiet.result).toBe(130);
  expect(quiet.io.stderr.text).not.toMatch(/unplug/);
  const writing = following({ status: { state: 'flashing' } });
  writing.io.signal('SIGTERM');
  expect(await writing.result).toBe(130);
  expect(writing.io.stderr.text).toMatch(/do NOT unplug/);
});

test('a record that can no longer be written ends it with that error', async () => {
  const { result, fail } = following();
  fail(new AppError('E_DISK_FULL', 'the disk is full'));
  expect((await errorOf(result)).code).toBe('E_DISK_FULL');
});

test('another phone landing, or being held, ends nothing', async () => {
  const { result, tell, io } = following();
  const other = '0018B9C0FFAA' as MacAddress;
  tell({ event: 'phone.landed', mac: other });
  tell({ event: 'phone.held', mac: other });
  io.signal('SIGINT');
  expect(await result).toBe(130);
  expect(io.stdout.text).toBe('');
});

test('a phone that has landed or is held already ends it at once', async () => {
  expect(await following({ status: { state: 'landed' } }).result).toBe(0);
  expect((await errorOf(following({ status: { state: 'held' } }).result)).code).toBe('E_HELD');
});

test('a phone that never comes brings advice after 20 seconds and after 2 minutes, each once', () => {
  const { clock, io } = following({ port: 1069 });
  clock.advance(19_000);
  expect(io.stdout.text).toBe('');
  clock.advance(1_000);
  expect(io.stdout.text).toMatch(/has not asked for anything yet/);
  clock.advance(99_000);
  expect(io.stdout.text).not.toMatch(/option 150/);
  clock.advance(1_000);
  expect(io.stdout.text).toMatch(/option 150, option 66 and next-server all set to 192\.168\.1\.3/);
  expect(io.stdout.text).toMatch(/a redirect must lead from there to port 1069/);
  const length = io.stdout.text.length;
  clock.advance(3_600_000);
  expect(io.stdout.text.length).toBe(length);
});

test('on port 69 nothing is said of a redirect', () => {
  const { clock, io } = following();
  clock.advance(200_000);
  expect(io.stdout.text).toMatch(/UDP port 69/);
  expect(io.stdout.text).not.toMatch(/redirect/);
});

test.each([
  ['identifying', true],
  ['offered', true],
  ['downloading', false],
  ['flashing', false],
  ['confirming', false],
])('a phone that goes quiet while %s is told to be power-cycled: %s', (state, isAdvised) => {
  const { clock, io, tell } = following();
  tell({ event: 'phone.seen' });
  tell({ event: 'phone.state', state });
  clock.advance(600_000);
  expect(/unplug it and plug it in again/.test(io.stdout.text)).toBe(isAdvised);
});

test('a phone that lands on what somebody else wants of it is no success', async () => {
  const { result, tell, becomes } = following();
  becomes({ state: 'landed', target: 'P0S3-8-12-00' });
  tell({ event: 'phone.landed', state: 'landed', target: 'P0S3-8-12-00', witnesses: ['seen'] });
  const error = await errorOf(result);
  expect([error.code, error.exitCode]).toEqual(['E_HELD', 4]);
  expect(error.message).toMatch(/was given another target \(P0S3-8-12-00\) by somebody else meanwhile/);
  const before = following({ status: { state: 'landed', target: 'P0S3-8-12-00' } });
  expect((await errorOf(before.result)).message).toMatch(/another target/);
});

test.each([
  [{ target: 'P0S3-8-12-00' }, 'phone.enrolled', /another target/],
  [{ isEnrolled: false }, 'phone.released', /taken off the list/],
] as const)('somebody who wants %o of the phone ends it with 4', async (change, event, why) => {
  const { result, tell, becomes, clock } = following({ status: { state: 'offered' } });
  becomes(change);
  tell({ event });
  expect((await errorOf(result)).message).toMatch(why);
  expect(clock.pending).toBe(0);
});

test.each([true, false])(
  'what its own server sends to a phone is not broken off: elsewhere %s',
  async (isElsewhere) => {
    const { result, tell, becomes, clock } = following({ status: { state: 'flashing' }, isElsewhere });
    let isOver = false;
    result.catch(() => {
      isOver = true;
    });
    becomes({ isEnrolled: false });
    tell({ event: 'phone.released' });
    clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(isElsewhere);
    becomes({ state: 'cancelled' });
    tell({ event: 'phone.state', state: 'cancelled' });
    expect((await errorOf(result)).code).toBe('E_HELD');
  },
);

test('an end of which no row is read is noticed all the same', async () => {
  const { result, becomes, clock } = following();
  becomes({ state: 'landed' });
  clock.advance(2_000);
  expect(await result).toBe(0);
});

test('a server elsewhere that has ended ends it, and says where the phone is', async () => {
  const { result, goes, clock } = following({
    status: { state: 'flashing', hop: 2, hops: 3, lastSeenAt: 1 },
    isElsewhere: true,
  });
  clock.advance(1_000);
  goes();
  clock.advance(1_000);
  const error = await errorOf(result);
  expect([error.code, error.exitCode]).toEqual(['E_SERVER_GONE', 1]);
  expect(error.message).toMatch(/the server that converts 0018B9C0FFEE has ended \(state: flashing, hop 2 of 3\)/);
  expect(clock.pending).toBe(0);
});

test.each(['now and then', 'at a row', 'in the reader'])(
  'a record that fails while it is looked at (%s) is one error, and no timer is left',
  async (where) => {
    const { result, breaks, tell, lose, clock } = following();
    const error = new AppError('E_DB_LOCKED', 'another program keeps it locked');
    if (where === 'in the reader') lose(error);
    else {
      breaks(error);
      if (where === 'at a row') tell({ event: 'phone.landed', state: 'landed' });
      else clock.advance(1_000);
    }
    expect(await errorOf(result)).toBe(error);
    expect(clock.pending).toBe(0);
  },
);

test('work that throws is told once and not done again', () => {
  const clock = new FakeClock();
  const errors: unknown[] = [];
  let turns = 0;
  every(
    clock,
    100,
    () => {
      turns++;
      if (turns === 3) throw new Error('gone');
    },
    (error) => errors.push(error),
  );
  clock.advance(10_000);
  expect([turns, errors]).toEqual([3, [new Error('gone')]]);
  expect(clock.pending).toBe(0);
});
