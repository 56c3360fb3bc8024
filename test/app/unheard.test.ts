import { expect, test } from 'vitest';
import { reportPhones } from '../../src/app/told/phone-line.ts';
import { nextHint } from '../../src/cli/output/waiting-advice.ts';
import { Batch, type MemoryBatch } from '../support/batch-bench.ts';
import { MINUTE } from '../support/clock.ts';

test('soon after a start nothing is advised that could cut the power of a phone which was not heard since', async () => {
  const batch = await new Batch().start();
  batch.plug('P0030301MFG2');
  await batch.until(() => batch.state(0) === 'offered');
  batch.bench.clock.advance(16 * MINUTE);
  await batch.bench.fleet.stop();
  expect(batch.status(0)).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART' });
  const store = Object.assign(batch.bench.store, { batch: () => batch.kept.batch() }, pick(batch.kept));
  const now = batch.bench.clock.wall();
  const advice = (listensSince: number | null, at = now) =>
    reportPhones(store, null, at, { listensSince })[0]?.advice ?? '';
  expect(advice(null)).toMatch(/unplug/);
  expect(advice(now)).toMatch(/leave its power alone/);
  expect(advice(now)).not.toMatch(/unplug/);
  expect(advice(now, now + 10 * MINUTE)).toMatch(/unplug/);
  const seenAt = batch.bench.store.phone(batch.status(0).mac)?.lastSeenAt ?? 0;
  expect(advice(seenAt - 1, seenAt + MINUTE)).toMatch(/unplug/);
});

test('a phone that was seen before the start, and not since, is not to be unplugged for ten minutes', () => {
  const absence = { mac: null, others: null, hasBeenSeen: true, state: 'offered', port: 69, addresses: [] };
  const hint = (minutes: number, isHeard: boolean) => nextHint({ ...absence, silentMs: minutes * MINUTE, isHeard }, 0);
  expect(hint(3, true)).toMatch(/3 minutes.*unplug/);
  expect(hint(9.9, false)).toBeNull();
  expect(hint(10, false)).toMatch(/10 minutes.*unplug/);
});

function pick(kept: MemoryBatch): Pick<MemoryBatch, 'batchHistory' | 'progress'> {
  return { batchHistory: () => kept.batchHistory(), progress: () => kept.progress() };
}
