import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// Somebody reads on the display what we have proven, or are about to prove, and says it with --from: that is nothing new.

const MAC = macOf(1);
const PEER = '192.0.2.10';

interface Road {
  readonly target: string;
  readonly model: '7941' | '7940';
  /** The boots that take everything. */
  readonly takes: readonly (readonly string[])[];
  /** A boot of the target. */
  readonly proves: readonly string[];
}

const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
const JAVA: Road = {
  target: 'SIP41.9-2-1S',
  model: '7941',
  takes: [
    [...HEAD, 'XMLDefault.cnf.xml', 'mk-sip.jar'],
    [...HEAD, 'XMLDefault.cnf.xml', 'mk-sip.jar'],
    [...HEAD, 'SIP41.9-2-1S.loads', ...archivesOf('SIP41.9-2-1S')],
  ],
  proves: [...HEAD, 'mk-sip.jar', 'dialplan.xml'],
};
const BEFORE_THE_LOADER: Road = {
  target: 'P0S3-05-3-00',
  model: '7940',
  takes: [
    ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`],
    ['OS79XX.TXT', 'P0S3-05-3-00.bin'],
  ],
  proves: ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml'],
};

async function withEverything({ target, model, takes }: Road): Promise<Bench> {
  const bench = await new Bench(packagesOf(target)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, { model });
  for (const names of takes) {
    await bench.asks(PEER, ...names);
    bench.clock.advance(60_000);
  }
  expect(statusIn(bench, MAC).state).toMatch(/flashing|confirming/);
  return bench;
}

function say({ target, model }: Road, bench: Bench): void {
  bench.enrol(MAC, target, { model, from: target as LoadName });
}

async function boots(bench: Bench, { proves }: Road, times: number): Promise<string | null> {
  for (let boot = 0; boot < times; boot++) {
    bench.clock.advance(90_000);
    await bench.asks(PEER, ...proves);
  }
  return bench.state(MAC);
}

test.each([
  ['a Java phone', JAVA],
  ['a phone from before the loader', BEFORE_THE_LOADER],
])('a landed phone of which the target is said stays landed: %s', async (_, road) => {
  const bench = await withEverything(road);
  expect(await boots(bench, road, 2)).toBe('landed');
  say(road, bench);
  expect(bench.state(MAC)).toBe('landed');
  expect(await boots(bench, road, 5)).toBe('landed');
});

test.each([
  ['a Java phone', JAVA],
  ['a phone from before the loader', BEFORE_THE_LOADER],
])(
  'a phone that has everything, and of which the target is said before it has shown it, lands: %s',
  async (_, road) => {
    const bench = await withEverything(road);
    say(road, bench);
    expect(await boots(bench, road, 4)).toBe('landed');
  },
);

test.each([0, 3, 5])('what ran before may be said while it takes its load, after %i archives', async (taken) => {
  const bench = await new Bench(packagesOf(JAVA.target)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, JAVA.target, { model: '7941' });
  for (const names of JAVA.takes.slice(0, 2)) {
    await bench.asks(PEER, ...names);
    bench.clock.advance(60_000);
  }
  const archives = archivesOf(JAVA.target);
  await bench.asks(PEER, ...HEAD, 'SIP41.9-2-1S.loads', ...archives.slice(0, taken));
  bench.enrol(MAC, JAVA.target, { model: '7941', from: 'SIP41.8-5-2S' as LoadName });
  await bench.asks(PEER, ...archives.slice(taken));
  expect(await boots(bench, JAVA, 3)).toBe('landed');
});

test('a landed phone of which another load is said has to show its target again', async () => {
  const bench = await withEverything(JAVA);
  expect(await boots(bench, JAVA, 2)).toBe('landed');
  bench.enrol(MAC, JAVA.target, { model: JAVA.model, from: 'SIP41.8-5-2S' as LoadName });
  expect(bench.state(MAC)).not.toBe('landed');
});
