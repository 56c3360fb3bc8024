import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const TARGET = 'P0S3-08-11-00' as LoadName;
const MAC = macOf(1);
const PEER = '192.0.2.9';
const BOOT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`];
const POLL_MS = 1_000;

const bench = () => new Bench(packagesOf(TARGET), { enroll: 'all', targets: [TARGET] }).start();
const statusOf = (one: Bench) => one.store.phone(MAC)?.enrolment?.status;

test('a phone that enrolled itself and was let go does not enrol itself again', async () => {
  const one = await bench();
  await one.asks(PEER, ...BOOT);
  expect(statusOf(one)).toBe('enrolled');
  one.store.release(MAC, one.clock.wall());
  one.clock.advance(POLL_MS);
  await one.asks(PEER, ...BOOT, ...BOOT);
  expect(statusOf(one)).toBe('released');
  await one.restart();
  await one.asks(PEER, ...BOOT);
  expect(statusOf(one)).toBe('released');
});

test('nor does one that asked before it was put on the list, and was let go before the server saw either', async () => {
  const one = await bench();
  const [first = '', ...others] = BOOT;
  await one.asks(PEER, first);
  const nothing = { from: null, model: null, label: null };
  one.store.enrol({ ...nothing, mac: MAC, target: TARGET, enrolledAt: one.clock.wall() });
  one.store.release(MAC, one.clock.wall());
  // All of it within the same moment: the list was not looked at again meanwhile.
  for (const name of others) await one.take(name, PEER);
  expect(statusOf(one)).toBe('released');
});
