import { afterAll, expect, test } from 'vitest';
import { cleanUp } from './harness.ts';
import { adminOf, isLanded, livesOf, type PoweredSeat, powerBench } from './power-bench.ts';
import { TftpPhone } from './tftp-phone.ts';

// kill -9 of the built command between power off and on at a port of a simulated switch.

afterAll(cleanUp);

const JAVA = 'SIP42.9-3-1SR4-1S';
const BESIDE: PoweredSeat = { port: 4, model: '7941', load: 'SCCP41.8-5-3S', target: null };
const NEEDY: PoweredSeat = {
  ...{ port: 3, model: '7942', load: 'SCCP42.8-5-2S', target: JAVA },
  // It refuses what it is shown in its first boot, and sits there with what it has. Its boots are slow enough to be asked about in between.
  phone: { deviations: { rejectedSignatures: 2 }, speed: 8 },
};

/** A phone whose server was killed while its port was dark. */
async function killedInTheDark() {
  const bench = await powerBench([NEEDY, BESIDE], [JAVA]);
  const { agent, command, serve, plugIn, places } = bench;
  const { mac, address } = places[0] as { mac: string; address: string };
  const { server, at } = await serve('127.0.0.1:0', '--stall-after', '4s');
  const phones = await plugIn(at);
  const here = phones.get(3);
  await server.until(({ event, code }) => event === 'phone.held' && code === 'P_MANIFEST_LOOP');
  expect((await command('retry', '--mac', mac)).code).toBe(0);
  const wire = agent.onSet;
  agent.onSet = (oid, value) => {
    wire(oid, value);
    // The moment at which the port is dark.
    if (value === 2) server.signal('SIGKILL');
  };
  await server.end();
  expect(agent.sets).toEqual([{ oid: adminOf(3), value: 2 }]);
  expect(server.lines.filter(({ code }) => code === 'P_POWER_CYCLED')).toHaveLength(1);
  expect(here?.running).toBeNull();
  return { ...bench, mac, address, at, phones, here };
}

test('the next server gives the port its power back, says so, and shows the phone no load before it begins a boot', async () => {
  const { agent, serve, mac, address, at, phones, here } = await killedInTheDark();
  const { server: next } = await serve(at);
  await next.untilLogged('power.restored');
  expect(next.stderr).toMatch(
    /"event":"power\.restored"[^\n]*"port":"Gi0\/3"|"port":"Gi0\/3"[^\n]*"event":"power\.restored"/,
  );
  expect(agent.sets).toEqual([2, 1].map((value) => ({ oid: adminOf(3), value })));
  // Whatever is asked in its name before it has booted is refused what names its load.
  const early = await TftpPhone.open(Number(at.split(':')[1]), address);
  early.ask(`SEP${mac}.cnf.xml`);
  expect(await early.next()).toMatch(/^ERROR/);
  early.close();
  expect(next.lines).toContainEqual(
    expect.objectContaining({ event: 'file.refused', mac, reason: 'its power is being switched off and on' }),
  );
  expect(next.lines.some(({ event }) => event === 'load.offered')).toBe(false);

  // In its boot it is shown its load, takes it and lands; the port beside was never written to.
  expect(await next.until(isLanded)).toMatchObject({ mac, load: JAVA });
  expect(here?.flash).toMatchObject({ load: JAVA });
  expect(agent.sets).toHaveLength(2);
  expect([livesOf(here), livesOf(phones.get(4))]).toEqual([expect.any(Number), 1]);
  expect(here?.records.filter((one) => one.event === 'flash.damaged')).toEqual([]);
}, 120_000);

test('so does upgrade, which switches no power itself', async () => {
  const { agent, upgrade, mac, at, here } = await killedInTheDark();
  const upgrading = await upgrade(mac, JAVA, at);
  await upgrading.untilLogged('power.restored');
  expect(agent.sets).toEqual([2, 1].map((value) => ({ oid: adminOf(3), value })));
  expect(await upgrading.until(isLanded)).toMatchObject({ mac, load: JAVA });
  expect(await upgrading.end()).toBe(0);
  expect(here?.flash).toMatchObject({ load: JAVA });
  expect(agent.sets).toHaveLength(2);
}, 120_000);
