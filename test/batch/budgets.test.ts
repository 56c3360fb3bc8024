import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import { Batch, TARGET } from '../support/batch-bench.ts';
import { macOf } from '../support/bench.ts';

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

/** How long a phone was flashing in a hop. */
function flashed(batch: Batch, n: number, hop: number): number {
  const rows = batch.rows(n, 'phone.state');
  const from = rows.findIndex((row) => row.state === 'flashing' && row.hop === hop);
  return (rows[from + 1]?.at ?? 0) - (rows[from]?.at ?? 0);
}

test('a deadline is a quarter of an hour until five phones have taken the same hop, and learnt from them then', async () => {
  for (const [count, expected] of [
    [4, 900_000],
    [5, 640_000],
  ] as const) {
    const batch = new Batch();
    await remember(batch, 160_000, count);
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

test('a bench learns while it runs: the sixth phone has the deadline that the five before have taught', async () => {
  const batch = await new Batch().start();
  for (let n = 0; n < 5; n++) batch.plug('P0030301MFG2');
  await batch.until(() => batch.states().every((state) => state === 'landed'));
  const took = [0, 1, 2, 3, 4].map((n) => flashed(batch, n, 1));
  batch.plug('P0030301MFG2');
  await batch.until(() => batch.state(5) === 'flashing' && batch.status(5).hop === 1);
  const { deadlineAt, since } = batch.status(5);
  // Four times the slowest of five, which is their 95th percentile, and never below ten minutes while flash may be written.
  expect((deadlineAt ?? 0) - (since ?? 0)).toBe(Math.max(600_000, 4 * Math.max(...took)));
});

test('what others teach while a phone is in a hop changes the deadlines of its next hop, and none of the present one', async () => {
  const batch = await new Batch().start();
  for (let n = 0; n < 6; n++) batch.plug('P0030301MFG2');
  const others = [1, 2, 3, 4, 5];
  await batch.until(() => batch.state(0) === 'flashing');
  // The first one writes for long; the others land meanwhile.
  for (let turn = 0; turn < 200 && !others.every((n) => batch.state(n) === 'landed'); turn++) {
    await batch.turn(() => {}, others);
    if (batch.state(0) !== 'flashing') break;
  }
  expect(batch.status(0)).toMatchObject({ state: 'flashing', hop: 1 });
  expect(deadline(batch)).toBe(900_000);
  await batch.until(() => batch.status(0).hop === 2 && batch.state(0) === 'flashing');
  expect(deadline(batch)).toBe(Math.max(600_000, 4 * Math.max(...others.map((n) => flashed(batch, n, 2)))));
});

test('a deadline that was learnt outlives a restart of the server, as the past that taught it', async () => {
  const batch = new Batch();
  await remember(batch, 160_000, 5);
  await batch.start();
  batch.plug('P0030301MFG2');
  await batch.until(() => batch.state(0) === 'flashing');
  await batch.restart();
  const left = (batch.status(0).deadlineAt ?? 0) - batch.bench.clock.now();
  expect(left).toBeLessThanOrEqual(640_000);
  batch.bench.clock.advance(639_999);
  expect(batch.state(0)).toBe('flashing');
  batch.bench.clock.advance(1);
  expect(batch.state(0)).toBe('held');
});
