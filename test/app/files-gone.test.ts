import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { FirmwarePackage, Verdict } from '../../src/core/firmware/package.ts';
import { Batch } from '../support/batch-bench.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

// Somebody takes a package out of the store, or gives the server another store, while a phone is on its way to that load.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-08-11-00';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const LOADER = 'P003-08-11-00.sbn';

async function benchOf(...loads: string[]): Promise<Bench> {
  const bench = await new Bench(packagesOf(...loads)).start();
  bench.enrol(MAC, TARGET);
  return bench;
}

const asks = (bench: Bench, ...names: readonly string[]) => bench.asks(PEER, ...names);

function status(bench: Bench) {
  const record = bench.store.phone(MAC);
  if (record === null) throw new Error('nothing is known of it');
  return statusOf(record);
}

/** The store holds these from now on; a server looks at that twice a second. */
function holds(bench: Bench, ...loads: string[]): void {
  bench.firmware.packages = packagesOf(...loads);
  bench.fleet.syncEnrolments();
}

const reasonsFor = (bench: Bench, file: string) =>
  [...bench.store.history({ mac: MAC })].filter((row) => row.event === 'file.refused' && row.file === file).at(-1)
    ?.reason;

test('a phone whose package goes before it comes for it is held at once, and offered it again when it is back', async () => {
  const bench = await benchOf(TARGET);
  await asks(bench, ...HUNT, ...HUNT);
  expect(bench.state(MAC)).toBe('offered');
  holds(bench, 'P0S3-8-12-00');
  expect(status(bench)).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
  expect(status(bench).reason).toContain(`${TARGET}.sb2`);
  expect(status(bench).advice).not.toContain('retry');
  expect((await asks(bench, ...HUNT)).every((text) => text === null)).toBe(true);
  holds(bench, TARGET);
  expect(bench.state(MAC)).toBe('offered');
  expect((await asks(bench, ...HUNT)).at(-1)).toContain(TARGET);
});

test('a phone that has the loader and is to come for the application is named nothing, told why, and goes on to its end', async () => {
  const bench = await benchOf(TARGET);
  await asks(bench, ...HUNT, ...HUNT, `${TARGET}.loads`, LOADER);
  const before = bench.state(MAC);
  holds(bench);
  // It may be writing the loader: nothing is decided of it before it asks again.
  expect([before, bench.state(MAC)]).toEqual(['flashing', 'flashing']);
  expect((await asks(bench, ...HUNT, `${TARGET}.loads`)).every((text) => text === null)).toBe(true);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
  expect(reasonsFor(bench, `${TARGET}.loads`)).not.toContain('no such file');
  await asks(bench, ...HUNT, ...HUNT);
  holds(bench, TARGET);
  await asks(
    bench,
    ...HUNT,
    `${TARGET}.loads`,
    `${TARGET}.sb2`,
    `CTLSEP${MAC}.tlv`,
    `${TARGET}.loads`,
    'SIPDefault.cnf',
    `SIP${MAC}.cnf`,
  );
  expect(status(bench)).toMatchObject({ state: 'landed' });
});

test('a phone in the middle of its images is held when it asks for the next one, and its rounds meanwhile count against no trigger', async () => {
  const batch = await new Batch().start();
  batch.plug('SCCP42.8-5-2S', 'SIP42.9-3-1SR4-1S', '42');
  await batch.until(() => batch.state(0) === 'downloading');
  const all = batch.bench.firmware.packages;
  holds(batch.bench, 'SCCP42.8-5-2S');
  await batch.until(() => batch.state(0) === 'held');
  for (let turn = 0; turn < 60; turn++) {
    expect(batch.status(0)).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
    await batch.turn();
  }
  holds(batch.bench, ...all.map(({ load }) => load));
  await batch.until(() => batch.state(0) === 'landed');
  expect(batch.state(0)).toBe('landed');
});

test('a phone between two of its images does not notice that the package was away', async () => {
  const batch = await new Batch().start();
  batch.plug('SCCP42.8-5-2S', 'SIP42.9-3-1SR4-1S', '42');
  await batch.until(() => batch.state(0) === 'downloading');
  const all = batch.bench.firmware.packages;
  holds(batch.bench, 'SCCP42.8-5-2S');
  holds(batch.bench, ...all.map(({ load }) => load));
  expect(batch.state(0)).toBe('downloading');
  await batch.until(() => batch.state(0) === 'landed');
  expect(batch.state(0)).toBe('landed');
});

test('a phone that took everything whole is not held: it has only to show that it runs', async () => {
  const bench = await benchOf(TARGET);
  await asks(bench, ...HUNT, ...HUNT, `${TARGET}.loads`, LOADER, ...HUNT, `${TARGET}.loads`, `${TARGET}.sb2`);
  holds(bench);
  await asks(bench, `CTLSEP${MAC}.tlv`, `${TARGET}.loads`, 'SIPDefault.cnf');
  expect(['confirming', 'landed']).toContain(bench.state(MAC));
});

test('a road over other files is taken at once when those of the hop are gone', async () => {
  const bench = await benchOf('P0S3-05-3-00', 'P0S3-06-3-00', TARGET);
  const old = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];
  await asks(bench, ...old, ...old);
  expect(status(bench)).toMatchObject({ state: 'offered' });
  const first = status(bench).load;
  const others = ['P0S3-05-3-00', 'P0S3-06-3-00', TARGET].filter((load) => load !== first);
  holds(bench, ...others);
  const { state, load, code } = status(bench);
  expect(state === 'offered' ? load !== first : code === 'E_FILES_MISSING').toBe(true);
});

test('a phone that is held for a damaged file is named nothing more, whatever it asks, until the store has changed', async () => {
  const bench = await benchOf(TARGET);
  bench.addresses.tell(PEER, MAC);
  await asks(bench, ...HUNT);
  bench.clock.advance(30_000);
  const [damaged] = packagesOf(TARGET);
  bench.firmware.damaged.add(`${damaged?.id}/${TARGET}.sb2`);
  await asks(bench, ...HUNT, `${TARGET}.loads`);
  await bench.ask(`${TARGET}.sb2`, PEER).catch(() => null);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'E_FIRMWARE_CHANGED' });
  // Its old application shows more of what it is, and its loader asks again.
  const given = await asks(bench, 'SIPDefault.cnf', `SIP${MAC}.cnf`, ...HUNT, `${TARGET}.loads`, LOADER);
  expect(given.every((text) => text === null)).toBe(true);
  bench.firmware.damaged.clear();
  bench.firmware.packages = packagesOf(TARGET, 'P0S3-8-12-00');
  bench.fleet.syncEnrolments();
  expect((await asks(bench, ...HUNT)).at(-1)).toContain(TARGET);
});

/** The package of the target as `firmware verify` calls it once two of its files say different things. */
function damaged(verdict: Verdict): readonly FirmwarePackage[] {
  const message = 'P003-08-11-00.bin and what is signed in P003-08-11-00.sbn are not the same image';
  const code = verdict === 'mixed' ? 'label-mix' : 'bin-differs';
  const findings = [{ code, file: LOADER, offset: null, message, advice: 'import it again' }];
  return packagesOf(TARGET).map((pack) => ({ ...pack, verdict, findings }));
}

/** How far a phone may be when its package turns out to be damaged. */
const MOMENTS: Readonly<Record<string, readonly string[]>> = {
  offered: HUNT,
  'has read the manifest': [...HUNT, `${TARGET}.loads`],
  'has the loader': [...HUNT, `${TARGET}.loads`, LOADER],
  'comes back for the application': [...HUNT, `${TARGET}.loads`, LOADER, ...HUNT],
  'has read the manifest again': [...HUNT, `${TARGET}.loads`, LOADER, ...HUNT, `${TARGET}.loads`],
};

test.each(
  Object.keys(MOMENTS).flatMap((moment) =>
    (['damaged', 'mixed', 'incomplete'] as const).map((one) => [moment, one] as const),
  ),
)(
  'a phone that %s when its package is found %s is named it no more, and goes on when it is good again',
  async (moment, verdict) => {
    const bench = await benchOf(TARGET);
    bench.addresses.tell(PEER, MAC);
    await asks(bench, ...(MOMENTS[moment] ?? []));
    bench.firmware.packages = damaged(verdict);
    bench.fleet.syncEnrolments();
    const given = await asks(bench, `${TARGET}.sb2`, ...HUNT, `${TARGET}.loads`, LOADER, `${TARGET}.sb2`);
    expect(given.every((text) => text === null)).toBe(true);
    expect(status(bench)).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
    expect(status(bench).reason).toContain(
      verdict === 'incomplete' ? 'incomplete' : `is ${verdict} now: P003-08-11-00.bin`,
    );
    expect(status(bench).reason).not.toContain('missing');
    expect(status(bench).advice).toContain(`loadstep firmware verify ${TARGET}`);
    holds(bench, TARGET);
    expect(bench.state(MAC)).toBe('offered');
    expect((await asks(bench, ...HUNT)).at(-1)).toContain(TARGET);
  },
);

test('a phone that has everything may prove it while its package is damaged; one that asks for an image again has nothing', async () => {
  const bench = await benchOf(TARGET);
  bench.addresses.tell(PEER, MAC);
  await asks(bench, ...HUNT, `${TARGET}.loads`, LOADER, ...HUNT, `${TARGET}.loads`, `${TARGET}.sb2`);
  bench.firmware.packages = damaged('damaged');
  bench.fleet.syncEnrolments();
  expect(await asks(bench, ...HUNT, `${TARGET}.loads`)).toEqual([null, null, null, null]);
  expect(bench.state(MAC)).toBe('confirming');
  expect(await asks(bench, `${TARGET}.sb2`)).toEqual([null]);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
});

test('of two folders with one load, the good one is given when the other is found damaged', async () => {
  const bench = await benchOf(TARGET);
  bench.addresses.tell(PEER, MAC);
  await asks(bench, ...HUNT);
  const others = packagesOf(TARGET).map((pack) => ({ ...pack, id: `zz/${pack.id}` }));
  bench.firmware.packages = [...damaged('damaged'), ...others];
  bench.fleet.syncEnrolments();
  expect(bench.state(MAC)).toBe('offered');
  expect((await asks(bench, ...HUNT, `${TARGET}.loads`, LOADER)).at(-1)).toContain(`zz/${TARGET}`);
});

test('a phone that comes to a damaged package is told that it is damaged, not that files are missing', async () => {
  const bench = await benchOf(TARGET);
  bench.addresses.tell(PEER, MAC);
  bench.firmware.packages = damaged('damaged');
  await asks(bench, ...HUNT);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'E_FILES_MISSING' });
  expect(status(bench).reason).toContain('damaged');
  expect(status(bench).reason).not.toContain('missing');
  expect(status(bench).advice).toContain(`loadstep firmware verify ${TARGET}`);
});
