import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone that was held since nothing was heard of it goes on where it was: what it took whole in this hop, it has.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'SIP41.9-2-1S';
const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
/** It has a configuration of its own and asks for no default (java-phones 4.1). */
const BOOT = [...HEAD, 'mk-sip.jar', 'dialplan.xml'];
const ARCHIVES = archivesOf(TARGET);
const NIGHT = 10 * 3_600_000;

async function offered(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7941' });
  for (let boot = 0; boot < 4 && statusIn(bench, MAC).state !== 'offered'; boot++) {
    await bench.asks(PEER, ...HEAD, 'XMLDefault.cnf.xml', 'mk-sip.jar');
    bench.clock.advance(60_000);
  }
  await bench.asks(PEER, ...HEAD, `${TARGET}.loads`);
  return bench;
}

/** It boots with what it has until it has landed, or so often. */
async function boots(bench: Bench, most: number): Promise<string | null> {
  for (let boot = 0; boot < most && bench.state(MAC) !== 'landed'; boot++) {
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...BOOT);
  }
  return bench.state(MAC);
}

test('a phone that took everything and was silent over night lands at its next boots', async () => {
  const bench = await offered();
  await bench.asks(PEER, ...ARCHIVES);
  bench.clock.advance(NIGHT);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_SILENT_AFTER_FLASH' });
  expect(await boots(bench, 2)).toBe('landed');
});

test('so does one whose server was started again meanwhile', async () => {
  const bench = await offered();
  await bench.asks(PEER, ...ARCHIVES);
  bench.clock.advance(NIGHT);
  await bench.restart();
  expect(await boots(bench, 2)).toBe('landed');
});

test('so does one that fell silent in the boot that was to prove it', async () => {
  const bench = await offered();
  await bench.asks(PEER, ...ARCHIVES);
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HEAD.slice(0, 2));
  bench.clock.advance(NIGHT);
  expect(statusIn(bench, MAC).state).toBe('held');
  expect(await boots(bench, 2)).toBe('landed');
});

test('one that pauses between two archives for longer than its deadline goes on with the same road', async () => {
  const bench = await offered();
  await bench.asks(PEER, ...ARCHIVES.slice(0, 3));
  bench.clock.advance(20 * 60_000);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_STALLED' });
  await bench.asks(PEER, ...ARCHIVES.slice(3));
  expect(await boots(bench, 2)).toBe('landed');
});

test.each(['flashing', 'confirming', 'held'])(
  'a retry while a phone that took everything is %s forgets nothing of that',
  async (when) => {
    const bench = await offered();
    await bench.asks(PEER, ...ARCHIVES);
    if (when === 'confirming') {
      bench.clock.advance(60_000);
      await bench.asks(PEER, ...HEAD.slice(0, 2));
    }
    if (when === 'held') bench.clock.advance(NIGHT);
    expect(statusIn(bench, MAC).state).toBe(when);
    bench.store.retry(MAC, bench.clock.wall());
    bench.fleet.syncEnrolments();
    expect(await boots(bench, 2)).toBe('landed');
  },
);

test('one whose package was gone in its boots after the night lands when it is back', async () => {
  const bench = await offered();
  const { packages } = bench.firmware;
  await bench.asks(PEER, ...ARCHIVES);
  bench.clock.advance(NIGHT);
  bench.firmware.packages = [];
  bench.fleet.syncEnrolments();
  await boots(bench, 4);
  bench.firmware.packages = packages;
  bench.fleet.syncEnrolments();
  expect(await boots(bench, 2)).toBe('landed');
});

test('boots in which nobody heard it ask for its configuration do not take that from it', async () => {
  const bench = await offered();
  await bench.asks(PEER, ...ARCHIVES);
  for (let boot = 0; boot < 4; boot++) {
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...HEAD.slice(0, 3), 'dialplan.xml');
  }
  expect(await boots(bench, 2)).toBe('landed');
});

test('a configuration of which no block was acknowledged was not read: what follows proves nothing', async () => {
  const bench = await offered();
  await bench.asks(PEER, ...ARCHIVES);
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HEAD.slice(0, 3));
  await bench.ask(`SEP${MAC}.cnf.xml`, PEER);
  bench.clock.advance(2_000);
  await bench.asks(PEER, 'mk-sip.jar', 'dialplan.xml');
  expect(bench.state(MAC)).toBe('confirming');
});

test('one that comes back in a new boot has nothing of what it had begun', async () => {
  const bench = await offered();
  await bench.asks(PEER, ...ARCHIVES.slice(0, 3));
  bench.clock.advance(NIGHT);
  await bench.asks(PEER, ...HEAD, ...ARCHIVES.slice(3));
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HEAD, 'mk-sip.jar');
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HEAD, 'XMLDefault.cnf.xml', `${TARGET}.loads`, ...ARCHIVES);
  expect(await boots(bench, 2)).toBe('landed');
});
