import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A Java phone that took everything shows that it runs its load by taking nothing where it is named: that needs the package in the store.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'SIP41.9-2-1S';
const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
const BOOT = [...HEAD, 'XMLDefault.cnf.xml', 'mk-sip.jar', 'dialplan.xml'];

async function tookAllAndPackageGone() {
  const bench = await new Bench(packagesOf(TARGET)).start();
  const { packages } = bench.firmware;
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7941' });
  for (let boot = 0; boot < 4 && statusIn(bench, MAC).state !== 'offered'; boot++) {
    await bench.asks(PEER, ...BOOT);
    bench.clock.advance(60_000);
  }
  await bench.asks(PEER, ...HEAD, `${TARGET}.loads`, ...archivesOf(TARGET));
  bench.firmware.packages = [];
  bench.fleet.syncEnrolments();
  for (let boot = 0; boot < 90 && bench.state(MAC) !== 'held'; boot++) {
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...BOOT);
  }
  const back = () => {
    bench.firmware.packages = packages;
    bench.fleet.syncEnrolments();
  };
  return { bench, back };
}

test('a phone that took everything is held for the files that its proof needs, when they are gone, and lands when they are back', async () => {
  const { bench, back } = await tookAllAndPackageGone();
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
  back();
  for (let boot = 0; boot < 2; boot++) {
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...BOOT);
  }
  expect(statusIn(bench, MAC).state).toBe('landed');
});
