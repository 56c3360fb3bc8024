import { expect, test } from 'vitest';
import { planOfRecord } from '../../src/app/list/road-of-record.ts';
import { roadFor } from '../../src/app/phone/road.ts';
import { NO_EVIDENCE } from '../../src/core/identify/evidence.ts';
import { softwareOfLoad } from '../../src/core/identify/software-of-load.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { matrix, withLoader } from '../plan/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const HEAD = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];

test('a phone that may run its target already, for all that it shows, is not taken to other loads and back', async () => {
  const bench = await new Bench(packagesOf('P0S3-05-3-00', 'P0S3-06-3-00', 'P0S3-8-12-00')).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, 'P0S3-06-3-00');
  for (let boot = 0; boot < 4; boot++) {
    bench.clock.advance(90_000);
    const answers = await bench.asks(PEER, ...HEAD);
    const [, probed] = /image_version: (\S+)/.exec(answers.at(-1) ?? '') ?? [];
    // A signed image: it asks for a .sbn of what it does not run.
    if (probed !== undefined && probed !== 'P0S3-06-3-00') await bench.asks(PEER, `${probed}.sbn`);
    await bench.asks(PEER, 'RINGLIST.DAT', 'dialplan.xml');
    expect(statusIn(bench, MAC).load).not.toBe('P003-8-12-00');
  }
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_UNPROVEN' });
  expect(statusIn(bench, MAC).reason).toContain('fits P0S3-06-3-00 and other loads');
  expect(statusIn(bench, MAC).advice).toContain('--from');
  // `plan --mac` shows no road that is not taken.
  const record = bench.store.phone(MAC);
  if (record === null) throw new Error('nothing is known of it');
  const { plan } = planOfRecord({ matrix, index: bench.firmware.index(), record, target: null, model: null });
  expect(plan).toMatchObject({ ok: false, reasons: [expect.stringContaining('fits P0S3-06-3-00 and other loads')] });
});

test('nor held before it has gone through its list: what it asks next may tell', async () => {
  const bench = await new Bench(packagesOf('P00305000300')).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, 'P00305000300');
  for (const name of ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml']) {
    await bench.asks(PEER, name);
    expect(statusIn(bench, MAC).state).toBe('identifying');
  }
  // An SCCP 3.x image, which one step brings to the target.
  await bench.asks(PEER, `SEP${MAC}.cnf`);
  expect(statusIn(bench, MAC).state).toBe('offered');
});

const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];

test('a phone with a loader that landed on MGCP shows that again when it is tried again: its loader asks the manifest at every boot', async () => {
  const target = 'P0M3-07-7-00';
  const bench = await new Bench([withLoader(target, 'P003-07-7-00', 'MGCP')]).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, { model: '7940' });
  const boots = async (...names: readonly string[]) => {
    bench.clock.advance(60_000);
    for (const name of [...HUNT, 'SIPDefault.cnf', 'MGCDefault.cnf']) {
      const [text] = await bench.asks(PEER, name);
      if (text?.includes(target) === true) break;
    }
    await bench.asks(PEER, `${target}.loads`, ...names);
    bench.clock.advance(23_000);
    await bench.asks(PEER, 'MGCDefault.cnf', `MGC${MAC}.cnf`, 'RINGLIST.DAT');
  };
  await boots(`${target}.sb2`);
  for (let boot = 0; boot < 3 && bench.state(MAC) !== 'landed'; boot++) await boots();
  expect(statusIn(bench, MAC).state).toBe('landed');
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  for (let boot = 0; boot < 3; boot++) await boots();
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'landed', target });
});

test('of a load that was last known to run nobody is told that it was proven, since it may only have been said', () => {
  const [only] = softwareOfLoad('P0S3-06-3-00' as LoadName);
  if (only === undefined) throw new Error('it is a load');
  const evidence = { ...NO_EVIDENCE, software: [only] };
  const index = { packages: packagesOf('P0S3-05-3-00', 'P0S3-06-3-00', 'P0S3-8-12-00') };
  const target = 'P0S3-06-3-00' as LoadName;
  const road = roadFor({ mac: MAC, matrix, index, evidence, isTargetShown: false, target, avoid: [], lastHold: null });
  const reason = road.kind === 'hold' ? road.hold.reason : '';
  expect(reason).toMatch(
    /^P0S3-06-3-00 was the last that was known of it, by a proof or by what was said of it, and nothing/,
  );
});
