import { expect, test } from 'vitest';
import type { Evidence } from '../../src/core/identify/evidence.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { EnrolmentWish } from '../../src/ports/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { PACKAGES, packagesOf } from '../support/packages.ts';

// Each of these was found by the safety property "no phone is shown a load that may not follow what it runs", and is kept
// here as the plain case it shrank to.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0S3-08-11-00';
const [CTL, ITL, SEP, SIP] = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];

async function benchFor(target: string, said: string | null | Partial<EnrolmentWish> = null): Promise<Bench> {
  const bench = await new Bench(PACKAGES).start();
  bench.enrol(MAC, target, typeof said === 'string' || said === null ? { from: said as LoadName | null } : said);
  return bench;
}

async function asks(bench: Bench, ...names: readonly string[]): Promise<(string | null)[]> {
  const given: (string | null)[] = [];
  for (const name of names) given.push(await bench.take(name, PEER));
  return given;
}

/** The next boot, a minute later. */
async function boots(bench: Bench, ...names: readonly string[]): Promise<(string | null)[]> {
  bench.clock.advance(60_000);
  return asks(bench, ...names);
}

const generations = (bench: Bench) => [
  ...new Set((bench.store.phone(MAC)?.evidence as Evidence | undefined)?.software.map((one) => one.generation)),
];

test('a SIP phone whose OS79XX.TXT was not heard is not taken for one with a loader', async () => {
  const bench = await benchFor(TARGET);
  bench.clock.advance(3_600_000);
  expect(await asks(bench, 'SIPDefault.cnf', SIP, 'RINGLIST.DAT', 'dialplan.xml')).toEqual([null, null, null, null]);
  expect(generations(bench)).toEqual(['G1', 'G2', 'G3']);
});

test('nameless questions of one boot are kept together however slowly they come', async () => {
  const bench = await benchFor(TARGET);
  for (const name of ['OS79XX.TXT', 'OS79XX.TXT', 'OS79XX.TXT', 'SIPDefault.cnf', 'SIPDefault.cnf']) {
    await bench.ask(name, PEER);
    bench.clock.advance(25_000);
  }
  // A probe, since this may be signed or unsigned software.
  expect(await asks(bench, SIP)).toEqual(['image_version: P0S3-00-0-00\n']);
  expect(generations(bench)).toEqual(['G1', 'G2']);
});

test('a phone that asks for a .bin takes unsigned images, whatever its operator says, and is served none', async () => {
  const bench = await benchFor(TARGET, 'P0S3-06-3-00');
  bench.addresses.tell(PEER, MAC);
  await asks(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'RINGLIST.DAT');
  const [named, served] = await boots(bench, 'OS79XX.TXT', 'P003-08-11-00.bin');
  expect(named).toMatch(/^P003-/);
  expect(served).toBeNull();
  expect(generations(bench)).not.toContain('G2');
});

test('a phone that asks for a .sbn takes signed images only, also when the head of its boot was not heard', async () => {
  const bench = await benchFor('P0S3-05-3-00', 'P0S3-04-4-00');
  bench.addresses.tell(PEER, MAC);
  await asks(bench, 'SIPDefault.cnf', SIP);
  expect(await asks(bench, 'P0S3-05-3-00.sbn')).toEqual([null]);
  expect(generations(bench)).not.toContain('G1');
});

test('the extension that was asked before a flash does not speak for the boot after it', async () => {
  const bench = await new Bench(packagesOf('P0S3-04-4-00', 'P0S3-05-3-00', TARGET)).start();
  bench.enrol(MAC, TARGET);
  const sccp = ['OS79XX.TXT', SEP, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];
  await asks(bench, ...sccp);
  await boots(bench, 'OS79XX.TXT', 'P0S3-05-3-00.bin');
  // It runs SIP 5.3 now; the OS79XX.TXT of this boot is lost.
  const [general, own] = await boots(bench, 'SIPDefault.cnf', SIP);
  expect([general, own].join()).not.toContain('P0S3-04-4-00');
  expect(generations(bench)).toEqual(['G2']);
});

test('a phone that went for its load in vain has not shown that it runs it', async () => {
  const bench = await benchFor(TARGET);
  await asks(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'P0S3-00-0-00.bin', 'RINGLIST.DAT');
  await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP);
  // For 39 s it asks for P0S3-04-4-00.bin and nobody hears it; then it goes on with what it has.
  bench.clock.advance(39_000);
  await asks(bench, 'RINGLIST.DAT', 'dialplan.xml');
  expect((await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP)).at(-1)).toBe('image_version: P0S3-04-4-00\n');
});

test('a phone that goes on at once after its load was named runs it already', async () => {
  const bench = await benchFor(TARGET);
  await asks(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'P0S3-00-0-00.bin', 'RINGLIST.DAT');
  await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'RINGLIST.DAT');
  expect((await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP)).at(-1)).toBe('image_version: P0S3-05-3-00\n');
});

test('a name that no phone asks there is no sign that it runs the load', async () => {
  const bench = await benchFor(TARGET);
  await asks(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'P0S3-00-0-00.bin', 'RINGLIST.DAT');
  await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'favicon.ico');
  expect((await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP)).at(-1)).toBe('image_version: P0S3-04-4-00\n');
});

test('a Java phone whose ITL requests nobody heard is not taken for an older one', async () => {
  const bench = await benchFor('SCCP42.9-4-2SR3-1S');
  await asks(bench, CTL);
  bench.clock.advance(78_000);
  const given = await asks(bench, SEP, 'XMLDefault.cnf.xml', SEP);
  expect(given).toEqual([null, null, null]);
});

test('a Java phone that polls its configuration is not taken for one that asks no ITL', async () => {
  const bench = await benchFor('SCCP42.9-4-2SR3-1S');
  await asks(bench, CTL, ITL, 'ITLFile.tlv', SEP);
  bench.clock.advance(13_000);
  const given = await asks(bench, SEP, 'XMLDefault.cnf.xml', 'SCCP42.9-4-2SR3-1S.loads');
  expect(given.at(-1)).toContain('FIRMWARE');
});

test('one archive of five is no download', async () => {
  const bench = await benchFor('SCCP42.8-5-2S');
  await asks(bench, CTL, SEP, 'XMLDefault.cnf.xml');
  const [jar = ''] = archivesOf('SCCP42.8-5-2S');
  await boots(bench, CTL, SEP, 'XMLDefault.cnf.xml', 'SCCP42.8-5-2S.loads', jar);
  // The second archive is not heard; it keeps its old load and polls.
  await boots(bench, CTL, SEP, 'XMLDefault.cnf.xml');
  await boots(bench, SEP);
  expect(bench.state(MAC)).toBe('offered');
});

test('a phone that falls silent after its load was named is not led further', async () => {
  const bench = await new Bench(packagesOf('P0S3-04-4-00', 'P0S3-05-3-00', TARGET, 'P003-08-11-00')).start();
  bench.enrol(MAC, TARGET);
  await asks(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'P0S3-00-0-00.bin', 'RINGLIST.DAT');
  await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP, 'P0S3-04-4-00.bin');
  // Somebody pulls its plug as soon as it has read its configuration.
  await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP);
  bench.clock.advance(300_000);
  expect((await boots(bench, 'OS79XX.TXT', 'SIPDefault.cnf', SIP)).at(-1)).toBe('image_version: P0S3-04-4-00\n');
});

const WORD = { from: 'SCCP41.8-3-2S' as LoadName, model: '7941' } as const;
/** A phone that asks nothing which tells what it runs, round after round. */
const tellsNothing = async (bench: Bench) => {
  bench.clock.advance(60_000);
  await asks(bench, CTL, SEP);
};

test('what the operator says of a phone that shows nothing is acted upon after two rounds, and no sooner', async () => {
  const bench = await benchFor('SIP41.9-2-1S', WORD);
  for (let round = 0; round < 2; round++) await tellsNothing(bench);
  expect(bench.state(MAC)).toBe('identifying');
  await tellsNothing(bench);
  expect(bench.state(MAC)).toBe('offered');
  const finding = [...bench.store.history({ mac: MAC })].find((row) => row.finding === 'operator-believed');
  expect(finding?.reason).toContain('--from SCCP41.8-3-2S');
  expect((await asks(bench, SEP)).at(-1)).toContain('SCCP41.8-5-2S');
});

test.each([
  ['nobody says what it runs', {}],
  ['what is said is contradicted by its names', { from: 'P0S3-04-4-00' as LoadName }],
  ['the model that is said is of another family than the load', { ...WORD, model: '7942' as const }],
])('a phone that shows nothing is not offered anything where %s', async (_, said) => {
  const bench = await benchFor('SIP41.9-2-1S', said);
  for (let round = 0; round < 5; round++) await tellsNothing(bench);
  expect(bench.state(MAC)).toBe('identifying');
});
