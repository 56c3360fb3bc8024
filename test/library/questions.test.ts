import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSyntheticFirmware } from '../../src/library/emulator.ts';
import { forgetFirmware, importFirmware, openFirmware, verifyFirmware } from '../../src/library/firmware.ts';
import {
  AppError,
  answer,
  explain,
  explanationText,
  type FirmwareIndex,
  type Hop,
  identify,
  needed,
  plan,
} from '../../src/library/index.ts';

const TARGET = 'P0S3-08-11-00';
const MAC = '0018B9C0FFEE';
let folder = '';
let firmware: FirmwareIndex;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstep-library-'));
  await writeSyntheticFirmware({ out: join(folder, 'firmware'), releases: ['P0S3-05-3-00', TARGET] });
  firmware = (await openFirmware({ folders: [join(folder, 'firmware')] })).index();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function hopsFrom(load: string): readonly Hop[] {
  const road = plan({ from: load, target: TARGET, model: 'CP-7940G', firmware });
  if (!road.ok) throw new Error(road.reasons.join(' '));
  return road.hops;
}

test('a load that cannot be read is no plan, and says so', () => {
  expect(plan({ from: 'P0O3', target: TARGET })).toMatchObject({ ok: false, code: 'E_UNKNOWN_LOAD' });
  expect(plan({ from: TARGET, target: 'nonsense' })).toMatchObject({ ok: false, code: 'E_UNKNOWN_LOAD' });
  expect(needed({ from: 'P0O3', target: TARGET })).toMatchObject({ ok: false, reason: { code: 'E_UNKNOWN_LOAD' } });
});

test('a model that nobody makes is a mistake of the caller', () => {
  expect(() => plan({ from: TARGET, target: TARGET, model: '7999' })).toThrow(AppError);
});

test('a phone of which nothing is known has no plan yet', () => {
  const nobody = identify([]);
  expect(nobody).toMatchObject({ software: [], findings: [], text: 'nothing known yet' });
  expect(plan({ from: nobody, target: TARGET, firmware })).toMatchObject({ ok: false, code: 'E_AMBIGUOUS' });
});

test('a phone that is told by its questions has the road of the load it may run', () => {
  const phone = identify(['OS79XX.TXT', `SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf']);
  const road = plan({ from: phone, target: TARGET, model: '7940', firmware });
  expect(road.ok && road.hops.map((hop) => hop.load)).toEqual(hopsFrom('P0030301MFG2').map((hop) => hop.load));
});

test('that names came without times lets nobody conclude from haste', () => {
  const names = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, 'SIP42.9-2-1S.loads'];
  const hurried = identify(names.map((name, n) => ({ name, atMs: n * 100 })));
  // A phone that goes on at once has asked for no ITL file in between, and so is older than 8.5.
  expect(hurried.software.map(({ releases }) => releases.below)).toEqual([[8, 5]]);
  expect(identify(names).software.map(({ releases }) => releases.below)).toEqual([null]);
});

test('the DHCP vendor class tells the model', () => {
  const names = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];
  expect(identify(names, { vendorClass: 'Cisco Systems, Inc. IP Phone CP-7942G\0' }).models).toEqual(['7942']);
  expect(identify(names, { vendorClass: 'Cisco Systems, Inc. IP Phone CP-7942G' }).models).toEqual([]);
});

test('a phone on its way is told the load of its hop, its files, and nothing else that could change a load', () => {
  const [first] = hopsFrom('P0030301MFG2');
  if (first === undefined) throw new Error('the road has hops');
  const ask = (name: string) => answer({ name, mac: MAC, hop: first, firmware, serverAddress: '192.0.2.1' });
  expect(ask('OS79XX.TXT')).toEqual({ kind: 'text', load: 'P0S3-05-3-00', content: 'P0S3-05-3-00\n' });
  expect(ask('P0S3-05-3-00.bin')).toMatchObject({ kind: 'file', package: 'P0S3-05-3-00', role: 'image' });
  expect(ask(`${TARGET}.loads`).kind).toBe('not-found');
  expect(ask(`SIP${MAC}.cnf`).kind).toBe('not-found');
  expect(ask('SIP0018B9000001.cnf')).toMatchObject({ kind: 'not-found', reason: expect.stringContaining('another') });
  expect(ask('RINGLIST.DAT')).toEqual({ kind: 'yours' });
});

test('a phone that may run something from which the hop is not allowed is told nothing', () => {
  const [, , last] = hopsFrom('P0030301MFG2');
  if (last === undefined) throw new Error('the road has three hops');
  const running = identify(['OS79XX.TXT', `SEP${MAC}.cnf.xml`, `SEP${MAC}.cnf`]).software;
  const question = { name: `SIP${MAC}.cnf`, mac: MAC, hop: last, firmware, serverAddress: '192.0.2.1' };
  expect(answer(question)).toMatchObject({ kind: 'text', load: TARGET });
  expect(answer({ ...question, running })).toMatchObject({ kind: 'not-found' });
});

test.each(['P_LOAD_ID_INCORRECT', 'Load ID Incorrect', 'OS79XX.TXT'])('what "%s" means is plain data', (text) => {
  const [first] = explain(text);
  expect(first).toBeDefined();
  expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  if (first !== undefined) expect(explanationText(first)).toContain(first.code);
});

test('a text that means nothing has no explanation', () => {
  expect(explain('')).toEqual([]);
});

test('firmware is verified without a store, imported into one, and forgotten again', async () => {
  const source = join(folder, 'firmware', TARGET);
  const records = await verifyFirmware(source);
  expect(records.map(({ load, verdict }) => `${load} ${verdict}`)).toEqual([`${TARGET} complete`]);
  const store = join(folder, 'store');
  expect(await importFirmware({ paths: [source], folder: store })).toEqual({ imported: 1, present: 0, refused: 0 });
  expect(await importFirmware({ paths: [source], folder: store })).toEqual({ imported: 0, present: 1, refused: 0 });
  const forgotten = await forgetFirmware({ folders: [store], load: TARGET.toLowerCase() });
  expect(forgotten.map(({ load }) => load)).toEqual([TARGET]);
  const empty = await openFirmware({ folders: [store], mayBeEmpty: true });
  expect(empty.index().packages).toEqual([]);
});
