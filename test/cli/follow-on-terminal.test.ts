import { expect, test } from 'vitest';
import type { LiveEvent } from '../../src/app/record/live-event.ts';
import type { PhoneStatus } from '../../src/app/told/phone-status.ts';
import { followPhone } from '../../src/cli/commands/follow.ts';
import { ShownError } from '../../src/cli/error-line.ts';
import { hopView } from '../../src/cli/output/hop-view.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { FakeClock } from '../support/clock.ts';
import { FakeIo } from '../support/fake-io.ts';
import { FakeTerminal } from '../support/terminal.ts';

const mac = '0018B9C0FFEE' as MacAddress;
const target = 'P0S3-08-11-00' as LoadName;
const WAITING: PhoneStatus = {
  ...{ mac, label: null, model: null, target, from: null, start: null, state: 'waiting', hop: 0, hops: 0, load: null },
  ...{ since: null, deadlineAt: null, code: null, reason: null, advice: null, lastSeenAt: null, isEnrolled: true },
};

function following(columns = 80) {
  const clock = new FakeClock(Date.UTC(2026, 10, 21, 12));
  const terminal = new FakeTerminal(columns, 24);
  const io = new FakeIo({}, terminal, terminal);
  let tell: (event: LiveEvent) => void = () => {};
  let status = WAITING;
  const result = followPhone({
    ...{ mac, target, io, clock, startedAt: clock.now(), timeoutMs: null },
    view: hopView(terminal, false),
    subscribe: (listener) => {
      tell = listener;
      return () => {};
    },
    status: () => status,
    listening: { port: 69, addresses: ['192.168.1.3'] },
    commandsFor: () => [],
  });
  result.catch(() => {});
  return {
    ...{ clock, io, terminal, result },
    becomes(change: Partial<PhoneStatus>, event: Partial<LiveEvent>) {
      status = { ...status, ...change };
      tell({ at: clock.wall(), mac, ...event } as LiveEvent);
    },
  };
}

test('the first line says what DHCP has to give, and how long it has been waited for is seen to grow', async () => {
  const { clock, terminal, io } = following();
  expect((await terminal.screen()).split('\n')[0]).toBe('DHCP option 150 and 66: 192.168.1.3   (UDP port 69)');
  clock.advance(7000);
  expect(await terminal.screen()).toMatch(/waiting for the phone to ask {2}7 s$/);
  io.signal('SIGINT');
});

test('a phone that landed ends with a card, and nothing is said after it', async () => {
  const { clock, terminal, result, becomes } = following();
  clock.advance(60_000);
  becomes({ state: 'landed', hop: 1, hops: 1 }, { event: 'phone.landed', state: 'landed', witnesses: ['(a) seen'] });
  expect(await result).toBe(0);
  const screen = await terminal.screen();
  expect(screen).toContain('✓ LANDED  0018B9C0FFEE runs P0S3-08-11-00, after 1 min');
  expect(screen.split('\n').at(-1)).toBe(
    '          Then, while that runs, restart the phone. More: docs/after-landing.md',
  );
  expect(screen).not.toContain('Done after');
});

test('a hold is told once, and the error that ends the command knows that', async () => {
  const { terminal, result, becomes } = following();
  const change = { state: 'held', code: 'P_STALLED', reason: 'it stopped asking', advice: 'look at it' } as const;
  becomes(change, { event: 'phone.held', ...change });
  const error = await result.then(
    () => null,
    (one: unknown) => one,
  );
  expect(error).toBeInstanceOf(ShownError);
  expect(error).toMatchObject({ code: 'E_HELD', exitCode: 4 });
  expect((await terminal.screen()).split('it stopped asking')).toHaveLength(2);
});

test('what asks somebody to do something stands above what moves', async () => {
  const { clock, terminal, io } = following(120);
  clock.advance(21_000);
  const screen = await terminal.screen();
  expect(screen.indexOf('plug it in')).toBeGreaterThan(-1);
  expect(screen.indexOf('plug it in')).toBeLessThan(screen.indexOf('DHCP option'));
  io.signal('SIGINT');
});
