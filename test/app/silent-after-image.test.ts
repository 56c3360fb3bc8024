import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A phone without a loader asks for its services after its configuration (legacy-79x0 11.1). One that has its image whole may have refused it, and may lose its
// power, or its network, in the second in which it would ask for it again.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [FROM, TARGET] = ['P0S3-05-3-00', 'P0S3-06-3-00'];
const LIST = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];

/** A phone on SIP 5.3 that has taken the image of its target whole, and boots. */
async function tookItsImage() {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7940', from: FROM as LoadName });
  for (let boot = 0; boot < 4; boot++) {
    const given = await bench.asks(PEER, ...LIST);
    if (given.some((text) => text?.includes(TARGET) === true)) break;
    bench.clock.advance(60_000);
  }
  await bench.asks(PEER, `${TARGET}.sbn`);
  bench.clock.advance(20_000);
  return bench;
}

const SILENT_MS = 120_000;

test('silence in the boot right after its image lands no phone without a loader', async () => {
  const bench = await tookItsImage();
  await bench.asks(PEER, ...LIST);
  bench.clock.advance(SILENT_MS);
  expect(statusIn(bench, MAC).state).toBe('confirming');
  await bench.asks(PEER, ...LIST, `${TARGET}.sbn`);
  expect(statusIn(bench, MAC).state).not.toBe('landed');
});

test('nor does a list that begins anew', async () => {
  const bench = await tookItsImage();
  await bench.asks(PEER, ...LIST);
  bench.clock.advance(30_000);
  await bench.asks(PEER, ...LIST);
  expect(statusIn(bench, MAC).state).toBe('confirming');
});

test('a second silence does, and so does what it asks for after its configuration', async () => {
  const silent = await tookItsImage();
  for (let boot = 0; boot < 2; boot++) {
    await silent.asks(PEER, ...LIST);
    silent.clock.advance(SILENT_MS);
  }
  expect(statusIn(silent, MAC).state).toBe('landed');
  const asking = await tookItsImage();
  await asking.asks(PEER, ...LIST, 'RINGLIST.DAT', 'dialplan.xml');
  expect(statusIn(asking, MAC).state).toBe('landed');
});

test('one that stays silent is held with advice to restart it, and that helps', async () => {
  const bench = await tookItsImage();
  await bench.asks(PEER, ...LIST);
  bench.clock.advance(4 * 3_600_000);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: expect.stringMatching(/^P_/) });
  expect(statusIn(bench, MAC).advice).toMatch(/restart|unplug|display|screen/);
  for (let boot = 0; boot < 2; boot++) {
    await bench.asks(PEER, ...LIST);
    bench.clock.advance(SILENT_MS);
  }
  expect(statusIn(bench, MAC).state).toBe('landed');
});
