import { expect, test } from 'vitest';
import { Batch, TARGET } from '../support/batch-bench.ts';
import { EVERYTHING_ROOT, macOf } from '../support/bench.ts';
import type { Shown } from '../support/shown.ts';

const [SCCP, OTHER, JAVA] = ['P0030301MFG2', 'P0S3-08-2-00', 'SIP42.9-3-1SR4-1S'];

/** Every load that each phone was shown, by its place on the bench. */
function witness() {
  const shown: { readonly mac: string; readonly load: string }[] = [];
  const see = (mac: string, what: Shown) => {
    if (what.kind === 'named') for (const load of what.loads) shown.push({ mac, load });
    if (what.kind === 'served') shown.push({ mac, load: what.package.replace(/^cmterm\//, '') });
  };
  return {
    shown,
    see,
    of: (n: number) => [...new Set(shown.filter((one) => one.mac === macOf(n)).map(({ load }) => load))],
  };
}

test('a landed phone keeps its load while its neighbour is given another', async () => {
  const seen = witness();
  const batch = await new Batch().start((seat, _, shown) => seen.see(seat.phone.mac, shown));
  batch.plug(SCCP);
  await batch.until(() => batch.state(0) === 'landed');
  seen.shown.length = 0;
  batch.plug(SCCP, OTHER);
  for (let turn = 0; turn < 300 && batch.state(1) !== 'landed'; turn++) {
    if (turn % 20 === 0) await batch.happen(0, 'power-cut');
    await batch.turn();
  }
  expect(batch.states()).toEqual(['landed', 'landed']);
  expect(batch.seats.map((seat) => seat.phone.runs.load)).toEqual([TARGET, OTHER]);
  expect(seen.of(0)).toEqual([TARGET]);
  expect(seen.of(1)).not.toContain(TARGET);
});

test('after a factory reset a landed 7940 is brought back to the same load', async () => {
  const batch = await new Batch().start();
  batch.plug(SCCP);
  await batch.until(() => batch.state(0) === 'landed');
  await batch.happen(0, 'factory-reset');
  expect(batch.seats[0]?.phone.runs.load).toBe('P003-08-11-00');
  for (let turn = 0; turn < 60; turn++) await batch.turn();
  expect(batch.seats[0]?.phone.runs.load).toBe(TARGET);
  expect(batch.status(0)).toMatchObject({ state: 'landed', target: TARGET });
});

test('after a factory reset a landed Java phone is brought back from its boot loader to the same load', async () => {
  const batch = await new Batch().start();
  const mac = batch.plug('SCCP42.8-5-2S', JAVA, '42');
  batch.bench.addresses.entries.set('192.0.2.10', [{ mac, source: 'lease' }]);
  await batch.until(() => batch.state(0) === 'landed');
  await batch.happen(0, 'factory-reset');
  for (let turn = 0; turn < 120; turn++) await batch.turn();
  expect(batch.seats[0]?.phone.runs.load).toBe(JAVA);
  expect(batch.status(0)).toMatchObject({ state: 'landed', target: JAVA });
});

test('a landed phone that was released is a bystander, and its load is published to it no more', async () => {
  const seen = witness();
  const batch = await new Batch().start((seat, _, shown) => seen.see(seat.phone.mac, shown));
  const mac = batch.plug(SCCP);
  await batch.until(() => batch.state(0) === 'landed');
  batch.bench.store.release(mac, batch.bench.clock.now());
  batch.bench.fleet.syncEnrolments();
  seen.shown.length = 0;
  await batch.happen(0, 'factory-reset');
  for (let turn = 0; turn < 60; turn++) await batch.turn();
  expect(seen.shown).toEqual([]);
  expect(batch.seats[0]?.phone.runs.load).toBe('P003-08-11-00');
});

test('nobody else is shown a load at any moment, while phones convert, wait, are paused, and behind the same address', async () => {
  const seen = witness();
  const batch = await new Batch({ staticRoot: EVERYTHING_ROOT, limits: { atOnce: 1 } }).start((seat, _, shown) =>
    seen.see(seat.phone.mac, shown),
  );
  batch.plug(SCCP);
  batch.plug('P003-08-2-00');
  for (const [n, load] of [SCCP, 'P003-08-2-00', 'P0S3-08-2-00', 'P00305000300'].entries()) {
    const mac = batch.plug(load, null);
    const seat = batch.seats[n + 2];
    // The first two of them share the addresses of the phones that are converted.
    if (seat !== undefined && n < 2) batch.seats[n + 2] = { ...seat, address: () => `192.0.2.${10 + n}` };
    expect(batch.bench.store.phone(mac)).toBeNull();
  }
  for (let turn = 0; turn < 200; turn++) {
    if (turn === 60) await batch.restart();
    await batch.turn();
  }
  expect(seen.shown.length).toBeGreaterThan(0);
  for (let n = 2; n < 6; n++) expect([n, seen.of(n)]).toEqual([n, []]);
});
