import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [MIDDLE, TARGET, OTHER] = ['P0S3-05-3-00', 'P0S3-08-11-00', 'P0S3-08-2-00'];

/** A phone on SCCP 3.1 that has just taken the image of its first hop whole, and writes it now. */
async function flashing(): Promise<Bench> {
  const bench = await new Bench(packagesOf(MIDDLE, TARGET, OTHER)).start();
  bench.enrol(MAC, TARGET);
  await round(bench);
  await round(bench);
  await bench.take(`${MIDDLE}.bin`, PEER);
  expect(bench.state(MAC)).toBe('flashing');
  return bench;
}

/** The names an SCCP 3.x image asks in one round (legacy-79x0 5.2). */
async function round(bench: Bench): Promise<void> {
  bench.clock.advance(30_000);
  for (const name of ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf']) {
    await bench.take(name, PEER);
  }
}

/** The first name of the boot after the flash: the phone runs SIP 5.3 now. */
async function boots(bench: Bench): Promise<string | null> {
  bench.clock.advance(120_000);
  return bench.take('OS79XX.TXT', PEER);
}

const status = (bench: Bench) => {
  const record = bench.store.phone(MAC);
  return record === null ? null : statusOf(record);
};

const COMMANDS: Readonly<Record<string, (bench: Bench) => void>> = {
  release: (bench) => void bench.store.release(MAC, bench.clock.now()),
  retry: (bench) => void bench.store.retry(MAC, bench.clock.now()),
  'another target': (bench) => bench.enrol(MAC, OTHER),
};

test.each(Object.keys(COMMANDS))(
  '%s leaves a phone alone that may be writing flash, with and without a restart',
  async (name) => {
    for (const isRestarted of [false, true]) {
      const bench = await flashing();
      COMMANDS[name]?.(bench);
      bench.fleet.syncEnrolments();
      if (isRestarted) await bench.restart(1_000);
      expect(bench.state(MAC)).toBe('flashing');
      expect(status(bench)).toMatchObject({ state: 'flashing', advice: expect.stringContaining('do not unplug') });
      // It may ask for its image again while it has not booted, and gets it.
      expect(await bench.take(`${MIDDLE}.bin`, PEER)).toContain(`${MIDDLE}.bin`);
    }
  },
);

test('a phone that was released while it wrote flash is a bystander from its next boot on', async () => {
  const bench = await flashing();
  bench.store.release(MAC, bench.clock.now());
  await bench.restart(1_000);
  expect(await boots(bench)).toBeNull();
  expect(bench.state(MAC)).toBe('cancelled');
  expect(status(bench)).toMatchObject({ state: 'released', isEnrolled: false });
  for (const name of ['SIPDefault.cnf', `SIP${MAC}.cnf`, 'OS79XX.TXT', `${MIDDLE}.bin`]) {
    expect(await bench.take(name, PEER)).toBeNull();
  }
});

test('another target is taken up at the boot after the flash, and the record says so', async () => {
  const bench = await flashing();
  bench.enrol(MAC, OTHER);
  await boots(bench);
  for (const name of ['SIPDefault.cnf', `SIP${MAC}.cnf`]) await bench.take(name, PEER);
  await boots(bench);
  expect(bench.store.phone(MAC)?.snapshot?.context).toMatchObject({ target: OTHER });
});

test('a retry while no server runs is done when one starts', async () => {
  const bench = await new Bench(packagesOf(MIDDLE)).start();
  bench.enrol(MAC, TARGET);
  await round(bench);
  await round(bench);
  expect(bench.state(MAC)).toBe('held');
  const holds = () => [...bench.store.history({ mac: MAC })].filter((row) => row.event === 'phone.held').length;
  await bench.restart(1_000);
  expect(holds()).toBe(1);
  bench.store.retry(MAC, bench.clock.now());
  await bench.restart(1_000);
  expect(holds()).toBe(2);
});

test('a retry is done once, however often the server is started again', async () => {
  const bench = await flashing();
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await boots(bench);
  await bench.restart(1_000);
  const states = () => [...bench.store.history({ mac: MAC })].filter((row) => row.event === 'phone.state').length;
  const before = states();
  await bench.restart(1_000);
  expect(states()).toBe(before);
});

test('a new label does not disturb a conversion', async () => {
  const bench = await flashing();
  await boots(bench);
  const before = bench.state(MAC);
  bench.clock.advance(1_000);
  bench.enrol(MAC, TARGET, { label: 'desk 12' });
  expect(bench.state(MAC)).toBe(before);
});

test('a release reaches a phone that writes nothing at once', async () => {
  const bench = await new Bench(packagesOf(MIDDLE, TARGET)).start();
  bench.enrol(MAC, TARGET);
  await round(bench);
  await round(bench);
  expect(bench.state(MAC)).toBe('offered');
  bench.store.release(MAC as MacAddress, bench.clock.now());
  bench.fleet.syncEnrolments();
  expect(bench.state(MAC)).toBe('cancelled');
  expect(await boots(bench)).toBeNull();
});
