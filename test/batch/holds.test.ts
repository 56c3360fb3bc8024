import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import { retryClassOf } from '../../src/core/batch/retry-class.ts';
import { withKeys } from '../../src/core/explain/hold-advice.ts';
import { Batch, TARGET } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];

async function benchOf(...loads: string[]): Promise<Bench> {
  const bench = await new Bench(packagesOf(...loads)).start();
  bench.enrol(MAC, TARGET);
  bench.addresses.tell(PEER, MAC);
  return bench;
}

async function asks(bench: Bench, ...names: string[]): Promise<void> {
  for (const name of names) {
    bench.clock.advance(1_000);
    await bench.take(name, PEER);
  }
}

function status(bench: Bench) {
  const record = bench.store.phone(MAC);
  if (record === null) throw new Error('nothing is known of it');
  return statusOf(record);
}

const findings = (bench: Bench, code: string) =>
  [...bench.store.history({ mac: MAC })].filter((row) => row.event === 'phone.finding' && row.code === code);

test('a phone that asks nothing but its trust list is held with that name, and goes on when it asks for more', async () => {
  const bench = await benchOf(TARGET);
  const ctl = `CTLSEP${MAC}.tlv`;
  await asks(bench, ...Array.from({ length: 11 }, () => ctl));
  expect(status(bench).state).toBe('identifying');
  expect(findings(bench, 'P_CTLSEP_LOOP')).toHaveLength(1);
  await asks(bench, ctl, ctl);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_CTLSEP_LOOP' });
  expect(status(bench).advice).toContain('nothing filters UDP');
  await asks(bench, ...HUNT.slice(1));
  expect(status(bench)).toMatchObject({ state: 'offered', load: TARGET });
});

test('a loader that takes no trigger is held as one that only hunts, and goes on when it asks for its load', async () => {
  const bench = await benchOf(TARGET);
  for (let round = 0; round < 12 && bench.state(MAC) !== 'held'; round++) await asks(bench, ...HUNT);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_HUNT_ONLY' });
  expect(findings(bench, 'P_HUNT_ONLY')).toHaveLength(1);
  await asks(bench, ...HUNT);
  expect(bench.state(MAC)).toBe('held');
  await asks(bench, `${TARGET}.loads`);
  expect(bench.state(MAC)).toBe('downloading');
});

test('an 8.x application asked as .bin stands in the record with its code, and is never served', async () => {
  const bench = await benchOf('P0S3-05-3-00', TARGET);
  await asks(bench, 'OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml');
  expect(await bench.take(`${TARGET}.bin`, PEER)).toBeNull();
  expect(findings(bench, 'P_APP_BIN_ASKED')).toHaveLength(1);
});

test('a phone that was never heard is worth a word after ten minutes, once, over restarts too', async () => {
  const bench = await benchOf(TARGET);
  bench.clock.advance(599_000);
  expect(bench.store.phone(MAC)?.snapshot).toBeNull();
  bench.clock.advance(1_000);
  expect(status(bench)).toMatchObject({ state: 'waiting', code: 'P_NO_FIRST_REQUEST' });
  await bench.restart(3_600_000);
  bench.clock.advance(3_600_000);
  expect(findings(bench, 'P_NO_FIRST_REQUEST')).toHaveLength(1);
  await asks(bench, ...HUNT);
  expect(status(bench)).toMatchObject({ state: 'offered', code: null });
});

test('a phone held for want of files goes on when they come, while the server runs and when it is started again', async () => {
  for (const isRestarted of [false, true]) {
    const bench = await benchOf('P0S3-05-3-00');
    await asks(bench, ...HUNT);
    expect(status(bench)).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
    bench.fleet.syncEnrolments();
    expect(bench.state(MAC)).toBe('held');
    bench.firmware.packages = packagesOf('P0S3-05-3-00', TARGET);
    if (isRestarted) await bench.restart(1_000);
    else bench.fleet.syncEnrolments();
    expect(status(bench)).toMatchObject({ state: 'offered', load: TARGET });
    const lifted = [...bench.store.history({ mac: MAC })].find((row) => row.previous === 'held');
    expect(lifted?.reason).toContain('the firmware store holds now');
  }
});

test('other files do not bring back a phone that is held for something else', async () => {
  const bench = await benchOf(TARGET);
  for (let round = 0; round < 12 && bench.state(MAC) !== 'held'; round++) await asks(bench, ...HUNT);
  bench.firmware.packages = packagesOf('P0S3-05-3-00', TARGET);
  bench.fleet.syncEnrolments();
  await bench.restart(1_000);
  expect(bench.state(MAC)).toBe('held');
});

test('a damaged file holds the phone at once, and no other road is tried with it', async () => {
  const bench = await benchOf('P0S3-05-3-00', 'P0S3-06-3-00', TARGET);
  bench.firmware.damaged.add('P0S3-06-3-00/P0S3-06-3-00.bin');
  const round = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];
  await asks(bench, ...round, ...round, 'OS79XX.TXT', 'P0S3-06-3-00.bin');
  expect(status(bench)).toMatchObject({ state: 'held', code: 'E_FIRMWARE_CHANGED' });
  const planned = [...bench.store.history({ mac: MAC })].filter((row) => row.event === 'phone.planned');
  expect(planned).toHaveLength(1);
});

test('a phone that comes up with something else is planned for once; the second time its hop is given up', async () => {
  const bench = await benchOf('P0S3-05-3-00', TARGET);
  const sccp = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];
  for (let time = 0; time < 2; time++) {
    await asks(bench, ...sccp, ...sccp, 'OS79XX.TXT', 'P0S3-05-3-00.bin');
    bench.clock.advance(120_000);
    // A loader: neither what ran before nor what was to come.
    await asks(bench, ...HUNT);
    expect(findings(bench, 'P_UNEXPECTED_LOAD').length).toBeGreaterThan(time);
  }
  const given = [...bench.store.history({ mac: MAC })].filter((row) => row.code === 'P_UNEXPECTED_LOAD');
  expect(given.map((row) => row.event)).toContain('phone.decision');
});

test('a landed phone that polls every 31 s is known as unprovisioned and stays landed', async () => {
  const batch = await new Batch().start();
  const mac = batch.plug(TARGET);
  await batch.until(() => batch.state(0) === 'landed');
  for (let poll = 0; poll < 4; poll++) {
    batch.bench.clock.advance(31_000);
    await batch.bench.take(`SIP${mac}.cnf`, '192.0.2.10');
  }
  expect(batch.rows(0, 'phone.finding').map((row) => row.code)).toContain('P_SIP_POLL_31S');
  expect(batch.state(0)).toBe('landed');
});

test('a held phone carries the keys of its model, and of both kinds where it is not known which it is', async () => {
  const bench = await benchOf(TARGET);
  await asks(bench, ...HUNT);
  bench.clock.advance(3_600_000);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART' });
  expect(status(bench).advice).toMatch(/Keys to restart it when it is idle: hold \* 6 and Settings together$/);
  expect(withKeys('P_STALLED', 'Wait.', 'java')).toBe('Wait. Keys to restart it when it is idle: Settings, then **#**');
  expect(withKeys('P_STALLED', 'Wait.', null)).toMatch(/7940 and 7960.*hold \* 6.*Java phones.*\*\*#\*\*/);
  expect(withKeys('P_IMAGE_LOOP', 'Wait.', null)).toBe('Wait.');
});

test('what went wrong decides what is tried: the same again, something else, or nothing', () => {
  expect(retryClassOf('P_IMAGE_LOOP')).toBe('network');
  expect(retryClassOf('P_MANIFEST_LOOP')).toBe('refused');
  expect(retryClassOf('E_FIRMWARE_CHANGED')).toBe('final');
});
