import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const SIP8 = 'P0S3-08-11-00';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];

/** A phone with a loader that hunted once. */
async function hunted() {
  const bench = await new Bench(packagesOf(SIP8, 'P0030801SR02')).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, SIP8);
  const asks = (...names: readonly string[]) => bench.asks(PEER, ...names);
  await asks(...HUNT);
  bench.clock.advance(30_000);
  return { bench, asks };
}

test('a phone that falls silent with a whole image is held for that, whatever was ordered meanwhile; the order is carried out when it is heard', async () => {
  const { bench, asks } = await hunted();
  await asks(...HUNT, `${SIP8}.loads`, `${SIP8}.sb2`);
  expect(statusIn(bench, MAC).state).toBe('flashing');
  bench.enrol(MAC, 'P0030801SR02');
  bench.clock.advance(3 * 3_600_000);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_SILENT_AFTER_FLASH' });
  await asks(...HUNT);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'offered', target: 'P0030801SR02' });
});

test('a phone that falls silent while it takes its files is held for that, although it got another target meanwhile', async () => {
  const { bench, asks } = await hunted();
  await asks(...HUNT, `${SIP8}.loads`);
  expect(statusIn(bench, MAC).state).toBe('downloading');
  bench.enrol(MAC, 'P0030801SR02');
  bench.clock.advance(3 * 3_600_000);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_STALLED', target: 'P0030801SR02' });
  await asks(...HUNT);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'offered', target: 'P0030801SR02' });
});

const OTHER = 'P0030801SR02';

/** What is ordered in the middle of a boot. */
const ORDERS: readonly (readonly [string, (bench: Bench) => void | Promise<void>])[] = [
  ['another target', (bench) => bench.enrol(MAC, OTHER)],
  [
    'to be let go and put on the list again, in one breath',
    (bench) => {
      bench.store.release(MAC, bench.clock.now());
      bench.enrol(MAC, SIP8);
    },
  ],
  [
    'to be let go, and put on the list again a minute later',
    (bench) => {
      bench.store.release(MAC, bench.clock.now());
      bench.fleet.syncEnrolments();
      bench.clock.advance(60_000);
      bench.enrol(MAC, OTHER);
    },
  ],
  [
    'to be cancelled, and put on the list again',
    (bench) => {
      bench.store.release(MAC, bench.clock.now(), true);
      bench.fleet.syncEnrolments();
      bench.enrol(MAC, SIP8);
    },
  ],
  [
    'to be let go and put on the list again, twice',
    (bench) => {
      for (let time = 0; time < 2; time++) {
        bench.store.release(MAC, bench.clock.now());
        bench.fleet.syncEnrolments();
        bench.enrol(MAC, SIP8);
      }
    },
  ],
  [
    'to be cancelled and put on the list again, twice, over restarts of the server',
    async (bench) => {
      for (let time = 0; time < 2; time++) {
        bench.store.release(MAC, bench.clock.now(), true);
        bench.fleet.syncEnrolments();
        await bench.restart();
        bench.enrol(MAC, SIP8);
      }
    },
  ],
];

/** Moments of a boot, by what was asked up to then. */
const MOMENTS: readonly (readonly [string, readonly string[]])[] = [
  ['begun its list of names', HUNT.slice(0, 1)],
  ['been named its load', HUNT],
  ['taken its load and begun to boot', [...HUNT, `${SIP8}.loads`, `${SIP8}.sb2`, ...HUNT.slice(0, 1)]],
];

test.for(ORDERS.flatMap(([order, give]) => MOMENTS.map(([moment, names]) => ({ order, give, moment, names }))))(
  'a phone that has $moment, is ordered $order, and falls silent is held for that',
  async ({ give, names }) => {
    const { bench, asks } = await hunted();
    await asks(...names);
    await give(bench);
    expect(statusIn(bench, MAC).state).toBe('identifying');
    bench.clock.advance(14 * 60_000);
    expect(statusIn(bench, MAC)).toMatchObject({ state: 'identifying', code: null });
    bench.clock.advance(60_000);
    expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_STALLED' });
    // Nothing is lost: its next sign of life leads it on.
    await asks(...HUNT, ...HUNT);
    expect(statusIn(bench, MAC)).toMatchObject({ state: 'offered' });
  },
);

test('a Java phone that took everything from its boot loader, is cancelled, enrolled again, and falls silent is held for that', async () => {
  const [target, model] = ['SIP42.8-5-2S', '7942'] as const;
  const bench = await new Bench(packagesOf(target)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, { model });
  await bench.asks(PEER, 'term42.default.loads', ...archivesOf(target), `CTLSEP${MAC}.tlv`);
  expect(statusIn(bench, MAC).state).toBe('offered');
  bench.store.release(MAC, bench.clock.now(), true);
  bench.fleet.syncEnrolments();
  bench.enrol(MAC, target, { model });
  bench.clock.advance(15 * 60_000);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_STALLED' });
});

test('a phone that was held for its silence, gets another target, and stays silent is held again', async () => {
  const { bench, asks } = await hunted();
  await asks(...HUNT);
  bench.clock.advance(20 * 60_000);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_HUNT_ONLY' });
  bench.enrol(MAC, OTHER);
  bench.clock.advance(15 * 60_000);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_STALLED', target: OTHER });
});

test('a server that is started after the order holds the phone for its silence as well', async () => {
  const { bench, asks } = await hunted();
  await asks(...HUNT);
  bench.store.enrol({
    mac: MAC,
    target: OTHER as LoadName,
    from: null,
    model: null,
    label: null,
    enrolledAt: bench.clock.wall(),
  });
  await bench.restart(1_000);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'identifying', target: OTHER });
  await bench.restart(1_000);
  bench.clock.advance(15 * 60_000);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_STALLED', target: OTHER });
});

test('a phone that was let go in the middle of a boot, days ago, is waited for like any other', async () => {
  const { bench, asks } = await hunted();
  await asks(...HUNT);
  bench.store.release(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  bench.clock.advance(48 * 3_600_000);
  bench.enrol(MAC, OTHER);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'waiting', code: null });
});

test('a landed phone that gets another target has nothing under way: it is waited for, and the status does not say that it never asked', async () => {
  const { bench, asks } = await hunted();
  await asks(...HUNT, `${SIP8}.loads`, `${SIP8}.sb2`, ...HUNT, `${SIP8}.loads`, 'SIPDefault.cnf', `SIP${MAC}.cnf`);
  expect(statusIn(bench, MAC).state).toBe('landed');
  bench.enrol(MAC, OTHER);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'waiting', code: null });
  bench.clock.advance(3 * 3_600_000);
  expect(statusIn(bench, MAC)).toMatchObject({
    state: 'waiting',
    code: 'P_NO_FIRST_REQUEST',
    reason: expect.stringContaining('asked this server before'),
    advice: expect.stringContaining('a phone asks only when it boots'),
  });
});
