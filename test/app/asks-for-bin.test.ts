import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A signed image takes signed images only: what asks for the `.bin` of the next load is not it (legacy-79x0 2, 5.6).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const HUNT_OF_SCCP3 = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml'];

const LOADS = packagesOf('P0S3-05-3-00', 'P0S3-06-3-00', 'P0S3-08-11-00', 'P0030801SR02');

for (const [target, from] of [
  ['P0S3-08-11-00', null],
  ['P0S3-08-11-00', 'P00303030300'],
  ['P0030801SR02', 'P00303030300'],
] as const) {
  test(`an SCCP 3.x phone (said: ${from}) that has lost its first hop for ${target} is given no loader by asking for its .bin`, async () => {
    const bench = await new Bench(LOADS).start();
    bench.addresses.tell(PEER, MAC);
    bench.enrol(MAC, target, { from: from as LoadName | null });
    for (let boot = 0; boot < 2; boot++) {
      bench.clock.advance(60_000);
      await bench.asks(PEER, ...HUNT_OF_SCCP3);
    }
    bench.clock.advance(60_000);
    const [named] = await bench.asks(PEER, 'OS79XX.TXT');
    const first = named?.trim() ?? '';
    expect(first).toMatch(/^P0S3-0[56]-3-00$/);
    const [image] = await bench.asks(PEER, `${first}.bin`);
    expect(image).not.toBeNull();
    bench.clock.advance(70_000);
    const [next] = await bench.asks(PEER, 'OS79XX.TXT');
    // A phone that passes over that name keeps to Cisco's rule; this one does not.
    const loader = next?.trim() ?? 'P003-08-11-00';
    const [given] = await bench.asks(PEER, `${loader}.bin`);
    if (loader !== first) expect(given).toBeNull();
    expect(rowsIn(bench, MAC, 'phone.state').filter(({ witnesses }) => witnesses !== undefined)).toEqual([]);
    expect(statusIn(bench, MAC)).toMatchObject({ hop: 1 });
    // It is led to its first hop again.
    bench.clock.advance(60_000);
    const [again, whole] = await bench.asks(PEER, 'OS79XX.TXT', `${first}.bin`);
    expect(again?.trim()).toBe(first);
    expect(whole).not.toBeNull();
  });
}
