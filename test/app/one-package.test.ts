import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import type { FirmwarePackage } from '../../src/core/firmware/package.ts';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { storyOf } from '../../src/core/report/phone-story.ts';
import { Bench, macOf } from '../support/bench.ts';
import { download, packagesOf } from '../support/packages.ts';

// A package is replaced by another one of the same name while phones are on their way to it: by a newer download, or by the SCCP package
// of the release, which shares names with the SIP one. What a phone takes in one round is of one of the two.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const OLD = 'P0S3-08-11-00';
const JAVA = 'SIP41.9-2-1S';
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
const TERM = 'term41.default.loads';
const [JAR = '', ...ARCHIVES] = packagesOf(JAVA)[0]?.manifest ?? [];
const LOADER = 'P003-08-11-00.sbn';

async function benchOf(load: string, model: ModelId): Promise<Bench> {
  const bench = await new Bench(download('a', load)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, load, { model });
  return bench;
}

const java = () => benchOf(JAVA, '7941');
const legacy = () => benchOf(OLD, '7940');

/** The store holds this from now on. */
function holds(bench: Bench, ...packages: readonly FirmwarePackage[]): void {
  bench.firmware.packages = packages;
  bench.fleet.syncEnrolments();
}

const asks = (bench: Bench, ...names: readonly string[]) => bench.asks(PEER, ...names);

async function boots(bench: Bench, ...names: readonly string[]) {
  bench.clock.advance(120_000);
  return asks(bench, ...names);
}

function status(bench: Bench) {
  const record = bench.store.phone(MAC);
  if (record === null) throw new Error('nothing is known of it');
  return statusOf(record);
}

const rows = (bench: Bench) => [...bench.store.history({ mac: MAC })];

/** The downloads of which the certificate lists files, for each step that it has. */
function listed(bench: Bench): string[] {
  const { state, code } = status(bench);
  const phone = { mac: MAC, label: null, port: null, serial: null, batch: null, state, code, isReleased: false };
  const story = storyOf({ ...phone, target: '', model: null, statedFrom: null } as never, rows(bench), () => null);
  return story.hops.map(
    ({ outcome, files }) => `${outcome}: ${[...new Set(files.map(({ sha1 }) => sha1?.[0] ?? '?'))].sort().join('')}`,
  );
}

const isRefused = (given: readonly (string | null)[]) => given.every((text) => text === null);

test.each([false, true])(
  'a Java phone with the first archive is refused those of another package of the name (server restarted: %s)',
  async (isRestarted) => {
    const bench = await java();
    await asks(bench, ...HEAD, `${JAVA}.loads`, JAR);
    if (isRestarted) await bench.restart(1_000);
    holds(bench, ...download('b', JAVA));
    expect(isRefused(await asks(bench, ...ARCHIVES, JAR))).toBe(true);
    const refused = rows(bench).findLast((row) => row.event === 'file.refused');
    expect(refused).toMatchObject({ code: 'E_FIRMWARE_CHANGED' });
    expect(refused?.reason).toContain('was replaced by another one');
    expect(rows(bench).some((row) => row.code === 'P_FILE_REFUSED' || row.event === 'phone.held')).toBe(false);
    expect(bench.state(MAC)).toBe('offered');

    const given = await boots(bench, ...HEAD, `${JAVA}.loads`, JAR, ...ARCHIVES);
    expect(given.slice(HEAD.length).every((text) => text !== null)).toBe(true);
    await boots(bench, ...HEAD, '/mk-sip.jar', 'dialplan.xml');
    expect(bench.state(MAC)).toBe('landed');
    expect(listed(bench)).toEqual(['given up: a', 'proven: b']);
  },
);

test('a package that changes after the manifest and before the first image is refused, too', async () => {
  const bench = await java();
  await asks(bench, ...HEAD, `${JAVA}.loads`);
  holds(bench, ...download('b', JAVA));
  expect(isRefused(await asks(bench, JAR, ...ARCHIVES))).toBe(true);
  await boots(bench, ...HEAD, `${JAVA}.loads`, JAR, ...ARCHIVES);
  await boots(bench, ...HEAD, '/mk-sip.jar', 'dialplan.xml');
  expect(bench.state(MAC)).toBe('landed');
});

test.each([false, true])(
  'a 7940 that has the manifest is refused the application of another package of the name (server restarted: %s)',
  async (isRestarted) => {
    const bench = await legacy();
    await asks(bench, ...HUNT, ...HUNT, `${OLD}.loads`, LOADER);
    await boots(bench, ...HUNT, `${OLD}.loads`);
    holds(bench, ...download('b', OLD));
    if (isRestarted) await bench.restart(1_000);
    expect(isRefused(await asks(bench, `${OLD}.sb2`))).toBe(true);
    await boots(bench, ...HUNT, `${OLD}.loads`, `${OLD}.sb2`);
    await boots(bench, `CTLSEP${MAC}.tlv`, `${OLD}.loads`, 'SIPDefault.cnf', `SIP${MAC}.cnf`);
    expect(bench.state(MAC)).toBe('landed');
    expect(listed(bench)).toEqual(['given up: a', 'proven: b']);
  },
);

test('a 7940 whose package is replaced between loader and application lists no file of the former one in the step that is proven', async () => {
  const bench = await legacy();
  await asks(bench, ...HUNT, ...HUNT, `${OLD}.loads`, LOADER);
  holds(bench, ...download('b', OLD));
  await boots(bench, ...HUNT, `${OLD}.loads`, `${OLD}.sb2`);
  await boots(bench, `CTLSEP${MAC}.tlv`, `${OLD}.loads`, 'SIPDefault.cnf', `SIP${MAC}.cnf`);
  expect(bench.state(MAC)).toBe('landed');
  expect(listed(bench)).toEqual(['given up: a', 'proven: b']);
});

test('a boot loader that has the default manifest is refused archives of another package of the name', async () => {
  const bench = await java();
  await asks(bench, `CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`, TERM);
  const [first] = await asks(bench, TERM);
  expect(first).not.toBeNull();
  await asks(bench, JAR);
  holds(bench, ...download('b', JAVA));
  expect(isRefused(await asks(bench, ...ARCHIVES))).toBe(true);
});

test('a package that is put back as it was before the phone asks again changes nothing', async () => {
  const bench = await java();
  await asks(bench, ...HEAD, `${JAVA}.loads`, JAR);
  holds(bench, ...download('b', JAVA));
  holds(bench, ...download('a', JAVA));
  expect(isRefused(await asks(bench, ...ARCHIVES))).toBe(false);
  await boots(bench, ...HEAD, '/mk-sip.jar', 'dialplan.xml');
  expect(bench.state(MAC)).toBe('landed');
  expect(listed(bench)).toEqual(['proven: a']);
});

test('a folder that is renamed is the same package, and another folder of the load is not', async () => {
  for (const [digit, expected] of [
    ['a', false],
    ['b', true],
  ] as const) {
    const bench = await java();
    await asks(bench, ...HEAD, `${JAVA}.loads`, JAR);
    holds(bench, ...download(digit, JAVA, { id: 'elsewhere' }));
    expect(isRefused(await asks(bench, ...ARCHIVES))).toBe(expected);
  }
});

test('a round goes on when something lies beside the package that its manifest does not list', async () => {
  const bench = await legacy();
  await asks(bench, ...HUNT, ...HUNT, `${OLD}.loads`);
  const isListed = (name: string) => /\.(loads|sbn|sb2)$/.test(name);
  const other = download('a', OLD).map((pack) => {
    const files = pack.files.map((file) => (isListed(file.name) ? file : { ...file, sha1: 'c'.repeat(40) }));
    return { ...pack, files };
  });
  holds(bench, ...other);
  expect(isRefused(await asks(bench, LOADER))).toBe(false);
});

test('a phone that took all of the former package lands on it, and is not given the manifest of the new one before', async () => {
  const bench = await java();
  await asks(bench, ...HEAD, `${JAVA}.loads`, JAR, ...ARCHIVES);
  holds(bench, ...download('b', JAVA));
  expect((await boots(bench, ...HEAD, `${JAVA}.loads`)).at(-1)).toBeNull();
  await asks(bench, '/mk-sip.jar', 'dialplan.xml');
  await boots(bench, ...HEAD, '/mk-sip.jar', 'dialplan.xml');
  expect(bench.state(MAC)).toBe('landed');
  expect(listed(bench)).toEqual(['proven: a']);
});

test('a phone that was held for a file that changed under the server begins anew when the store was looked at again', async () => {
  const bench = await java();
  await asks(bench, ...HEAD, `${JAVA}.loads`, JAR);
  bench.firmware.damaged.add(`${packagesOf(JAVA)[0]?.id}/${ARCHIVES[0]}`);
  expect(isRefused(await asks(bench, ...ARCHIVES.slice(0, 1)))).toBe(true);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'E_FIRMWARE_CHANGED' });
  bench.firmware.damaged.clear();
  holds(bench, ...download('b', JAVA));
  expect(isRefused(await asks(bench, ...ARCHIVES))).toBe(true);
  await boots(bench, ...HEAD, `${JAVA}.loads`, JAR, ...ARCHIVES);
  await boots(bench, ...HEAD, '/mk-sip.jar', 'dialplan.xml');
  expect(bench.state(MAC)).toBe('landed');
});

test('a phone that goes by the manifest of one load is given none of the names that another one lists, too', async () => {
  const bench = await java();
  await asks(bench, ...HEAD, `${JAVA}.loads`, JAR);
  const next = 'SIP41.9-3-1S' as LoadName;
  const twin = download('b', JAVA, { id: next, load: next }).map((pack) => ({
    ...pack,
    files: pack.files.map((file) => ({ ...file, name: file.name.replace(`${JAVA}.loads`, `${next}.loads`) })),
  }));
  holds(bench, ...twin);
  bench.enrol(MAC, next, { model: '7941' });
  await boots(bench, ...HEAD);
  expect(status(bench)).toMatchObject({ state: 'offered', load: next });
  expect(isRefused(await asks(bench, JAR, ...ARCHIVES))).toBe(true);
  expect(rows(bench).findLast((row) => row.event === 'file.refused')?.reason).toContain('that of another load');
  expect(isRefused(await asks(bench, `${next}.loads`, JAR, ...ARCHIVES))).toBe(false);
});

test('a decision is not carried out with bytes that came into the store since', async () => {
  const bench = await java();
  await asks(bench, ...HEAD, `${JAVA}.loads`);
  bench.fleet.onEvent((row) => {
    if (row.event === 'file.requested' && row.file === JAR) bench.firmware.packages = download('b', JAVA);
  });
  const answer = await bench.ask(JAR, PEER);
  expect(bench.firmware.packages).toEqual(download('b', JAVA));
  expect(answer.kind).not.toBe('content');
  expect(rows(bench).at(-1)).toMatchObject({ event: 'file.refused', file: JAR, code: 'E_FIRMWARE_CHANGED' });
});
