import { expect, test } from 'vitest';
import { whyItStands } from '../../src/app/told/why-it-stands.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { SaidBy } from '../../src/core/witness/statement.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A 7940 that has landed by its own word alone took no byte of that load here: what it does with its manifest later shows nothing (docs/decisions/0039, 0040).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'P0030801SR02';
const [CTL, SEP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];
const APPLICATION = [CTL, SEP, 'XMLDefault.cnf.xml', 'RINGLIST.XML', '7960-font.xml'];

const status = (bench: Bench) => statusIn(bench, MAC);

/** A boot in which it takes the manifest, and nothing that it lists. */
async function boots(bench: Bench): Promise<void> {
  bench.clock.advance(120_000);
  await bench.asks(PEER, CTL, SEP, `${TARGET}.loads`, ...APPLICATION);
}

function says(bench: Bench, load: string, by: SaidBy = 'sccp-alarm'): Promise<boolean> {
  bench.clock.advance(1_000);
  const since = bench.clock.now();
  bench.clock.advance(1_000);
  return bench.fleet.witnesses.hear({
    by,
    mac: MAC,
    said: { load, archive: null, agent: null },
    words: `Load=${load}`,
    address: PEER,
    at: bench.clock.now(),
    since,
  });
}

async function landed(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET, 'P0S3-08-11-00')).start();
  bench.enrol(MAC, TARGET, { model: '7940' });
  await boots(bench);
  await says(bench, '8.1(SR.2)');
  expect(status(bench).state).toBe('landed');
  return bench;
}

test('a phone that says it again in its boots stays landed', async () => {
  const bench = await landed();
  for (let boot = 0; boot < 6; boot++) {
    await boots(bench);
    if (boot % 2 === 0) await says(bench, '8.1(SR.2)');
    expect(status(bench).state).toBe('landed');
  }
});

test('a phone that takes its manifest and no image, boot after boot, and says nothing, has not landed any more, and is held', async () => {
  const bench = await landed();
  await boots(bench);
  expect(status(bench).state).toBe('landed');
  await boots(bench);
  expect(status(bench).state).not.toBe('landed');
  const reasons = rowsIn(bench, MAC, 'phone.finding').map(({ reason = '' }) => reason);
  expect(reasons.filter((reason) => reason.includes('without saying it again'))).toHaveLength(1);
  for (let boot = 0; boot < 5; boot++) await boots(bench);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
  expect(rowsIn(bench, MAC, 'phone.landed')).toHaveLength(1);
});

test('its word lands it anew, however often, and so does its operator, for good', async () => {
  const bench = await landed();
  for (let time = 0; time < 8; time++) {
    for (let boot = 0; boot < (time % 2 === 0 ? 2 : 7); boot++) await boots(bench);
    expect(status(bench).state).not.toBe('landed');
    await says(bench, '8.1(SR.2)');
    expect(status(bench).state).toBe('landed');
  }
  for (let boot = 0; boot < 7; boot++) await boots(bench);
  bench.enrol(MAC, TARGET, { model: '7940', from: TARGET as LoadName });
  for (let boot = 0; boot < 7; boot++) await boots(bench);
  expect(status(bench).state).toBe('landed');
});

test('"retry" lands it by its manifest no more: it has to say it again', async () => {
  const bench = await landed();
  bench.store.retry(MAC, bench.clock.wall());
  bench.fleet.syncEnrolments();
  for (let boot = 0; boot < 7; boot++) await boots(bench);
  expect(rowsIn(bench, MAC, 'phone.landed')).toHaveLength(1);
  expect(status(bench)).toMatchObject({ state: 'held', code: 'P_MANIFEST_LOOP' });
  await boots(bench);
  await says(bench, '8.1(SR.2)');
  expect(status(bench).state).toBe('landed');
});

test('a phone that took its images here is believed as before', async () => {
  const bench = await landed();
  await bench.asks(PEER, CTL, SEP, `${TARGET}.loads`, `${TARGET}.sbn`, `${TARGET}.sb2`);
  bench.clock.advance(60_000);
  for (let boot = 0; boot < 7; boot++) await boots(bench);
  expect(status(bench).state).toBe('landed');
});

test.each([
  ['that is on no road', [CTL, `ITLSEP${MAC}.tlv`]],
  ['that was offered its target', [CTL, `ITLSEP${MAC}.tlv`, SEP, 'XMLDefault.cnf.xml', '/mk-sip.jar']],
])('a Java phone %s and landed by its word has not landed any more when it asks for its manifest', async (_, first) => {
  const java = 'SIP42.8-5-2S';
  const bench = await new Bench(packagesOf(java, 'SIP42.9-3-1SR4-1S')).start();
  bench.enrol(MAC, java, { model: '7942' });
  await bench.asks(PEER, ...first);
  await says(bench, java, 'sip-register');
  expect(status(bench).state).toBe('landed');
  bench.clock.advance(200_000);
  await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, SEP, 'XMLDefault.cnf.xml', `${java}.loads`, '/mk-sip.jar');
  expect(status(bench).state).not.toBe('landed');
});

const NINE = 'SIP42.9-3-1SR4-1S';
const [ITL, ITL_FILE] = [`ITLSEP${MAC}.tlv`, 'ITLFile.tlv'];
const SERVICES = ['XMLDefault.cnf.xml', '/mk-sip.jar', '/g3-tones.xml'];

/** A Java phone of which nobody says the model, and which has said that it runs its target 9.3(1). */
async function landedOnNine(model?: '7942'): Promise<Bench> {
  const bench = await new Bench(packagesOf(NINE, 'SIP42.8-5-2S')).start();
  bench.enrol(MAC, NINE, model === undefined ? {} : { model });
  await bench.asks(PEER, CTL, ITL, ITL_FILE, SEP, ...SERVICES);
  await says(bench, NINE, 'sip-register');
  expect(status(bench).state).toBe('landed');
  return bench;
}

test.each([undefined, '7942'] as const)(
  'a phone that landed on 9.x by its word and boots without a question for an ITL file has not landed any more (model %s)',
  async (model) => {
    const bench = await landedOnNine(model);
    for (let boot = 0; boot < 2; boot++) {
      bench.clock.advance(200_000);
      await bench.asks(PEER, CTL, ITL, ITL_FILE, SEP, ...SERVICES);
      expect(status(bench).state).toBe('landed');
    }
    bench.clock.advance(200_000);
    const [, own] = await bench.asks(PEER, CTL, SEP);
    expect(status(bench).state).not.toBe('landed');
    // It is led over the bridge, as a phone before 8.5.
    expect(own).toContain('SIP42.8-5-2S');
    const reasons = rowsIn(bench, MAC, 'phone.finding').map(({ reason = '' }) => reason);
    expect(reasons.filter((reason) => /asks for none now/.test(reason))).not.toEqual([]);
  },
);

test('a phone that lost its 8.5(2), and may run what no step leads back from, is told of with that and with what helps', async () => {
  const java = 'SIP42.8-5-2S';
  const bench = await new Bench(packagesOf(java, NINE)).start();
  bench.enrol(MAC, java, { model: '7942' });
  await bench.asks(PEER, CTL, ITL, ITL_FILE, SEP, ...SERVICES);
  await says(bench, java, 'sip-register');
  for (let boot = 0; boot < 2; boot++) {
    bench.clock.advance(200_000);
    await bench.asks(PEER, CTL, ITL, ITL_FILE, SEP, ...(boot === 0 ? [`${java}.loads`] : []), ...SERVICES);
    expect(status(bench).state).toBe('identifying');
    expect(whyItStands(bench.store.phone(MAC) as PhoneRecord, bench.store.history({ mac: MAC }))).toMatchObject({
      reason: expect.stringMatching(
        /^what it asks fits several loads \(.*8\.5.*\), and no step is right for all of them$/,
      ),
      advice: `say what it runs: loadstep enroll --mac ${MAC} --target ${java} --from <load on its display>`,
      needs: 'person',
    });
  }
});

test('that the question was lost is no doubt: a phone waits longer for what is not answered', async () => {
  const bench = await landedOnNine();
  bench.clock.advance(200_000);
  await bench.asks(PEER, CTL);
  bench.clock.advance(13_000);
  await bench.asks(PEER, SEP, ...SERVICES);
  expect(status(bench).state).toBe('landed');
});

test('one that landed on 8.5 may ask for none', async () => {
  const bench = await new Bench(packagesOf('SIP42.8-5-2S', NINE)).start();
  bench.enrol(MAC, 'SIP42.8-5-2S', {});
  await bench.asks(PEER, CTL, ITL, ITL_FILE, SEP, ...SERVICES);
  await says(bench, 'SIP42.8-5-2S', 'sip-register');
  bench.clock.advance(200_000);
  await bench.asks(PEER, CTL, SEP, ...SERVICES);
  expect(status(bench).state).toBe('landed');
});
