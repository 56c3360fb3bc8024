import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { ModelPhone } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { type Seat, World } from '../support/world.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// An SCCP image before 7.x asks the same names whether it is signed or not (legacy-79x0 5.2): what it appends to a name in OS79XX.TXT tells
// the two apart.

const MAC = macOf(1);
const ADDRESS = '192.0.2.10';
const [MIDDLE, TARGET] = ['P00305000300', 'P0030801SR02'];

async function converted(refuses: boolean) {
  const bench = await new Bench(packagesOf(MIDDLE, TARGET)).start();
  bench.addresses.tell(ADDRESS, MAC);
  bench.enrol(MAC, TARGET, { from: 'P00303030300' as LoadName, model: '7940' });
  const phone = new ModelPhone({ mac: MAC, family: '79x0', load: 'P00303030300' });
  const seat: Seat = { phone, target: TARGET, address: () => ADDRESS, boot: null, next: null };
  const world = new World(bench, [seat], () => {});
  for (let n = 0; n < 120; n++) {
    const what = refuses && seat.next?.endsWith('.bin') ? 'flash-fails' : 'goes-on';
    await world.happen({ phone: 0, what, seconds: 1, name: '' });
  }
  return { bench, phone };
}

test('an SCCP 3.x phone comes to 8.x with SCCP loads alone: between the two steps it is seen that it runs signed software', async () => {
  const { bench, phone } = await converted(false);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'landed', target: TARGET });
  expect(phone.runs.load).toBe(TARGET);
  const probes = rowsIn(bench, MAC, 'phone.decision').filter(({ file }) => file === 'OS79XX.TXT');
  expect(probes).toHaveLength(1);
});

test('one that keeps its unsigned image is never shown what only signed software may take', async () => {
  const { bench, phone } = await converted(true);
  expect(phone.runs.load).toBe('P00303030300');
  expect(rowsIn(bench, MAC, 'load.offered').filter(({ load }) => load === TARGET)).toEqual([]);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held' });
});

test('a loader that starts no application and hunts for ever has not landed on SCCP, and is held', async () => {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.enrol(MAC, TARGET, { model: '7940' });
  const hunt = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];
  await bench.asks(ADDRESS, ...hunt, `SIP${MAC}.cnf`, ...hunt, `${TARGET}.loads`, `${TARGET}.sb2`);
  for (let boot = 0; boot < 20 && bench.state(MAC) !== 'held'; boot++) {
    bench.clock.advance(30_000);
    await bench.asks(ADDRESS, ...hunt, `${TARGET}.loads`);
  }
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});
