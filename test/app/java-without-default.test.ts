import { expect, test } from 'vitest';
import type { ModelId } from '../../src/core/names/family.ts';
import { Bench, macOf } from '../support/bench.ts';
import { archivesOf } from '../support/model-phone.ts';
import { packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A Java phone before 8.5 asks for no ITL file, and one without its configuration may ask for that again and again, and never for
// XMLDefault.cnf.xml (java-phones 4.1, 4.5).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const [CTL, SEP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];
const [BRIDGE, TARGET] = ['SIP41.8-5-2S', 'SIP41.9-2-1S'];

/** Boots of a phone that goes on with these names as long as it is given no configuration. */
async function boots(number: number, names: readonly string[], model: ModelId | null) {
  const bench = await new Bench(packagesOf(BRIDGE, TARGET, 'SCCP41.8-5-2S')).start();
  bench.enrol(MAC, TARGET, { model });
  let text: string | null = null;
  for (let boot = 0; boot < number && text === null; boot++) {
    bench.clock.advance(60_000);
    for (const name of [CTL, SEP, ...names]) {
      if (text !== null) break;
      bench.clock.advance(1_000);
      const given = await bench.take(name, PEER);
      text = name === SEP ? given : text;
    }
  }
  return { bench, text };
}

test.each([
  ['asks for its own file again and again', [SEP, SEP, SEP, SEP]],
  ['goes on to its locale jar', ['/mk-sccp.jar', 'dialplan.xml']],
])('one whose model is said, and that %s, is offered the bridge within four boots', async (_, names) => {
  const { bench, text } = await boots(4, names, '7941');
  expect(text).toContain('.8-5-2');
  const named = /<loadInformation[^>]*>([^<]+)</.exec(text ?? '')?.[1] ?? '';
  for (const name of [`${named}.loads`, ...archivesOf(named)]) expect(await bench.take(name, PEER)).not.toBeNull();
});

test('one that asks for its own file for ever in one boot is offered it as well', async () => {
  const { text } = await boots(
    1,
    Array.from({ length: 12 }, () => SEP),
    '7941',
  );
  expect(text).toContain('.8-5-2');
});

test('one whose model nobody says may be a 7940, and is named nothing that only a Java phone may take', async () => {
  const { text } = await boots(6, [SEP, SEP, SEP], null);
  expect(text).toBeNull();
});

test('one that asks as loads of 9.x do is not taken for an older one', async () => {
  const bench = await new Bench(packagesOf(BRIDGE, TARGET)).start();
  bench.enrol(MAC, TARGET, { model: '7941' });
  for (let boot = 0; boot < 3; boot++) {
    bench.clock.advance(60_000);
    for (const name of [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, 'mk-sccp.jar']) await bench.take(name, PEER);
  }
  expect(statusIn(bench, MAC)).toMatchObject({ load: TARGET, hops: 1 });
});
