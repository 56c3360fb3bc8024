import { expect, test } from 'vitest';
import { STANDSTILLS } from './standstills.ts';
import { Told } from './told-bench.ts';

test.each(STANDSTILLS)(
  'a phone that stands still since $because has a reason and a help',
  async ({ told, happens, ...want }) => {
    const it = told?.() ?? new Told();
    await it.bench.start();
    await happens(it);
    const { state, reason, advice } = it.report();
    expect({ state, reason, advice }).toEqual({
      state: want.state,
      reason: expect.stringMatching(want.reason),
      advice: expect.stringMatching(want.help),
    });
    const line = it.line();
    expect(line).toContain(reason);
    expect(line).toContain(`What to do: ${advice}`);
  },
);
