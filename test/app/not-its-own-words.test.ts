import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// Behind one address nothing but names tells a phone on the list from a stranger. What the stranger takes before it has said its name
// stands in the other one's record (docs/decisions/0004, "What is left"); it lands nobody.

const [MAC, OTHER] = [macOf(1), macOf(2)];
const PEER = '192.0.2.10';
const TARGET = 'P0S3-06-3-00';

const asks = (bench: Bench, ...names: readonly string[]) => bench.asks(PEER, ...names);

const status = (bench: Bench) => statusIn(bench, MAC);
const landings = (bench: Bench) => rowsIn(bench, MAC, 'phone.landed');
const sccpBoot = (mac: string) => ['OS79XX.TXT', `SEP${mac}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${mac}.cnf`];

/** A phone on SCCP 3.x was identified; then a stranger reads the load that is meant for it, takes it, and restarts with it. */
async function takenByAnother(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.enrol(MAC, TARGET);
  await asks(bench, ...sccpBoot(MAC), 'SEPDefault.cnf');
  bench.clock.advance(20_000);
  await asks(bench, 'OS79XX.TXT', `${TARGET}.bin`);
  expect(status(bench).state).toBe('flashing');
  bench.clock.advance(60_000);
  await asks(bench, 'OS79XX.TXT', 'SIPDefault.cnf');
  return bench;
}

test('names of another protocol in one list are two phones: the one that asks the old ones has not landed', async () => {
  const bench = await takenByAnother();
  await asks(bench, `SEP${MAC}.cnf`);
  expect(landings(bench)).toEqual([]);
  bench.clock.advance(20_000);
  await asks(bench, `SEP${MAC}.cnf.xml`, `SEP${MAC}.cnf`);
  bench.clock.advance(60_000);
  await asks(bench, `SEP${MAC}.cnf.xml`);
  expect(landings(bench)).toEqual([]);
});

test('silence after a round in which the phone has not said its name lands nobody', async () => {
  const bench = await takenByAnother();
  await asks(bench, `SIP${OTHER}.cnf`, 'RINGLIST.DAT');
  bench.clock.advance(120_000);
  expect(landings(bench)).toEqual([]);
});

test('a phone that took its target itself lands as soon as it says its name', async () => {
  const bench = await takenByAnother();
  await asks(bench, `SIP${MAC}.cnf`);
  expect(status(bench).state).toBe('landed');
});

test('an image that is asked for out of nowhere is not the landed phone’s question', async () => {
  const bench = await takenByAnother();
  await asks(bench, `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml');
  bench.clock.advance(40_000);
  await asks(bench, `${TARGET}.bin`);
  expect(status(bench).state).toBe('landed');
  // Its own, right after the file that names it, is.
  bench.clock.advance(40_000);
  await asks(bench, 'OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`, `${TARGET}.bin`);
  expect(status(bench).state).not.toBe('landed');
});

/** A phone with a loader that hunted, and took its application whole. */
async function withItsApplication(): Promise<Bench> {
  const bench = await new Bench(packagesOf('P0S3-08-11-00')).start();
  bench.enrol(MAC, 'P0S3-08-11-00');
  const hunt = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
  await asks(bench, ...hunt, `MGC${MAC}.cnf`);
  bench.clock.advance(20_000);
  await asks(bench, ...hunt, 'P0S3-08-11-00.loads', 'P0S3-08-11-00.sb2');
  return bench;
}

test('a stranger never heard before does not land the phone that took its application at the same address; its own name does', async () => {
  for (const isOwn of [false, true]) {
    const bench = await withItsApplication();
    bench.clock.advance(40_000);
    await asks(bench, 'SIPDefault.cnf');
    expect(status(bench).state).toBe('flashing');
    await asks(bench, isOwn ? `SIP${MAC}.cnf` : `SIP${OTHER}.cnf`, 'RINGLIST.DAT');
    expect(landings(bench)).toHaveLength(isOwn ? 1 : 0);
  }
});

test('a phone lands by its own name though the server was started again after its first question', async () => {
  const bench = await withItsApplication();
  bench.clock.advance(20_000);
  await asks(bench, 'SIPDefault.cnf');
  await bench.restart(1_000);
  await asks(bench, `SIP${MAC}.cnf`);
  expect(landings(bench)).toHaveLength(1);
});
