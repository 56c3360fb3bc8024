import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openStore } from '../../src/adapters/sqlite/open-store.ts';
import { createFleet } from '../../src/app/fleet.ts';
import type { FleetOptions } from '../../src/app/fleet-options.ts';
import { listWatch } from '../../src/app/list/list-watch.ts';
import type { HistoryEvent } from '../../src/core/history/event.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { matrix } from '../plan/store.ts';
import { KeptLog, macOf, settled, TaggedFirmware, ToldAddresses } from '../support/bench.ts';
import { FakeClock } from '../support/clock.ts';
import { ownFolder } from '../support/fake-io.ts';
import { packagesOf } from '../support/packages.ts';

const TARGET = 'P0S3-08-11-00' as LoadName;
const MAC = macOf(1);
const PEER = '192.0.2.9';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];

/** A fleet on a real database, what it tells, and what another process sees. */
async function fleetOn(changes: Partial<FleetOptions> = {}) {
  const folder = await ownFolder();
  const path = join(folder.path, 'loadstep.db');
  const store = openStore({ path, mode: 'server' });
  const client = openStore({ path, mode: 'client' });
  const clock = new FakeClock();
  const fleet = createFleet({
    ...{ clock, store, log: new KeptLog(), matrix, enroll: 'listed', targets: [], staticRoot: null },
    ...{ firmware: new TaggedFirmware(packagesOf(TARGET)), addresses: new ToldAddresses() },
    serverAddress: () => '192.0.2.1',
    listChanges: listWatch(store),
    ...changes,
  });
  const live: HistoryEvent[] = [];
  fleet.onEvent((event) => {
    if ('mac' in event && event.event !== 'file.progress') live.push(event as HistoryEvent);
  });
  onTestFinished(async () => {
    await fleet.stop();
    client.close();
    store.close();
    await folder.remove();
  });
  await fleet.start();
  const ask = async (name: string) => {
    clock.advance(1_000);
    await fleet.handle({ at: clock.now(), peerAddress: PEER, peerPort: 50_000, name, mode: 'octet' });
    await settled();
  };
  return { clock, fleet, client, live, ask, history: () => [...client.history({})] };
}

test('what the operator does to the list is told live where it stands in the history, before what follows from it', async () => {
  const { clock, client, live, ask, history } = await fleetOn();
  const later = async () => {
    clock.advance(1_000);
    await settled();
    await vi.waitFor(() => expect(live).toEqual(history()));
  };
  client.enrol({ mac: MAC, target: TARGET, from: null, model: null, label: null, enrolledAt: clock.wall() });
  await later();
  for (const name of HUNT) await ask(name);
  client.retry(MAC, clock.wall());
  await later();
  for (const name of HUNT) await ask(name);
  client.release(MAC, clock.wall());
  await later();
  expect(live).toEqual(history());
  const list = live.filter(
    (row) => row.event === 'phone.enrolled' || row.event === 'phone.released' || row.finding === 'retried',
  );
  expect(list.map((row) => row.event)).toEqual(['phone.enrolled', 'phone.decision', 'phone.released']);
  expect(live.at(-1)).toMatchObject({ event: 'phone.state', state: 'cancelled' });
});

test('a phone that enrols itself is told to be enrolled before anything else of it', async () => {
  const { live, ask, history } = await fleetOn({ enroll: 'all', targets: [TARGET] });
  for (const name of HUNT) await ask(name);
  for (const name of HUNT) await ask(name);
  expect(live.map((row) => row.event)).toContain('phone.planned');
  expect(live).toEqual(history());
});

test('phones that enrol themselves at the same moment are each told to be enrolled before anything else of them', async () => {
  const { clock, fleet, live, history } = await fleetOn({ enroll: 'all', targets: [TARGET] });
  const macs = Array.from({ length: 40 }, (_, n) => macOf(n + 1));
  for (const pattern of HUNT) {
    clock.advance(1_000);
    const asked = macs.map((mac, n) => {
      const from = { peerAddress: `192.0.2.${n + 10}`, peerPort: 50_000 };
      return fleet.handle({ at: clock.now(), ...from, name: pattern.replace(MAC, mac), mode: 'octet' });
    });
    await Promise.all(asked);
  }
  await settled();
  const firstState = (mac: string) => live.findIndex((row) => row.mac === mac && row.event === 'phone.state');
  for (const mac of macs) {
    const enrolled = live.filter((row) => row.mac === mac && row.event === 'phone.enrolled');
    expect(enrolled).toHaveLength(1);
    expect(live.indexOf(enrolled[0] as HistoryEvent)).toBeLessThan(firstState(mac));
  }
  expect(live).toHaveLength(history().length);
});
