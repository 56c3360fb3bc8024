import { expect, test } from 'vitest';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// Blocks that are acknowledged are signs of life, however slowly they go (a path that loses many of them, a phone behind a slow line).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const SIP8 = 'P0S3-08-11-00';
const MINUTE = 60_000;

async function downloading() {
  const bench = await new Bench(packagesOf(SIP8)).start();
  bench.enrol(MAC, SIP8);
  const hunt = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
  await bench.asks(PEER, ...hunt, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf');
  bench.clock.advance(MINUTE);
  await bench.asks(PEER, ...hunt, `${SIP8}.loads`);
  const image = await bench.ask(`${SIP8}.sb2`, PEER);
  if (image.kind !== 'content') throw new Error('no image was given');
  return { bench, image };
}

test('a transfer that goes on slowly is no silence, however long it takes', async () => {
  const { bench, image } = await downloading();
  for (let minute = 1; minute <= 70; minute++) {
    bench.clock.advance(MINUTE);
    image.watcher?.progress(minute * 512);
    expect(statusIn(bench, MAC).state).toBe('downloading');
  }
  await bench.sent(image);
  expect(statusIn(bench, MAC).state).toBe('flashing');
});

test('one that stands still is held when nothing of it was acknowledged for the whole deadline', async () => {
  const { bench, image } = await downloading();
  for (let minute = 1; minute <= 20; minute++) {
    bench.clock.advance(MINUTE);
    image.watcher?.progress(minute * 512);
  }
  bench.clock.advance(15 * MINUTE - 1);
  expect(statusIn(bench, MAC).state).toBe('downloading');
  bench.clock.advance(1);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_STALLED' });
});
