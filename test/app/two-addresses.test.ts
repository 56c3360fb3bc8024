import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// What one boot asks comes from one address: names from another one are a boot of their own, or another phone with the same MAC.

const MAC = macOf(1);
const [PEER, OTHER] = ['192.0.2.10', '192.0.2.11'];
const SIP8 = 'P0S3-08-11-00';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const SIP_APPLICATION = ['SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT'];

/** A loader that reads the name of its load and has the manifest whole. */
async function hasManifest(target = SIP8): Promise<Bench> {
  const bench = await new Bench(packagesOf(SIP8, 'P0030801SR02')).start();
  bench.enrol(MAC, target, { model: '7940' });
  await bench.asks(PEER, ...HUNT, `MGC${MAC}.cnf`);
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HUNT, `${target}.loads`);
  return bench;
}

const landings = (bench: Bench) => rowsIn(bench, MAC, 'phone.landed');

test.each([false, true])(
  'an application that asks from another address than the loader took the manifest from proves nothing (known there: %s)',
  async (isKnown) => {
    const bench = await hasManifest();
    if (isKnown) bench.addresses.tell(PEER, MAC);
    await bench.asks(OTHER, ...SIP_APPLICATION);
    expect(landings(bench)).toEqual([]);
    // The phone itself goes on, and takes what it came for.
    await bench.asks(PEER, `${SIP8}.sb2`, ...SIP_APPLICATION);
    expect(landings(bench)).toEqual([]);
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...HUNT, `${SIP8}.loads`, `${SIP8}.sb2`, ...SIP_APPLICATION);
    expect(statusIn(bench, MAC).state).toBe('landed');
  },
);

test('nor does a list that begins there say that the one before it took nothing', async () => {
  const bench = await hasManifest('P0030801SR02');
  await bench.asks(OTHER, `CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', 'RINGLIST.XML');
  expect(landings(bench)).toEqual([]);
});

test('a phone whose address changes in the middle of its archives is given none there, begins anew and lands', async () => {
  const target = 'SIP41.9-2-1S';
  const bench = await new Bench(packagesOf(target)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, { model: '7941' });
  const head = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
  const archives = archivesOf(target);
  for (let boot = 0; boot < 3 && statusIn(bench, MAC).state !== 'offered'; boot++) {
    await bench.asks(PEER, ...head, 'XMLDefault.cnf.xml', 'dialplan.xml');
    bench.clock.advance(60_000);
  }
  await bench.asks(PEER, ...head, `${target}.loads`, ...archives.slice(0, 2));
  // The lease moves on, and is read before the phone says its name there.
  bench.addresses.entries.clear();
  bench.addresses.entries.set(OTHER, [{ mac: MAC, source: 'lease', freshAt: bench.clock.now() }]);
  expect(await bench.asks(OTHER, ...archives.slice(2))).toEqual([null, null, null]);
  bench.clock.advance(60_000);
  await bench.asks(OTHER, ...head, `${target}.loads`, ...archives);
  bench.clock.advance(60_000);
  await bench.asks(OTHER, ...head, 'mk-sip.jar', 'dialplan.xml');
  expect(statusIn(bench, MAC).state).toBe('landed');
});
