import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone that took everything may start what lies in its other bank. Loads of 9.x ask for ITL files (java-phones 4.1, logs), those before 8.5
// do not (3.6, an inference): a boot with the names of the other kind is no witness.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'SIP41.9-2-1S';
const [CTL, SEP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];
const SINCE_ITL = [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
const BEFORE_ITL = [CTL, SEP];
const SERVICES = ['mk-sip.jar', 'dialplan.xml'];

/** A 7941 on a load of 8.5 that took the target whole. */
async function took(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7941' });
  for (let boot = 0; boot < 4 && statusIn(bench, MAC).state !== 'offered'; boot++) {
    await bench.asks(PEER, ...SINCE_ITL, 'XMLDefault.cnf.xml', ...SERVICES);
    bench.clock.advance(60_000);
  }
  await bench.asks(PEER, ...SINCE_ITL, `${TARGET}.loads`, ...archivesOf(TARGET));
  expect(statusIn(bench, MAC).state).toBe('flashing');
  bench.clock.advance(60_000);
  return bench;
}

test('a Java phone whose boots after the archives ask as a load before 8.5 does has not landed on a newer one, and does not wait for ever', async () => {
  const bench = await took();
  for (let boot = 0; boot < 12; boot++) {
    await bench.asks(PEER, ...BEFORE_ITL, ...SERVICES);
    bench.clock.advance(60_000);
    expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  }
  bench.clock.advance(10 * 60_000);
  expect(statusIn(bench, MAC).state).toBe('held');
});

test('nor by its silence', async () => {
  const bench = await took();
  await bench.asks(PEER, ...BEFORE_ITL);
  bench.clock.advance(10 * 60_000);
  await bench.asks(PEER, ...BEFORE_ITL);
  bench.clock.advance(10 * 60_000);
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
});

test('one that asks as the newer load does has landed', async () => {
  const bench = await took();
  await bench.asks(PEER, ...SINCE_ITL, ...SERVICES);
  expect(statusIn(bench, MAC).state).toBe('landed');
});
