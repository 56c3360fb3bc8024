import { expect, test } from 'vitest';
import { whyItStands } from '../../src/app/told/why-it-stands.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// Somebody looks by hand at what the server gives a phone: names with its MAC are asked from a machine that cannot be the phone.

const PHONE = macOf(1);
const LAPTOP_MAC = '001E58000001' as MacAddress;
const [OWN, LAPTOP, SERVER, NEW] = ['192.0.2.7', '192.0.2.50', '192.0.2.1', '192.0.2.8'];
const JAVA = 'SIP42.9-3-1SR4-1S' as LoadName;
const HEAD = [`CTLSEP${PHONE}.tlv`, `ITLSEP${PHONE}.tlv`, 'ITLFile.tlv', `SEP${PHONE}.cnf.xml`];
const MINUTE = 60_000;

/** A 7942 that has taken every archive and may be writing its flash; the neighbour table knows it and the laptop. */
async function writing(): Promise<Bench> {
  const bench = await new Bench(packagesOf(JAVA)).start();
  bench.enrol(PHONE, JAVA, { model: '7942', from: 'SIP42.8-5-2S' as LoadName });
  bench.addresses.tell(OWN, PHONE);
  bench.addresses.tell(LAPTOP, LAPTOP_MAC);
  bench.addresses.own.add(SERVER);
  await bench.asks(OWN, ...HEAD);
  await bench.asks(OWN, ...HEAD, `${JAVA}.loads`, ...archivesOf(JAVA));
  expect(bench.state(PHONE)).toBe('flashing');
  return bench;
}

test.each([
  ['a laptop, as the neighbour table knows', LAPTOP],
  ['the machine of the server itself', SERVER],
])('what %s asks in its name is no boot of a phone that may be writing', async (_, address) => {
  const bench = await writing();
  expect(await bench.asks(address, ...HEAD)).toEqual([null, null, null, null]);
  expect(bench.state(PHONE)).toBe('flashing');
  expect(statusIn(bench, PHONE)).toMatchObject({ advice: expect.stringContaining('do not unplug') });
  expect(bench.log.lines.some(({ event }) => event === 'address.other-machine')).toBe(true);
  // Its own next boot is one, wherever somebody has looked from.
  await bench.asks(OWN, ...HEAD);
  expect(bench.state(PHONE)).toBe('confirming');
});

test.each([false, true])(
  'nor is it while the phone is dark, which the neighbour table forgets within seconds (server restarted: %s)',
  async (isRestarted) => {
    const bench = await writing();
    bench.addresses.entries.delete(OWN);
    if (isRestarted) await bench.restart();
    for (let times = 0; times < 3; times++) {
      expect(await bench.asks(LAPTOP, ...HEAD)).toEqual([null, null, null, null]);
      bench.clock.advance(2 * MINUTE);
    }
    expect(bench.state(PHONE)).toBe('flashing');
  },
);

test('a phone of which nothing but names ever told where it is is believed wherever it asks', async () => {
  const bench = await new Bench(packagesOf(JAVA)).start();
  bench.enrol(PHONE, JAVA, { model: '7942', from: 'SIP42.8-5-2S' as LoadName });
  bench.addresses.tell(LAPTOP, LAPTOP_MAC);
  for (const address of [OWN, LAPTOP]) await bench.asks(address, ...HEAD);
  expect(bench.state(PHONE)).toBe('offered');
});

test('it is told once in the history of the phone, with where it was asked from', async () => {
  const bench = await writing();
  await bench.asks(LAPTOP, ...HEAD);
  await bench.asks(LAPTOP, ...HEAD);
  const told = rowsIn(bench, PHONE, 'phone.finding').filter(({ finding }) => finding === 'asked-by-another');
  expect(told).toHaveLength(1);
  expect(told[0]?.reason).toContain(`${LAPTOP}, an address of ${LAPTOP_MAC}`);
});

test('a landing is not taken back by what a laptop asks in the name of the phone, days later', async () => {
  const bench = await writing();
  for (let boot = 0; boot < 2; boot++) await bench.asks(OWN, ...HEAD);
  expect(bench.state(PHONE)).toBe('landed');
  bench.clock.advance(23 * 60 * MINUTE);
  for (let round = 0; round < 3; round++) {
    const names = [`CTLSEP${PHONE}.tlv`, `SEP${PHONE}.cnf.xml`];
    expect(await bench.asks(LAPTOP, ...names)).toEqual([null, null]);
  }
  expect(bench.state(PHONE)).toBe('landed');
});

test.each([
  [
    'whose address another machine has by now',
    (bench: Bench) => bench.addresses.tell(OWN, '001E58000002' as MacAddress),
    LAPTOP,
  ],
  ['that has moved, as the neighbour table has heard', (bench: Bench) => bench.addresses.tell(NEW, PHONE), NEW],
  [
    'at an address whose former owner was heard last half an hour ago',
    (bench: Bench) =>
      bench.addresses.entries.set(NEW, [
        { mac: LAPTOP_MAC, source: 'neighbour', freshAt: bench.clock.now() - 30 * MINUTE },
      ]),
    NEW,
  ],
] as const)('a phone %s is believed by its name', async (_, change, address) => {
  const bench = await writing();
  change(bench);
  await bench.asks(address, ...HEAD);
  expect(bench.state(PHONE)).toBe('confirming');
});

test('a phone that has moved behind another device is told so in its status and its hold, and believed there half an hour later', async () => {
  const bench = await new Bench(packagesOf(JAVA)).start();
  bench.enrol(PHONE, JAVA, { model: '7942', from: 'SIP42.8-5-2S' as LoadName });
  bench.addresses.tell(OWN, PHONE);
  bench.addresses.tell(NEW, LAPTOP_MAC);
  await bench.asks(OWN, ...HEAD);
  await bench.asks(OWN, ...HEAD);
  expect(bench.state(PHONE)).toBe('offered');
  bench.clock.advance(2 * MINUTE);
  await bench.asks(NEW, ...HEAD);
  const way = `half an hour after it was last heard at ${OWN}`;
  const why = whyItStands(bench.store.phone(PHONE) as PhoneRecord, bench.store.history({ mac: PHONE }));
  expect(why).toMatchObject({ code: 'P_AMBIGUOUS_ADDRESS', advice: expect.stringContaining(way) });
  for (let times = 0; times < 4 && bench.state(PHONE) !== 'held'; times++) {
    bench.clock.advance(6 * MINUTE);
    await bench.asks(NEW, ...HEAD);
  }
  const { state, reason, advice } = statusIn(bench, PHONE);
  expect([state, reason, advice]).toEqual(['held', expect.stringContaining(NEW), expect.stringContaining(way)]);
  expect(advice).toContain('unplug its power for ten seconds');
  bench.clock.advance(10 * MINUTE);
  await bench.asks(NEW, ...HEAD);
  expect(bench.state(PHONE)).not.toBe('held');
});

test.each([
  ['behind a bridge that shows its own MAC', (bench: Bench) => bench.addresses.tell(OWN, LAPTOP_MAC)],
  [
    'at an address that a lease has for a machine of long ago',
    (bench: Bench) => bench.addresses.entries.set(OWN, [{ mac: LAPTOP_MAC, source: 'lease' }]),
  ],
])('a phone %s is told why nobody can tell who asks, and how to end that', async (_, tell) => {
  const bench = await new Bench(packagesOf('P0S3-08-11-00')).start();
  bench.enrol(PHONE, 'P0S3-08-11-00', { model: '7940' });
  tell(bench);
  const hunt = [
    `CTLSEP${PHONE}.tlv`,
    `SEP${PHONE}.cnf.xml`,
    `SIP${PHONE}.cnf`,
    `MGC${PHONE}.cnf`,
    'XMLDefault.cnf.xml',
  ];
  for (let boot = 0; boot < 4; boot++) await bench.asks(OWN, 'OS79XX.TXT', ...hunt, 'P0S3-08-11-00.loads');
  const { state, code, advice } = statusIn(bench, PHONE);
  expect([state, code]).toEqual(['held', 'P_AMBIGUOUS_ADDRESS']);
  expect(advice).toContain(
    'remove that lease, or, where a bridge or a repeater shows its own MAC, connect the phone by cable',
  );
  const told = bench.log.lines.find(({ event }) => event === 'address.ambiguous');
  expect(told?.reason).toContain(`${LAPTOP_MAC}, which never said its name, has ${OWN}`);
});
