import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// The DHCP server moves a phone in the middle of a boot. What it is refused at the new address, since nobody could tell who asks, says nothing about what it reads.

const MAC = macOf(1);
const [OLD, NEW] = ['192.0.2.10', '192.0.2.11'];
const TARGET = 'P0S3-05-3-00';
const SCCP = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`];
const SIP4 = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];
const SIP5 = [...SIP4, 'RINGLIST.DAT', 'dialplan.xml'];

test('a phone from before the loader that comes for its image at an address that nobody knows yet is named it again', async () => {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.addresses.tell(OLD, MAC);
  bench.enrol(MAC, TARGET, { model: '7940' });
  await bench.asks(OLD, ...SCCP);
  bench.clock.advance(60_000);
  await bench.asks(OLD, 'OS79XX.TXT');
  await bench.asks(NEW, `${TARGET}.bin`);
  bench.addresses.tell(NEW, MAC);
  await bench.asks(NEW, ...SCCP.slice(1));
  for (let boot = 0; boot < 3 && bench.state(MAC) === 'offered'; boot++) {
    bench.clock.advance(60_000);
    await bench.asks(NEW, 'OS79XX.TXT', `${TARGET}.bin`);
  }
  bench.clock.advance(60_000);
  await bench.asks(NEW, ...SIP5);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'landed', code: null });
});

test('a phone on SIP 4.4 that is moved in the middle of two of its boots is still shown its load by its own file', async () => {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.addresses.tell(OLD, MAC);
  bench.enrol(MAC, TARGET, { model: '7940', from: 'P0S3-04-4-00' as LoadName });
  for (let boot = 0; boot < 4 && bench.state(MAC) !== 'offered'; boot++) {
    await bench.asks(OLD, ...SIP4);
    bench.clock.advance(60_000);
  }
  let [from, to] = [OLD, NEW];
  for (let boot = 0; boot < 3; boot++) {
    bench.clock.advance(60_000);
    await bench.asks(from, 'OS79XX.TXT');
    bench.addresses.tell(to, MAC);
    await bench.asks(to, 'SIPDefault.cnf', `SIP${MAC}.cnf`);
    [from, to] = [to, from];
  }
  bench.clock.advance(60_000);
  const [, , own] = await bench.asks(from, ...SIP4);
  expect(own).toContain(`image_version: ${TARGET}`);
});
