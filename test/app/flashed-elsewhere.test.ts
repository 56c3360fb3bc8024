import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone without a loader that took its load here may have been given another one elsewhere before it asks again. The names of its boot
// are the same; that it reads what names the load and goes on is not.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-05-3-00';
const SCCP = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`];
const LONG_ENOUGH = 115_000;

async function withItsImage(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7940' });
  await bench.asks(PEER, ...SCCP);
  bench.clock.advance(60_000);
  await bench.asks(PEER, 'OS79XX.TXT', `${TARGET}.bin`);
  bench.clock.advance(LONG_ENOUGH);
  return bench;
}

test('one that reads the name of its target and asks for its image does not run it', async () => {
  const bench = await withItsImage();
  await bench.asks(PEER, 'OS79XX.TXT', 'SIPDefault.cnf', `${TARGET}.sbn`, `SIP${MAC}.cnf`, `${TARGET}.sbn`);
  await bench.asks(PEER, 'RINGLIST.DAT', 'dialplan.xml');
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
});

test('nor does one whose answer, which names its target, was lost', async () => {
  const bench = await withItsImage();
  await bench.asks(PEER, 'OS79XX.TXT');
  await bench.ask('SIPDefault.cnf', PEER);
  bench.clock.advance(39_000);
  await bench.ask(`SIP${MAC}.cnf`, PEER);
  bench.clock.advance(39_000);
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
});

test.each([
  ['goes on', ['RINGLIST.DAT', 'dialplan.xml']],
  ['is silent', []],
])(
  'nor does one that read its name in OS79XX.TXT alone, where a SIP image passes over it, and %s',
  async (_, services) => {
    const bench = await withItsImage();
    for (let boot = 0; boot < 3; boot++) {
      await bench.asks(PEER, 'OS79XX.TXT');
      bench.clock.advance(1_000);
      await bench.lost(await bench.ask('SIPDefault.cnf', PEER));
      bench.clock.advance(39_000);
      await bench.lost(await bench.ask(`SIP${MAC}.cnf`, PEER));
      await bench.asks(PEER, ...services);
      bench.clock.advance(5 * 60_000);
    }
    expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  },
);

test('one that reads it and goes on runs it', async () => {
  const bench = await withItsImage();
  await bench.asks(PEER, 'OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml');
  expect(statusIn(bench, MAC).state).toBe('landed');
});

test.each([0, LONG_ENOUGH])(
  'nor does one on SIP 4.4 whose next boot asks for the signed image of its target, %i ms later',
  async (gap) => {
    const bench = await new Bench(packagesOf(TARGET)).start();
    bench.addresses.tell(PEER, MAC);
    bench.enrol(MAC, TARGET, { model: '7940', from: 'P0S3-04-4-00' as LoadName });
    const configuration = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];
    for (let boot = 0; boot < 4 && bench.state(MAC) !== 'offered'; boot++) {
      await bench.asks(PEER, ...configuration);
      bench.clock.advance(60_000);
    }
    await bench.asks(PEER, ...configuration, `${TARGET}.bin`);
    expect(statusIn(bench, MAC).state).toMatch(/flashing|confirming/);
    bench.clock.advance(gap);
    await bench.asks(PEER, ...configuration, `${TARGET}.sbn`, 'RINGLIST.DAT', 'dialplan.xml');
    expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  },
);

test('a landed Java phone that asks for the manifest of its target does not run it, though it never asks for an archive', async () => {
  const target = 'SIP41.9-2-1S';
  const bench = await new Bench(packagesOf(target)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, { from: 'SIP41.8-5-2S' as LoadName, model: '7941' });
  const head = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
  await bench.asks(PEER, ...head, `${target}.loads`, ...archivesOf(target));
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...head, '/mk-sip.jar', 'dialplan.xml');
  expect(bench.state(MAC)).toBe('landed');
  // Another server gave it a release whose keys refuse this one (java-phones 3.2): it asks for the manifest, and for nothing more.
  for (let boot = 0; boot < 8; boot++) {
    bench.clock.advance(400_000);
    await bench.asks(PEER, ...head, `${target}.loads`, '/mk-sip.jar', 'dialplan.xml');
    expect(bench.state(MAC)).not.toBe('landed');
  }
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});
