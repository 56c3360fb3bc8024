import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import { MemoryBatch } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';

// A phone that keeps asking and gets no further is held as well: questions put a deadline off, but not without end.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [BRIDGE, TARGET] = ['SCCP42.8-5-2S', 'SIP42.9-3-1SR4-1S'];
const [CTL, SEP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];
const MINUTE = 60_000;
/** Three times the quarter of an hour that a state may last without a word. */
const BOUND = 45 * MINUTE;

const status = (bench: Bench) => {
  const record = bench.store.phone(MAC);
  if (record === null) throw new Error('nothing is known of it');
  return statusOf(record);
};

async function asks(bench: Bench, ...names: readonly string[]): Promise<void> {
  for (const name of names) await bench.take(name, PEER);
}

/** Asks these names every half minute for so long, or until the phone is held. */
async function asksFor(bench: Bench, ms: number, ...names: readonly string[]): Promise<void> {
  const end = bench.clock.now() + ms;
  while (bench.clock.now() + 30_000 < end && bench.state(MAC) !== 'held') {
    bench.clock.advance(30_000);
    await asks(bench, ...names);
  }
  bench.clock.advance(Math.max(0, end - bench.clock.now()));
}

/** A 7942 that took the bridge whole and came back. */
async function confirming() {
  const bench = await new Bench(packagesOf(BRIDGE, TARGET)).start();
  bench.enrol(MAC, TARGET, { model: '7942' });
  await asks(bench, CTL, SEP, 'XMLDefault.cnf.xml');
  await asks(bench, CTL, SEP, 'XMLDefault.cnf.xml', `${BRIDGE}.loads`, ...archivesOf(BRIDGE));
  expect(status(bench)).toMatchObject({ state: 'flashing', load: BRIDGE });
  bench.clock.advance(MINUTE);
  await asks(bench, CTL);
  expect(status(bench).state).toBe('confirming');
  return bench;
}

test('a phone that came back and keeps asking without showing what it runs is held, and told how to say it', async () => {
  const bench = await confirming();
  // It is shown its load through one file after the other; the last of them is the last news of ours.
  for (let round = 0; round < 8; round++) await asks(bench, CTL, 'background.png');
  await asksFor(bench, BOUND - 1, 'background.png', CTL);
  expect(status(bench).state).toBe('confirming');
  bench.clock.advance(1);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_UNPROVEN', hop: 1, hops: 2, load: BRIDGE });
  expect(status(bench).reason).toContain('45 min');
  expect(status(bench).advice).toContain(`--mac ${MAC} --target ${TARGET} --from`);
  // More of the same is no news.
  await asks(bench, CTL, 'background.png', CTL);
  expect(status(bench).state).toBe('held');
});

test('a phone that keeps asking and is told apart by nothing is held while it is being identified', async () => {
  const bench = await new Bench(packagesOf(BRIDGE, TARGET)).start();
  bench.enrol(MAC, TARGET);
  await asks(bench, 'background.png', CTL);
  await asksFor(bench, BOUND - 1, 'background.png', CTL);
  expect(status(bench).state).toBe('identifying');
  bench.clock.advance(1);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_UNPROVEN', hop: 0 });
  // What tells it apart after all brings it back.
  await asks(bench, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP);
  expect(status(bench).state).toBe('offered');
});

test('a phone that asks for other things while it should take files is held', async () => {
  const bench = await new Bench(packagesOf(BRIDGE, TARGET)).start();
  bench.enrol(MAC, BRIDGE, { model: '7942' });
  await asks(bench, CTL, SEP, 'XMLDefault.cnf.xml', CTL, SEP, `${BRIDGE}.loads`, archivesOf(BRIDGE)[0] as string);
  expect(status(bench).state).toBe('downloading');
  await asksFor(bench, BOUND - 1, 'RINGLIST.XML', 'background.png');
  expect(status(bench).state).toBe('downloading');
  bench.clock.advance(1);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_STALLED' });
  expect(status(bench).reason).toContain('keeps asking');
});

test('every file that a phone begins is progress', async () => {
  const bench = await new Bench(packagesOf(BRIDGE, TARGET)).start();
  bench.enrol(MAC, BRIDGE, { model: '7942' });
  await asks(bench, CTL, SEP, 'XMLDefault.cnf.xml', CTL, SEP, `${BRIDGE}.loads`);
  for (const name of archivesOf(BRIDGE).slice(0, 4)) {
    await asksFor(bench, BOUND - MINUTE, 'RINGLIST.XML', 'background.png');
    await asks(bench, name);
    expect(status(bench).state).toBe('downloading');
  }
});

test('a phone that waits for its turn for hours has all its time when it comes', async () => {
  const kept = new MemoryBatch();
  const pause = (isPaused: boolean) => kept.changeBatch((was) => ({ state: { ...was, isPaused }, events: [] }));
  pause(true);
  const bench = await new Bench(packagesOf('P0S3-08-11-00'), { batchStore: kept }).start();
  bench.enrol(MAC, 'P0S3-08-11-00');
  const hunt = [CTL, SEP, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`];
  for (let minute = 0; minute < 300; minute++) {
    bench.clock.advance(MINUTE);
    await asks(bench, ...hunt);
    expect(status(bench).state).toBe('offered');
  }
  pause(false);
  bench.fleet.syncEnrolments();
  await asks(bench, ...hunt);
  bench.clock.advance(15 * MINUTE - 1);
  expect(status(bench).state).toBe('offered');
  bench.clock.advance(1);
  expect(status(bench).state).toBe('held');
});

test('a phone that takes SCCP 5.0 and ignores OS79XX.TXT from then on does not stay to be confirmed endlessly', async () => {
  const loads = ['P0S3-05-3-00', 'P0S3-06-3-00', 'P0S3-07-4-00', 'P00305000300', 'P0S3-08-11-00'];
  const bench = await new Bench(packagesOf(...loads)).start();
  bench.enrol(MAC, 'P0S3-08-11-00');
  const round = ['OS79XX.TXT', SEP, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];
  let runs = 'P0030301MFG2';
  for (let turn = 0; turn < 600 && bench.state(MAC) !== 'held'; turn++) {
    for (const name of round) {
      bench.clock.advance(1_000);
      const text = await bench.take(name, PEER);
      const named = /<loadInformation[^>]*>(P003[^<]*)</.exec(text ?? '')?.[1];
      if (named === undefined) continue;
      if (named !== runs && (await bench.take(`${named}.bin`, PEER)) !== null) runs = named;
      break;
    }
    bench.clock.advance(25_000);
  }
  expect(runs).toBe('P00305000300');
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_UNPROVEN', hop: 1, hops: 3, load: 'P00305000300' });
});

test('a phone that was up when it was first heard is held after three times its time, and told to be restarted first', async () => {
  const bench = await new Bench(packagesOf('P0S3-08-11-00')).start();
  bench.enrol(MAC, 'P0S3-08-11-00', { model: '7940' });
  await asks(bench, 'SIPDefault.cnf', `SIP${MAC}.cnf`);
  await asksFor(bench, BOUND - 1, `SIP${MAC}.cnf`);
  expect(status(bench).state).toBe('identifying');
  bench.clock.advance(1);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_UNPROVEN' });
  // One that has booted here before asks the same: nothing is said of when it was first heard.
  expect(status(bench).reason).toMatch(/^the phone is up and polls; for \d+ min nothing that it asked for has shown/);
  expect(status(bench).advice).toMatch(
    /^restart it: .*unplug its power.*; only where a restart has not told: read the load/,
  );
  // Its boot tells, and nobody has to say anything.
  await asks(bench, CTL, SEP, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml');
  expect(status(bench).state).toBe('offered');
});
