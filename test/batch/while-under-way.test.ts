import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchControl } from '../../src/app/batch/batch-control.ts';
import type { BatchLimits } from '../../src/core/batch/batch-state.ts';
import type { Standing } from '../../src/core/batch/outcome.ts';
import type { BatchEvent } from '../../src/core/history/event.ts';
import type { WallMs } from '../../src/core/moment.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { mac, waiting } from './gate-phones.ts';

const KIND = fc.constantFrom<Standing['kind']>('landed', 'failed', 'stuck', 'under-way', 'unseen');
const LIMITS = fc.constantFrom<Partial<BatchLimits>>(
  {},
  { atOnce: 2 },
  { canary: 1 },
  { stopAfter: { kind: 'count', count: 1 } },
  { stopAfter: { kind: 'percent', percent: 50 } },
);

/** What a batch tells and keeps while its phones stand so, one after another. */
function storyOf(rounds: readonly (readonly Standing['kind'][])[], limits: Partial<BatchLimits>, isAsked: boolean) {
  const store = new MemoryBatch();
  const told: BatchEvent[] = [];
  let standings: readonly Standing['kind'][] = [];
  const control = new BatchControl({
    store,
    wall: () => 0 as WallMs,
    phones: () =>
      standings.map((standing, n) => ({
        standing,
        gate: waiting(n, { isOver: standing === 'landed', isUnheard: standing === 'unseen' }),
      })),
    isAnyUnderWay: () => isAsked && standings.includes('under-way'),
    heardSince: () => 0,
    tell: (event) => told.push(event),
    fail: (error) => {
      throw error;
    },
  });
  control.start(limits);
  for (const [n, round] of rounds.entries()) {
    standings = round;
    control.take(mac(0), n);
    control.settle(n * 20 * 60_000);
    control.sync(n * 20 * 60_000 + 1);
  }
  return { told, kept: store.batch() };
}

test('a batch tells and keeps the same when phones under way let it off counting all of them', () => {
  fc.assert(
    fc.property(fc.array(fc.array(KIND, { maxLength: 4 }), { maxLength: 8 }), LIMITS, (rounds, limits) => {
      expect(storyOf(rounds, limits, true)).toEqual(storyOf(rounds, limits, false));
    }),
  );
});
