import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import { paused, resumed } from '../../src/core/batch/batch-state.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';

// A phone that is turned away asks the same names again; what it does once its turn has come is its own.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const JAVA = 'SIP42.9-3-1SR4-1S';
const SEP = `SEP${MAC}.cnf.xml`;
const JAVA_HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];

/** A 7942 on the list, in a batch that is paused until `resume`. */
async function pausedBench() {
  const kept = new MemoryBatch();
  const bench = await new Bench(packagesOf(JAVA), { batchStore: kept }).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, JAVA, { from: 'SIP42.8-5-2S' as LoadName, model: '7942' });
  kept.changeBatch((was) => ({ state: paused(was, bench.clock.wall(), 'lunch'), events: [] }));
  bench.fleet.syncEnrolments();
  const resume = () => {
    kept.changeBatch((was) => ({ state: resumed(was, bench.clock.wall(), 'go on', []), events: [] }));
    bench.fleet.syncEnrolments();
  };
  const state = () => bench.state(MAC);
  return { bench, resume, state };
}

test('a phone that was turned away and given its load at the same name again comes back from its flash when it is heard', async () => {
  const { bench, resume, state } = await pausedBench();
  expect(await bench.asks(PEER, ...JAVA_HEAD, SEP)).toEqual([null, null, null, null, null]);
  resume();
  const [own] = await bench.asks(PEER, SEP);
  expect(own).toContain(JAVA);
  await bench.asks(PEER, `${JAVA}.loads`, ...archivesOf(JAVA));
  expect(state()).toBe('flashing');
  bench.clock.advance(60_000);
  await bench.asks(PEER, JAVA_HEAD[0] as string);
  expect(state()).toBe('confirming');
  await bench.asks(PEER, ...JAVA_HEAD.slice(1));
  bench.clock.advance(120_000);
  expect(state()).toBe('landed');
});

test('such a phone that loses its power in the middle of its files begins again with all of them', async () => {
  const { bench, resume, state } = await pausedBench();
  await bench.asks(PEER, ...JAVA_HEAD, SEP);
  resume();
  const [first = ''] = archivesOf(JAVA);
  await bench.asks(PEER, SEP, `${JAVA}.loads`, first);
  expect(state()).toBe('downloading');
  bench.clock.advance(60_000);
  await bench.asks(PEER, JAVA_HEAD[0] as string);
  expect(state()).toBe('offered');
});

test('a phone that waits and asks nothing has its whole time once its turn has come, and is told why it has to be restarted then', async () => {
  const { bench, resume, state } = await pausedBench();
  const MINUTE = 60_000;
  await bench.asks(PEER, ...JAVA_HEAD);
  expect(state()).toBe('offered');
  bench.clock.advance(29 * MINUTE);
  resume();
  bench.clock.advance(13 * MINUTE);
  expect(state()).toBe('offered');
  bench.clock.advance(3 * MINUTE);
  expect(state()).toBe('held');
  const record = bench.store.phone(MAC);
  const told = record === null ? null : statusOf(record);
  expect(told).toMatchObject({ code: 'P_NEEDS_RESTART' });
  expect(told?.reason).toBe(
    `${JAVA} is offered, and its turn came only after its last boot; it has asked for nothing since (15 min)`,
  );
});

test('a phone whose turn comes and which asks then is held, when it does not come for its load, with the usual words', async () => {
  const { bench, resume } = await pausedBench();
  await bench.asks(PEER, ...JAVA_HEAD);
  bench.clock.advance(60_000);
  resume();
  await bench.asks(PEER, SEP);
  bench.clock.advance(16 * 60_000);
  const record = bench.store.phone(MAC);
  expect(record === null ? null : statusOf(record).reason).toMatch(/did not come for it within 15 min$/);
});
