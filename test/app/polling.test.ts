import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];
const POLL = `SIP${MAC}.cnf`;
const MINUTE = 60_000;

/** A phone with a loader that was offered its load and polls one name every 31 seconds from then on (legacy-79x0 11.1 H). */
async function polling() {
  const bench = await new Bench(packagesOf('P0S3-08-11-00')).start();
  bench.enrol(MAC, 'P0S3-08-11-00');
  for (const name of HUNT) await bench.take(name, PEER);
  expect(bench.state(MAC)).toBe('offered');
  const deadline = () => {
    const record = bench.store.phone(MAC);
    return record === null ? null : statusOf(record).deadlineAt;
  };
  const poll = async (times: number, name = POLL) => {
    for (let n = 0; n < times; n++) {
      bench.clock.advance(31_000);
      await bench.ask(name, PEER);
    }
  };
  const status = () => {
    const record = bench.store.phone(MAC);
    return record === null ? null : statusOf(record);
  };
  return { bench, poll, deadline, status };
}

test('a phone that only repeats one name does not put off the deadline of its offer, after six times of it', async () => {
  const { bench, poll, deadline } = await polling();
  await poll(6);
  const asked = bench.clock.now();
  expect(deadline()).toBe(asked + 15 * MINUTE);
  await poll(5);
  expect(deadline()).toBe(asked + 15 * MINUTE);
  // Another name is a sign of life.
  await poll(1, 'RINGLIST.DAT');
  expect(deadline()).toBe(bench.clock.now() + 15 * MINUTE);
});

test('a phone that polls through its deadline is held until it is restarted, and its polls do not bring it back', async () => {
  const { bench, poll, status } = await polling();
  await poll(60);
  expect(status()).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART' });
  const rows = [...bench.store.history({ mac: MAC })].length;
  await poll(100);
  expect(status()).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART' });
  const later = [...bench.store.history({ mac: MAC })].slice(rows);
  expect(later.filter((row) => row.event === 'phone.state')).toEqual([]);
  await bench.take(HUNT[0] as string, PEER);
  expect(status()).toMatchObject({ state: 'offered', code: null });
});

test('while a phone takes its load every question counts, however often it repeats itself', async () => {
  const { bench, poll, deadline, status } = await polling();
  await bench.take(POLL, PEER);
  await bench.take('P0S3-08-11-00.loads', PEER);
  await poll(20, 'RINGLIST.DAT');
  expect(status()?.state).toBe('downloading');
  expect(deadline()).toBe(bench.clock.now() + 15 * MINUTE);
  bench.clock.advance(15 * MINUTE);
  expect(status()).toMatchObject({ state: 'held', code: 'P_STALLED' });
  await poll(1);
  const back = [...bench.store.history({ mac: MAC })].findLast((row) => row.previous === 'held');
  expect(back?.state).toBe('identifying');
});
