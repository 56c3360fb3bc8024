import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone without a loader was given one by us: it cannot have run its target before. When it takes the manifest and no image, that is a refusal.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-08-11-00';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const SIP6 = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];

async function refused(): Promise<Bench> {
  const bench = await new Bench(packagesOf('P0S3-06-3-00', TARGET)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7940', from: 'P0S3-06-3-00' as LoadName });
  for (
    let boot = 0;
    boot < 6 && !rowsIn(bench, MAC, 'file.sent').some(({ file }) => file?.endsWith('.sbn') === true);
    boot++
  ) {
    bench.clock.advance(60_000);
    for (const name of SIP6) {
      const [text] = await bench.asks(PEER, name);
      const named = /P003-[\w-]+/.exec(text ?? '')?.[0];
      if (named === undefined) continue;
      await bench.asks(PEER, `${named}.sbn`);
      break;
    }
  }
  await bootsInVain(bench);
  return bench;
}

/** It takes the manifest, asks for no image, and its old application goes on. */
async function bootsInVain(bench: Bench): Promise<void> {
  for (let boot = 0; boot < 12 && !['held', 'landed'].includes(bench.state(MAC) ?? ''); boot++) {
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...HUNT);
    await bench.asks(PEER, `${TARGET}.loads`);
    bench.clock.advance(20_000);
    await bench.asks(PEER, 'SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml');
  }
}

test('it does not land, and is held for that', async () => {
  const bench = await refused();
  expect(rowsIn(bench, MAC, 'file.sent').some(({ file }) => file === `${TARGET}.loads`)).toBe(true);
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});

test.each([true, false])('nor does it after it was let go and enrolled again (cancelled: %s)', async (isCancelled) => {
  const bench = await refused();
  bench.store.release(MAC, bench.clock.now(), isCancelled);
  bench.fleet.syncEnrolments();
  bench.clock.advance(60_000);
  bench.enrol(MAC, TARGET, { model: '7940' });
  await bootsInVain(bench);
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});
