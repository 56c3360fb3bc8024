import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// Two phones behind one address: what a phone asks without its name goes to nobody. Where that is what keeps it, its hold says so.

const [MAC, OTHER] = [macOf(1), macOf(2)];
const [NAT, OWN] = ['192.0.2.99', '192.0.2.7'];
const SIP8 = 'P0S3-08-11-00';
const [STEP, JAVA] = ['SCCP42.8-5-2S', 'SIP42.9-3-1SR4-1S'];
const MINUTE = 60_000;

const boot = (names: readonly string[], mac: string) => names.map((name) => name.replace('<MAC>', mac));
const OLD_SIP = ['OS79XX.TXT', 'SIPDefault.cnf', 'SIP<MAC>.cnf', 'RINGLIST.DAT', 'dialplan.xml'];
const SCCP3 = ['OS79XX.TXT', 'SEP<MAC>.cnf.xml', 'XMLDefault.cnf.xml', 'SEP<MAC>.cnf', 'SEPDefault.cnf'];
const SCCP8 = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'XMLDefault.cnf.xml', '/7960-font.xml'];
const JAVA8 = ['CTLSEP<MAC>.tlv', 'SEP<MAC>.cnf.xml', 'XMLDefault.cnf.xml', '/mk-sip.jar'];

/** Both boot behind the address for as long as it takes to hold the phone that is on the list, but not for ever. */
async function goOn(bench: Bench, names: readonly string[], isAlone = false): Promise<void> {
  for (let round = 0; round < 120 && bench.state(MAC) !== 'held'; round++) {
    bench.clock.advance(MINUTE / 2);
    if (!isAlone) await bench.asks(NAT, ...boot(OLD_SIP, OTHER));
    await bench.asks(NAT, ...boot(names, MAC));
  }
}

async function behindOneAddress(names: readonly string[], target: string): Promise<Bench> {
  const bench = await new Bench(packagesOf(target, STEP, 'P0S3-06-3-00')).start();
  for (const mac of [OTHER, MAC, OTHER, MAC]) await bench.asks(NAT, ...boot(mac === MAC ? names : OLD_SIP, mac));
  bench.enrol(MAC, target);
  return bench;
}

const KINDS: readonly (readonly [string, readonly string[], string, string])[] = [
  ['a SIP image of before the loader', OLD_SIP, SIP8, 'P0S3-06-3-00'],
  ['an SCCP image of before the loader', SCCP3, SIP8, 'P00303030300'],
  ['an SCCP 8 application of a 7940', SCCP8, SIP8, 'P0030801SR02'],
  ['a Java phone on 8.2', JAVA8, JAVA, 'SIP42.8-2-1S'],
];

test.for(KINDS)('%s that shares its address is held for that, with advice that helps', async ([, names, target]) => {
  const bench = await behindOneAddress(names, target);
  await goOn(bench, names);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_AMBIGUOUS_ADDRESS', hop: 0 });
  expect(statusIn(bench, MAC).advice).toMatch(/an address of its own.*--leases.*one at a time/);
  expect(statusIn(bench, MAC).advice).not.toContain('--from');
});

test.for(KINDS)(
  '%s that shares its address is told the same when its operator has said what it runs',
  async ([, names, target, runs]) => {
    const bench = await behindOneAddress(names, target);
    bench.enrol(MAC, target, { from: runs as LoadName });
    await goOn(bench, names);
    const held = statusIn(bench, MAC);
    expect(held).toMatchObject({ state: 'held', code: 'P_AMBIGUOUS_ADDRESS' });
    expect(held.advice).not.toContain('--from');
    // The other one is gone; names that came in turn tell nothing there for a day all the same.
    bench.store.retry(MAC, bench.clock.now());
    bench.fleet.syncEnrolments();
    await goOn(bench, names, true);
    expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_AMBIGUOUS_ADDRESS' });
  },
);

test('a phone that was held for its address while it was identified goes on from one of its own', async () => {
  const bench = await behindOneAddress(SCCP3, SIP8);
  await goOn(bench, SCCP3);
  expect(statusIn(bench, MAC).code).toBe('P_AMBIGUOUS_ADDRESS');
  bench.addresses.tell(OWN, MAC);
  await bench.asks(OWN, ...boot(SCCP3, MAC), ...boot(SCCP3, MAC));
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'offered', load: 'P0S3-06-3-00' });
});

test('a phone that left the shared address and still shows nothing is not held for the address', async () => {
  const bench = await behindOneAddress(SCCP8, SIP8);
  await bench.asks(NAT, ...boot(OLD_SIP, OTHER), ...boot(SCCP8, MAC));
  bench.addresses.tell(OWN, MAC);
  for (let round = 0; round < 120 && bench.state(MAC) !== 'held'; round++) {
    bench.clock.advance(MINUTE / 2);
    await bench.asks(OWN, `CTLSEP${MAC}.tlv`, 'background.png');
  }
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_UNPROVEN' });
});

test('a phone that took its load, and whose address is shared from then on, is held for the address', async () => {
  const bench = await new Bench(packagesOf(JAVA, STEP)).start();
  bench.enrol(MAC, JAVA, { model: '7942' });
  for (let round = 0; round < 2; round++) await bench.asks(NAT, ...boot(JAVA8.slice(0, 3), MAC));
  await bench.asks(NAT, `${STEP}.loads`, ...archivesOf(STEP));
  expect(statusIn(bench, MAC).state).toBe('flashing');
  bench.clock.advance(MINUTE);
  const names = JAVA8.slice(0, 3);
  await goOn(bench, names);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_AMBIGUOUS_ADDRESS', load: STEP });
});

test('who has said what a phone runs is not asked to say it again', async () => {
  const bench = await new Bench(packagesOf(SIP8, 'P0S3-06-3-00')).start();
  bench.addresses.tell(OWN, MAC);
  bench.enrol(MAC, SIP8, { from: 'P0S3-06-3-00' as LoadName });
  // It does not go round: so nothing shows whether that is true.
  for (let poll = 0; poll < 120 && bench.state(MAC) !== 'held'; poll++) {
    bench.clock.advance(31_000);
    await bench.asks(OWN, `SIP${MAC}.cnf`);
  }
  const { code, advice } = statusIn(bench, MAC);
  expect(code).toBe('P_UNPROVEN');
  expect(advice).toContain('P0S3-06-3-00 was entered');
  expect(advice).toMatch(/when its display shows another load.*--from.*restart the phone/);
});
