import { expect, test } from 'vitest';
import type { Fleet } from '../../src/app/fleet.ts';
import { pause } from '../../src/app/time/pause.ts';
import { Bench, macOf } from '../support/bench.ts';
import { packagesOf } from '../support/packages.ts';
import { Restarting } from './restarting.ts';

const MAC = macOf(1);
const PEER = '192.0.2.10';
const JAVA = 'SIP42.9-3-1SR4-1S';
const LEGACY = 'P0S3-08-11-00';
const [CTL, SEP] = [`CTLSEP${MAC}.tlv`, `SEP${MAC}.cnf.xml`];

/** A 7942 on SIP that has booted and sits idle. */
async function java(isByItself = false): Promise<Restarting> {
  const bench = await new Bench(packagesOf(JAVA, 'SCCP42.8-5-2S')).start();
  bench.enrol(MAC, JAVA, { model: '7942' });
  bench.addresses.tell(PEER, MAC);
  const restarting = new Restarting(bench, isByItself);
  await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, '/mk-sip.jar');
  await restarting.pass(15);
  return restarting;
}

/** A 7960 whose SIP application runs. */
async function legacy(): Promise<Restarting> {
  const bench = await new Bench(packagesOf(LEGACY)).start();
  bench.enrol(MAC, LEGACY);
  const restarting = new Restarting(bench);
  bench.addresses.tell(PEER, MAC);
  await bench.asks(PEER, CTL, SEP, `SIP${MAC}.cnf`, 'SIPDefault.cnf', `SIP${MAC}.cnf`, 'RINGLIST.DAT', 'dialplan.xml');
  await restarting.pass(15);
  return restarting;
}

test('a Java phone that is told is restarted once it begins its boot', async () => {
  const one = await java();
  one.sender.lacking.delete('service-control');
  const number = one.wish(MAC);
  await one.pass(2);
  expect(one.sender.sent).toEqual([`service-control ${PEER}`]);
  expect(one.answer(number)).toBeNull();
  await one.pass(20);
  await one.bench.asks(PEER, CTL);
  await one.pass(1);
  expect(one.answer(number)).toMatchObject({ result: 'restarted', rung: 'service-control' });
  expect(one.rows(MAC)).toEqual([
    'P_RESTART_SENT service-control: somebody asked for it',
    expect.stringMatching(
      new RegExp(`^restarted service-control: it answered 200 OK; it asked for ${CTL} 2\\d s later$`),
    ),
  ]);
});

test('a 7960 is given a SYNC that it does not have, until it boots', async () => {
  const one = await legacy();
  expect(await one.bench.take('syncinfo.xml', PEER)).toBeNull();
  one.sender.lacking.delete('check-sync');
  const number = one.wish(MAC);
  await one.pass(40);
  expect(one.sender.sent).toEqual([`check-sync ${PEER}`]);
  const given = await one.bench.take('syncinfo.xml', PEER);
  expect(given).toMatch(/^<SYNCINFO><IMAGE VERSION="\*" SYNC="\d{6}"\/><\/SYNCINFO>\n$/);
  // The same question gets the same answer.
  expect(await one.bench.take('syncinfo.xml', PEER)).toBe(given);
  await one.bench.asks(PEER, CTL);
  await one.pass(1);
  expect(one.answer(number)).toMatchObject({ result: 'restarted', rung: 'check-sync' });
  // Nobody else's check-sync restarts it by what was ours.
  expect(await one.bench.take('syncinfo.xml', PEER)).toBeNull();
});

test('a way that is refused is remembered with its reason, and the next one is taken', async () => {
  const one = await legacy();
  one.sender.lacking.delete('check-sync');
  one.sender.lacking.delete('service-control');
  one.sender.answers = (rung) =>
    rung === 'check-sync' ? { isTaken: false, text: 'it answered 404 Not Found' } : { isTaken: true, text: 'ok' };
  const number = one.wish(MAC);
  await one.pass(5);
  expect(one.sender.sent).toEqual([`check-sync ${PEER}`, `service-control ${PEER}`]);
  await one.bench.asks(PEER, CTL);
  await one.pass(1);
  expect(one.answer(number)).toMatchObject({
    result: 'restarted',
    tries: [
      { rung: 'check-sync', isTried: true, text: 'it answered 404 Not Found' },
      { rung: 'service-control', isTried: true },
    ],
  });
  expect(one.rows(MAC)).toContain('P_RESTART_REFUSED check-sync: it answered 404 Not Found');
  // The next one does not begin with what came to nothing, unless somebody names it.
  await one.pass(20);
  one.wish(MAC);
  await one.pass(3);
  expect(one.sender.sent.slice(2)).toEqual([`service-control ${PEER}`]);
  await one.pass(200);
  one.wish(MAC, { by: 'check-sync' });
  await one.pass(3);
  expect(one.sender.sent.slice(3)).toEqual([`check-sync ${PEER}`]);
});

test('one that agrees and does not boot counts for nothing, and a person is told which keys to press', async () => {
  const one = await java();
  one.sender.lacking.delete('service-control');
  const number = one.wish(MAC);
  await one.pass(179);
  expect(one.answer(number)).toBeNull();
  await one.pass(3);
  expect(one.answer(number)).toMatchObject({
    result: 'hands',
    rung: 'hands',
    keys: [expect.stringContaining('Settings, then **#**')],
  });
  expect(one.rows(MAC).at(-1)).toBe(
    'P_RESTART_REFUSED service-control: it answered 200 OK, and it has not begun a boot in 3 min',
  );
});

test.each(['enrolled by nobody', 'at an address that is not its own'])('a phone %s is told nothing', async (what) => {
  const one = await java();
  one.sender.lacking.delete('service-control');
  const mac = what === 'enrolled by nobody' ? macOf(2) : MAC;
  // Another phone says its name there.
  if (mac === MAC) one.bench.addresses.entries.clear();
  if (mac === MAC) await one.bench.asks(PEER, `SEP${macOf(3)}.cnf.xml`);
  await one.pass(15);
  const number = one.wish(mac);
  await one.pass(300);
  expect(one.sender.sent).toEqual([]);
  expect(one.answer(number)?.result).not.toBe('restarted');
});

test('a phone that was given an image is told nothing until it has booted', async () => {
  const bench = await new Bench(packagesOf(JAVA, 'SCCP42.8-5-2S')).start();
  bench.enrol(MAC, JAVA, { model: '7942' });
  const one = new Restarting(bench);
  one.sender.lacking.clear();
  const head = [CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP];
  await bench.asks(PEER, ...head, '/mk-sccp.jar');
  bench.clock.advance(60_000);
  await bench.asks(PEER, ...head, `${JAVA}.loads`);
  const archive = bench.firmware.packages.find(({ load }) => load === JAVA)?.manifest[0] ?? '';
  expect(await bench.take(archive, PEER)).not.toBeNull();
  await one.pass(700);
  const number = one.wish(MAC);
  await one.pass(5);
  expect(one.sender.sent).toEqual([]);
  // Nor is anybody shown how to restart it by hand.
  expect(one.answer(number)).toMatchObject({ result: 'refused', text: expect.stringContaining('flash'), keys: [] });
  expect(one.rows(MAC).at(-1)).toMatch(/^restart-not-sent not told to restart: /);
});

test('a 7960 that has landed in the boot of its image may be told: its application runs from flash', async () => {
  const bench = await new Bench(packagesOf(LEGACY)).start();
  bench.enrol(MAC, LEGACY, { model: '7960' });
  bench.addresses.tell(PEER, MAC);
  const one = new Restarting(bench);
  one.sender.lacking.delete('check-sync');
  const hunt = [CTL, SEP, `SIP${MAC}.cnf`, `MGC${MAC}.cnf`, 'XMLDefault.cnf.xml', `${LEGACY}.loads`];
  await bench.asks(PEER, ...hunt, 'P003-08-11-00.sbn');
  bench.clock.advance(30_000);
  await bench.asks(PEER, ...hunt, `${LEGACY}.sb2`);
  const [early] = [one.wish(MAC)];
  await one.pass(2);
  expect(one.answer(early)).toMatchObject({ result: 'refused', text: expect.stringContaining('flash') });
  bench.clock.advance(50_000);
  await bench.asks(PEER, 'SIPDefault.cnf', `SIP${MAC}.cnf`);
  expect(bench.state(MAC)).toBe('landed');
  await one.pass(15);
  const number = one.wish(MAC);
  await one.pass(3);
  expect(one.answer(number)).toBeNull();
  expect(one.sender.sent).toEqual([`check-sync ${PEER}`]);
});

test('what changes between the decision and the telling ends it: that is asked again in the last moment', async () => {
  const bench = await new Bench(packagesOf(JAVA, 'SCCP42.8-5-2S')).start();
  bench.enrol(MAC, JAVA, { model: '7942' });
  await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, '/mk-sccp.jar');
  // While the decision is written down, the phone is let go.
  const { fleet } = bench;
  const meddled: Fleet = Object.create(fleet, {
    decide: {
      value: async (mac: typeof MAC, decision: { code?: string; reason: string }) => {
        if (decision.code === 'P_RESTART_SENT') {
          bench.store.release(MAC, bench.clock.wall());
          fleet.syncEnrolments();
        }
        return fleet.decide(mac, decision);
      },
    },
  });
  for (const name of ['standings', 'isKeptWaiting', 'withhold', 'toRestart', 'giveSyncInfo'] as const)
    Object.defineProperty(meddled, name, { value: fleet[name].bind(fleet) });
  Object.defineProperty(meddled, 'witnesses', { value: fleet.witnesses });
  const one = new Restarting(bench, false, { fleet: meddled });
  one.sender.lacking.clear();
  await one.pass(15);
  const number = one.wish(MAC);
  await one.pass(10);
  expect(one.sender.sent).toEqual([]);
  expect(one.answer(number)).toMatchObject({ result: 'refused' });
});

test('between the telling and its boot it is shown no load; in that boot it is', async () => {
  const bench = await new Bench(packagesOf(JAVA, 'SCCP42.8-5-2S')).start();
  bench.enrol(MAC, JAVA, { model: '7942' });
  const one = new Restarting(bench);
  one.sender.lacking.delete('sccp-reset');
  await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv', SEP, '/mk-sccp.jar');
  await one.pass(15);
  expect(bench.state(MAC)).toBe('offered');
  one.wish(MAC);
  await one.pass(2);
  expect(one.sender.sent).toEqual([`sccp-reset ${PEER}`]);
  expect(await bench.take(SEP, PEER)).toBeNull();
  await one.pass(10);
  await bench.asks(PEER, CTL, `ITLSEP${MAC}.tlv`, 'ITLFile.tlv');
  expect(await bench.take(SEP, PEER)).toContain(JAVA);
});

test('by itself nobody is told to restart unless the operator wants that, and then as rarely as power is switched', async () => {
  for (const isByItself of [false, true]) {
    const one = await java(isByItself);
    one.sender.lacking.delete('service-control');
    // It comes for nothing that is offered.
    await one.pass(2 * 3600);
    expect(one.sender.sent.length).toBe(isByItself ? 2 : 0);
    const told = one.rows(MAC).filter((row) => row.startsWith('P_RESTART_SENT'));
    expect(told).toHaveLength(isByItself ? 2 : 0);
  }
});

test('a dry run tells nobody anything, and says what would be done', async () => {
  const one = await java();
  one.sender.lacking.delete('service-control');
  const number = one.wish(MAC, { isDryRun: true });
  await one.pass(3);
  expect(one.sender.sent).toEqual([]);
  expect(one.rows(MAC)).toEqual([]);
  expect(one.answer(number)).toMatchObject({ result: 'possible', rung: 'service-control' });
  // That it would be waited for is no refusal.
  await one.bench.asks(PEER, SEP);
  const again = one.wish(MAC, { isDryRun: true });
  await one.pass(2);
  expect(one.answer(again)).toMatchObject({ result: 'possible', rung: 'service-control' });
  expect(one.answer(number)?.tries.map(({ rung, text }) => `${rung}: ${text}`)).toContain(
    'power: nothing switches its power',
  );
});

test('the end of the server ends what is under way at once', async () => {
  const one = await java();
  one.sender.lacking.delete('service-control');
  one.sender.answers = () => null;
  const number = one.wish(MAC);
  await one.pass(2);
  await one.control.stop();
  expect(one.answer(number)).toMatchObject({ result: 'refused' });
  const { pending } = one.bench.clock;
  await one.pass(60);
  expect(one.bench.clock.pending).toBeLessThanOrEqual(pending);
});

test('a phone that starts while it is told again and again is told no more', async () => {
  const one = await java();
  one.sender.lacking.delete('service-control');
  one.sender.answers = () => null;
  const number = one.wish(MAC);
  await one.pass(5);
  await one.bench.asks(PEER, CTL);
  await one.pass(2);
  expect(one.answer(number)).toMatchObject({ result: 'restarted', rung: 'service-control' });
});

test('a phone that starts before anything was said to it, or that refused what was said, has started by itself', async () => {
  const one = await java();
  one.sender.lacking.delete('service-control');
  one.sender.answers = async () => {
    await one.bench.asks(PEER, CTL);
    return { isTaken: false, text: 'broken off before it answered' };
  };
  const number = one.wish(MAC);
  await one.pass(5);
  expect(one.answer(number)).toMatchObject({
    ...{ result: 'restarted', rung: null },
    text: expect.stringMatching(new RegExp(`^it began a boot by itself: it asked for ${CTL}`)),
  });
  expect(one.rows(MAC).at(-1)).toMatch(/^restart-not-sent service-control: it began a boot by itself: /);
  // It is shown its load in that boot.
  expect(await one.bench.take(SEP, PEER)).not.toBeNull();
});

test.each([`ITLSEP${MAC}.tlv`])('the first name of a boot may be lost: %s begins it, too', async (name) => {
  const one = await java();
  one.sender.lacking.delete('service-control');
  const number = one.wish(MAC);
  await one.pass(20);
  expect(await one.bench.take(SEP, PEER)).toBeNull();
  await one.bench.asks(PEER, name);
  expect(await one.bench.take(SEP, PEER)).not.toBeNull();
  await one.pass(1);
  expect(one.answer(number)).toMatchObject({ result: 'restarted', rung: 'service-control' });
});

test('power comes after what is told over the network, and waits while that is under way', async () => {
  const one = await java(true);
  one.sender.lacking.delete('service-control');
  one.power = { lacks: () => null, cycle: async () => ({ isDone: true, text: 'off and on' }) };
  expect(one.control.goesFirst(MAC)).toBe('it is told to restart over the network first');
  const number = one.wish(MAC, { by: 'power' });
  await one.pass(2);
  expect(one.control.goesFirst(MAC)).toBe('it was told to restart over the network');
  await one.bench.asks(PEER, CTL);
  await one.pass(1);
  expect(one.sender.sent).toEqual([]);
  expect(one.answer(number)).toMatchObject({
    result: 'restarted',
    rung: 'power',
    text: expect.stringContaining('off and on'),
  });
});

test('a boot by itself before the power was ordered to go is no restart by that', async () => {
  const one = await java(true);
  const { clock } = one.bench;
  // The switch is asked for ten seconds first.
  one.power = {
    lacks: () => null,
    cycle: async () => {
      await pause(clock, 10_000, new AbortController().signal);
      return { isDone: true, text: 'off and on', orderedAt: clock.now() };
    },
  };
  const number = one.wish(MAC, { by: 'power' });
  await one.pass(5);
  await one.bench.asks(PEER, CTL);
  await one.pass(10);
  expect(one.answer(number)).toBeNull();
  await one.bench.asks(PEER, CTL);
  await one.pass(1);
  expect(one.answer(number)).toMatchObject({ result: 'restarted', rung: 'power' });
  expect(one.answer(number)?.text).toMatch(/off and on; it asked for CTLSEP\w+.tlv \d s later$/);
});
