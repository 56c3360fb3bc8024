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

/** One that was heard to ask for ITL files, and is said to run 8.5(2) since; minutes later it asks for none. */
async function saidToRunBridge() {
  const bench = await new Bench(packagesOf(TARGET, BRIDGE)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, BRIDGE, { model: '7942' });
  await bench.asks(PEER, ...WITH_ITL);
  bench.clock.advance(60_000);
  bench.enrol(MAC, TARGET, { model: '7942', from: BRIDGE as LoadName });
  bench.clock.advance(300_000);
  const [, text] = await bench.asks(PEER, CTL, SEP);
  return { bench, text };
}

test('to say which load asked for them does not help, since that is the one it runs no more', async () => {
  const { text } = await saidToRunBridge();
  expect(text).toContain(BRIDGE);
});

test('one that runs 8.5(2) all the same, and asks for none, passes over the bridge, and is led on when that is said again', async () => {
  const { bench } = await saidToRunBridge();
  await passesOverBridge(bench);
  expect(await namedAfterWord(bench)).toEqual([TARGET]);
});

test.each([false, true])(
  'the same of one that nobody said anything of: what its display shows goes before what is inferred (server started again: %s)',
  async (isStartedAgain) => {
    const bench = await new Bench(packagesOf(TARGET, BRIDGE)).start();
    bench.addresses.tell(PEER, MAC);
    bench.enrol(MAC, TARGET, { model: '7942' });
    await passesOverBridge(bench);
    if (isStartedAgain) await bench.restart(1_000);
    expect(await namedAfterWord(bench)).toEqual([TARGET]);
  },
);

/** Boots of a phone that reads what names the bridge, and goes on without it, until it is held for that. */
async function passesOverBridge(bench: Bench) {
  for (let boot = 0; boot < 8; boot++) {
    bench.clock.advance(150_000);
    await bench.asks(PEER, CTL, SEP, 'XMLDefault.cnf.xml');
  }
  expect(statusIn(bench, MAC).code).toBe('P_TRIGGER_NOT_TAKEN');
}

/** Which loads it is named in its next boots, now that somebody has read its display. */
async function namedAfterWord(bench: Bench): Promise<string[]> {
  bench.enrol(MAC, TARGET, { model: '7942', from: BRIDGE as LoadName });
  const named = new Set<string>();
  for (let boot = 0; boot < 3; boot++) {
    bench.clock.advance(60_000);
    for (const text of await bench.asks(PEER, CTL, SEP, 'XMLDefault.cnf.xml')) {
      const load = /<loadInformation[^>]*>([^<]*)/.exec(text ?? '')?.[1];
      if (load !== undefined) named.add(load);
    }
  }
  return [...named];
}

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
