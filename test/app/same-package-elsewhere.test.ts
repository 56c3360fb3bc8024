import { describe, expect, test } from 'vitest';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { EnrolmentWish } from '../../src/ports/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { download } from '../support/packages.ts';

// The folder of a package gets another name, is moved into another one, or one of two trees is taken out: the very bytes that a phone has
// taken lie under another id then. A package is known by its bytes, for phones on their way and for landed ones.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-08-11-00';
const IMAGE = 'P0S3-06-3-00';
const JAVA = 'SIP41.9-2-1S';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
const SCCP_5 = ['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];
const SIP_6 = ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`];
const LOADER = 'P003-08-11-00.sbn';
const TAKEN = [...HUNT, ...HUNT, `${TARGET}.loads`, LOADER, ...HUNT, `${TARGET}.loads`, `${TARGET}.sb2`];
const STARTED = [`CTLSEP${MAC}.tlv`, `${TARGET}.loads`, 'SIPDefault.cnf', `SIP${MAC}.cnf`];
const ARCHIVES = download('a', JAVA)[0]?.manifest ?? [];

async function benchOf(load: string, said: Partial<EnrolmentWish> = {}): Promise<Bench> {
  const bench = await new Bench(download('a', load)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, load, said);
  return bench;
}

const asks = (bench: Bench, ...names: readonly string[]) => bench.asks(PEER, ...names);

async function boots(bench: Bench, ...names: readonly string[]) {
  bench.clock.advance(120_000);
  return asks(bench, ...names);
}

/** The store holds this from now on; a server looks at that by SIGHUP, or begins with it. */
async function holds(bench: Bench, isRestarted: boolean, ...packages: readonly FirmwarePackage[]): Promise<void> {
  bench.firmware.packages = packages;
  if (isRestarted) await bench.restart(1_000);
  else bench.fleet.syncEnrolments();
}

const rows = (bench: Bench) => [...bench.store.history({ mac: MAC })];
const isHeldOnce = (bench: Bench) => rows(bench).some(({ event }) => event === 'phone.held');
const renamed = (load: string) => download('a', load, { id: `cisco/sip:${load}` });
const lesser = (pack: FirmwarePackage): FirmwarePackage => ({
  ...pack,
  files: pack.files.filter(({ name }) => !name.endsWith('.sb2')),
  verdict: 'incomplete',
});

/** It is named its load, and lands by what it has of it. */
async function landsAfterAll(bench: Bench): Promise<void> {
  expect((await boots(bench, ...HUNT)).at(-1)).toContain(TARGET);
  await boots(bench, ...STARTED);
  expect([bench.state(MAC), isHeldOnce(bench)]).toEqual(['landed', false]);
}

describe.each([false, true])('the package lies in another folder (server restarted: %s)', (isRestarted) => {
  test.each([
    ['is offered it', HUNT],
    ['has the loader', TAKEN.slice(0, 8)],
    ['took everything', TAKEN],
  ])('a 7940 that %s is not held, and lands', async (_, asked) => {
    const bench = await benchOf(TARGET);
    await asks(bench, ...asked);
    await holds(bench, isRestarted, ...renamed(TARGET));
    expect((await boots(bench, ...HUNT)).at(-1)).toContain(TARGET);
    if (asked !== TAKEN) await asks(bench, ...TAKEN.slice(asked === HUNT ? 6 : 8));
    await boots(bench, ...STARTED);
    expect([bench.state(MAC), isHeldOnce(bench)]).toEqual(['landed', false]);
  });

  test('a landed 7940 is named its load again, and what another server gave it shows by that', async () => {
    const bench = await benchOf(TARGET);
    await asks(bench, ...TAKEN);
    await asks(bench, ...STARTED);
    expect(bench.state(MAC)).toBe('landed');
    await holds(bench, isRestarted, ...renamed(TARGET));
    expect((await boots(bench, ...HUNT)).at(-1)).toContain(TARGET);
    expect((await asks(bench, `${TARGET}.loads`, LOADER)).every((text) => text !== null)).toBe(true);
    expect(bench.state(MAC)).not.toBe('landed');
  });

  test('a Java phone that took everything lands on it', async () => {
    const bench = await benchOf(JAVA, { model: '7941' });
    await asks(bench, ...HEAD, `${JAVA}.loads`, ...ARCHIVES);
    await holds(bench, isRestarted, ...renamed(JAVA));
    expect((await boots(bench, ...HEAD)).at(-1)).toContain(JAVA);
    await asks(bench, '/mk-sip.jar', 'dialplan.xml');
    await boots(bench, ...HEAD, '/mk-sip.jar', 'dialplan.xml');
    expect([bench.state(MAC), isHeldOnce(bench)]).toEqual(['landed', false]);
    await holds(bench, isRestarted, ...download('a', JAVA, { id: 'elsewhere' }));
    expect((await boots(bench, ...HEAD)).at(-1)).toContain(JAVA);
  });

  test('a phone that took an image which no manifest lists is named it again, and lands', async () => {
    const bench = await benchOf(IMAGE);
    await asks(bench, ...SCCP_5, ...SCCP_5, `${IMAGE}.sbn`);
    await holds(bench, isRestarted, ...renamed(IMAGE));
    expect((await boots(bench, ...SIP_6))[0]).toContain(IMAGE);
    expect([bench.state(MAC), isHeldOnce(bench)]).toEqual(['landed', false]);
  });

  test('of two trees, of which the first had not all of it, the second one is left', async () => {
    const bench = await benchOf(TARGET);
    const second = download('a', TARGET, { id: `${TARGET}@2` });
    await holds(bench, false, ...download('a', TARGET).map(lesser), ...second);
    await asks(bench, ...TAKEN);
    await holds(bench, isRestarted, ...download('a', TARGET));
    await landsAfterAll(bench);
  });

  test('a tree that has not all of it comes before the one that has', async () => {
    const bench = await benchOf(TARGET);
    await asks(bench, ...TAKEN);
    const second = download('a', TARGET, { id: `${TARGET}@2` });
    await holds(bench, isRestarted, ...download('a', TARGET).map(lesser), ...second);
    await landsAfterAll(bench);
  });

  test('a package of other bytes is another one: a landed phone is not named it', async () => {
    const bench = await benchOf(TARGET);
    await asks(bench, ...TAKEN);
    await asks(bench, ...STARTED);
    await holds(bench, isRestarted, ...download('b', TARGET, { id: 'elsewhere' }));
    expect((await boots(bench, ...HUNT)).at(-1)).toBeNull();
    // One that holds the same and lacks a file, or is found damaged, is not either.
    for (const unfit of [renamed(TARGET).map(lesser), download('a', TARGET, { id: 'elsewhere', verdict: 'damaged' })]) {
      await holds(bench, isRestarted, ...unfit);
      expect((await boots(bench, ...HUNT)).at(-1)).toBeNull();
    }
  });
});

test('what a phone was given counts, where the package was replaced after its road was planned', async () => {
  const bench = await benchOf(TARGET);
  await asks(bench, ...HUNT, ...HUNT);
  await holds(bench, false, ...download('b', TARGET));
  await asks(bench, ...TAKEN.slice(6));
  await holds(bench, true, ...download('b', TARGET, { id: 'elsewhere' }));
  expect((await boots(bench, ...HUNT)).at(-1)).toContain(TARGET);
  await boots(bench, ...STARTED);
  expect([bench.state(MAC), isHeldOnce(bench)]).toEqual(['landed', false]);
});

test('a file is given when its folder got another name between the decision and the reading', async () => {
  const bench = await benchOf(TARGET);
  await asks(bench, ...TAKEN.slice(0, 7));
  bench.firmware.damaged.add(`${TARGET}/${LOADER}`);
  bench.fleet.onEvent((row) => {
    if (row.event === 'file.requested' && row.file === LOADER) bench.firmware.packages = renamed(TARGET);
  });
  expect(await bench.take(LOADER, PEER)).not.toBeNull();
  expect(isHeldOnce(bench)).toBe(false);
});

test('the same bytes under the name of another load are another package', async () => {
  const bench = await benchOf(TARGET);
  await asks(bench, ...TAKEN);
  const other = 'P0S3-08-12-00' as LoadName;
  await holds(bench, false, ...download('a', TARGET, { id: other, load: other }));
  expect((await boots(bench, ...HUNT)).at(-1)).toBeNull();
});

describe.each([false, true])('its package is gone, and one of other bytes is there (from the first: %s)', (isFirst) => {
  test('a phone that is held for that is told so, and begins anew with the other one', async () => {
    const bench = await benchOf(TARGET);
    await asks(bench, ...TAKEN);
    const other = download('b', TARGET, { id: 'elsewhere' });
    await holds(bench, false, ...(isFirst ? other : []));
    for (let boot = 0; boot < 30 && bench.state(MAC) !== 'held'; boot++) await boots(bench, ...HUNT);
    const held = rows(bench).findLast(({ event }) => event === 'phone.held');
    expect(held).toMatchObject({ code: 'E_FILES_MISSING' });
    expect(held?.reason).toContain(isFirst ? 'is another' : 'no longer holds');
    await holds(bench, false, ...other.map((pack) => ({ ...pack })));
    expect((await boots(bench, ...HUNT)).at(-1)).toContain(TARGET);
    const given = await asks(bench, `${TARGET}.loads`, LOADER, ...HUNT, `${TARGET}.loads`, `${TARGET}.sb2`);
    expect(given.at(-1)).toContain('elsewhere');
    await boots(bench, ...STARTED);
    expect(bench.state(MAC)).toBe('landed');
  });
});
