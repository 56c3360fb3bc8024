import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A Java phone took its target whole from here. What would show it was lost in its one boot since, and then it polls its own file: its next boot shows it as well.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'SIP42.9-3-1SR4-1S';
const SEP = `SEP${MAC}.cnf.xml`;
const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
const SERVICES = ['/mk-sip.jar', 'dialplan.xml'];

async function polls(bench: Bench, minutes: number): Promise<void> {
  for (let ms = 0; ms < minutes * 60_000; ms += 31_000) {
    bench.clock.advance(31_000);
    await bench.take(SEP, PEER);
  }
}

/** The phone, held since nothing showed whether it runs what it took. */
async function unproven(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET, 'SIP42.8-5-2S')).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7942' });
  await bench.asks(PEER, ...HEAD, `${TARGET}.loads`, ...archivesOf(TARGET));
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HEAD);
  await polls(bench, 55);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_UNPROVEN' });
  return bench;
}

const ORDERS: readonly [string, (bench: Bench) => void][] = [
  ['a restart alone', () => {}],
  ['--from, as its advice says', (bench) => bench.enrol(MAC, TARGET, { model: '7942', from: TARGET as LoadName })],
  ['retry', (bench) => expect(bench.store.retry(MAC, bench.clock.wall())).toBe(true)],
];

test.each(ORDERS)('it lands when it boots whole: %s', async (_, order) => {
  const bench = await unproven();
  order(bench);
  bench.fleet.syncEnrolments();
  await polls(bench, 2);
  expect(bench.state(MAC)).not.toBe('landed');
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HEAD, ...SERVICES);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'landed', code: null });
});

test('the advice says so first, and it is told to restart long before that', async () => {
  const bench = await unproven();
  expect(statusIn(bench, MAC).advice).toMatch(/^restart it: /);
  await polls(bench, 60);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_UNPROVEN' });
});

test('one that keeps its old load, and asks for its load again, is given it', async () => {
  const bench = await unproven();
  bench.clock.advance(60_000);
  const answers = await bench.asks(PEER, ...HEAD, `${TARGET}.loads`, ...archivesOf(TARGET));
  expect(answers.slice(-6).filter((text) => text === null)).toEqual([]);
  expect(bench.state(MAC)).toBe('flashing');
});

test('a phone that is held so three times waits for a person', async () => {
  const bench = await unproven();
  for (let time = 0; time < 3; time++) {
    bench.clock.advance(60_000);
    await bench.asks(PEER, ...HEAD);
    await polls(bench, 55);
  }
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_UNPROVEN' });
});

test('a phone whose boots are a quarter of an hour apart lands also where its operator says retry after each, as he is told', async () => {
  const [target, from] = ['SIP42.9-3-1SR4-1S', 'SCCP42.8-5-2S'];
  const bench = await new Bench(packagesOf(target)).start();
  bench.enrol(MAC, target, { model: '7942', from: from as LoadName });
  const list = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml'];
  await bench.asks(PEER, ...list, `${target}.loads`, ...archivesOf(target));
  expect(statusIn(bench, MAC).state).toBe('flashing');
  let boots = 0;
  while (statusIn(bench, MAC).state !== 'landed' && boots < 4) {
    bench.clock.advance(17 * 60_000);
    await bench.asks(PEER, ...list);
    boots += 1;
    bench.clock.advance(30_000);
    if (statusIn(bench, MAC).state === 'landed') break;
    bench.store.retry(MAC, bench.clock.wall());
    bench.fleet.syncEnrolments();
  }
  expect({ state: statusIn(bench, MAC).state, boots }).toEqual({ state: 'landed', boots: 3 });
});
