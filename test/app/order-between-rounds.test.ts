import { expect, test } from 'vitest';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A boot loader that refuses a manifest asks twice within a second, and again after 90 s to 180 s (java-phones 4.4). Nothing of its load was begun.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [TARGET, OTHER] = ['SIP42.9-3-1SR4-1S', 'SIP42.8-5-2S'];
const TERM = 'term42.default.loads';

/** A phone in its boot loader that has fetched the manifest of its target in so many pairs. */
async function refuses(pairs: number, batchStore = new MemoryBatch()): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET, OTHER), { batchStore }).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7942' });
  for (let pair = 0; pair < pairs; pair++) {
    if (pair > 0) bench.clock.advance(100_000);
    await bench.asks(PEER, TERM, TERM);
  }
  expect(statusIn(bench, MAC).state).toBe('downloading');
  return bench;
}

test.each([1, 2])(
  'a phone that is let go after it refused a manifest is given nothing in its next round (%i pairs)',
  async (pairs) => {
    const bench = await refuses(pairs);
    bench.store.release(MAC, bench.clock.now());
    bench.fleet.syncEnrolments();
    bench.clock.advance(100_000);
    expect(await bench.asks(PEER, TERM, TERM, ...archivesOf(OTHER), ...archivesOf(TARGET))).toEqual(
      Array(12).fill(null),
    );
    expect(statusIn(bench, MAC).state).toBe('released');
  },
);

test('over a restart of the server, too', async () => {
  const bench = await refuses(1);
  bench.store.release(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await bench.restart();
  bench.clock.advance(100_000);
  expect(await bench.asks(PEER, TERM)).toEqual([null]);
});

test.each([1, 2])(
  'one whose target is corrected is shown that in its next round, and nothing of the other (%i pairs)',
  async (pairs) => {
    const bench = await refuses(pairs);
    bench.enrol(MAC, OTHER, { model: '7942' });
    bench.clock.advance(100_000);
    const given = await bench.asks(PEER, TERM, ...archivesOf(OTHER), ...archivesOf(TARGET));
    expect(given.map((text) => /SIP42\S+/.exec(text ?? '')?.[0] ?? null)).toEqual([
      ...Array(6).fill(OTHER),
      ...Array(5).fill(null),
    ]);
  },
);

test('an order between the two questions of a pair waits for the next round: the phone may be about to take what it has read', async () => {
  const bench = await refuses(1);
  bench.store.release(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  bench.clock.advance(1_000);
  expect(await bench.asks(PEER, TERM)).not.toEqual([null]);
});

test('a batch that is paused shows such a phone nothing in its next round, and goes on with it after the pause', async () => {
  const kept = new MemoryBatch();
  const bench = await refuses(1, kept);
  const pause = (isPaused: boolean) => kept.changeBatch((was) => ({ state: { ...was, isPaused }, events: [] }));
  pause(true);
  bench.fleet.syncEnrolments();
  bench.clock.advance(100_000);
  expect(await bench.asks(PEER, TERM, TERM)).toEqual([null, null]);
  pause(false);
  bench.fleet.syncEnrolments();
  bench.clock.advance(100_000);
  expect(await bench.asks(PEER, TERM)).not.toEqual([null]);
});
