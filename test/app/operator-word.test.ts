import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { Evidence } from '../../src/core/identify/evidence.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { AFTER_MS, Bench, macOf, settled } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [OLD, MIDDLE, TARGET] = ['P0S3-04-4-00' as LoadName, 'P0S3-05-3-00', 'P0S3-08-11-00'];

/** A boot of a SIP image before the loader (legacy-79x0 5.3). */
async function boot(bench: Bench, ...more: readonly string[]): Promise<void> {
  bench.clock.advance(60_000);
  for (const name of ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`, ...more]) await bench.take(name, PEER);
  bench.clock.advance(AFTER_MS);
}

const software = (bench: Bench) => (bench.store.phone(MAC)?.evidence as Evidence | undefined)?.software;

test('a retry does not bring back what the operator said of the phone before it was flashed', async () => {
  const bench = await new Bench(packagesOf(MIDDLE, TARGET)).start();
  bench.enrol(MAC, TARGET, { from: OLD });
  await boot(bench, `${MIDDLE}.bin`);
  // It runs 5.3 now: its configuration names that, and it takes nothing.
  await boot(bench, 'RINGLIST.DAT', 'dialplan.xml');
  expect(software(bench)).toMatchObject([{ generation: 'G2', load: MIDDLE }]);
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await boot(bench);
  expect(software(bench)).toMatchObject([{ generation: 'G2', load: MIDDLE }]);
});

/** A boot of a phone with a loader whose application is whole: nothing is fetched (legacy-79x0 11.1 G). */
async function bootWhole(bench: Bench): Promise<void> {
  bench.clock.advance(60_000);
  const head = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`];
  for (const name of [...head, `${TARGET}.loads`, 'SIPDefault.cnf', `SIP${MAC}.cnf`]) {
    bench.clock.advance(1_000);
    await bench.take(name, PEER);
  }
}

const landings = (bench: Bench) => [...bench.store.history()].filter(({ event }) => event === 'phone.landed');
const WITNESS_A = /^\(a\) SIPDefault\.cnf after P0S3-08-11-00\.loads/;

/** A phone that has taken its load, and landed by what it asked then. */
async function landed(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET)).start();
  bench.enrol(MAC, TARGET, { model: '7940' });
  const head = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
  for (const name of [...head, `${TARGET}.loads`, `${TARGET}.sb2`]) await bench.take(name, PEER);
  await bootWhole(bench);
  expect(bench.state(MAC)).toBe('landed');
  expect(landings(bench)).toMatchObject([{ hop: 1, hops: 1, witnesses: [expect.stringMatching(WITNESS_A)] }]);
  return bench;
}

test('a retried landed phone has to show its load again: that it was proven before is no proof', async () => {
  const bench = await landed();
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await settled();
  expect(bench.state(MAC)).toBe('identifying');
  expect(landings(bench)).toHaveLength(1);
  await bootWhole(bench);
  expect(bench.state(MAC)).toBe('landed');
  expect(landings(bench)[1]).toMatchObject({ hop: 1, hops: 1, witnesses: [expect.stringMatching(WITNESS_A)] });
});

test('a retried landed phone is not landed by a restart of the server either', async () => {
  const bench = await landed();
  bench.store.retry(MAC, bench.clock.now());
  await bench.restart(1_000);
  await bench.restart(1_000);
  expect(bench.state(MAC)).toBe('identifying');
  expect(landings(bench)).toHaveLength(1);
});

test('a landed phone that was let go and is enrolled again has to show its load again', async () => {
  const bench = await landed();
  bench.store.release(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await settled();
  bench.enrol(MAC, TARGET, { model: '7940' });
  await settled();
  expect(bench.state(MAC)).not.toBe('landed');
  await bootWhole(bench);
  expect(landings(bench)[1]).toMatchObject({ hop: 1, hops: 1, witnesses: [expect.stringMatching(WITNESS_A)] });
});

test('a landed phone that was let go and is enrolled again while no server hears of it has to show its load again', async () => {
  for (const isRestarted of [false, true]) {
    const bench = await landed();
    bench.store.release(MAC, bench.clock.now());
    bench.enrol(MAC, TARGET, { model: '7940' });
    const record = bench.store.phone(MAC);
    expect(record === null ? null : statusOf(record).state).toBe('waiting');
    if (isRestarted) await bench.restart(1_000);
    else bench.fleet.syncEnrolments();
    await settled();
    expect(bench.state(MAC)).not.toBe('landed');
    await bootWhole(bench);
    expect(bench.state(MAC)).toBe('landed');
    expect(landings(bench)[1]).toMatchObject({ hop: 1, hops: 1, witnesses: [expect.stringMatching(WITNESS_A)] });
    // Once, however often the server is started again.
    await bench.restart(1_000);
    expect(bench.state(MAC)).toBe('landed');
  }
});

test('a retried landed phone that lost its load goes its road, and only then has landed', async () => {
  const bench = await landed();
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  bench.clock.advance(60_000);
  const head = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
  for (const name of [...head, `${TARGET}.loads`, `${TARGET}.sb2`]) await bench.take(name, PEER);
  expect(bench.state(MAC)).toBe('flashing');
  expect(landings(bench)).toHaveLength(1);
  await bootWhole(bench);
  expect(landings(bench)).toHaveLength(2);
});
