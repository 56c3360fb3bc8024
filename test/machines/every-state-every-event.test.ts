import { describe, expect, test } from 'vitest';
import type { PhoneEventType } from '../../machines/phone-event.ts';
import { step } from '../../machines/step.ts';
import { PHONE_STATES, type PhoneState } from '../../src/core/phone-states.ts';
import { aPhone, EVENTS } from './a-hop.ts';

/** What each event leads to on the first of two hops; `-` means that nothing may happen. Order of columns: see EVENT_ORDER. */
const EVENT_ORDER: readonly PhoneEventType[] = [
  'phone.seen',
  'round.begun',
  'plan.made',
  'plan.refused',
  'trigger.shown',
  'manifest.requested',
  'image.requested',
  'image.sent',
  'image.failed',
  'hop.confirmed',
  'hop.denied',
  'hop.refused',
  'evidence.contradicted',
  'deadline.passed',
  'operator.retried',
  'operator.released',
  'turn.awaited',
  'hold.lifted',
  'download.broken',
  'package.changed',
  'manifest.failed',
];
const TABLE: Readonly<Record<PhoneState, readonly string[]>> = {
  // biome-ignore format: a table is read in columns
  waiting:     ['identifying', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', 'identifying', 'cancelled', '-', '-', '-', '-', '-'],
  // biome-ignore format: a table is read in columns
  identifying: ['identifying', '-', 'offered', 'held', '-', '-', '-', '-', '-', '-', '-', '-', '-', 'held', 'identifying', 'cancelled', '-', '-', '-', '-', '-'],
  // biome-ignore format: a table is read in columns
  offered:     ['offered', 'offered', '-', '-', 'offered', 'downloading', 'downloading', '-', 'offered', 'offered', '-', 'identifying', 'identifying', 'held', 'identifying', 'cancelled', 'offered', '-', '-', 'identifying', 'offered'],
  // biome-ignore format: a table is read in columns
  downloading: ['downloading', 'offered', '-', '-', 'downloading', 'downloading', 'downloading', 'flashing', 'downloading', 'offered', 'offered', 'identifying', 'identifying', 'held', 'identifying', 'cancelled', '-', '-', 'offered', 'identifying', 'downloading'],
  // biome-ignore format: a table is read in columns
  flashing:    ['-', 'confirming', '-', '-', 'flashing', 'downloading', 'downloading', 'flashing', 'flashing', 'offered', 'offered', '-', '-', 'held', 'identifying', 'cancelled', '-', '-', '-', 'identifying', 'flashing'],
  // biome-ignore format: a table is read in columns
  confirming:  ['confirming', 'confirming', '-', '-', 'confirming', 'downloading', 'downloading', '-', 'confirming', 'offered', 'offered', 'identifying', 'identifying', 'held', 'identifying', 'cancelled', '-', '-', '-', 'identifying', 'confirming'],
  // biome-ignore format: a table is read in columns
  landed:      ['-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', 'identifying', '-', 'identifying', 'cancelled', '-', '-', '-', '-', '-'],
  // biome-ignore format: a table is read in columns
  held:        ['-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', 'identifying', '-', 'identifying', 'cancelled', '-', 'identifying', '-', '-', '-'],
  // biome-ignore format: a table is read in columns
  cancelled:   ['-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-', 'identifying', 'cancelled', '-', '-', '-', '-', '-'],
};

describe.each(PHONE_STATES)('a phone that is %s', (state) => {
  test.each(EVENT_ORDER.map((type, column) => [type, TABLE[state][column] ?? '?'] as const))(
    '%s leads to %s',
    (type, expected) => {
      const { next, ignored } = step(aPhone(state), EVENTS[type]);
      expect(ignored ? '-' : next.state).toBe(expected);
    },
  );

  test('is the same phone after an event that means nothing to it', () => {
    for (const [column, type] of EVENT_ORDER.entries()) {
      if (TABLE[state][column] !== '-') continue;
      const phone = aPhone(state);
      expect(step(phone, EVENTS[type]).next).toBe(phone);
    }
  });
});

test('the table names every event', () => {
  expect([...EVENT_ORDER].sort()).toEqual(Object.keys(EVENTS).sort());
});

test('every state that can stall has a deadline after every transition, and every other has none', () => {
  const canStall = new Set<PhoneState>(['identifying', 'offered', 'downloading', 'flashing', 'confirming']);
  for (const state of PHONE_STATES) {
    for (const type of EVENT_ORDER) {
      const { next, ignored } = step(aPhone(state), EVENTS[type]);
      if (ignored) continue;
      expect([state, type, next.state, next.context.deadlineAt !== null]).toEqual([
        state,
        type,
        next.state,
        canStall.has(next.state),
      ]);
    }
  }
});
