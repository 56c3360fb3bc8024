import { expect, test } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// What a boot showed is true of that boot. Another server may flash a phone between two of them, and questions may go unheard.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const SIP8 = 'P0S3-08-11-00';
const JAVA = 'SIP42.9-3-1SR4-1S';
const [CTL, SEP, SIP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const JAVA_HEAD = [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];

async function benchFor(target: string, from: string, model: ModelId): Promise<Bench> {
  const bench = await new Bench(packagesOf(SIP8, 'P0S3-05-3-00', 'P0S3-04-4-00', JAVA)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, { from: from as LoadName, model });
  return bench;
}

const asks = (bench: Bench, ...names: readonly string[]) => bench.asks(PEER, ...names);

const status = (bench: Bench) => statusIn(bench, MAC);
const landings = (bench: Bench) => rowsIn(bench, MAC, 'phone.landed');

test.each([
  [25, 'landed'],
  [200, 'offered'],
])(
  'a loader that took no image of its SCCP target, and begins a list %i s later: the target runs, or another server was at it',
  async (seconds, state) => {
    const SCCP8 = 'P0030801SR02';
    const bench = await new Bench(packagesOf(SCCP8)).start();
    bench.addresses.tell(PEER, MAC);
    bench.enrol(MAC, SCCP8, { from: 'P0S3-08-2-00' as LoadName, model: '7960' });
    const hunt = [CTL, SEP, SIP, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];
    await asks(bench, ...hunt);
    bench.clock.advance(60_000);
    await asks(bench, ...hunt, `${SCCP8}.loads`, `${SCCP8}.sb2`);
    bench.clock.advance(200_000);
    await asks(bench, ...hunt, `${SCCP8}.loads`);
    expect(landings(bench)).toEqual([]);
    bench.clock.advance(seconds * 1_000);
    // A loader that starts nothing would begin so, too.
    await asks(bench, CTL, SEP);
    expect(landings(bench)).toEqual([]);
    await asks(bench, '/7960-font.xml');
    expect(status(bench).state).toBe(state);
  },
);

test('of two archives the later of which came whole, the earlier lacks nothing but its last acknowledgement', async () => {
  const bench = await benchFor(JAVA, 'SIP42.8-5-2S', '7942');
  await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`);
  for (const [number, archive] of archivesOf(JAVA).entries()) {
    bench.clock.advance(1_000);
    if (number === 1) await bench.unacked(await bench.ask(archive, PEER));
    else await bench.take(archive, PEER);
  }
  bench.clock.advance(60_000);
  await asks(bench, ...JAVA_HEAD);
  bench.clock.advance(60_000);
  expect(status(bench).state).toBe('landed');
});

test('a phone without a file of its own that reads the default and asks for its own again runs what the default names', async () => {
  const bench = await new Bench(packagesOf(JAVA)).start();
  bench.enrol(MAC, JAVA);
  const [last = ''] = archivesOf(JAVA).slice(-1);
  const head = [...JAVA_HEAD, 'XMLDefault.cnf.xml'];
  await asks(bench, ...head, `${JAVA}.loads`, ...archivesOf(JAVA).slice(0, -1));
  await bench.unacked(await bench.ask(last, PEER));
  bench.clock.advance(60_000);
  await asks(bench, ...head);
  expect(landings(bench)).toEqual([]);
  await asks(bench, SEP);
  expect(status(bench).state).toBe('landed');
});

test('a landed 7940 whose first names of a boot are not heard is named nothing: another server may have been at it', async () => {
  const bench = await benchFor(SIP8, 'P0S3-08-2-00', '7960');
  await asks(
    bench,
    CTL,
    SEP,
    SIP,
    `${SIP8}.loads`,
    `${SIP8}.sb2`,
    'SIPDefault.cnf',
    SIP,
    'RINGLIST.DAT',
    'dialplan.xml',
  );
  expect(status(bench).state).toBe('landed');
  bench.clock.advance(120_000);
  expect(await asks(bench, 'SIPDefault.cnf', SIP)).toEqual([null, null]);
  bench.clock.advance(120_000);
  const [, , own] = await asks(bench, CTL, SEP, SIP);
  expect(own).toContain(SIP8);
});

test('that a phone does what its own file says is still known after a retry', async () => {
  const bench = await benchFor(SIP8, 'P0S3-04-4-00', '7960');
  bench.enrol(MAC, SIP8);
  const boot = ['OS79XX.TXT', 'SIPDefault.cnf', SIP];
  // The probe that its own file names shows that it takes unsigned images.
  const probe = await asks(bench, ...boot);
  expect(probe[2]).toContain('P0S3-00-0-00');
  await asks(bench, 'P0S3-00-0-00.bin');
  bench.store.retry(MAC, bench.clock.wall());
  bench.fleet.syncEnrolments();
  await asks(bench, 'RINGLIST.DAT');
  // It runs 4.4 already: it takes nothing of the first hop, and goes on at once.
  bench.clock.advance(60_000);
  await asks(bench, ...boot, 'RINGLIST.DAT');
  expect(status(bench)).toMatchObject({ load: 'P0S3-05-3-00' });
});

test('a Java phone that asks for the manifest of its target does not run it, whatever it asks after that was lost', async () => {
  const bench = await benchFor(JAVA, 'SCCP42.8-5-2S', '7942');
  await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA));
  // Another server gave it an older SIP load meanwhile.
  bench.clock.advance(200_000);
  await asks(bench, ...JAVA_HEAD);
  await bench.lost(await bench.ask(`${JAVA}.loads`, PEER));
  bench.clock.advance(39_000);
  await asks(bench, '/mk-sip.jar');
  expect(landings(bench)).toEqual([]);
});

test('a phone that asks for the image of the load which it was believed to run was flashed by another server, and gets none of it', async () => {
  const MIDDLE = 'P0S3-05-3-00';
  const bench = await new Bench(packagesOf(MIDDLE, SIP8)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, SIP8, { from: 'P0S3-04-4-00' as LoadName, model: '7960' });
  const head = ['OS79XX.TXT', 'SIPDefault.cnf', SIP];
  await asks(bench, ...head);
  bench.clock.advance(60_000);
  await asks(bench, ...head);
  // It asked for its image and lost its power; another server gave it a signed load then.
  await bench.ask(`${MIDDLE}.bin`, PEER);
  expect(status(bench)).toMatchObject({ state: 'downloading', load: MIDDLE });
  bench.clock.advance(300_000);
  await asks(bench, ...head);
  const [given] = await asks(bench, `${MIDDLE}.sbn`);
  expect(given).toBeNull();
  expect(status(bench)).toMatchObject({ state: 'offered', load: 'P003-08-11-00' });
});

/** A Java phone on SIP 8.5 that took all of its target; it boots again so many seconds later, and reads what names its load. */
async function readAgain(seconds: number): Promise<Bench> {
  const bench = await benchFor(JAVA, 'SIP42.8-5-2S', '7942');
  await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA));
  bench.clock.advance(seconds * 1_000);
  await asks(bench, ...JAVA_HEAD);
  return bench;
}

test.each([
  ['begins its list anew', 22],
  ['is not heard for a minute', 70],
])(
  'a phone that boots so late that another server may have flashed it, reads its configuration and %s: its power may have gone',
  async (_, seconds) => {
    const bench = await readAgain(200);
    bench.clock.advance(seconds * 1_000);
    await asks(bench, CTL);
    expect(landings(bench)).toEqual([]);
    // It is the load of another server that asks: it goes for its target.
    await asks(bench, ...JAVA_HEAD.slice(1), `${JAVA}.loads`);
    expect(landings(bench)).toEqual([]);
  },
);

test('a phone that boots at once after the images, reads its configuration and is silent has landed', async () => {
  const bench = await readAgain(40);
  bench.clock.advance(56_000);
  expect(landings(bench)).toEqual([]);
  bench.clock.advance(2_000);
  expect(status(bench).state).toBe('landed');
});

test('a phone that is silent after its configuration in two boots has landed, however late they are', async () => {
  const bench = await readAgain(200);
  bench.clock.advance(200_000);
  await asks(bench, ...JAVA_HEAD);
  expect(landings(bench)).toEqual([]);
  bench.clock.advance(61_000);
  expect(status(bench).state).toBe('landed');
});

test('so has one that begins its list anew twice, and one that asks for its services', async () => {
  const twice = await readAgain(200);
  for (const _ of [1, 2]) {
    expect(landings(twice)).toEqual([]);
    twice.clock.advance(22_000);
    await asks(twice, ...JAVA_HEAD);
  }
  expect(status(twice).state).toBe('landed');
  const services = await readAgain(200);
  await asks(services, '/mk-sip.jar');
  expect(status(services).state).toBe('landed');
});

test('a phone that kept its old load, and whose power goes in the second in which it reads its configuration, has not landed', async () => {
  const bench = await benchFor(JAVA, 'SIP42.8-5-2S', '7942');
  await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA), '/mk-sip.jar', 'dialplan.xml');
  bench.clock.advance(30_000);
  await asks(bench, ...JAVA_HEAD);
  bench.clock.advance(22_000);
  await asks(bench, CTL);
  expect(landings(bench)).toEqual([]);
});

test.each([
  [200, 39, []],
  [200, 4, [JAVA]],
  [40, 39, [JAVA]],
])(
  'a Java phone that boots %i s after its images and asks for its services %i s after its configuration: its question for a manifest may be unheard',
  async (boots, services, landed) => {
    const bench = await benchFor(JAVA, 'SCCP42.8-5-2S', '7942');
    await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA));
    bench.clock.advance(boots * 1_000);
    await asks(bench, ...JAVA_HEAD);
    bench.clock.advance(services * 1_000);
    await asks(bench, '/mk-sip.jar');
    expect(landings(bench).map(({ load }) => load)).toEqual(landed);
  },
);

test.each([1, 3])(
  'a Java phone that had taken its target before, and goes for it anew, does not run it while of %s archives the last lacks its acknowledgement and others were not asked for',
  async (many) => {
    const bench = await benchFor(JAVA, 'SIP42.8-5-2S', '7942');
    await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA));
    for (let boot = 0; boot < 4 && status(bench).state !== 'landed'; boot++) {
      bench.clock.advance(90_000);
      await asks(bench, ...JAVA_HEAD, '/mk-sip.jar');
    }
    expect(landings(bench)).toHaveLength(1);
    bench.clock.advance(90_000);
    bench.store.retry(MAC, bench.clock.now());
    bench.fleet.syncEnrolments();
    await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`);
    const archives = archivesOf(JAVA).slice(0, many);
    await asks(bench, ...archives.slice(0, -1));
    const last = await bench.ask(archives.at(-1) ?? '', PEER);
    if (last.kind === 'content') last.watcher?.lastSent?.();
    for (let boot = 0; boot < 3; boot++) {
      bench.clock.advance(60_000);
      await asks(bench, ...JAVA_HEAD, '/mk-sip.jar');
    }
    expect(landings(bench)).toHaveLength(1);
  },
);
