import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A phone with a loader that landed comes back with an application of another protocol, which another server gave it: the names of that take its
// landing back, whatever of the hunt before them was heard.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-08-11-00';
const [CTL, SEP, SIP, MGC] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`];
const HUNT = [CTL, SEP, SIP, MGC, 'XMLDefault.cnf.xml'];

async function landed(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7940' });
  await bench.asks(PEER, ...HUNT);
  bench.clock.advance(30_000);
  await bench.asks(PEER, ...HUNT, `${TARGET}.loads`, `${TARGET}.sb2`);
  bench.clock.advance(50_000);
  await bench.asks(PEER, 'SIPDefault.cnf', SIP, 'RINGLIST.DAT');
  expect(statusIn(bench, MAC).state).toBe('landed');
  bench.clock.advance(600_000);
  return bench;
}

test.each([
  ['SCCP, after a whole hunt', [...HUNT, 'SIPDefault.cnf', 'MGCDefault.cnf', CTL, SEP, 'XMLDefault.cnf.xml']],
  ['SCCP, after a hunt of which the last names alone were heard', [SIP, MGC, 'SIPDefault.cnf', SEP, '/7960-font.xml']],
  ['MGCP, after a whole hunt', [...HUNT, 'SIPDefault.cnf', 'MGCDefault.cnf', MGC, 'RINGLIST.DAT']],
  ['MGCP, of whose boot nothing else was heard', ['MGCDefault.cnf', MGC, 'RINGLIST.DAT']],
])('%s', async (_, names) => {
  const bench = await landed();
  // Nothing that it is given arrives.
  for (const name of names) {
    await bench.ask(name, PEER);
    bench.clock.advance(1_000);
  }
  expect(statusIn(bench, MAC).state).not.toBe('landed');
});

test('a phone that runs its target stays landed through a hunt in which nothing arrives', async () => {
  const bench = await landed();
  for (const name of [...HUNT, 'SIPDefault.cnf', 'MGCDefault.cnf', ...HUNT, 'SIPDefault.cnf', SIP, 'RINGLIST.DAT']) {
    await bench.ask(name, PEER);
    bench.clock.advance(1_000);
  }
  expect(statusIn(bench, MAC).state).toBe('landed');
});

test('of one that boots again and again nothing is counted: it takes the manifest at each boot', async () => {
  const bench = await landed();
  const tries = () => JSON.stringify(bench.store.phone(MAC)?.memory);
  const boots = async () => {
    bench.clock.advance(60_000);
    await bench.asks(PEER, CTL, SEP, SIP, `${TARGET}.loads`);
    bench.clock.advance(23_000);
    await bench.asks(PEER, 'SIPDefault.cnf', SIP);
  };
  await boots();
  const before = tries();
  for (let boot = 0; boot < 3; boot++) await boots();
  expect(tries()).toBe(before);
  expect(statusIn(bench, MAC).state).toBe('landed');
});
