import { expect, test } from 'vitest';
import { MINUTE } from '../support/clock.ts';
import { archivesOf } from '../support/model-phone.ts';
import { PACKAGES } from '../support/packages.ts';
import { A, MAC, Told } from '../told/told-bench.ts';

// A running Java phone that refuses the signature of a load asks for its manifest twice within a second and for no archive, and goes on with
// what it runs (java-phones 4.4, 4.5): nothing is being written, and it comes no more.

const JAVA = 'SIP42.9-3-1SR4-1S';
const BOOT = ['CTLSEP<MAC>.tlv', 'ITLSEP<MAC>.tlv', 'ITLFile.tlv', 'SEP<MAC>.cnf.xml'];
const PAIR = [`${JAVA}.loads`, `${JAVA}.loads`];
const SERVICES = ['/English_United_States/mk-sip.jar', 'dialplan.xml'];

async function refused(...after: readonly string[]): Promise<Told> {
  const told = new Told(PACKAGES, { limits: { atOnce: 1 } });
  await told.bench.start();
  told.enrol(JAVA, 'SIP42.8-5-2S', '7942');
  told.bench.addresses.tell(A, MAC);
  await told.boot([...BOOT, ...PAIR, ...after]);
  return told;
}

const WHY = new RegExp(
  `took the manifest of ${JAVA} 2 times, whole, and asked for no archive.*refuses its signature or hardware class`,
);

test('while its manifest is all that it took, nobody is told that it may be writing its flash, and the likely reason is told', async () => {
  const { reason, advice } = (await refused()).report();
  expect(reason).toMatch(
    /fetched the manifest .* 2 times and has asked for no image since: most likely it refuses its signature or hardware class/,
  );
  expect(advice).not.toMatch(/writing its flash/);
  expect(advice).toMatch(/leave its power on.*loadstep explain P_MANIFEST_LOOP/);
});

test('one that goes on to its services has refused the load: it is held for that at once, and its place is free', async () => {
  const told = await refused(...SERVICES);
  const { state, code, reason, advice } = told.report();
  expect({ state, code }).toEqual({ state: 'held', code: 'P_MANIFEST_LOOP' });
  expect(reason).toMatch(WHY);
  expect(advice).toMatch(/loadstep firmware verify.*another target/);
  expect(told.kept.batch().limits.atOnce).toBe(1);
});

test('one that asks nothing more is held for that after five minutes, not a second before', async () => {
  const told = await refused();
  told.bench.clock.advance(5 * MINUTE - 1_000);
  expect(told.report().state).toBe('downloading');
  told.bench.clock.advance(1_001);
  expect(told.report()).toMatchObject({
    state: 'held',
    code: 'P_MANIFEST_LOOP',
    reason: expect.stringMatching(/5 min/),
  });
});

test('one that asks for signed files only, after a manifest too, is held for its trust list after a dozen, and not told to be writing', async () => {
  const told = new Told(PACKAGES);
  await told.bench.start();
  told.enrol(JAVA, 'SIP42.8-5-2S', '7942');
  told.bench.addresses.tell(A, MAC);
  await told.boot([...BOOT, `${JAVA}.loads`]);
  for (let n = 0; n < 11; n++) await told.boot([n % 2 === 0 ? 'SEP<MAC>.cnf.xml.sgn' : 'SEP<MAC>.cnf.xml.enc.sgn']);
  expect(told.report().state).toBe('downloading');
  expect(told.report().advice).not.toMatch(/writing/);
  await told.boot(['SEP<MAC>.cnf.xml.sgn']);
  expect(told.report()).toMatchObject({ state: 'held', code: 'P_SIGNED_CONFIG_ASKED' });
  await told.boot(BOOT);
  expect(told.report().state).toBe('offered');
});

test('a phone that takes its archives after a manifest that it asked twice lands like any other', async () => {
  const told = await refused(...archivesOf(JAVA));
  expect(told.report().state).toBe('flashing');
  await told.boot(BOOT);
  told.bench.clock.advance(5 * MINUTE);
  expect(told.report().state).toBe('landed');
});

test('one whose second manifest was lost on the way has not refused it', async () => {
  const told = await refused();
  const lost = await told.bench.ask(`${JAVA}.loads`, A);
  await told.bench.lost(lost);
  const other = new Told(PACKAGES);
  await other.bench.start();
  other.enrol(JAVA, 'SIP42.8-5-2S', '7942');
  other.bench.addresses.tell(A, MAC);
  await other.boot(BOOT);
  await other.bench.lost(await other.bench.ask(`${JAVA}.loads`, A));
  await other.boot([`${JAVA}.loads`, ...SERVICES]);
  expect(other.report().state).toBe('downloading');
});
