import { expect, test } from 'vitest';
import { enrolFor } from '../../src/app/list/enrol.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// 8.11 is written P0S3-08-11-00 and P0S3-8-11-00 (legacy-79x0 1.2): who puts a phone on the list may write it otherwise than the store, and than whoever did so before.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [STORED, TYPED, OTHER] = ['P0S3-08-11-00', 'P0S3-8-11-00', 'P0S3-8-12-00'] as const;
const SIP = `SIP${MAC}.cnf`;
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, SIP];
const APPLICATION = ['SIPDefault.cnf', SIP, 'RINGLIST.DAT', 'dialplan.xml'];
const load = (name: string) => name as LoadName;

async function started(): Promise<Bench> {
  return new Bench(packagesOf(STORED, OTHER)).start();
}

const landings = (bench: Bench) => rowsIn(bench, MAC, 'phone.landed');
const boots = async (bench: Bench, ...names: string[]) => {
  bench.clock.advance(90_000);
  return bench.asks(PEER, ...names);
};

async function landed(target: string): Promise<Bench> {
  const bench = await started();
  bench.enrol(MAC, target);
  await boots(bench, ...HUNT, `${STORED}.loads`, `${STORED}.sb2`);
  await boots(bench, ...HUNT, `${STORED}.loads`, ...APPLICATION);
  expect(statusIn(bench, MAC).state).toBe('landed');
  return bench;
}

test.each([
  [STORED, TYPED],
  [TYPED, STORED],
  [TYPED, TYPED],
])('a phone that landed on %s and is put on the list for %s is named its load in each boot', async (was, now) => {
  const bench = await landed(was);
  bench.enrol(MAC, now);
  await boots(bench, ...HUNT.slice(0, 2));
  expect(landings(bench)).toHaveLength(1);
  expect(await bench.take(SIP, PEER)).not.toBeNull();
  // Another server gave it another load meanwhile, so it asks for the loader of this one.
  await bench.asks(PEER, `${STORED}.loads`, 'P003-08-11-00.sbn');
  expect(landings(bench)).toHaveLength(1);
  expect(statusIn(bench, MAC).state).not.toBe('landed');
});

test.each([STORED, TYPED])('retry of a phone that landed on %s has it show its load again', async (target) => {
  const bench = await landed(target);
  bench.store.retry(MAC, bench.clock.wall());
  bench.fleet.syncEnrolments();
  await boots(bench, ...HUNT.slice(0, 2));
  expect(landings(bench)).toHaveLength(1);
  expect(await bench.take(SIP, PEER)).not.toBeNull();
});

test('putting it on the list with the other spelling changes nothing', async () => {
  const bench = await landed(STORED);
  const wish = { mac: MAC, target: load(TYPED), from: null, model: null, label: null };
  expect(enrolFor(bench.store, wish, bench.clock.wall(), statusIn(bench, MAC))).toBe('landed');
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'landed', target: STORED });
  const labelled = { ...wish, label: 'kitchen' };
  expect(enrolFor(bench.store, labelled, bench.clock.wall(), statusIn(bench, MAC))).toBe('changed');
  bench.fleet.syncEnrolments();
  await boots(bench, ...HUNT);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'landed', target: STORED, label: 'kitchen' });
  expect(landings(bench)).toHaveLength(1);
  expect(await bench.take(SIP, PEER)).not.toBeNull();
});

test.each([
  [STORED, TYPED],
  [TYPED, STORED],
  [TYPED, TYPED],
])('--from %s for the target %s is the word of the operator, and no witness', async (from, target) => {
  const bench = await started();
  bench.enrol(MAC, target, { from: load(from) });
  await boots(bench, ...HUNT);
  expect(landings(bench)).toEqual([]);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'offered', load: STORED });
  await bench.asks(PEER, `${STORED}.loads`, ...APPLICATION);
  expect(landings(bench)).toHaveLength(1);
});

test('a phone that was listed in the spelling of no package is led on when its package comes in the other', async () => {
  const bench = await new Bench(packagesOf(OTHER)).start();
  bench.enrol(MAC, TYPED, { from: load(STORED) });
  await boots(bench, ...HUNT);
  bench.firmware.packages = packagesOf(STORED, OTHER);
  bench.fleet.syncEnrolments();
  await boots(bench, ...HUNT);
  expect(landings(bench)).toEqual([]);
  await bench.asks(PEER, `${STORED}.loads`, `${STORED}.sb2`);
  await boots(bench, ...HUNT, `${STORED}.loads`, ...APPLICATION);
  expect(landings(bench)).toHaveLength(1);
});
