import { expect, test } from 'vitest';
import { behindSignal, leaveOnText } from '../../src/cli/daemon/drain.ts';

test('who ends a server is told which phones may be writing flash', () => {
  expect(leaveOnText(['rack 1', 'rack 2'])).toBe(
    '2 phones may be writing flash: do NOT unplug rack 1, rack 2. The same command goes on with them.',
  );
  expect(leaveOnText(['rack 1'])).toBe(
    '1 phone may be writing flash: do NOT unplug rack 1. The same command goes on with it.',
  );
});

test('of many such phones eight are named, and the rest is a number', () => {
  const text = leaveOnText(Array.from({ length: 11 }, (_, n) => `rack ${n + 1}`));
  expect(text).toContain('do NOT unplug rack 1, rack 2, rack 3, rack 4, rack 5, rack 6, rack 7, rack 8 and 3 more.');
});

test('what is said to who pressed Ctrl-C begins on a line of its own, behind the ^C of the terminal', () => {
  expect(behindSignal('SIGINT', 'Stopped.')).toBe('\nStopped.');
  expect(behindSignal('SIGTERM', 'Stopped.')).toBe('Stopped.');
});
