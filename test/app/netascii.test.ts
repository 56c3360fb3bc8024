import { expect, test } from 'vitest';
import { whyItStands } from '../../src/app/told/why-it-stands.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import { AFTER_MS, Bench, macOf, textOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { PACKAGES } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// Netascii changes bytes that look like line ends: what arrives is not what was verified. Phones ask for everything in octet mode
// (legacy-79x0 5.1, java-phones 4.6).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const JAVA = 'SIP42.9-3-1SR4-1S';
const HEAD = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', `SEP${MAC}.cnf.xml`];

async function asks(bench: Bench, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    bench.clock.advance(1_000);
    await bench.take(name, PEER);
  }
  bench.clock.advance(AFTER_MS);
}

async function benchFor(target: string, from: string): Promise<Bench> {
  const bench = await new Bench(PACKAGES).start();
  bench.enrol(MAC, target, { from: from as LoadName });
  return bench;
}

const text = (bench: Bench, name: string) => bench.ask(name, PEER, 50_001, 'netascii');
const REFUSED = { kind: 'error', code: 0, message: 'Firmware is sent in octet mode only' };

test('an archive asked for in netascii is refused in words, recorded and told, and the phone that lacks it has not landed', async () => {
  const bench = await benchFor(JAVA, 'SIP42.8-5-2S');
  const [last = '', ...others] = archivesOf(JAVA).reverse();
  await asks(bench, ...HEAD, `${JAVA}.loads`, ...others.reverse());
  expect(await text(bench, last)).toEqual(REFUSED);
  for (let time = 0; time < 20; time++) await text(bench, last);
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'downloading', code: null });
  expect(rowsIn(bench, MAC, 'phone.finding').map(({ code }) => code)).not.toContain('P_FILE_REFUSED');
  const record = bench.store.phone(MAC);
  const why = record === null ? null : whyItStands(record, bench.store.history({ mac: MAC }));
  expect(why).toMatchObject({ reason: expect.stringContaining('netascii'), advice: expect.stringContaining('octet') });
  const row = { file: last, state: 'downloading', reason: expect.stringContaining('netascii') };
  expect(rowsIn(bench, MAC, 'file.refused').at(-1)).toMatchObject(row);
  for (let boot = 0; boot < 2; boot++) {
    bench.clock.advance(60_000);
    await asks(bench, ...HEAD, '/mk-sip.jar', 'dialplan.xml');
  }
  expect(rowsIn(bench, MAC, 'phone.landed')).toEqual([]);
  bench.clock.advance(60_000);
  await asks(bench, ...HEAD, `${JAVA}.loads`, ...archivesOf(JAVA));
  bench.clock.advance(60_000);
  await asks(bench, ...HEAD, '/mk-sip.jar');
  expect(statusIn(bench, MAC).state).toBe('landed');
});

test('an image asked for in netascii moves the phone nowhere, however often it is asked', async () => {
  const bench = await benchFor('P0S3-06-3-00', 'P0S3-05-3-00');
  await asks(bench, 'OS79XX.TXT', 'SIPDefault.cnf', `SIP${MAC}.cnf`);
  const { state } = statusIn(bench, MAC);
  for (let time = 0; time < 20; time++) expect(await text(bench, 'P0S3-06-3-00.sbn')).toEqual(REFUSED);
  expect(statusIn(bench, MAC)).toMatchObject({ state, code: null });
  expect(rowsIn(bench, MAC, 'file.requested').map(({ file }) => file)).not.toContain('P0S3-06-3-00.sbn');
});

test('a boot loader that asks for its manifest in netascii is not given it; configuration is text and is given', async () => {
  const bench = await benchFor(JAVA, 'SIP42.8-5-2S');
  bench.addresses.tell(PEER, MAC);
  await asks(bench, ...HEAD.slice(0, 3));
  expect(textOf(await text(bench, `SEP${MAC}.cnf.xml`))).toContain(JAVA);
  bench.clock.advance(60_000);
  await asks(bench, 'term42.default.loads');
  expect(await text(bench, 'term42.default.loads')).toEqual(REFUSED);
});

test('an image in the operator’s tree is refused in netascii as well, and its text is given', async () => {
  const tree: StaticRoot = {
    start: async () => {},
    stop: async () => {},
    survey: async () => ({ loads: [], unreadable: [] }),
    has: async () => true,
    read: async (name) => new TextEncoder().encode(`bytes of ${name}`),
  };
  const bench = await new Bench([], { staticRoot: tree, rootLoads: 'bystanders' }).start();
  bench.addresses.tell(PEER, MAC);
  await asks(bench, 'RINGLIST.DAT');
  expect(textOf(await bench.ask('P0S3-8-12-00.sb2', PEER))).toBe('bytes of P0S3-8-12-00.sb2');
  expect(await text(bench, 'P0S3-8-12-00.sb2')).toEqual(REFUSED);
  expect(textOf(await text(bench, 'RINGLIST.DAT'))).toBe('bytes of RINGLIST.DAT');
});
