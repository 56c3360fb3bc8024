import { expect, test } from 'vitest';
import type { FamilyId, ModelId } from '../../src/core/names/family.ts';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { javaPackage, packagesOf } from '../support/packages.ts';
import { statusIn } from './what-is-told.ts';

// A Java phone does not say its family before it goes for a load, but the name of its locale jar does (java-phones 1.1, 6).

const MAC = macOf(1);
const PEER = '192.0.2.10';
const SEP = `SEP${MAC}.cnf.xml`;
const NEW = [`CTLSEP${MAC}.tlv`, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
const OLD = [`CTLSEP${MAC}.tlv`, SEP, 'XMLDefault.cnf.xml'];
const TARGETS: Partial<Record<FamilyId, string>> = {
  '11': 'SIP11.9-3-1SR4-1S',
  '41': 'SIP41.9-2-1S',
  '42': 'SIP42.9-3-1SR4-1S',
  '45': 'SIP45.9-3-1SR4-1S',
  '70': 'SIP70.9-3-1SR4-1S',
  '75': 'SIP75.9-3-1SR4-1S',
};
const OTHERS = [
  javaPackage('SIP11.9-3-1SR4-1S', ['06', '11']),
  javaPackage('SIP45.9-3-1SR4-1S', ['45', '65']),
  javaPackage('SIP70.9-3-1SR4-1S', ['70', '71']),
  javaPackage('SIP75.9-3-1SR4-1S', ['75']),
];
const JARS: readonly (readonly [string, readonly FamilyId[]])[] = [
  ['/be-sip.jar', ['45']],
  ['/English_United_States/tc-sip.jar', ['11']],
  ['td-sccp.jar', ['70', '75']],
  ['/MK-SIP.JAR', ['41', '42']],
];

interface Listed {
  readonly model?: ModelId;
  readonly from?: LoadName;
}

/** So many boots of a phone that is on the list for a target, and everything that its own file ever named. */
async function boots(target: string, names: readonly string[], jar: string, listed: Listed = {}) {
  const bench = await new Bench([
    ...packagesOf('SCCP42.8-5-2S', 'SIP42.9-3-1SR4-1S', 'SIP41.9-2-1S'),
    ...OTHERS,
  ]).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, listed);
  const named: (string | null)[] = [];
  for (let boot = 0; boot < 6; boot++) {
    bench.clock.advance(60_000);
    for (const name of [...names, jar, 'dialplan.xml']) {
      const [answer = null] = await bench.asks(PEER, name);
      if (name === SEP) named.push(answer);
    }
  }
  return { bench, named: named.filter((text) => text !== null), status: statusIn(bench, MAC) };
}

const PAIRS = JARS.flatMap(([jar, families]) =>
  Object.entries(TARGETS).map(([family, target]) => ({
    jar,
    target,
    family,
    isOther: !families.includes(family as FamilyId),
  })),
);

test.for(PAIRS.filter(({ isOther }) => isOther))(
  'a phone that asks $jar is held before its own file names $target to it',
  async ({ jar, target }) => {
    const { named, status } = await boots(target, NEW, jar);
    expect(named).toEqual([]);
    expect(status).toMatchObject({ state: 'held', code: 'E_WRONG_FAMILY' });
    expect(status.reason).toMatch(
      /it asks for .*\.jar, as .* do, so it looks like one of those; SIP.* is for other models/i,
    );
    expect(status.advice).toMatch(/label.*--target <that load>.*--model/);
  },
);

test('a phone of before 8.5 is held for its jar as well', async () => {
  const { named, status } = await boots('SIP42.9-3-1SR4-1S', OLD, '/be-sip.jar');
  expect(named).toEqual([]);
  expect(status).toMatchObject({ state: 'held', code: 'E_WRONG_FAMILY' });
  expect(status.reason).toContain('as 7945, 7965 do');
});

test.for(PAIRS.filter(({ isOther }) => !isOther))(
  'a phone that asks $jar and may be of family $family is not held for it',
  async ({ jar, target }) => {
    const { status } = await boots(target, NEW, jar);
    expect(status.code).not.toBe('E_WRONG_FAMILY');
  },
);

test('the model settles it, whatever the jar is called: that table has no better source than a community page', async () => {
  const { named, bench } = await boots('SIP41.9-2-1S', NEW, '/be-sip.jar', { model: '7941' });
  expect(named[0]).toContain('SIP41.9-2-1S');
  expect(statusIn(bench, MAC).code).not.toBe('E_WRONG_FAMILY');
});

test('a phone that is held for its jar goes on when its operator says which model it is', async () => {
  const { bench } = await boots('SIP41.9-2-1S', NEW, '/be-sip.jar');
  bench.enrol(MAC, 'SIP41.9-2-1S', { model: '7941' });
  const answers = await bench.asks(PEER, ...NEW);
  expect(answers.at(-1)).toContain('SIP41.9-2-1S');
  expect(statusIn(bench, MAC)).toMatchObject({ state: 'offered' });
});

test('a phone that went for the manifest of a line for its own device type has shown its family: the jar does not hold it', async () => {
  const bench = await new Bench(packagesOf('SIP41.9-2-1S')).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, 'SIP41.9-2-1S');
  for (let boot = 0; boot < 2; boot++) await bench.asks(PEER, ...NEW.slice(0, 3), SEP, 'XMLDefault.cnf.xml');
  await bench.asks(PEER, 'SIP41.9-2-1S.loads', ...NEW.slice(0, 3), SEP, '/be-sip.jar');
  expect(statusIn(bench, MAC).code).not.toBe('E_WRONG_FAMILY');
});

test('nothing is read from a jar of unknown letters, nor where a 7931 may be in question', async () => {
  for (const [target, jar] of [
    ['SIP41.9-2-1S', '/gp-sip.jar'],
    ['SCCP31.8-5-2SR1S', '/be-sccp.jar'],
  ] as const) {
    const { status } = await boots(target, NEW, jar);
    expect(status.code).not.toBe('E_WRONG_FAMILY');
  }
});
