import { expect, test } from 'vitest';
import { phonesTold } from '../../src/app/told/phones-told.ts';
import { Stands, type StandsStore } from '../../src/app/told/stands.ts';
import { FRESH_BATCH } from '../../src/core/batch/batch-state.ts';
import type { PowerPlan } from '../../src/core/power/power-plan.ts';
import type { KnownPlace } from '../../src/core/switch/bench-map.ts';
import type { DarkPort } from '../../src/ports/switches.ts';
import { Bench, macOf } from '../support/bench.ts';
import { PACKAGES } from '../support/packages.ts';

// A killed server, or a switch that does not obey, left the port of a phone without power: to unplug it helps nobody.

const [MAC, OTHER] = [macOf(1), macOf(2)];
const PEER = '192.0.2.10';

const PLACE: KnownPlace = {
  ...{ switchName: 'sw1', ifIndex: 3, port: 'Gi0/3', by: 'cdp', platform: null, load: null },
  ...{ since: 0, seenAt: 0, saidAt: null, before: null },
};

/** A phone that has not come for its load; its port went dark so long ago. */
async function bench(darkForMs: number, more: Partial<DarkPort> = {}) {
  const one = await new Bench(PACKAGES).start();
  for (const mac of [MAC, OTHER]) one.enrol(mac, 'P0S3-08-11-00');
  await one.asks(PEER, `CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`);
  one.clock.advance(300_000);
  const now = one.clock.wall();
  const dark: DarkPort = { switchName: 'sw1', group: 1, port: 3, portName: 'Gi0/3', offAt: now - darkForMs, ...more };
  const store: StandsStore = Object.assign(one.store, {
    batch: () => FRESH_BATCH,
    darkPorts: () => [dark],
    places: () => new Map([[MAC, PLACE]]),
  });
  const of = (mac: string, listensSince: number | null) => {
    const record = one.store.phones().find((phone) => phone.mac === mac);
    if (record === undefined) throw new Error('it is on the list');
    return new Stands(store, one.store.phones(), now, listensSince).of(record);
  };
  return { of, store, now };
}

test('status of a phone at a dark port says so, and what gives the power back', async () => {
  const { of, now } = await bench(120_000);
  expect(of(MAC, now - 60_000)).toMatchObject({
    code: 'P_PORT_DARK',
    reason: 'the power of sw1 Gi0/3, where it hangs, was switched off by loadstep 2 min ago and is not back yet',
    advice:
      'leave it plugged in: loadstep gives the power back every minute until sw1 takes it; where that does not help, switch port Gi0/3 on at sw1',
    needs: 'person',
  });
  expect(of(MAC, null).advice).toBe(
    'leave it plugged in, and start loadstep serve, which gives the power back; or switch port Gi0/3 on at sw1',
  );
  expect(of(OTHER, now - 60_000).code).not.toBe('P_PORT_DARK');
});

test('so is one that asked something while its port was going dark', async () => {
  const { of, now } = await bench(305_000);
  expect(of(MAC, now - 60_000).code).toBe('P_PORT_DARK');
});

test.each([
  ['its power is being switched by this server', 5_000, 60_000, {}],
  ['it was heard since, and has power elsewhere', 320_000, 60_000, {}],
  ['another port of that switch is dark', 120_000, 60_000, { portName: 'Gi0/4' }],
  ['a port of that name of another switch is dark', 120_000, 60_000, { switchName: 'sw2' }],
])('nothing is said of that where %s', async (_, darkForMs, listensForMs, more) => {
  const { of, now } = await bench(darkForMs, more);
  expect(of(MAC, now - listensForMs).code).not.toBe('P_PORT_DARK');
});

test('a server that means to switch its power does not say so of a phone that has none', async () => {
  const { store, now } = await bench(120_000);
  const plan: PowerPlan = { isToCome: true, from: null, once: 'it has asked for nothing', why: '', done: 0, most: 2 };
  const told = phonesTold(Object.assign(store, { batchHistory: () => [], progress: () => [] }), [MAC], now, {
    listensSince: now - 60_000,
    power: new Map([[MAC, plan]]),
    clockText: String,
  });
  expect(told[0]?.advice).toMatch(/^leave it plugged in: /);
});
