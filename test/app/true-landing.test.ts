import { expect, test } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// Nothing is a witness of a load but that its bytes reached the phone whole, or that its operator says so, and the phone was given its manifest whole,
// asked for no image and goes on as that load does (docs/decisions/0012, 0039).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const SIP8 = 'P0S3-08-11-00';
const [CTL, SEP, SIP, MGC] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`];
const HUNT = [CTL, SEP, SIP];
const SIP_APPLICATION = ['SIPDefault.cnf', SIP, 'RINGLIST.DAT', 'dialplan.xml'];

interface Said {
  readonly from?: string;
  readonly model?: ModelId;
}

async function benchFor(target: string, { from, model }: Said = {}): Promise<Bench> {
  const bench = await new Bench(packagesOf(SIP8, 'P0030801SR02', 'P0S3-06-3-00', 'SIP42.9-3-1SR4-1S')).start();
  bench.enrol(MAC, target, { from: (from ?? null) as LoadName | null, model: model ?? null });
  return bench;
}

const asks = (bench: Bench, ...names: readonly string[]) => bench.asks(PEER, ...names);

const status = (bench: Bench) => statusIn(bench, MAC);
const landings = (bench: Bench) => rowsIn(bench, MAC, 'phone.landed');

/** A phone with a loader that is offered its application: it hunted once and now reads the name of its load. */
async function offered(target = SIP8, said: Said = {}): Promise<Bench> {
  const bench = await benchFor(target, said);
  await asks(bench, CTL, SEP, SIP, MGC, 'XMLDefault.cnf.xml', 'SIPDefault.cnf', 'MGCDefault.cnf');
  bench.clock.advance(60_000);
  await asks(bench, ...HUNT);
  expect(status(bench)).toMatchObject({ state: 'offered', load: target });
  return bench;
}

test('a manifest that was asked and refused proves nothing, whatever the phone asks then', async () => {
  const bench = await benchFor('P0S3-06-3-00', { from: 'P0S3-08-2-00', model: '7960' });
  for (let boot = 0; boot < 4; boot++) {
    bench.clock.advance(90_000);
    await asks(bench, ...HUNT, 'P0S3-06-3-00.loads', 'SIPDefault.cnf', SIP);
  }
  expect(landings(bench)).toEqual([]);
});

test('a phone whose first words are the manifest of its target, refused, has not landed', async () => {
  const bench = await benchFor(SIP8);
  await asks(bench, `${SIP8}.loads`, ...SIP_APPLICATION);
  expect(landings(bench)).toEqual([]);
});

test('a phone that is given the manifest whole and asks for no image ran the load already, and that is what is said', async () => {
  const bench = await offered(SIP8, { from: SIP8 });
  await asks(bench, `${SIP8}.loads`, ...SIP_APPLICATION);
  expect(landings(bench)).toMatchObject([{ witnesses: [expect.stringContaining('it ran P0S3-08-11-00 already')] }]);
});

test('a phone that is given the manifest whole, asks for no image and is known to run another load refuses it', async () => {
  const bench = await offered(SIP8, { from: 'P0S3-08-2-00' });
  await asks(bench, `${SIP8}.loads`, ...SIP_APPLICATION);
  expect(status(bench).state).toBe('offered');
  bench.clock.advance(60_000);
  await asks(bench, ...HUNT, `${SIP8}.loads`, ...SIP_APPLICATION);
  expect(landings(bench)).toEqual([]);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});

const SCCP8 = 'P0030801SR02';
/** It begins a list of its own, with the names of a hunt (legacy-79x0 5.4, 11.1 A). */
const SCCP_APPLICATION = [CTL, SEP, 'XMLDefault.cnf.xml', 'RINGLIST.XML', '7960-font.xml'];

test('an SCCP phone that is given the manifest whole and asks for no image ran the load already, and that is what is said', async () => {
  const bench = await offered(SCCP8, { from: SCCP8, model: '7960' });
  await asks(bench, `${SCCP8}.loads`, ...SCCP_APPLICATION);
  expect(landings(bench)).toMatchObject([{ witnesses: [expect.stringContaining(`it ran ${SCCP8} already`)] }]);
});

test('an SCCP phone that does so and is known to run another load has not landed, however often it does', async () => {
  const bench = await offered(SCCP8, { from: 'P00308010200', model: '7960' });
  for (let boot = 0; boot < 5; boot++) {
    await asks(bench, ...HUNT.slice(0, 2), `${SCCP8}.loads`, ...SCCP_APPLICATION);
    bench.clock.advance(60_000);
  }
  expect(landings(bench)).toEqual([]);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
});

test('a loader whose power went after the manifest, and that hunts in vain then, has not shown that it runs the load', async () => {
  const bench = await offered(SCCP8);
  await asks(bench, `${SCCP8}.loads`);
  bench.clock.advance(20_000);
  const trust = await bench.ask(CTL, PEER);
  await bench.lost(trust);
  await bench.lost(await bench.ask(SEP, PEER));
  await asks(bench, SIP, MGC);
  await bench.lost(await bench.ask('XMLDefault.cnf.xml', PEER));
  await asks(bench, 'SIPDefault.cnf', 'MGCDefault.cnf', ...SCCP_APPLICATION);
  expect(landings(bench)).toEqual([]);
});

test.each(['before the transfer has failed', 'after the transfer has failed'])(
  'an old SIP application that asks after an image broke off is no landing, %s',
  async (when) => {
    const bench = await offered();
    await asks(bench, `${SIP8}.loads`);
    const image = await bench.ask(`${SIP8}.sb2`, PEER);
    if (when.startsWith('after')) await bench.lost(image);
    await asks(bench, ...SIP_APPLICATION);
    expect(landings(bench)).toEqual([]);
    expect(status(bench).state).toBe('offered');
    if (when.startsWith('before')) await bench.lost(image);
    bench.clock.advance(60_000);
    await asks(bench, ...HUNT, `${SIP8}.loads`, `${SIP8}.sb2`, ...SIP_APPLICATION);
    expect(status(bench).state).toBe('landed');
  },
);

test('an image that lacks only its last acknowledgement is proven by the next boot, not by this one', async () => {
  const bench = await offered();
  await asks(bench, `${SIP8}.loads`);
  await bench.unacked(await bench.ask(`${SIP8}.sb2`, PEER));
  await asks(bench, ...SIP_APPLICATION);
  expect(landings(bench)).toEqual([]);
  bench.clock.advance(60_000);
  await asks(bench, ...HUNT, `${SIP8}.loads`, ...SIP_APPLICATION);
  expect(status(bench).state).toBe('landed');
});

test('an application that was fetched whole twice in one boot is rejected: named at once, and a restart lands nobody', async () => {
  const bench = await offered();
  await asks(bench, `${SIP8}.loads`, `${SIP8}.sb2`, `${SIP8}.sb2`);
  expect(status(bench).state).toBe('flashing');
  await asks(bench, 'SIPDefault.cnf');
  expect(status(bench).state).toBe('offered');
  expect(rowsIn(bench, MAC, 'phone.state').at(-1)).toMatchObject({ code: 'P_APPLICATION_REJECTED' });
  bench.clock.advance(60 * 60_000);
  expect(status(bench).state).toBe('held');
  await asks(bench, ...HUNT, `${SIP8}.loads`, ...SIP_APPLICATION);
  expect(landings(bench)).toEqual([]);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_APPLICATION_REJECTED' });
});

test.each([
  ['asks its services', [CTL, SEP, 'XMLDefault.cnf.xml', 'RINGLIST.XML', '7960-font.xml']],
  ['asks nothing but its configuration', [CTL, SEP, 'XMLDefault.cnf.xml']],
])('a rejected SCCP application is named when the old one %s', async (_, names) => {
  const target = 'P0030801SR02';
  const bench = await offered(target);
  await asks(bench, `${target}.loads`, `${target}.sb2`, `${target}.sb2`, ...names);
  expect(landings(bench)).toEqual([]);
  expect(rowsIn(bench, MAC, 'phone.state').some(({ code }) => code === 'P_APPLICATION_REJECTED')).toBe(true);
});

test('an SCCP application that was fetched whole once lands', async () => {
  const target = 'P0030801SR02';
  const bench = await offered(target);
  bench.clock.advance(60_000);
  await asks(bench, CTL, SEP, SIP, MGC, 'XMLDefault.cnf.xml', `${target}.loads`, `${target}.sb2`);
  await asks(bench, CTL, SEP, 'XMLDefault.cnf.xml', 'RINGLIST.XML', '7960-font.xml');
  expect(status(bench).state).toBe('landed');
});

const JAVA = 'SIP42.9-3-1SR4-1S';
const JAVA_HEAD = [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];

test.each([0, 2, 4])(
  'a Java phone whose archive %i broke off has not landed when its old load goes on',
  async (broken) => {
    const bench = await benchFor(JAVA, { from: 'SIP42.8-5-2S', model: '7942' });
    await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`);
    for (const [number, archive] of archivesOf(JAVA).entries()) {
      if (number === broken) await bench.lost(await bench.ask(archive, PEER));
      else await bench.take(archive, PEER);
    }
    for (let boot = 0; boot < 2; boot++) {
      bench.clock.advance(60_000);
      await asks(bench, ...JAVA_HEAD, '/mk-sip.jar', 'dialplan.xml');
      expect(landings(bench)).toEqual([]);
    }
    bench.clock.advance(60_000);
    await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA), ...JAVA_HEAD, '/mk-sip.jar');
    expect(status(bench).state).toBe('landed');
  },
);

test('archives of two rounds do not add up: nothing resumes', async () => {
  const bench = await benchFor(JAVA, { from: 'SIP42.8-5-2S', model: '7942' });
  const archives = archivesOf(JAVA);
  await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archives.slice(0, 3));
  await bench.lost(await bench.ask(archives[3] ?? '', PEER));
  bench.clock.advance(60_000);
  await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archives.slice(3));
  bench.clock.advance(60_000);
  await asks(bench, ...JAVA_HEAD, '/mk-sip.jar');
  expect(landings(bench)).toEqual([]);
});

test.each([
  [SIP8, 'P00308010200'],
  ['P0030801SR02', 'P0S3-08-2-00'],
])(
  'a server that ends while an image of %s is under way knows its end by the next boots, where %s ran before',
  async (target, from) => {
    const bench = await offered(target, { from, model: '7960' });
    await asks(bench, `${target}.loads`);
    await bench.ask(`${target}.sb2`, PEER);
    await bench.restart(5_000);
    const application = target === SIP8 ? SIP_APPLICATION : [CTL, SEP, 'XMLDefault.cnf.xml', 'RINGLIST.XML'];
    await asks(bench, ...application);
    expect(landings(bench)).toEqual([]);
    for (let boot = 0; boot < 2; boot++) {
      bench.clock.advance(60_000);
      await asks(bench, CTL, SEP, SIP, MGC, 'XMLDefault.cnf.xml', `${target}.loads`, ...application);
    }
    expect(status(bench).state).toBe('landed');
  },
);

test.each([
  ['SIP42.8-5-2S', []],
  // Its locale jar tells the new load from the old one.
  ['SCCP42.8-5-2S', [JAVA]],
])(
  'a last archive of which nobody saw the end, since the server was killed, proves nothing where %s and the target ask alike',
  async (from, landed) => {
    const bench = await benchFor(JAVA, { from, model: '7942' });
    await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA).slice(0, -1));
    await bench.ask(archivesOf(JAVA).at(-1) ?? '', PEER);
    await bench.restart(5_000);
    bench.clock.advance(60_000);
    await asks(bench, ...JAVA_HEAD, '/mk-sip.jar', 'dialplan.xml');
    expect(landings(bench).map(({ load }) => load)).toEqual(landed);
  },
);

test('a Java phone that has not the last block goes on with its old load, and has not landed', async () => {
  const bench = await benchFor(JAVA, { from: 'SCCP42.8-5-2S', model: '7942' });
  await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA).slice(0, -1));
  await bench.unacked(await bench.ask(archivesOf(JAVA).at(-1) ?? '', PEER));
  bench.clock.advance(39_000);
  await asks(bench, '/mk-sccp.jar', 'dialplan.xml');
  bench.clock.advance(60_000);
  // A question that is repeated is no other question.
  await asks(bench, ...JAVA_HEAD, SEP);
  expect(landings(bench)).toEqual([]);
});

test('a phone that took everything and comes back as its boot loader has not landed', async () => {
  const bench = await benchFor(JAVA, { from: 'SIP42.8-5-2S', model: '7942' });
  bench.addresses.tell(PEER, MAC);
  await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA));
  bench.clock.advance(60_000);
  await asks(bench, ...JAVA_HEAD);
  bench.clock.advance(20_000);
  await asks(bench, 'term42.default.loads');
  expect(landings(bench)).toEqual([]);
});

test('a last archive whose acknowledgement was lost is proven by the boot that began while it was still being repeated', async () => {
  const bench = await benchFor(JAVA, { from: 'SIP42.8-5-2S', model: '7942' });
  await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA).slice(0, -1));
  const last = await bench.ask(archivesOf(JAVA).at(-1) ?? '', PEER);
  // The server repeats the last block for half a minute; the phone has it, starts at once and asks its services before that ends.
  await asks(bench, ...JAVA_HEAD, '/mk-sip.jar');
  expect(landings(bench)).toEqual([]);
  await bench.unacked(last);
  expect(status(bench).state).toBe('landed');
});

test('a phone that goes round one name since then has shown before what it runs', async () => {
  const bench = await new Bench(packagesOf('SCCP42.8-5-2S', JAVA)).start();
  bench.enrol(MAC, JAVA, { from: 'SCCP42.8-2-1S' as LoadName, model: '7942' });
  const bridge = 'SCCP42.8-5-2S';
  await asks(bench, CTL, SEP, 'XMLDefault.cnf.xml', `${bridge}.loads`, ...archivesOf(bridge).slice(0, -1));
  const last = await bench.ask(archivesOf(bridge).at(-1) ?? '', PEER);
  await asks(bench, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', 'XMLDefault.cnf.xml');
  for (let poll = 0; poll < 5; poll++) await asks(bench, SEP);
  expect(status(bench)).toMatchObject({ hop: 1, load: bridge });
  await bench.unacked(last);
  expect(status(bench)).toMatchObject({ hop: 2, load: JAVA });
});

test('a Java phone that took everything and goes on in the same boot kept its old load: a poll of its file is no boot', async () => {
  const bench = await benchFor(JAVA, { from: 'SIP42.8-5-2S', model: '7942' });
  await asks(bench, ...JAVA_HEAD, `${JAVA}.loads`, ...archivesOf(JAVA), '/mk-sip.jar', 'dialplan.xml');
  bench.clock.advance(31_000);
  await asks(bench, SEP, '/mk-sip.jar', 'dialplan.xml');
  bench.clock.advance(120_000);
  expect(landings(bench)).toEqual([]);
});

test('an image that was asked for from an address which was not the phone’s at that moment voids that none was asked for', async () => {
  for (const asker of [null, '192.0.2.99']) {
    const bench = await offered(SIP8, { from: SIP8 });
    bench.addresses.tell(PEER, MAC);
    await asks(bench, `${SIP8}.loads`);
    if (asker !== null) await bench.asks(asker, `${SIP8}.sb2`);
    await asks(bench, ...SIP_APPLICATION);
    expect(landings(bench)).toHaveLength(asker === null ? 1 : 0);
    // The next boot tells.
    bench.clock.advance(60_000);
    await asks(bench, ...HUNT, `${SIP8}.loads`, ...SIP_APPLICATION);
    expect(landings(bench)).toHaveLength(1);
  }
});

test.each([
  [60, 0, 1],
  [60, 110, 0],
  [400, 0, 0],
])(
  'an application that asks %i s after its image, with the server away for %i s of it, lands the phone %i times; the next boot does',
  async (seconds, away, times) => {
    const bench = await offered();
    bench.addresses.tell(PEER, MAC);
    await asks(bench, `${SIP8}.loads`, `${SIP8}.sb2`);
    if (away > 0) await bench.restart(away * 1_000);
    bench.clock.advance(seconds * 1_000);
    await asks(bench, ...SIP_APPLICATION);
    expect(landings(bench)).toHaveLength(times);
    bench.clock.advance(60_000);
    await asks(bench, ...HUNT, `${SIP8}.loads`, ...SIP_APPLICATION);
    expect(landings(bench)).toHaveLength(1);
  },
);

test.each([SIP8, SCCP8])(
  'a loader whose manifest was lost on the way may start what it had before, though it has %s whole',
  async (load) => {
    const bench = await offered(load);
    await asks(bench, `${load}.loads`, `${load}.sb2`);
    bench.clock.advance(120_000);
    await asks(bench, ...HUNT);
    await bench.lost(await bench.ask(`${load}.loads`, PEER));
    bench.clock.advance(5_000);
    await asks(bench, ...(load === SIP8 ? SIP_APPLICATION : SCCP_APPLICATION));
    expect(landings(bench)).toEqual([]);
    bench.clock.advance(120_000);
    await asks(bench, ...HUNT, `${load}.loads`, ...(load === SIP8 ? SIP_APPLICATION : SCCP_APPLICATION));
    expect(status(bench).state).toBe('landed');
  },
);
