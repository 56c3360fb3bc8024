import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cleanUp, newFolder } from './harness.ts';
import { adminOf, isLanded, livesOf, type PoweredSeat, powerBench } from './power-bench.ts';

// Power as a way to restart a phone, carried out at the ports of a simulated switch by the built command.

afterAll(cleanUp);

const [JAVA, SIP8] = ['SIP42.9-3-1SR4-1S', 'P0S3-08-11-00'];
/** They are at the ports beside, and have power as long as the test lasts. */
const BESIDE: readonly PoweredSeat[] = [
  { port: 2, model: '7941', load: 'SCCP41.8-5-3S', target: null },
  { port: 4, model: '7941', load: 'SCCP41.8-5-3S', target: null },
];
/** Off and on at one port. */
const cycled = (port: number) => [2, 1].map((value) => ({ oid: adminOf(port), value }));

test.each([
  ['named with --by', ['--by', 'power'], 0],
  ['the last way of the ladder that needs nobody', [], 4],
] as const)(
  'power, %s: the phone is off and on at its port, boots and lands, and no other port is written to',
  async (_, by, lacking) => {
    const needy: PoweredSeat = {
      ...{ port: 3, model: '7942', load: 'SCCP42.8-5-2S', target: JAVA },
      // It refuses what it is shown in its first boot, and sits there with what it has.
      phone: { deviations: { rejectedSignatures: 2 } },
    };
    const { agent, command, serve, plugIn, places } = await powerBench([needy, ...BESIDE], [JAVA]);
    const { mac } = places[0] as { mac: string };
    const { server, at } = await serve('127.0.0.1:0');
    const phones = await plugIn(at);
    await server.until(({ event, code }) => event === 'phone.held' && code === 'P_MANIFEST_LOOP');
    expect((await command('retry', '--mac', mac)).code).toBe(0);
    await server.until(({ event, finding }) => event === 'phone.decision' && finding === 'switch-port');
    expect(agent.sets).toEqual([]);
    const { code, lines, stderr } = await command('restart', '--mac', mac, '--timeout', '60s', ...by);
    expect([code, stderr]).toEqual([0, '']);
    expect(lines).toMatchObject([{ mac, result: 'restarted', rung: 'power' }]);
    const [{ tries }] = lines as unknown as [{ tries: readonly { rung: string; isTried: boolean; text: string }[] }];
    expect(tries.map(({ rung, isTried }) => [rung, isTried]).slice(-1)).toEqual([['power', true]]);
    expect(tries.filter(({ isTried }) => !isTried)).toHaveLength(lacking);
    expect(tries.at(-1)?.text).toMatch(
      /^sw1 Gi0\/3 was off for 5 s, and is on again as the switch reads; it asked for /,
    );
    expect(await server.until(isLanded)).toMatchObject({ mac, load: JAVA, target: JAVA });
    expect(phones.get(3)?.flash).toMatchObject({ load: JAVA });
    expect(agent.sets).toEqual(cycled(3));
    expect(livesOf(phones.get(2))).toBe(1);
    expect(livesOf(phones.get(4))).toBe(1);
  },
  120_000,
);

test('where a way over the network comes to nothing, power is taken next', async () => {
  const password = join(await newFolder('password'), 'password');
  await writeFile(password, 'anotherone\n');
  const telnet = ['--restart-telnet-password-file', password, '--restart-telnet-port', '2323'];
  const seat: PoweredSeat = {
    ...{ port: 3, model: '7960', load: SIP8, target: SIP8, isSaid: true },
    phone: { registers: true, telnetPort: 2323 },
    tree: (mac) => ({ [`SIP${mac}.cnf`]: 'line1_name: 201\ntelnet_level: 2\nphone_password: opensesame\n' }),
  };
  const { agent, command, serve, plugIn, places } = await powerBench([seat, ...BESIDE], [SIP8]);
  const { mac } = places[0] as { mac: string };
  const { server, at } = await serve('127.0.0.1:0', ...telnet);
  const phones = await plugIn(at);
  await server.until(isLanded);
  await server.until(({ event, finding }) => event === 'phone.decision' && finding === 'switch-port');
  const { code, lines } = await command('restart', '--mac', mac, '--timeout', '90s');
  expect(code).toBe(0);
  expect(lines).toMatchObject([{ result: 'restarted', rung: 'power' }]);
  const [{ tries }] = lines as unknown as [{ tries: readonly { rung: string; isTried: boolean; text: string }[] }];
  expect(tries.filter(({ isTried }) => isTried).map(({ rung }) => rung)).toEqual(['telnet', 'power']);
  expect(tries.find(({ rung }) => rung === 'telnet')?.text).toMatch(/password/);
  expect(agent.sets).toEqual(cycled(3));
  expect([2, 3, 4].map((port) => livesOf(phones.get(port)))).toEqual([1, 2, 1]);
  expect((await command('status', '--mac', mac)).lines[0]).toMatchObject({ state: 'landed' });
}, 120_000);
