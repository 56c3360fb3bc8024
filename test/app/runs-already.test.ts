import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { ModelPhone } from '../support/model-phone.ts';
import { PACKAGES } from '../support/packages.ts';
import { type Seat, World } from '../support/world.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// What is said to run, or was proven once, is no witness; but a phone that runs its target is not flashed to find that out.

const MAC = macOf(1);
const ADDRESS = '192.0.2.10';

interface Watched {
  readonly bench: Bench;
  readonly phone: ModelPhone;
  readonly world: World;
}

function plugged(bench: Bench, load: string, target: string): Watched {
  const phone = new ModelPhone({ mac: MAC, family: '79x0', load });
  const seat: Seat = { phone, target, address: () => ADDRESS, boot: null, next: null };
  return { bench, phone, world: new World(bench, [seat], () => {}) };
}

async function goesOn({ world }: Watched, steps: number): Promise<void> {
  for (let n = 0; n < steps; n++) await world.happen({ phone: 0, what: 'goes-on', seconds: 1, name: '' });
}

const images = ({ bench }: Watched) =>
  rowsIn(bench, MAC, 'file.sent').filter(({ file }) => /\.(?:bin|sbn|sb2)$/.test(file ?? ''));

test.each(['P0030301MFG2', 'P00305000300', 'P0S3-05-3-00', 'P0S3-06-3-00'])(
  'a phone that is said to run its target %s is never flashed: nothing can show it, and that is said',
  async (load) => {
    const bench = await new Bench(PACKAGES).start();
    bench.addresses.tell(ADDRESS, MAC);
    bench.enrol(MAC, load, { from: load as LoadName, model: '7940' });
    const watched = plugged(bench, load, load);
    await goesOn(watched, 60);
    expect(images(watched)).toEqual([]);
    expect(watched.phone.runs.load).toBe(load);
    expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_UNPROVEN' });
  },
);

test('a phone that landed and is tried again is not taken up to the loader and down again', async () => {
  const bench = await new Bench(PACKAGES).start();
  bench.addresses.tell(ADDRESS, MAC);
  bench.enrol(MAC, 'P0S3-05-3-00');
  const watched = plugged(bench, 'P0030301MFG2', 'P0S3-05-3-00');
  await goesOn(watched, 60);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'landed' });
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await goesOn(watched, 60);
  expect(images(watched)).toHaveLength(1);
  expect(watched.phone.runs.load).toBe('P0S3-05-3-00');
});
