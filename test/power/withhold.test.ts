import { expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { Bench, macOf } from '../support/bench.ts';
import { PACKAGES } from '../support/packages.ts';

const ADDRESS = '192.0.2.10';
const MAC: MacAddress = macOf(1);
const TARGET = 'P0S3-08-11-00';

/** A 79x0 in its loader that has hunted once, so that its hop is offered; every name it asks next is the operator's to decide. */
async function offered() {
  const bench = await new Bench(PACKAGES).start();
  bench.enrol(MAC, TARGET);
  const names = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];
  for (const name of [...names, 'SIPDefault.cnf', 'MGCDefault.cnf', ...names.slice(0, 2)]) {
    await bench.take(name, ADDRESS);
  }
  const reasons = () => [...bench.store.history({ mac: MAC })].map((row) => row.reason ?? '');
  return { bench, reasons };
}

const CONFIG = `SIP${MAC}.cnf`;

test('a phone whose power is being switched is shown no load, and the one it was to be shown afterwards', async () => {
  const { bench, reasons } = await offered();
  expect(bench.state(MAC)).toBe('offered');
  const release = bench.fleet.withhold(MAC);
  expect(release).not.toBe(null);
  expect(await bench.take(CONFIG, ADDRESS)).toBe(null);
  expect(reasons().at(-1)).toBe('its power is being switched off and on');
  expect(await bench.take(`${TARGET}.loads`, ADDRESS)).toBe(null);
  release?.();
  expect(await bench.take(CONFIG, ADDRESS)).toContain(TARGET);
});

test('an image that a phone comes for while its power is being switched is not given, and no state is changed by it', async () => {
  const { bench } = await offered();
  expect(await bench.take(CONFIG, ADDRESS)).toContain(TARGET);
  bench.fleet.withhold(MAC);
  for (const file of [`${TARGET}.loads`, 'P003-08-11-00.sbn', `${TARGET}.sb2`]) {
    expect(await bench.take(file, ADDRESS)).toBe(null);
  }
  expect(bench.state(MAC)).toBe('offered');
});

test('the power of a phone that takes or writes its load cannot be asked for', async () => {
  const { bench } = await offered();
  await bench.take(CONFIG, ADDRESS);
  const manifest = await bench.ask(`${TARGET}.loads`, ADDRESS);
  expect(manifest.kind).toBe('content');
  expect(bench.state(MAC)).toBe('downloading');
  expect(bench.fleet.withhold(MAC)).toBe(null);
  await bench.sent(manifest);
  await bench.take('P003-08-11-00.sbn', ADDRESS);
  expect(bench.state(MAC)).toBe('flashing');
  expect(bench.fleet.withhold(MAC)).toBe(null);
});

test('a phone that nobody enrolled has no power to be switched', async () => {
  const { bench } = await offered();
  expect(bench.fleet.withhold(macOf(2))).toBe(null);
  expect(await bench.fleet.decide(macOf(2), { reason: 'x' })).toBe(false);
});

test('where every phone stands is told with the code of its hold', async () => {
  const { bench } = await offered();
  expect([...bench.fleet.standings()]).toMatchObject([{ mac: MAC, state: 'offered', code: null }]);
  bench.clock.advance(16 * 60_000);
  expect([...bench.fleet.standings()]).toMatchObject([
    { mac: MAC, state: 'held', code: 'P_HUNT_ONLY', isResumable: true },
  ]);
});

test('a phone that two power cycles withhold is shown a load when the last of them has ended', async () => {
  const { bench } = await offered();
  const [first, second] = [bench.fleet.withhold(MAC), bench.fleet.withhold(MAC)];
  first?.();
  first?.();
  expect(await bench.take(CONFIG, ADDRESS)).toBe(null);
  second?.();
  expect(await bench.take(CONFIG, ADDRESS)).toContain(TARGET);
});
