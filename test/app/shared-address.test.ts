import { expect, test } from 'vitest';
import { statusOf } from '../../src/app/told/phone-status.ts';
import { Bench, macOf, settled, textOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';

const [ALICE, BYSTANDER, BOB] = [macOf(1), macOf(2), macOf(3)];
const NAT = '192.0.2.99';
const TARGET = 'P0S3-08-11-00';
const GENERIC = [
  'OS79XX.TXT',
  'XMLDefault.cnf.xml',
  'SIPDefault.cnf',
  `${TARGET}.loads`,
  `${TARGET}.sb2`,
  'P003-08-11-00.sbn',
];

/** Two phones that named themselves in turn from one address; the first is to be converted. */
async function behindNat(...enrolled: readonly string[]): Promise<Bench> {
  const bench = await new Bench(packagesOf('P0S3-05-3-00', TARGET)).start();
  for (const mac of enrolled) bench.enrol(mac as typeof ALICE, TARGET);
  for (const mac of [ALICE, BYSTANDER, ALICE, BYSTANDER]) await ask(bench, `CTLSEP${mac}.tlv`);
  return bench;
}

async function ask(bench: Bench, name: string, from = NAT): Promise<string | null> {
  bench.clock.advance(500);
  const answer = await bench.ask(name, from);
  if (answer.kind === 'content') await bench.sent(answer);
  await settled();
  return textOf(answer);
}

const status = (bench: Bench, mac: typeof ALICE) => {
  const record = bench.store.phone(mac);
  if (record === null) throw new Error('nothing is known of it');
  return statusOf(record);
};

/** The hunt of a phone with a loader, in which every name but the last carries its MAC. */
const hunt = (mac: string) => [`CTLSEP${mac}.tlv`, `SEP${mac}.cnf.xml`, `SIP${mac}.cnf`, `MGC${mac}.cnf`];

test('behind a shared address names with a MAC are answered, each for its own phone', async () => {
  const bench = await behindNat(ALICE);
  for (const name of hunt(ALICE)) await ask(bench, name);
  expect(status(bench, ALICE)).toMatchObject({ state: 'offered', load: TARGET });
  for (const name of hunt(BYSTANDER)) expect(await ask(bench, name)).toBeNull();
  expect(await ask(bench, `SIP${ALICE}.cnf`)).toContain(TARGET);
});

test('generic names from a shared address are not found, whatever is offered to a phone behind it', async () => {
  const bench = await behindNat(ALICE);
  for (const name of hunt(ALICE)) await ask(bench, name);
  for (const name of GENERIC) expect([name, await ask(bench, name)]).toEqual([name, null]);
});

test('a phone whose hop needs a name that nobody can be told from is held at once, with a way out', async () => {
  const bench = await behindNat(ALICE);
  for (const name of hunt(ALICE)) await ask(bench, name);
  // Names that its hop does not need do not concern it.
  for (const name of ['RINGLIST.DAT', 'dialplan.xml', 'P0S3-06-3-00.bin']) await ask(bench, name);
  expect(status(bench, ALICE).state).toBe('offered');
  expect(await ask(bench, `SIP${ALICE}.cnf`)).toContain(TARGET);
  expect(await ask(bench, `${TARGET}.loads`)).toBeNull();
  expect(status(bench, ALICE)).toMatchObject({ state: 'held', code: 'P_AMBIGUOUS_ADDRESS' });
  expect(status(bench, ALICE).advice).toContain('an address of its own');
  expect(status(bench, ALICE).reason).toContain(`${TARGET}.loads`);
  // From then on it is shown nothing, under whichever name.
  for (const name of [...hunt(ALICE), ...GENERIC]) expect(await ask(bench, name)).toBeNull();
});

test('a file of a hop that was not shown yet is no reason to hold: somebody else asks for it', async () => {
  const bench = await behindNat(ALICE);
  // It begins its list anew: what it was shown in the round before does not count.
  for (const name of [...hunt(ALICE), `CTLSEP${ALICE}.tlv`, `${TARGET}.loads`]) await ask(bench, name);
  expect(status(bench, ALICE).state).toBe('offered');
});

test('a phone that takes its files already is not held by what others ask behind its address', async () => {
  const bench = await new Bench(packagesOf('P0S3-05-3-00', TARGET)).start();
  bench.enrol(ALICE, TARGET);
  for (const name of [...hunt(ALICE), `SIP${ALICE}.cnf`, `${TARGET}.loads`]) await ask(bench, name);
  expect(status(bench, ALICE).state).toBe('downloading');
  await ask(bench, `CTLSEP${BYSTANDER}.tlv`);
  for (const name of GENERIC) expect(await ask(bench, name)).toBeNull();
  expect(status(bench, ALICE).state).toBe('downloading');
});

test('of two phones to be converted behind one address both are held, for each could be the one that asks', async () => {
  const bench = await new Bench(packagesOf('P0S3-05-3-00', TARGET)).start();
  for (const mac of [ALICE, BOB]) bench.enrol(mac, TARGET);
  for (const mac of [ALICE, BOB, ALICE, BOB]) for (const name of hunt(mac)) await ask(bench, name);
  await ask(bench, `${TARGET}.loads`);
  expect([ALICE, BOB].map((mac) => status(bench, mac).code)).toEqual(['P_AMBIGUOUS_ADDRESS', 'P_AMBIGUOUS_ADDRESS']);
});

test('a phone that was held for its address goes on when it comes from one of its own', async () => {
  const bench = await behindNat(ALICE);
  for (const name of [...hunt(ALICE), `${TARGET}.loads`]) await ask(bench, name);
  expect(status(bench, ALICE).state).toBe('held');
  const own = '192.0.2.7';
  for (const name of [...hunt(ALICE), 'XMLDefault.cnf.xml', ...hunt(ALICE)]) await ask(bench, name, own);
  expect(await ask(bench, `${TARGET}.loads`, own)).not.toBeNull();
  expect(status(bench, ALICE).state).toBe('downloading');
});

test('a bystander behind the address of a phone that is converted is never shown anything, at no step of it', async () => {
  const bench = await new Bench(packagesOf('P0S3-05-3-00', TARGET)).start();
  bench.enrol(ALICE, TARGET);
  const names = [...hunt(BYSTANDER), `SEP${BYSTANDER}.cnf`, ...GENERIC];
  const road = [
    ...hunt(ALICE),
    `${TARGET}.loads`,
    'P003-08-11-00.sbn',
    ...hunt(ALICE),
    `${TARGET}.loads`,
    `${TARGET}.sb2`,
  ];
  await ask(bench, `CTLSEP${BYSTANDER}.tlv`);
  for (const step of road) {
    await ask(bench, step);
    await ask(bench, `CTLSEP${BYSTANDER}.tlv`);
    for (const name of names) expect([step, name, await ask(bench, name)]).toEqual([step, name, null]);
  }
});
