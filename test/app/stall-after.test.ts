import { expect, test } from 'vitest';
import { Batch } from '../support/batch-bench.ts';
import { PACKAGES } from '../support/packages.ts';

const STALL_MS = 100_000;
const even = {
  identifying: STALL_MS,
  offered: STALL_MS,
  downloading: STALL_MS,
  flashing: STALL_MS,
  confirming: STALL_MS,
};

for (const [state, code] of [
  ['offered', 'P_NEEDS_RESTART'],
  ['downloading', 'P_STALLED'],
  ['flashing', 'P_SILENT_AFTER_FLASH'],
  ['confirming', 'P_STALLED'],
] as const) {
  test(`with --stall-after a phone that is ${state} stalls at that time, and not a millisecond before`, async () => {
    const batch = await new Batch({ timing: { budgets: even, enrolmentPollMs: 24 * 3_600_000 } }, PACKAGES).start();
    batch.plug('P0030301MFG2');
    await batch.until(() => batch.state(0) === state);
    const { deadlineAt } = batch.status(0);
    const left = (deadlineAt ?? 0) - batch.bench.clock.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(STALL_MS);
    batch.bench.clock.advance(left - 1);
    expect(batch.state(0)).toBe(state);
    batch.bench.clock.advance(1);
    expect(batch.status(0)).toMatchObject({ state: 'held', code });
    expect(batch.status(0).reason).toMatch(/1 min 40 s/);
  });
}
