import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A retry asks for a landing. One that was given while the phone wrote its flash is answered by the landing that follows.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-05-3-00';
const SCCP = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`];
const SIP = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml'];

/** An SCCP 3.x phone that has its target whole, from us. */
async function flashing(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET);
  await bench.asks(PEER, ...SCCP);
  bench.clock.advance(60_000);
  await bench.asks(PEER, 'OS79XX.TXT', `${TARGET}.bin`);
  expect(statusIn(bench, MAC).state).toBe('flashing');
  return bench;
}

function retry(bench: Bench): void {
  bench.store.retry(MAC, bench.clock.wall());
  bench.fleet.syncEnrolments();
}

async function boots(bench: Bench, times: number): Promise<void> {
  for (let boot = 0; boot < times; boot++) {
    bench.clock.advance(90_000);
    await bench.asks(PEER, ...SIP);
    bench.clock.advance(60_000);
  }
}

test.each([0, 1])('a retry while it writes, after %i names of its next boot, ends with the landing', async (asked) => {
  const bench = await flashing();
  if (asked > 0) {
    bench.clock.advance(90_000);
    await bench.asks(PEER, ...SIP.slice(0, asked));
  }
  retry(bench);
  await boots(bench, 4);
  expect(statusIn(bench, MAC).state).toBe('landed');
});
