import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A Java phone was heard to ask for ITL files, so what it ran then asks for them; another server gave it a load that asks for none (java-phones 3.5, 3.6).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [TARGET, BRIDGE, OLD] = ['SIP42.9-3-1SR4-1S', 'SIP42.8-5-2S', 'SIP42.8-2-2S'];
const [CTL, ITL, SEP] = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];
const WITH_ITL = [CTL, ITL, 'ITLFile.tlv', SEP];

/** A phone on 8.5 or newer that has been heard for two boots. */
async function onItsWay(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET, BRIDGE)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7942' });
  for (let boot = 0; boot < 2; boot++) {
    await bench.asks(PEER, ...WITH_ITL);
    bench.clock.advance(60_000);
  }
  return bench;
}

/** The same, come so far; minutes later it boots with a load from before the new signing key. */
async function back(files: readonly string[], said: { readonly from?: string } = {}) {
  const bench = await onItsWay();
  await bench.asks(PEER, ...files);
  bench.clock.advance(400_000);
  if (said.from !== undefined) bench.enrol(MAC, TARGET, { model: '7942', from: said.from as LoadName });
  const named: string[] = [];
  for (let boot = 0; boot < 4; boot++) {
    const [, text] = await bench.asks(PEER, CTL, SEP);
    const load = /<loadInformation>([^<]*)/.exec(text ?? '')?.[1];
    if (load !== undefined) named.push(load);
    if (load === TARGET) await bench.asks(PEER, `${TARGET}.loads`);
    if (load === BRIDGE) break;
    bench.clock.advance(60_000);
  }
  return { named, bench };
}

test.each<[string, readonly string[]]>([
  ['it took nothing', []],
  ['it took the manifest', [...WITH_ITL, `${TARGET}.loads`]],
  ['it took everything', [...WITH_ITL, `${TARGET}.loads`, ...archivesOf(TARGET)]],
])('a phone that asks for no ITL file any more is led over the bridge, and named no 9.x load: %s', async (_, files) => {
  const { named, bench } = await back(files);
  expect(named.at(-1)).toBe(BRIDGE);
  expect(named).not.toContain(TARGET);
  expect(statusIn(bench, MAC).state).toBe('offered');
});

test('the operator may say so', async () => {
  const { named } = await back([...WITH_ITL, `${TARGET}.loads`], { from: OLD });
  expect(named.at(-1)).toBe(BRIDGE);
  expect(named).not.toContain(TARGET);
});

test('one whose ITL questions may have gone unheard, since the server was started again, is named what it was to be named', async () => {
  const bench = await onItsWay();
  await bench.asks(PEER, CTL);
  await bench.restart(1_500);
  expect(await bench.take(SEP, PEER)).toContain(TARGET);
});

test.each<[string, readonly string[]]>([
  ['its first question goes unheard', [SEP]],
  ['it is late with its own file', [CTL, SEP]],
])(
  'what the operator says since then goes before what its questions for ITL files have shown, where %s',
  async (_, list) => {
    const bench = await onItsWay();
    bench.clock.advance(400_000);
    bench.enrol(MAC, TARGET, { model: '7942', from: OLD as LoadName });
    for (const name of list) {
      const text = await bench.take(name, PEER);
      expect(text ?? '').not.toContain(TARGET);
      bench.clock.advance(15_000);
    }
  },
);

test('but not where it goes on asking for them', async () => {
  const bench = await onItsWay();
  bench.enrol(MAC, TARGET, { model: '7942', from: OLD as LoadName });
  bench.clock.advance(60_000);
  const given = await bench.asks(PEER, ...WITH_ITL);
  expect(given.at(-1)).toContain(TARGET);
});

test.each([OLD, null])(
  'one that landed on 9.x and asks for none now is named no 9.x load in that boot, also where its operator says what it runs (%s)',
  async (from) => {
    const bench = await onItsWay();
    await bench.asks(PEER, ...WITH_ITL, `${TARGET}.loads`, ...archivesOf(TARGET));
    bench.clock.advance(40_000);
    await bench.asks(PEER, ...WITH_ITL, '/mk-sip.jar', 'dialplan.xml');
    expect(bench.state(MAC)).toBe('landed');
    bench.clock.advance(400_000);
    if (from !== null) bench.enrol(MAC, TARGET, { model: '7942', from: from as LoadName });
    const [, text] = await bench.asks(PEER, CTL, SEP);
    expect(text).toContain(BRIDGE);
    expect(bench.state(MAC)).toBe('offered');
  },
);
