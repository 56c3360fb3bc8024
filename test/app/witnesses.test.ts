import { expect, test } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { Said, Statement } from '../../src/core/witness/statement.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// What a phone says of itself is a proof where it is its own and of this boot; else it counts for nothing (docs/decisions/0040).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'SIP42.9-3-1SR4-1S';
const OLD = 'SCCP42.8-5-2S';
const [CTL, SEP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];
const HEAD = [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];

async function benchFor(
  target = TARGET,
  said: { readonly from?: string; readonly model?: ModelId } = {},
): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET, OLD, 'P0030801SR02', 'P0S3-08-11-00')).start();
  bench.enrol(MAC, target, { model: said.model ?? null, from: (said.from ?? null) as LoadName | null });
  return bench;
}

async function boots(bench: Bench, ...services: readonly string[]): Promise<void> {
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...HEAD, ...services);
}

/** Says something, as it does right after it has connected. */
function says(bench: Bench, said: Partial<Said>, change: Partial<Statement> = {}): Promise<boolean> {
  bench.clock.advance(1_000);
  const since = bench.clock.now();
  bench.clock.advance(1_000);
  return bench.fleet.witnesses.hear({
    by: 'sip-register',
    mac: MAC,
    said: { load: null, archive: null, agent: null, ...said },
    words: `Name=SEP${MAC} Load=${said.load ?? said.archive ?? said.agent}`,
    address: PEER,
    at: bench.clock.now(),
    since,
    ...change,
  });
}

const status = (bench: Bench) => statusIn(bench, MAC);
const landings = (bench: Bench) => rowsIn(bench, MAC, 'phone.landed');
const findings = (bench: Bench) => rowsIn(bench, MAC, 'phone.finding').map(({ reason }) => reason ?? '');

test('a Java phone that runs its target lands when it says so, and takes nothing', async () => {
  const bench = await benchFor(TARGET, { model: '7942' });
  await boots(bench, '/mk-sip.jar');
  expect(status(bench).state).not.toBe('landed');
  expect(await says(bench, { load: TARGET })).toBe(true);
  expect(status(bench).state).toBe('landed');
  expect(landings(bench)[0]?.witnesses).toEqual([
    `(d) its SIP registration at ${PEER} says "Name=SEP${MAC} Load=${TARGET}"`,
  ]);
});

test.each(['P_TRIGGER_NOT_TAKEN', 'P_NEEDS_RESTART'])('one that is held for %s lands by what it says', async (code) => {
  const bench = await benchFor(TARGET, { model: '7942' });
  for (let boot = 0; boot < 12 && status(bench).code !== code; boot++) {
    await boots(bench, '/mk-sip.jar');
    if (code === 'P_NEEDS_RESTART') bench.clock.advance(20 * 60_000);
  }
  expect(status(bench)).toMatchObject({ state: 'held', code });
  await bench.asks(PEER, SEP);
  await says(bench, { load: TARGET });
  expect(status(bench).state).toBe('landed');
});

test('what it tells its switch lands it the same way, with a letter of its own; what the switch has known from before its start does not', async () => {
  const bench = await benchFor(TARGET, { model: '7942' });
  await boots(bench, '/mk-sip.jar');
  await says(bench, { load: TARGET }, { by: 'cdp', since: bench.clock.now() - 20_000 });
  expect(status(bench).state).not.toBe('landed');
  await says(bench, { load: TARGET }, { by: 'cdp' });
  expect(landings(bench)[0]?.witnesses).toEqual([
    `(e) CDP at its switch port at ${PEER} says "Name=SEP${MAC} Load=${TARGET}"`,
  ]);
});

test.each<[string, Partial<Statement>]>([
  ['from an address that is not its own', { address: '192.0.2.99' }],
  ['with the MAC of another phone', { mac: macOf(2) }],
])('words %s change nothing but a counter', async (_, change) => {
  const bench = await benchFor();
  await boots(bench, '/mk-sip.jar');
  const before = [...bench.store.history()].length;
  expect(await says(bench, { load: TARGET }, change)).toBe(false);
  expect([...bench.store.history()]).toHaveLength(before);
  expect(bench.store.bindings().map(({ address }) => address)).toEqual([PEER]);
});

test.each<[string, (bench: Bench) => Partial<Statement>]>([
  ['nobody knows when', () => ({ since: null })],
  ['before it started', (bench) => ({ since: bench.clock.now() - 20_000 })],
  ['two minutes ago', (bench) => ({ at: bench.clock.now() + 120_000 })],
])('words that were said %s prove nothing and narrow nothing', async (_, change) => {
  const bench = await benchFor();
  await boots(bench, '/mk-sip.jar');
  const softwareNow = () => (bench.store.phone(MAC)?.evidence as { software: unknown } | undefined)?.software;
  const software = softwareNow();
  expect(await says(bench, { load: TARGET }, change(bench))).toBe(true);
  expect(landings(bench)).toEqual([]);
  expect(softwareNow()).toEqual(software);
  expect(findings(bench).at(-1)).toContain('counts for nothing');
});

test('a phone that may be writing its flash lands by nothing that is said', async () => {
  const bench = await benchFor(TARGET, { model: '7942' });
  await boots(bench, `${TARGET}.loads`, ...archivesOf(TARGET));
  expect(status(bench).state).toBe('flashing');
  await says(bench, { load: TARGET });
  expect(status(bench).state).toBe('flashing');
  await boots(bench);
  await says(bench, { load: TARGET });
  expect(status(bench).state).toBe('landed');
});

test('an exact load ends the doubt between a 7940 and an old Java phone, and a road is made', async () => {
  const bench = await benchFor('P0S3-08-11-00');
  await bench.asks(PEER, CTL, SEP);
  expect(status(bench).state).toBe('identifying');
  await says(bench, { load: '8.1(SR.2)' }, { by: 'sccp-alarm' });
  expect(status(bench)).toMatchObject({ state: 'offered', load: 'P0S3-08-11-00' });
});

test('one that is offered what a 7940 takes, and says that it is a Java phone, is held for that at once', async () => {
  const bench = await benchFor('P0S3-08-11-00');
  await bench.asks(PEER, CTL, SEP, 'XMLDefault.cnf.xml');
  expect(status(bench).state).toBe('offered');
  await says(bench, { load: 'SCCP41.8-3-2S' }, { by: 'sccp-register' });
  expect(status(bench)).toMatchObject({ state: 'held', code: 'E_WRONG_FAMILY' });
  expect(status(bench).reason).toContain('SCCP41.8-3-2S');
  expect(await bench.take(SEP, PEER)).toBeNull();
});

test('one that says what its offer is for keeps it', async () => {
  const bench = await benchFor('P0S3-08-11-00');
  await bench.asks(PEER, CTL, SEP, 'XMLDefault.cnf.xml');
  const rows = rowsIn(bench, MAC, 'phone.planned').length;
  await says(bench, { load: '8.1(SR.2)' }, { by: 'sccp-alarm' });
  expect(status(bench)).toMatchObject({ state: 'offered', load: 'P0S3-08-11-00' });
  expect(rowsIn(bench, MAC, 'phone.planned')).toHaveLength(rows);
});

test('an SCCP target of a 7940 is proven by the version that its alarm shows', async () => {
  const bench = await benchFor('P0030801SR02');
  await bench.asks(PEER, CTL, SEP, 'XMLDefault.cnf.xml');
  await says(bench, { load: '8.1(SR.2)' }, { by: 'sccp-alarm' });
  expect(status(bench).state).toBe('landed');
});

test('the User-Agent of a 7940 proves no release', async () => {
  const bench = await benchFor('P0S3-08-11-00');
  await bench.asks(PEER, CTL, SEP, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml');
  await says(bench, { agent: 'Cisco-CP7960G/8.0' });
  expect(landings(bench)).toEqual([]);
  expect(findings(bench).at(-1)).toContain('SIP application of a 7940/7960 (8.x)');
});

test.each([
  ['Cisco-CP7940G/7.4', 'offered'],
  ['Cisco-CP7940G/8.0', 'landed'],
])('a 7940 that has landed on 8.x by its image and says %s is %s', async (agent, state) => {
  const load = 'P0S3-08-11-00';
  const bench = await benchFor(load, { model: '7940', from: 'P0S3-08-2-00' });
  const hunt = [CTL, SEP, `SIP${MAC}.cnf`, `${load}.loads`];
  await bench.asks(PEER, ...hunt, `${load}.sb2`);
  bench.clock.advance(50_000);
  await bench.asks(PEER, 'SIPDefault.cnf', `SIP${MAC}.cnf`);
  expect(status(bench).state).toBe('landed');
  bench.clock.advance(120_000);
  await bench.asks(PEER, ...hunt);
  bench.clock.advance(22_000);
  await bench.asks(PEER, 'SIPDefault.cnf', `SIP${MAC}.cnf`);
  await says(bench, { agent });
  expect(status(bench).state).toBe(state);
});

test('what it asks overrules what is said in its name', async () => {
  const bench = await benchFor('P0S3-06-3-00');
  await bench.asks(PEER, 'OS79XX.TXT', SEP, 'SEPDefault.cnf');
  const before = bench.store.phone(MAC)?.evidence;
  await says(bench, { load: TARGET });
  expect(findings(bench).at(-1)).toContain('what it asks excludes that');
  expect(bench.store.phone(MAC)?.evidence).toEqual(before);
});

test('the word of the operator is overruled by that of the phone', async () => {
  const bench = await benchFor(TARGET, { model: '7942', from: 'SCCP42.9-4-2SR3-1S' });
  await boots(bench, '/mk-sccp.jar');
  await says(bench, { load: 'SCCP42.8-5-2S' }, { by: 'sccp-register' });
  expect(rowsIn(bench, MAC, 'phone.finding').map(({ finding }) => finding)).toContain('operator-overruled');
  expect(status(bench)).toMatchObject({ state: 'offered' });
});

test('a landed phone that says that it runs something else is led back to its target', async () => {
  const bench = await benchFor(TARGET, { model: '7942' });
  await boots(bench, '/mk-sip.jar');
  await says(bench, { load: TARGET });
  await boots(bench, '/mk-sip.jar');
  await says(bench, { load: 'SIP42.8-5-2S' });
  expect(status(bench).state).not.toBe('landed');
  expect(rowsIn(bench, MAC, 'phone.finding').at(-1)?.code).toBe('P_CONTRADICTION');
});

test('a phone that landed by its own word, and lost its load, lands by it again: it was so when it said so', async () => {
  const target = 'P0030801SR02';
  const bench = await benchFor(target);
  const hunt = [CTL, SEP, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];
  await bench.asks(PEER, ...hunt);
  await says(bench, { load: '8.1(SR.2)' }, { by: 'sccp-alarm' });
  expect(status(bench).state).toBe('landed');
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...hunt, `${target}.loads`);
  // The last acknowledgement of its image is lost.
  await bench.unacked(await bench.ask(`${target}.sb2`, PEER));
  expect(status(bench).state).not.toBe('landed');
  bench.clock.advance(60_000);
  await bench.asks(PEER, CTL, SEP, 'RINGLIST.XML', '/7960-font.xml');
  await says(bench, { load: '8.1(SR.2)' }, { by: 'sccp-alarm' });
  expect(status(bench).state).toBe('landed');
  expect(landings(bench)).toHaveLength(2);
});

test('an archive on its page proves the one load of the store that has it', async () => {
  const bench = await benchFor(TARGET, { model: '7942' });
  await boots(bench, '/mk-sip.jar');
  const archive = archivesOf(TARGET)[0] ?? '';
  await says(bench, { archive, load: 'term42.default' }, { by: 'page' });
  expect(status(bench).state).not.toBe('landed');
  await says(bench, { archive, load: TARGET }, { by: 'page' });
  expect(landings(bench)[0]?.witnesses?.[0]).toMatch(/^\(c\) its page/);
});

test('a server that was killed and started again hears the same phone as before', async () => {
  const bench = await benchFor(TARGET, { model: '7942' });
  await boots(bench, '/mk-sip.jar');
  await bench.restart(1_000);
  await says(bench, { load: TARGET });
  expect(status(bench).state).toBe('landed');
});

test('somebody who speaks in the name of a phone without end fills no record', async () => {
  const bench = await benchFor();
  await boots(bench, '/mk-sip.jar');
  const before = [...bench.store.history()].length;
  for (let n = 0; n < 500; n++) await says(bench, { load: 'SIP42.8-5-2S' }, { words: `x${n}` });
  expect([...bench.store.history()].length - before).toBeLessThan(20);
});
