import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { AFTER_MS, Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// Images that reach a phone whole and that it does not run: once it may have lost its power, again and again it refuses them.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [OLD, LOADER, TARGET] = ['P0S3-05-3-00', 'P003-08-11-00', 'P0S3-08-11-00'];
const [SEP, SIP] = [`SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const [SCCP42, SIP42] = ['SCCP42.8-5-2S', 'SIP42.9-3-1SR4-1S'];

const status = (bench: Bench) => statusIn(bench, MAC);
const rows = (bench: Bench, event: string) => rowsIn(bench, MAC, event);

async function boots(bench: Bench, ...names: readonly string[]): Promise<void> {
  bench.clock.advance(60_000);
  for (const name of names) {
    bench.clock.advance(1_000);
    await bench.take(name, PEER);
  }
  bench.clock.advance(AFTER_MS);
}

test('a signed SIP phone that has its loader whole again and again and stays what it was refuses its signature', async () => {
  const bench = await new Bench(packagesOf(OLD, 'P0S3-06-3-00', 'P0S3-08-2-00', TARGET)).start();
  bench.enrol(MAC, TARGET);
  await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'P0S3-00-0-00.sbn', 'RINGLIST.DAT');
  let whole = 0;
  for (let boot = 0; boot < 40 && bench.state(MAC) !== 'held'; boot++) {
    const load = (await take(bench, 'OS79XX.TXT'))?.trim() ?? '';
    if (load.startsWith('P003')) whole += (await take(bench, `${load}.sbn`)) === null ? 0 : 1;
    await boots(bench, 'SIPDefault.cnf', SIP, 'RINGLIST.DAT', 'dialplan.xml');
    bench.clock.advance(60_000);
  }
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_IMAGE_AUTHENTICATION_FAILED', hop: 1 });
  expect(status(bench).advice).toContain('loadstep firmware verify');
  expect(status(bench).advice).toContain(`loadstep enroll --mac ${MAC} --target`);
  expect(status(bench).advice).not.toMatch(/power/);
  expect(whole).toBeGreaterThan(1);
  expect(whole).toBeLessThan(9);
});

async function take(bench: Bench, name: string): Promise<string | null> {
  bench.clock.advance(1_000);
  return bench.take(name, PEER);
}

test('a power cut while it writes is told as one, the first time', async () => {
  const bench = await new Bench(packagesOf(OLD, TARGET)).start();
  bench.enrol(MAC, TARGET);
  await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'P0S3-00-0-00.sbn', 'RINGLIST.DAT');
  await boots(bench, 'OS79XX.TXT', `${LOADER}.sbn`);
  await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'OS79XX.TXT', `${LOADER}.sbn`);
  const told = [...bench.store.history({ mac: MAC })].map((row) => row.code);
  expect(told).not.toContain('P_IMAGE_AUTHENTICATION_FAILED');
});

test('a Java phone that has all archives whole and comes back as it was twice is held as one that begins its rounds anew', async () => {
  const bench = await new Bench(packagesOf(SIP42)).start();
  bench.enrol(MAC, SIP42, { model: '7942' });
  const head = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
  for (let boot = 0; boot < 12 && bench.state(MAC) !== 'held'; boot++) {
    await boots(bench, ...head, `${SIP42}.loads`, ...archivesOf(SIP42));
    // The next boot is that of its old application, which reads nothing before its services.
    await boots(bench, ...head.slice(0, 3), '/mk-sccp.jar');
  }
  expect(rows(bench, 'phone.landed')).toEqual([]);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_ROUND_RESTARTED', hop: 1, hops: 1, load: SIP42 });
});

test('an image that a phone had whole four times and asks for once more is not given again', async () => {
  const bench = await new Bench(packagesOf('P0S3-06-3-00', OLD)).start();
  bench.enrol(MAC, 'P0S3-06-3-00', { from: OLD as never });
  let given = 0;
  for (let boot = 0; boot < 20; boot++) {
    await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP);
    if ((await take(bench, 'P0S3-06-3-00.sbn')) !== null) given++;
    await boots(bench, 'RINGLIST.DAT', 'dialplan.xml');
  }
  expect([status(bench).state, status(bench).code, given]).toEqual(['held', 'P_IMAGE_AUTHENTICATION_FAILED', 4]);
});

test('a phone that lands and shows something else, again and again, is held the third time, until a person comes', async () => {
  const bench = await new Bench(packagesOf(SIP42, SCCP42)).start();
  bench.enrol(MAC, SIP42, { model: '7942' });
  const head = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
  for (let life = 0; life < 10; life++) {
    await boots(bench, ...head, `${SIP42}.loads`, ...archivesOf(SIP42));
    await boots(bench, ...head, '/mk-sip.jar', 'dialplan.xml');
    // Somebody else gives it its old load back.
    await boots(bench, ...head, '/mk-sccp.jar');
  }
  expect(rows(bench, 'phone.landed')).toHaveLength(3);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_UNEXPECTED_LOAD' });
  expect(rows(bench, 'phone.held')).toHaveLength(1);
  bench.store.retry(MAC, bench.clock.now());
  bench.fleet.syncEnrolments();
  await boots(bench, ...head, `${SIP42}.loads`, ...archivesOf(SIP42));
  await boots(bench, ...head, '/mk-sip.jar', 'dialplan.xml');
  expect(status(bench).state).toBe('landed');
});

test('a landing that was wrong does not come about again by the same proof', async () => {
  const target = 'P0S3-08-11-00';
  const bench = await new Bench(packagesOf(target)).start();
  bench.enrol(MAC, target, { from: target as LoadName });
  const hunt = [`CTLSEP${MAC}.tlv`, SEP, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];
  const starts = [...hunt.slice(0, 3), `${target}.loads`, 'SIPDefault.cnf', `SIP${MAC}.cnf`];
  await boots(bench, ...hunt);
  await boots(bench, ...starts);
  expect(status(bench).state).toBe('landed');
  for (let life = 0; life < 6; life++) {
    // One that runs its target asks for no image.
    await boots(bench, ...hunt.slice(0, 3), `${target}.loads`);
    await bench.lost(await bench.ask(`${target}.sb2`, PEER));
    await boots(bench, ...hunt);
    await boots(bench, ...starts);
  }
  expect(rows(bench, 'phone.landed')).toHaveLength(1);
});

test('an archive that is fetched again for the sake of those after it is not refused', async () => {
  const bench = await new Bench(packagesOf(SIP42)).start();
  bench.enrol(MAC, SIP42, { model: '7942' });
  const head = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, `${SIP42}.loads`];
  const archives = archivesOf(SIP42);
  // The power goes in the middle of one archive after the other.
  for (const [n, name] of archives.entries()) {
    await boots(bench, ...head, ...archives.slice(0, n));
    await bench.lost(await bench.ask(name, PEER));
  }
  await boots(bench, ...head, ...archives);
  expect(status(bench).state).toBe('flashing');
});

test('a Java phone that takes all archives round after round is held with an order that lets it begin anew', async () => {
  const bench = await new Bench(packagesOf(SIP42)).start();
  bench.enrol(MAC, SIP42, { model: '7942' });
  const head = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
  const round = [`${SIP42}.loads`, ...archivesOf(SIP42)];
  await boots(bench, ...head);
  for (let times = 0; times < 12 && bench.state(MAC) !== 'held'; times++) await boots(bench, ...round);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_ROUND_RESTARTED' });
  // Genuine files and sound power end this hold for nobody but who says so.
  await boots(bench, ...head, ...round);
  expect(status(bench).state).toBe('held');
  expect(status(bench).advice).toContain(`loadstep retry --mac ${MAC}`);
  bench.store.retry(MAC, bench.clock.wall());
  bench.fleet.syncEnrolments();
  await boots(bench, ...head);
  await boots(bench, ...head, ...round);
  expect(status(bench).state).toBe('flashing');
});
