import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// Behind an address of which only names tell, a neighbour asks that never says its own: nothing of what it asks is the phone's of the list.

const MAC = macOf(1);
const NAT = '192.0.2.99';
const [OLD, SIP8, SCCP8, JAVA] = ['P00303030300', 'P0S3-08-11-00', 'P0030801SR02', 'SIP42.9-3-1SR4-1S'] as const;
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const JAVA_LIST = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];

const ROADS = [
  { load: SIP8, model: '7940', list: HUNT, files: [`${SIP8}.loads`, `${SIP8}.sb2`] },
  { load: JAVA, model: '7942', list: JAVA_LIST, files: [`${JAVA}.loads`, ...archivesOf(JAVA)] },
] as const;

async function benchFor(load: string, model: '7940' | '7942'): Promise<Bench> {
  const bench = await new Bench(packagesOf(OLD, SIP8, SCCP8, 'SIP42.8-5-2S', JAVA)).start();
  bench.enrol(MAC, load, { model });
  return bench;
}

/** A phone that has written everything and starts it. */
async function starts(bench: Bench, { load, list }: (typeof ROADS)[number]): Promise<void> {
  bench.clock.advance(90_000);
  const services = load === JAVA ? ['/mk-sip.jar'] : [`${load}.loads`, 'SIPDefault.cnf', `SIP${MAC}.cnf`];
  await bench.asks(NAT, ...list, ...services);
  bench.clock.advance(60_000);
}

test.each(ROADS)('a very old SCCP image beside a phone that takes $load says nothing of that', async (road) => {
  const bench = await benchFor(road.load, road.model);
  await bench.asks(NAT, ...road.list, ...road.files.slice(0, 1), 'SEPDefault.cnf', ...road.files.slice(1));
  for (let time = 0; time < 10; time++) {
    bench.clock.advance(15_000);
    expect(await bench.take('SEPDefault.cnf', NAT)).toBeNull();
    const { state, load, advice } = statusIn(bench, MAC);
    expect({ state, load }).toEqual({ state: expect.stringMatching(/^(flashing|confirming)$/), load: road.load });
    expect(advice).toMatch(/do not unplug|leave its power on|leave it on/i);
  }
  await starts(bench, road);
  expect(statusIn(bench, MAC).state).toBe('landed');
  for (let time = 0; time < 10; time++) {
    bench.clock.advance(15_000);
    expect(await bench.take('SEPDefault.cnf', NAT)).toBeNull();
    expect(statusIn(bench, MAC).state).toBe('landed');
  }
});

test('nor beside one that has shown its loader and is named its load', async () => {
  const bench = await benchFor(SIP8, '7940');
  for (let boot = 0; boot < 3; boot++) {
    bench.clock.advance(60_000);
    await bench.asks(NAT, ...HUNT.slice(0, 2), 'SEPDefault.cnf', HUNT[2] ?? '');
    bench.clock.advance(13_000);
    expect(await bench.take('SEPDefault.cnf', NAT)).toBeNull();
    bench.clock.advance(15_000);
    expect(await bench.take('SEPDefault.cnf', NAT)).toBeNull();
    expect(statusIn(bench, MAC)).toMatchObject({ hops: 1, load: SIP8 });
  }
});

/** Who is on the list runs SCCP 3.x, and its first step leads to SIP; a neighbour that runs SIP boots, and is told from it by nothing before it says its name. */
test.each([
  ['P0S3-05-3-00', 'P0S3-05-3-00.bin', ['OS79XX.TXT', 'SIPDefault.cnf']],
  ['P0S3-05-3-00', 'P0S3-05-3-00.bin', ['OS79XX.TXT', 'SIPDefault.cnf', 'RINGLIST.DAT', 'dialplan.xml']],
])('a neighbour that boots proves no step on the way: %s', async (step, image, asked) => {
  const bench = await new Bench(packagesOf(step, SIP8)).start();
  bench.enrol(MAC, SIP8, { model: '7940', from: 'P0030301MFG2' as LoadName });
  await bench.asks(NAT, 'OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf');
  bench.clock.advance(20_000);
  await bench.asks(NAT, 'OS79XX.TXT', image);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'flashing', hop: 1, hops: 3 });
  bench.clock.advance(20_000);
  for (const name of asked) {
    bench.clock.advance(500);
    await bench.take(name, NAT);
    expect(statusIn(bench, MAC)).toMatchObject({ hop: 1, load: step });
  }
  // Its own name shows that it runs the step.
  bench.clock.advance(60_000);
  await bench.asks(NAT, 'OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`);
  expect(statusIn(bench, MAC)).toMatchObject({ hop: 2, load: 'P003-08-11-00' });
});

const SERVICES = [['syncinfo.xml', 'dialplan.xml'], ['RINGLIST.DAT'], ['RINGLIST.XML'], ['7960-dictionary.xml']];

/** A loader without an application hunts anew when it was refused the image (legacy-79x0 6). */
test.each([SIP8, SCCP8])('what it asks lands no phone that refuses %s and has nothing to start', async (load) => {
  const hunt = load === SIP8 ? HUNT : HUNT.slice(0, 2);
  for (const services of SERVICES) {
    for (const isInHunt of [false, true]) {
      const bench = await benchFor(load, '7940');
      await bench.asks(NAT, ...hunt, `${load}.loads`, `${load}.sb2`);
      for (let round = 0; round < 14; round++) {
        bench.clock.advance(isInHunt ? 20_000 : 40_000);
        const asked = isInHunt ? [...HUNT.slice(0, 2), ...services, HUNT[2] ?? ''] : hunt;
        await bench.asks(NAT, ...asked, `${load}.loads`);
        bench.clock.advance(20_000);
        if (!isInHunt) await bench.asks(NAT, ...services);
        expect(rowsIn(bench, MAC, 'phone.landed'), `${services.join()} ${isInHunt} round ${round}`).toEqual([]);
      }
      expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: expect.stringMatching(/^P_/) });
    }
  }
});
