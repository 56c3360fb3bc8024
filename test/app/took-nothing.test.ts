import { expect, test } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { AFTER_MS, Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone that reads which load it should have and takes nothing runs that load already, or does not do what it reads
// (docs/decisions/0012). Only what tells the two apart is a witness.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'SIP42.9-3-1SR4-1S';
const [CTL, SEP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];
const HEAD = [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
const MINUTE = 60_000;

interface Said {
  readonly from?: string;
  readonly model?: ModelId;
}

async function benchFor({ from, model = '7942' }: Said = {}, target = TARGET): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET, 'SCCP42.8-5-2S')).start();
  bench.enrol(MAC, target, { model, from: (from ?? null) as LoadName | null });
  return bench;
}

/** A boot of a phone that reads what it finds and takes none of it; ends with these names. */
async function boots(bench: Bench, ...services: readonly string[]): Promise<void> {
  bench.clock.advance(60_000);
  for (const name of [...HEAD, ...services]) {
    bench.clock.advance(1_000);
    const text = await bench.take(name, PEER);
    // Without its own file a phone looks into the default once (java-phones 5.1).
    if (name === SEP && text === null) await bench.take('XMLDefault.cnf.xml', PEER);
  }
  bench.clock.advance(AFTER_MS);
}

const status = (bench: Bench) => statusIn(bench, MAC);
const rows = (bench: Bench, event: string) => rowsIn(bench, MAC, event);

test.each([
  ['is SCCP', ['/mk-sccp.jar']],
  ['is SIP, as that of the target', ['/mk-sip.jar', 'dialplan.xml']],
])('a Java phone that ignores what it reads has not landed, though its application %s', async (_, services) => {
  const bench = await benchFor();
  for (let boot = 0; boot < 12 && bench.state(MAC) !== 'held'; boot++) await boots(bench, ...services);
  expect(rows(bench, 'phone.landed')).toEqual([]);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_TRIGGER_NOT_TAKEN', hop: 1, hops: 1, load: TARGET });
  expect(status(bench).advice).toContain('loadstep release');
  const shownBy = new Set(rows(bench, 'load.offered').map((row) => row.file));
  expect([...shownBy]).toEqual([SEP, 'XMLDefault.cnf.xml']);
});

test('each trigger is read in two boots at most, also where somebody restarts the phone hours later', async () => {
  const bench = await benchFor();
  for (let boot = 0; boot < 12 && status(bench).code !== 'P_TRIGGER_NOT_TAKEN'; boot++) {
    await boots(bench, '/mk-sccp.jar');
    bench.clock.advance(120 * MINUTE);
    if (boot < 4) expect(status(bench)).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART' });
  }
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_TRIGGER_NOT_TAKEN' });
  const files = rows(bench, 'load.offered').map((row) => row.file);
  expect(files).toEqual([SEP, SEP, 'XMLDefault.cnf.xml', 'XMLDefault.cnf.xml']);
});

test('a phone that ignores its own file and takes the default lands with what it took', async () => {
  const bench = await benchFor();
  for (let boot = 0; boot < 2; boot++) await boots(bench, '/mk-sccp.jar');
  await boots(bench);
  expect(status(bench).state).toBe('offered');
  for (const name of [`${TARGET}.loads`, ...archivesOf(TARGET)]) await bench.take(name, PEER);
  expect(status(bench).state).toBe('flashing');
  await boots(bench, '/mk-sip.jar');
  expect(status(bench).state).toBe('landed');
});

test('a phone whose operator says that it runs its target is no landing: nothing of it was seen', async () => {
  const bench = await benchFor({ from: TARGET });
  for (let boot = 0; boot < 12 && bench.state(MAC) !== 'held'; boot++) await boots(bench, '/mk-sip.jar');
  expect(rows(bench, 'phone.landed')).toEqual([]);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_TRIGGER_NOT_TAKEN' });
  expect(status(bench).advice).toContain('loadstep release');
});

test('a phone that had its target from us has landed again when it takes nothing and goes on as that does', async () => {
  const bench = await benchFor();
  await boots(bench, `${TARGET}.loads`, ...archivesOf(TARGET));
  await boots(bench, '/mk-sip.jar');
  expect(status(bench).state).toBe('landed');
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await boots(bench);
  expect(status(bench).state).not.toBe('landed');
  await boots(bench, '/mk-sip.jar');
  expect(rows(bench, 'phone.landed').at(-1)?.witnesses).toEqual([
    expect.stringContaining('had taken it from us before'),
  ]);
});

test.each([
  ['was tried again', (bench: Bench) => bench.store.retry(MAC, bench.clock.now())],
  [
    'was given another target and back',
    (bench: Bench) => {
      bench.enrol(MAC, 'SCCP42.8-5-2S');
      bench.enrol(MAC, TARGET);
    },
  ],
])('one that was away for hours, and %s, may come back with the load of another server', async (_, order) => {
  const bench = await benchFor();
  await boots(bench, `${TARGET}.loads`, ...archivesOf(TARGET));
  await boots(bench, '/mk-sip.jar');
  expect(status(bench).state).toBe('landed');
  bench.clock.advance(90 * MINUTE);
  order(bench);
  bench.fleet.syncEnrolments();
  for (let boot = 0; boot < 12 && status(bench).state !== 'held'; boot++) await boots(bench, '/mk-sip.jar');
  expect(rows(bench, 'phone.landed')).toHaveLength(1);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_TRIGGER_NOT_TAKEN' });
});

test('a phone that takes what its own file names, and not the target, runs the target', async () => {
  const bench = await benchFor({}, 'SCCP42.8-5-2S');
  await boots(bench);
  // It goes for what it reads, in vain; then it reads the name of what it runs.
  await bench.take('SCCP42.8-5-2S.loads', PEER);
  await boots(bench, '/mk-sccp.jar');
  expect(status(bench).state).not.toBe('landed');
});

test('a phone that refuses the manifest has not landed, although what its operator said of it was wrong', async () => {
  const bench = await benchFor({ from: 'SCCP42.8-5-2S' });
  await boots(bench, `${TARGET}.loads`, `${TARGET}.loads`, '/mk-sip.jar', 'dialplan.xml');
  expect(status(bench).state).not.toBe('landed');
});

test('an application of the other protocol after the manifest is no landing on SCCP', async () => {
  const target = 'P0030801SR02';
  const bench = await new Bench(packagesOf(target, 'P0S3-08-11-00')).start();
  bench.enrol(MAC, target);
  const hunt = [CTL, SEP, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml', 'SIPDefault.cnf'];
  for (let boot = 0; boot < 6; boot++) {
    bench.clock.advance(90_000);
    for (const name of [...hunt, `${target}.loads`, 'SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml'])
      await bench.take(name, PEER);
  }
  expect(rows(bench, 'phone.landed')).toEqual([]);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});
