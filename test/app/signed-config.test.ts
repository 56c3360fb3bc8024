import { expect, test } from 'vitest';
import { classifyName } from '../../src/core/names/asked-name.ts';
import { Bench, EVERYTHING_ROOT, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A phone that holds a trust list of its former call manager asks for signed files (java-phones 4.1 and 7.3, after-landing F22).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const TARGET = 'SIP42.9-3-1SR4-1S';
const [CTL, ITL, SEP] = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];

test.each([`${SEP}.sgn`, `${SEP}.enc.sgn`, `sep${MAC.toLowerCase()}.cnf.xml.sgn`])(
  '%s is known with its MAC as signed',
  (name) => {
    expect(classifyName(name)).toMatchObject({ kind: 'signed-config', mac: MAC });
  },
);

test('the signed default is known as signed, and as nobody’s', () => {
  expect(classifyName('XMLDefault.cnf.xml.sgn')).toMatchObject({ kind: 'signed-config', mac: null });
});

async function benchFor(): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET), { staticRoot: EVERYTHING_ROOT }).start();
  bench.enrol(MAC, TARGET, { model: '7942' });
  return bench;
}

async function boots(bench: Bench, ...names: readonly string[]): Promise<(string | null)[]> {
  bench.clock.advance(60_000);
  const given: (string | null)[] = [];
  for (const name of names) given.push(await bench.take(name, PEER));
  return given;
}

test('no plain text is ever given under a signed name, and the trust list is named at the first such question', async () => {
  const bench = await benchFor();
  await boots(bench, CTL, ITL, 'ITLFile.tlv', SEP);
  for (const name of [`${SEP}.sgn`, `${SEP}.enc.sgn`, 'XMLDefault.cnf.xml.sgn']) {
    expect([name, (await boots(bench, CTL, ITL, 'ITLFile.tlv', name)).at(-1)]).toEqual([name, null]);
  }
  const codes = rowsIn(bench, MAC, 'phone.finding').map((row) => row.code);
  expect(codes).toContain('P_SIGNED_CONFIG_ASKED');
  expect(codes).toContain('P_ENCRYPTED_CONFIG_ASKED');
});

test('a phone that asks for signed files only is held for its trust list, and comes back when it asks for a plain one', async () => {
  const bench = await benchFor();
  await boots(bench, CTL, ITL, 'ITLFile.tlv', SEP);
  for (let boot = 0; boot < 100 && bench.state(MAC) !== 'held'; boot++) {
    await boots(bench, CTL, ITL, 'ITLFile.tlv', `${SEP}.sgn`);
  }
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'held', code: 'P_SIGNED_CONFIG_ASKED' });
  expect(statusIn(bench, MAC).advice).toContain('trust lists');
  await boots(bench, CTL, ITL, 'ITLFile.tlv', SEP);
  expect((await boots(bench, CTL, ITL, 'ITLFile.tlv', SEP)).at(-1)).toContain(TARGET);
});
