import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
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
