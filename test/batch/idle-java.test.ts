import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

// Java phones with SCCP of which nobody says the model are told their load in XMLDefault.cnf.xml alone, which they ask for when they boot. Made to wait, they poll
// their own file (java-phones 5.1), and can use no place before somebody restarts them.

const TARGET = 'SIP42.9-3-1SR4-1S';
const PEERS = new Map([1, 2, 3].map((n): [MacAddress, string] => [macOf(n), `192.0.2.${10 + n}`]));
const [FIRST, SECOND, THIRD] = [macOf(1), macOf(2), macOf(3)];

async function madeToWait() {
  const kept = new MemoryBatch();
  const limits = { atOnce: 1 };
  const bench = await new Bench(packagesOf(TARGET, 'SIP42.8-5-2S'), { batchStore: kept, limits }).start();
  const asks = (mac: MacAddress, ...names: string[]) => bench.asks(PEERS.get(mac) ?? '', ...names);
  const boots = (mac: MacAddress) =>
    asks(mac, `CTLSEP${mac}.tlv`, `ITLSEP${mac}.tlv`, 'ITLFile.tlv', `SEP${mac}.cnf.xml`, 'XMLDefault.cnf.xml');
  for (const [mac, peer] of PEERS) {
    bench.addresses.tell(peer, mac);
    bench.enrol(mac, TARGET as LoadName);
  }
  kept.changeBatch((was) => ({ state: { ...was, isPaused: true }, events: [] }));
  bench.fleet.syncEnrolments();
  for (const mac of PEERS.keys()) await boots(mac);
  kept.changeBatch((was) => ({ state: { ...was, isPaused: false }, events: [] }));
  bench.fleet.syncEnrolments();
  const poll = async () => {
    bench.clock.advance(60_000);
    for (const mac of PEERS.keys()) await asks(mac, `SEP${mac}.cnf.xml`);
  };
  return { bench, boots, poll };
}

test('idle ones keep no place from one that is restarted and asks for its load', async () => {
  const { bench, boots, poll } = await madeToWait();
  for (let time = 0; time < 4; time++) await poll();
  for (const mac of [THIRD, SECOND, FIRST]) {
    const answers = await boots(mac);
    expect(answers.join('\n')).toContain(TARGET);
    bench.store.release(mac, bench.clock.wall());
    bench.fleet.syncEnrolments();
    await poll();
  }
});
