import { expect, test } from 'vitest';
import type { LoadName } from '../../src/core/names/load-name.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { rowsIn, statusIn } from './what-is-told.ts';

// A 7940 that landed here on a load with a loader, and that another server has given software without one since (SIP 6.3: legacy-79x0 4.1 R5). It begins its
// boots with names that carry no MAC; where nothing but names tells who asks, they are known as its own only by what it asks right after them.

const [MAC, OTHER] = [macOf(1), macOf(2)];
const JAVA = 'SIP42.9-3-1SR4-1S';
const JAVA_BOOT = [
  `CTLSEP${MAC}.tlv`,
  `ITLSEP${MAC}.tlv`,
  'ITLFile.tlv',
  `SEP${MAC}.cnf.xml`,
  '/mk-sip.jar',
  'dialplan.xml',
];
const PEER = '192.0.2.10';
const TARGET = 'P0S3-08-11-00';
const MINUTE = 60_000;
const HUNT = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml'];
const APPLICATION = ['SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml'];

async function boot(bench: Bench, names: readonly string[], silentMs = 20 * MINUTE): Promise<void> {
  bench.clock.advance(silentMs);
  for (const name of names) {
    bench.clock.advance(300);
    await bench.take(name, PEER);
  }
}

async function landed(isTold = false): Promise<Bench> {
  const bench = await new Bench(packagesOf(TARGET, 'P0S3-05-3-00')).start();
  if (isTold) bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7940', from: TARGET as LoadName });
  for (let time = 0; time < 3 && bench.state(MAC) !== 'landed'; time++)
    await boot(bench, [...HUNT, `${TARGET}.loads`, ...APPLICATION], MINUTE);
  expect(bench.state(MAC)).toBe('landed');
  return bench;
}

/** A Java phone that says itself that it runs its target. */
async function hears(bench: Bench, load: string): Promise<void> {
  await boot(bench, JAVA_BOOT, MINUTE);
  const since = bench.clock.now();
  bench.clock.advance(1_000);
  const said = { load, archive: null, agent: null };
  const at = bench.clock.now();
  await bench.fleet.witnesses.hear({ by: 'sip-register', mac: MAC, said, words: load, address: PEER, at, since });
}

test('it is not landed any more at its second boot that begins with OS79XX.TXT, however long it was silent before, and is shown nothing in the first', async () => {
  const bench = await landed();
  bench.clock.advance(20 * MINUTE);
  await bench.asks(PEER, 'OS79XX.TXT', 'SIPDefault.cnf');
  expect(await bench.take(`SIP${MAC}.cnf`, PEER)).toBeNull();
  expect(statusIn(bench, MAC).state).toBe('landed');
  await boot(bench, ['OS79XX.TXT', ...APPLICATION]);
  expect(statusIn(bench, MAC).state).not.toBe('landed');
  expect(rowsIn(bench, MAC, 'phone.finding').filter(({ finding }) => finding === 'contradiction')).toHaveLength(1);
});

test('nor is one of which the first question of every boot is lost', async () => {
  const bench = await landed();
  await boot(bench, APPLICATION);
  expect(statusIn(bench, MAC).state).toBe('landed');
  await boot(bench, APPLICATION);
  expect(statusIn(bench, MAC).state).not.toBe('landed');
  const reasons = rowsIn(bench, MAC, 'phone.finding').map(({ reason = '' }) => reason);
  expect(reasons.filter((reason) => reason.includes('without its loader'))).toHaveLength(1);
});

test.each([false, true])(
  'nor is one that was given SCCP 5.0, which asks for SEP….cnf, and whose first question is lost (neighbour table %s)',
  async (isTold) => {
    const bench = await landed(isTold);
    const list = [`SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];
    await boot(bench, list);
    expect(statusIn(bench, MAC).state).toBe('landed');
    await boot(bench, list);
    expect(statusIn(bench, MAC).state).not.toBe('landed');
  },
);

test('the same where the neighbour table tells who asks', async () => {
  const bench = await landed(true);
  await boot(bench, APPLICATION);
  await boot(bench, APPLICATION);
  expect(statusIn(bench, MAC).state).not.toBe('landed');
});

test.each([false, true])(
  'one whose loader went unheard in a boot now and then stays landed (neighbour table %s)',
  async (isTold) => {
    const bench = await landed(isTold);
    for (let time = 0; time < 4; time++) {
      await boot(bench, APPLICATION);
      await boot(bench, [...HUNT, `${TARGET}.loads`, ...APPLICATION]);
      expect(statusIn(bench, MAC).state).toBe('landed');
    }
  },
);

test('one that asks for its own file again and again, since it has no lines, stays landed', async () => {
  const bench = await landed();
  for (let time = 0; time < 80; time++) await boot(bench, [`SIP${MAC}.cnf`], 31_000);
  expect(statusIn(bench, MAC).state).toBe('landed');
});

test('it is told by boots two minutes apart, too', async () => {
  const bench = await landed();
  await boot(bench, APPLICATION, 2 * MINUTE);
  await boot(bench, APPLICATION, 2 * MINUTE);
  expect(statusIn(bench, MAC).state).not.toBe('landed');
});

test('what was not heard since the server was away counts for nothing', async () => {
  const bench = await landed();
  for (let time = 0; time < 3; time++) {
    bench.clock.advance(20 * MINUTE);
    await bench.restart();
    await boot(bench, APPLICATION, 20_000);
  }
  expect(statusIn(bench, MAC).state).toBe('landed');
});

const SIP_PHONE = [TARGET, [`SIP${MAC}.cnf`], [...HUNT, `${TARGET}.loads`, ...APPLICATION]] as const;
const JAVA_PHONE = [JAVA, [`SEP${MAC}.cnf.xml`], JAVA_BOOT] as const;

test.each([
  ['a 7940', 20 * MINUTE, ...SIP_PHONE],
  ['a 7940', 31_000, ...SIP_PHONE],
  ['a 7942', 20 * MINUTE, ...JAVA_PHONE],
  ['a 7942', 31_000, ...JAVA_PHONE],
])(
  '%s that runs its target, silent for %i ms, keeps its landing when a stranger behind its address asks right before it polls',
  async (_, silentMs, target, poll, whole) => {
    const bench = await new Bench(packagesOf(target, 'P0S3-05-3-00', 'SIP42.8-5-2S')).start();
    bench.enrol(MAC, target, { model: target === JAVA ? '7942' : '7940', from: target as LoadName });
    if (target === JAVA) await hears(bench, target);
    else await boot(bench, whole, MINUTE);
    expect(bench.state(MAC)).toBe('landed');
    for (let time = 0; time < 3; time++) {
      await boot(bench, poll, MINUTE);
      bench.clock.advance(silentMs);
      for (const name of ['OS79XX.TXT', ...(time === 1 ? ['SIPDefault.cnf'] : [])])
        await bench.lost(await bench.ask(name, PEER));
      await boot(bench, poll, 1_000);
      await boot(bench, ['OS79XX.TXT', 'SIPDefault.cnf', `SIP${OTHER}.cnf`], 3_000);
      await boot(bench, poll, 30_000);
      expect(bench.state(MAC)).toBe('landed');
      await boot(bench, whole, MINUTE);
      expect(bench.state(MAC)).toBe('landed');
    }
  },
);

const SCCP_LIST = [`SEP${MAC}.cnf.xml`, 'XMLDefault.cnf.xml', `SEP${MAC}.cnf`, 'SEPDefault.cnf'];

/** A phone without a loader that landed on SIP 6.3 by its bytes. */
async function landedWithoutLoader(isTold: boolean): Promise<Bench> {
  const target = 'P0S3-06-3-00';
  const bench = await new Bench(packagesOf(target)).start();
  if (isTold) bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, target, { model: '7940' });
  await boot(bench, ['OS79XX.TXT', ...SCCP_LIST.slice(0, 3)], MINUTE);
  await boot(bench, ['OS79XX.TXT', `${target}.bin`], MINUTE);
  for (let time = 0; time < 2; time++) await boot(bench, ['OS79XX.TXT', ...APPLICATION], 2 * MINUTE);
  expect(bench.state(MAC)).toBe('landed');
  return bench;
}

test.each<[string, boolean, readonly string[]]>([
  ['SCCP 5.0', false, SCCP_LIST],
  ['SCCP 5.0', true, SCCP_LIST],
  // A tree of --root answers the first of its names, or the second, and it asks for no other.
  ['SCCP 5.0, which finds its configuration', false, SCCP_LIST.slice(0, 1)],
  ['SCCP 5.0, which finds its configuration', true, SCCP_LIST.slice(0, 1)],
  ['SCCP 5.0, which finds the default', true, SCCP_LIST.slice(0, 2)],
  ['SIP 8.2', false, [...HUNT.slice(1), ...APPLICATION]],
  ['SIP 8.2', true, [...HUNT, ...APPLICATION]],
])(
  'a phone that landed on SIP 6.3 and was given %s is not landed any more, where its first question is lost (neighbour table %s)',
  async (_, isTold, list) => {
    const bench = await landedWithoutLoader(isTold);
    await boot(bench, list);
    await boot(bench, list);
    expect(bench.state(MAC)).not.toBe('landed');
  },
);

test.each([false, true])(
  'one that runs its target stays landed however often its first questions are lost (neighbour table %s)',
  async (isTold) => {
    const bench = await landedWithoutLoader(isTold);
    for (let time = 0; time < 4; time++) await boot(bench, APPLICATION.slice(time % 2));
    expect(bench.state(MAC)).toBe('landed');
  },
);

test('a phone that was given SCCP 5.0 takes the image of its first step, though the manifest of its landing was that of another load', async () => {
  const bridge = 'P0030801SR02';
  const bench = await new Bench(packagesOf(TARGET, bridge)).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, TARGET, { model: '7940', from: TARGET as LoadName });
  for (let time = 0; time < 3 && bench.state(MAC) !== 'landed'; time++)
    await boot(bench, [...HUNT, `${TARGET}.loads`, ...APPLICATION], MINUTE);
  expect(bench.state(MAC)).toBe('landed');
  const given: (string | null)[] = [];
  for (let time = 0; time < 5; time++) {
    await boot(bench, ['OS79XX.TXT', ...SCCP_LIST], MINUTE);
    given.push(await bench.take(`${bridge}.sbn`, PEER));
  }
  expect(given.filter((text) => text !== null)).not.toEqual([]);
});
