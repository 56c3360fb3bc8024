import { expect, test } from 'vitest';
import { whyItStands } from '../../src/app/told/why-it-stands.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import type { PhoneRecord } from '../../src/ports/store.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone that says itself that it runs another load refuses the one whose manifest it takes; nobody reads that one on its display (docs/decisions/0040).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [SCCP8, SIP8] = ['P0030801SR02', 'P0S3-08-11-00'] as const;
const OWN = 'P00308010200';
const [CTL, SEP, SIP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`];
const LIST = [CTL, SEP, 'XMLDefault.cnf.xml', 'RINGLIST.XML', '7960-font.xml'];

const status = (bench: Bench) => statusIn(bench, MAC);
const landings = (bench: Bench) => rowsIn(bench, MAC, 'phone.landed');
const why = (bench: Bench) => whyItStands(bench.store.phone(MAC) as PhoneRecord, []);

async function benchFor(target: string, from: string | null = null): Promise<Bench> {
  const bench = await new Bench(packagesOf(SCCP8, SIP8, OWN)).start();
  bench.enrol(MAC, target, { model: '7940', from: from as LoadName | null });
  return bench;
}

/** A boot in which it takes the manifest of the target, and nothing that it lists, and starts the SCCP application that it has. */
async function boots(bench: Bench, target: string): Promise<void> {
  bench.clock.advance(120_000);
  await bench.asks(PEER, CTL, SEP, ...(target === SIP8 ? [SIP] : []), `${target}.loads`);
  bench.clock.advance(20_000);
  await bench.asks(PEER, ...LIST);
}

function says(bench: Bench, load: string): Promise<boolean> {
  bench.clock.advance(1_000);
  const since = bench.clock.now();
  bench.clock.advance(1_000);
  const said = { load, archive: null, agent: null };
  const rest = { words: `Load=${load}`, address: PEER, at: bench.clock.now(), since };
  return bench.fleet.witnesses.hear({ by: 'sccp-alarm', mac: MAC, said, ...rest });
}

async function held(target: string, from: string | null = null): Promise<Bench> {
  const bench = await benchFor(target, from);
  for (let boot = 0; boot < 8 && status(bench).state !== 'held'; boot++) {
    await boots(bench, target);
    await says(bench, '8.1(2.0)');
    expect(why(bench)?.advice ?? '').not.toContain('--from');
  }
  return bench;
}

test.each([
  [SCCP8, null],
  [SIP8, null],
  [SCCP8, OWN],
])(
  'a phone that refuses %s, with --from %s, and says that it runs another load is held with what it says',
  async (target, from) => {
    const bench = await held(target, from);
    const { state, code, reason, advice } = status(bench);
    expect({ state, code }).toEqual({ state: 'held', code: 'P_MANIFEST_LOOP' });
    expect(reason).toContain(`it says itself that it runs ${OWN}: it refuses ${target}`);
    expect(advice).not.toContain('--from');
  },
);

test('a --from with the target does not land it against what it said in this boot or the last', async () => {
  const bench = await held(SCCP8);
  bench.enrol(MAC, SCCP8, { model: '7940', from: SCCP8 as LoadName });
  for (let boot = 0; boot < 4; boot++) {
    await boots(bench, SCCP8);
    await says(bench, '8.1(2.0)');
  }
  expect(landings(bench)).toEqual([]);
});

test('nor in the first boot after it when it says nothing more; later its operator is believed', async () => {
  const bench = await held(SCCP8);
  bench.enrol(MAC, SCCP8, { model: '7940', from: SCCP8 as LoadName });
  await boots(bench, SCCP8);
  await bench.asks(PEER, CTL, SEP);
  expect(landings(bench)).toEqual([]);
  for (let boot = 0; boot < 4; boot++) await boots(bench, SCCP8);
  expect(status(bench).state).toBe('landed');
});

test.each([
  { held: true, target: 'SIP42.9-4-2SR3-1S' },
  { held: false, target: 'SIP42.9-3-1SR4-1S' },
])(
  'a phone (held: $held) that says a load of another family than its target is held for that at once, with the way out',
  async ({ held, target }) => {
    const own = 'SCCP41.8-5-2S';
    const bench = await new Bench(packagesOf(target, own)).start();
    bench.enrol(MAC, target);
    bench.clock.advance(60_000);
    await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, '/mk-sccp.jar');
    const { state, code } = status(bench);
    expect([state, code]).toEqual(held ? ['held', 'E_FILES_MISSING'] : ['offered', null]);
    await says(bench, own);
    expect(status(bench)).toMatchObject({ state: 'held', code: 'E_WRONG_FAMILY' });
    expect(status(bench).advice).toContain('--model');
  },
);

test('a Java phone that has a load whole, and says that it runs another one, is told of with that', async () => {
  const [target, before] = ['SIP42.9-3-1SR4-1S', 'SIP42.8-5-2S'];
  const bench = await new Bench(packagesOf(target, before)).start();
  bench.enrol(MAC, target, { model: '7942' });
  const head = [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
  const archives = bench.firmware.packages.find(({ load }) => load === target)?.manifest ?? [];
  await bench.asks(PEER, ...head, '/mk-sip.jar');
  await says(bench, before);
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...head, `${target}.loads`, ...archives);
  bench.clock.advance(100_000);
  await bench.asks(PEER, ...head);
  expect(status(bench).state).toBe('confirming');
  expect(why(bench)?.reason).toContain('whether it runs it shows by what it asks next');
  await says(bench, before);
  expect(status(bench).state).toBe('confirming');
  expect(why(bench)).toMatchObject({
    reason: `it took ${target} whole, and what it says or asks since shows that it runs ${before}`,
    advice: expect.stringMatching(/^restart it: /),
    needs: 'restart',
  });
});
