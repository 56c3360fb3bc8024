import { expect, test } from 'vitest';
import { whyItStands } from '../../src/app/told/why-it-stands.ts';
import type { SaidBy } from '../../src/core/witness/statement.ts';
import type { StaticRoot } from '../../src/ports/static-root.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { Restarting } from './restarting.ts';

// A phone that was told to restart may obey at any moment: whatever becomes of the server meanwhile, it is shown no load.

const MAC = macOf(1);
const PEER = '192.0.2.10';
const JAVA = 'SIP42.9-3-1SR4-1S';
const OTHER = 'SCCP42.9-4-2SR3-1S';
const [CTL, SEP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];

/** A Java phone that polls for its configuration, and was told to restart two seconds ago. */
async function told(
  options: ConstructorParameters<typeof Bench>[1] = {},
): Promise<{ readonly bench: Bench; readonly one: Restarting }> {
  const bench = await new Bench(packagesOf(JAVA, OTHER, 'SCCP42.8-5-2S'), options).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, JAVA, { model: '7942' });
  const one = new Restarting(bench);
  one.sender.lacking.delete('sccp-reset');
  await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, '/mk-sccp.jar');
  await one.pass(15);
  one.wish(MAC);
  await one.pass(2);
  expect(one.sender.sent).toEqual([`sccp-reset ${PEER}`]);
  return { bench, one };
}

/** What status says of it. */
function status(bench: Bench): string {
  const record = bench.store.phone(MAC);
  if (record === null) throw new Error('it is not in the record');
  return whyItStands(record, bench.store.history({ mac: MAC }))?.reason ?? '';
}

test.each(['killed', 'told to end'])('a server that is %s and started again shows it no load either', async (how) => {
  const { bench, one } = await told();
  expect(await bench.take(SEP, PEER)).toBeNull();
  if (how !== 'killed') await one.control.stop();
  await bench.restart(2_000);
  expect(await bench.take(SEP, PEER)).toBeNull();
  expect(await bench.take(`${JAVA}.loads`, PEER)).toBeNull();
  expect([...bench.store.history({ mac: MAC })].at(-1)).toMatchObject({
    event: 'file.refused',
    reason: 'it was told to restart, and has not begun that yet',
  });
  expect(status(bench)).toContain('it was told to restart, and has not begun that yet');
});

test('once it is heard to start it is shown its load, by a third server, too', async () => {
  const { bench } = await told();
  await bench.restart(2_000);
  await bench.asks(PEER, CTL);
  await bench.restart(2_000);
  expect(await bench.take(SEP, PEER)).toContain(JAVA);
});

test.each([
  ['in two seconds', 0],
  ['in two seconds, while the clock of the machine is set ahead', 600_000],
  ['in two seconds, while the clock of the machine is set back', -3_600_000],
])('a server that is started again %s has the time within which it has to start begin anew', async (_, setBy) => {
  const { bench } = await told();
  const { clock } = bench;
  clock.step(setBy);
  await bench.restart(2_000);
  clock.advance(3 * 60_000 - 2_000);
  expect(await bench.take(SEP, PEER)).toBeNull();
  clock.advance(2_001);
  expect(await bench.take(SEP, PEER)).toContain(JAVA);
});

test.each(['retry', 'another target', 'released and enrolled'])('%s changes nothing of that', async (what) => {
  const { bench, one } = await told();
  await one.control.stop();
  await bench.restart(2_000);
  const { store, clock, fleet } = bench;
  if (what === 'retry') store.retry(MAC, clock.wall());
  if (what === 'released and enrolled') store.release(MAC, clock.wall());
  fleet.syncEnrolments();
  if (what === 'another target') bench.enrol(MAC, OTHER, { model: '7942' });
  if (what === 'released and enrolled') bench.enrol(MAC, JAVA, { model: '7942' });
  await one.pass(1);
  expect(await bench.take(SEP, PEER)).toBeNull();
  expect(await bench.take(SEP, PEER)).toBeNull();
  const head = [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv'];
  await bench.asks(PEER, ...head, SEP, '/mk-sccp.jar', ...head);
  expect(await bench.take(SEP, PEER)).toContain(what === 'another target' ? OTHER : JAVA);
});

test('what somebody else asks without a name behind its address is no start of it', async () => {
  const { bench } = await told();
  bench.addresses.entries.delete(PEER);
  // A 7940 that was never heard there.
  for (const name of ['SIPDefault.cnf', 'OS79XX.TXT']) {
    await bench.take(name, PEER);
    bench.clock.advance(1_000);
    expect(await bench.take(SEP, PEER)).toBeNull();
    expect(await bench.take(`${JAVA}.loads`, PEER)).toBeNull();
  }
  const given = await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP);
  expect(given.at(-1)).toContain(JAVA);
});

test('one that refuses is shown its load at once, and in the next server', async () => {
  const bench = await new Bench(packagesOf(JAVA, 'SCCP42.8-5-2S')).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, JAVA, { model: '7942' });
  const one = new Restarting(bench);
  one.sender.lacking.delete('sccp-reset');
  one.sender.answers = () => ({ isTaken: false, text: 'its connection is closed' });
  await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, '/mk-sccp.jar');
  await one.pass(15);
  one.wish(MAC);
  await one.pass(2);
  expect(one.sender.sent).toHaveLength(1);
  await bench.restart(2_000);
  expect(await bench.take(SEP, PEER)).toContain(JAVA);
});

test('a server that ends while it tells the phone does not say that the phone refused', async () => {
  const bench = await new Bench(packagesOf(JAVA, 'SCCP42.8-5-2S')).start();
  bench.addresses.tell(PEER, MAC);
  bench.enrol(MAC, JAVA, { model: '7942' });
  const one = new Restarting(bench);
  one.sender.lacking.delete('sccp-reset');
  one.sender.answers = () => null;
  await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, '/mk-sccp.jar');
  await one.pass(15);
  one.wish(MAC);
  await one.pass(2);
  await one.control.stop();
  expect(one.rows(MAC)).toEqual(['P_RESTART_SENT sccp-reset: somebody asked for it']);
  await bench.restart(2_000);
  expect(await bench.take(SEP, PEER)).toBeNull();
});

test.each<[string, { by: SaidBy; since: number; isGoodbye?: true }, boolean]>([
  ['its goodbye', { by: 'sip-register', since: 1_000, isGoodbye: true }, false],
  ['what it may have said before it was told', { by: 'sip-register', since: -20_000 }, false],
  ['a registration after it was told', { by: 'sip-register', since: 1_000 }, true],
  ['its alarm after it was told', { by: 'sccp-alarm', since: 1_000 }, true],
])('%s, with Last=reset-reset: that it has started is %j', async (_, { by, since, ...more }, isStart) => {
  const { bench, one } = await told();
  const toldAt = bench.clock.now();
  await one.pass(3);
  const words = `cisco-alarm:22 Name=SEP${MAC} Load=SCCP42.8-5-2S Last=reset-reset`;
  const said = { load: 'SCCP42.8-5-2S', archive: null, agent: null };
  const at = bench.clock.now();
  await bench.fleet.witnesses.hear({ by, mac: MAC, said, words, address: PEER, at, since: toldAt + since, ...more });
  await one.pass(1);
  expect(one.answer(1)?.result ?? null).toBe(isStart ? 'restarted' : null);
  const given = await bench.take(SEP, PEER);
  expect(given === null).toBe(!isStart);
  await one.control.stop();
  await bench.restart(2_000);
  expect((await bench.take(SEP, PEER)) === null).toBe(!isStart);
});

const tree: StaticRoot = {
  start: async () => {},
  stop: async () => {},
  survey: async () => ({ loads: [], unreadable: [] }),
  has: async (name) => name === SEP || name.startsWith(OTHER),
  read: async (name) =>
    (await tree.has(name)) ? new TextEncoder().encode(`<loadInformation>${OTHER}</loadInformation>`) : null,
};

test.each(['this server', 'the next one'])(
  'one that is let go before it obeys is given no load of the tree by %s either',
  async (who) => {
    const { bench, one } = await told({ staticRoot: tree, rootLoads: 'bystanders' });
    bench.store.release(MAC, bench.clock.wall());
    bench.fleet.syncEnrolments();
    await one.pass(1);
    if (who !== 'this server') await bench.restart(2_000);
    expect(await bench.take(SEP, PEER)).toBeNull();
    expect(await bench.take(`${OTHER}.loads`, PEER)).toBeNull();
    // Nor is somebody of whom nobody can tell who it is: it may be that one.
    expect(await bench.take(`${OTHER}.loads`, '192.0.2.77')).toBeNull();
    bench.clock.advance(3 * 60_000);
    expect(await bench.take(SEP, PEER)).toContain(OTHER);
  },
);
