import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import { macOf } from '../safety/bench.ts';
import { Batch, TARGET } from './bench.ts';

const MIDDLE = 'P0S3-06-3-00';

/** Phones of last week, each of which wrote the first hop's image for so long. */
async function remember(batch: Batch, flashMs: number, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const base = { event: 'phone.state', mac: macOf(900 + n), target: TARGET, load: MIDDLE } as const;
    const events: HistoryEvent[] = [
      { ...base, at: 1000, previous: 'downloading', state: 'flashing' },
      { ...base, at: 1000 + flashMs, previous: 'flashing', state: 'confirming' },
    ];
    await batch.bench.store.commit({ mac: macOf(900 + n), events });
  }
}

const deadline = (batch: Batch) => {
  const { deadlineAt, since } = batch.status(0);
  return (deadlineAt ?? 0) - (since ?? 0);
};

test('a deadline is a quarter of an hour until five phones have taken the same hop, and learnt from them then', async () => {
  for (const [count, expected] of [
    [4, 900_000],
    [5, 400_000],
  ] as const) {
    const batch = new Batch();
    await remember(batch, 100_000, count);
    await batch.start();
    batch.plug('P0030301MFG2');
    await batch.until(() => batch.state(0) === 'flashing');
    expect(batch.status(0)).toMatchObject({ hop: 1, load: MIDDLE });
    expect(deadline(batch)).toBe(expected);
  }
});

test('what one hop takes says nothing about the deadline of the next', async () => {
  const batch = new Batch();
  await remember(batch, 500_000, 6);
  await batch.start();
  batch.plug('P0030301MFG2');
  await batch.until(() => batch.status(0).hop === 2 && batch.state(0) === 'flashing');
  // The family as a whole has flashed in 500 s, which is all that is known of the loader.
  expect(deadline(batch)).toBe(2_000_000);
  await batch.until(() => batch.state(0) === 'landed');
});

test('a bench learns while it runs: the sixth phone has the deadline of the five before', async () => {
  const batch = await new Batch().start();
  for (let n = 0; n < 5; n++) batch.plug('P0030301MFG2');
  await batch.until(() => batch.states().every((state) => state === 'landed'));
  batch.plug('P0030301MFG2');
  await batch.until(() => batch.state(5) === 'flashing' && batch.status(5).hop === 1);
  const { deadlineAt, since } = batch.status(5);
  expect((deadlineAt ?? 0) - (since ?? 0)).not.toBe(900_000);
});
