import { expect, test } from 'vitest';
import { whyItStands } from '../../src/app/told/why-it-stands.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A 7940 or 7960 takes the manifest of its target, its question for the image is lost for 39 s (legacy-79x0 11.2), and its old application starts
// and stays (W710, 3.3): it writes nothing, and nobody has to wait for it.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const SIP8 = 'P0S3-08-11-00';
const SIP = `SIP${MAC}.cnf`;
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, SIP];
const MINUTE = 60_000;

async function tookManifest(): Promise<Bench> {
  const bench = await new Bench(packagesOf(SIP8)).start();
  bench.enrol(MAC, SIP8);
  await bench.asks(PEER, ...HUNT, `${SIP8}.loads`);
  expect(statusIn(bench, MAC).state).toBe('downloading');
  return bench;
}

/** An application without lines asks for its own file every 31 s, and nothing else (legacy-79x0 11.1 H). */
async function polls(bench: Bench, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    bench.clock.advance(31_000);
    await bench.asks(PEER, SIP);
  }
}

const APPLICATIONS = [
  ['begins with its default', ['SIPDefault.cnf', SIP]],
  ['is heard by its polls alone', []],
  ['goes on to its ring list', ['RINGLIST.DAT', 'dialplan.xml']],
] as const;

test.each(APPLICATIONS)(
  'a phone that never asked for an image, and whose application %s, takes nothing within minutes, and is held for a restart',
  async (_, asked) => {
    const bench = await tookManifest();
    bench.clock.advance(45_000);
    await bench.asks(PEER, ...asked);
    await polls(bench, 3);
    expect(statusIn(bench, MAC).state).toBe('offered');
    const why = whyItStands(bench.store.phone(MAC) as PhoneRecord, rowsIn(bench, MAC, 'phone.state'));
    expect(why?.advice).not.toContain('do not unplug');
    expect(why?.reason).toContain(`asked for ${SIP8}.loads and was not heard to ask for an image`);
    expect(rowsIn(bench, MAC, 'phone.state').at(-1)?.reason).toBe(
      `${SIP8}.loads reached the phone whole, no question for an image was heard, and an application of the phone runs`,
    );
    await polls(bench, 32);
    expect(statusIn(bench, MAC)).toMatchObject({
      ...{ state: 'held', code: 'P_NEEDS_RESTART' },
      reason: `${SIP8} is offered, and the phone asked for ${SIP8}.loads and was not heard to ask for an image; it asked for nothing more of it within 15 min`,
    });
    // What it comes for in its next boot it is given, and it lands.
    await bench.asks(PEER, ...HUNT, `${SIP8}.loads`, `${SIP8}.sb2`);
    bench.clock.advance(MINUTE);
    await bench.asks(PEER, ...HUNT, `${SIP8}.loads`, 'SIPDefault.cnf', SIP, 'RINGLIST.DAT');
    expect(statusIn(bench, MAC).state).toBe('landed');
  },
);

test('a phone whose download broke off, and that asks for nothing of its load any more, is not said not to have come', async () => {
  const bench = await tookManifest();
  await bench.lost(await bench.ask(`${SIP8}.sb2`, PEER));
  bench.clock.advance(MINUTE);
  await bench.asks(PEER, 'SIPDefault.cnf', SIP);
  bench.clock.advance(20 * MINUTE);
  expect(statusIn(bench, MAC)).toMatchObject({
    ...{ state: 'held', code: 'P_NEEDS_RESTART' },
    reason: `${SIP8} is offered, and the phone asked for ${SIP8}.loads, ${SIP8}.sb2 and did not get any further; it asked for nothing more of it within 15 min`,
  });
});

test('an SCCP application that goes round and round after its manifest is held for that manifest, not for files that it did not read', async () => {
  const bench = await tookManifest();
  bench.clock.advance(45_000);
  for (let round = 0; round < 40 && statusIn(bench, MAC).state !== 'held'; round++) {
    await bench.asks(PEER, `CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml');
    bench.clock.advance(MINUTE);
  }
  const { state, code, reason } = statusIn(bench, MAC);
  expect({ state, code }).toEqual({ state: 'held', code: 'P_TRIGGER_NOT_TAKEN' });
  expect(reason).toContain(`asked for ${SIP8}.loads and was not heard to ask for an image`);
  expect(reason).not.toContain('SIP<MAC>.cnf');
});

test('a phone that asks for its image after a long while is still taking its load', async () => {
  const bench = await tookManifest();
  bench.clock.advance(38_000);
  await bench.asks(PEER, `${SIP8}.sb2`);
  expect(['downloading', 'flashing']).toContain(statusIn(bench, MAC).state);
  bench.clock.advance(MINUTE);
  await polls(bench, 1);
  expect(statusIn(bench, MAC).state).not.toBe('offered');
});

test('one question for its own file after its manifest shows no application', async () => {
  const bench = await tookManifest();
  await polls(bench, 1);
  expect(statusIn(bench, MAC).state).toBe('downloading');
});
