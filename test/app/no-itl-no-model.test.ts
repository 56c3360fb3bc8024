import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A Java phone of which nobody says the model, and whose 8.5(2) asks for no ITL file: from which release on loads do is inferred (docs/decisions/0044).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const BRIDGE = 'SIP42.8-5-2S';
const HEAD = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml'];

/** A phone on SCCP that is named a SIP load, takes it, and boots; `keeps`: it goes on with what it had. Returns what it was named, boot by boot. */
async function boots(target: string, packages: readonly string[], keeps = false) {
  const bench = await new Bench(packagesOf(...packages)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, {});
  const named: (string | null)[] = [];
  let takes = 0;
  for (let boot = 0; boot < 5; boot++) {
    const runs = takes > 0 && !keeps ? 'SIP' : 'SCCP';
    bench.clock.advance(100_000);
    const given = await bench.asks(PEER, ...HEAD);
    const load = /SIP42\.[\w-]+/.exec(given.join(' '))?.[0] ?? null;
    named.push(load);
    if (load === BRIDGE && takes++ === 0) await bench.asks(PEER, `${BRIDGE}.loads`, ...archivesOf(BRIDGE));
    else if (load === BRIDGE && runs === 'SCCP') await bench.asks(PEER, `${BRIDGE}.loads`, '/mk-sccp.jar');
    else await bench.asks(PEER, runs === 'SIP' ? '/mk-sip.jar' : '/mk-sccp.jar', 'g3-tones.xml');
  }
  return { bench, named };
}

test('it lands on 8.5(2), and is not said to run what it ran before', async () => {
  const { bench } = await boots(BRIDGE, [BRIDGE]);
  expect(statusIn(bench, MAC).state).toBe('landed');
  expect(rowsIn(bench, MAC, 'phone.state').filter(({ code }) => code === 'P_POWER_LOST')).toEqual([]);
});

test('it goes on from there to 9.x', async () => {
  const { named } = await boots('SIP42.9-3-1SR4-1S', [BRIDGE, 'SIP42.9-3-1SR4-1S']);
  expect(named.at(-1)).toBe('SIP42.9-3-1SR4-1S');
});

test('one that keeps its SCCP load does not land', async () => {
  const { bench } = await boots(BRIDGE, [BRIDGE], true);
  expect(statusIn(bench, MAC).state).not.toBe('landed');
});
