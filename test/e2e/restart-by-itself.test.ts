import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { Line } from './child.ts';
import { cleanUp } from './harness.ts';
import { isLanded, isRegistered, openBench, type RestartBench } from './restart-bench.ts';

// Phones that are up and that only a restart can help: with --restart-phones the built command tells them by itself, and they land.

afterAll(cleanUp);

const JAVA = 'SIP42.9-3-1SR4-1S';
/** A 7940 keeps the lines of its owner, so that it registers although its file here only names a load. */
const KEPT = ['proxy1_address=127.0.0.1', 'proxy_register=1', 'line1_name=201', 'line1_authname=201'];

interface Needy extends RestartBench {
  readonly way: string;
  /** What the phone does last once it is up. */
  readonly isUp: (line: Line) => boolean;
  /** Whether it is held for good first, so that the operator has it tried again. */
  readonly isRetried: boolean;
}

/** Each refuses what it is shown in its first boot, goes on with what it has, and takes it in its next. */
const WAYS: readonly Needy[] = [
  {
    ...{ way: 'check-sync', model: '7940', load: 'P0S3-08-11-00', target: 'P0S3-8-12-00', isRetried: false },
    phone: ({ sip }) => {
      const kept = [...KEPT, `proxy1_port=${sip}`].flatMap((one) => ['--kept', one]);
      return ['--reject-signatures', '1', ...kept];
    },
    isUp: isRegistered,
  },
  {
    ...{ way: 'service-control', model: '7942', load: 'SIP42.8-5-2S', target: JAVA, isRetried: true },
    phone: () => ['--reject-signatures', '2'],
    isUp: isRegistered,
  },
  {
    ...{ way: 'sccp-reset', model: '7942', load: 'SCCP42.8-5-2S', target: JAVA, isRetried: true },
    phone: () => ['--reject-signatures', '2'],
    serve: ['--witness-sccp-answer', 'register'],
    isUp: ({ event, what }) => event === 'sccp.got' && what === 'RegisterAck',
  },
];

const isHeld =
  (code: string) =>
  ({ event, code: why }: Line) =>
    event === 'phone.held' && why === code;
const tellings = (lines: readonly Line[]) => lines.filter(({ code }) => code === 'P_RESTART_SENT');
const orders = (lines: readonly Line[]) => lines.filter(({ event }) => event === 'phone.obeys');

/** The phone is up, and nothing that it asks by itself brings it any further. */
async function needy({ way: _, isUp, isRetried, serve = [], ...rest }: Needy, more: readonly string[]) {
  const bench = await openBench({ ...rest, serve: ['--stall-after', '4s', ...serve, ...more] });
  await bench.phone.until(isUp);
  if (isRetried) {
    await bench.server.until(isHeld('P_MANIFEST_LOOP'));
    expect((await bench.command('retry', '--mac', bench.mac)).code).toBe(0);
  }
  const held = await bench.server.until(isHeld('P_NEEDS_RESTART'));
  return { ...bench, held };
}

test.each(WAYS)(
  '$way: a phone that only a restart can help is told by itself, and lands',
  async (one) => {
    const { server, phone } = await needy(one, ['--restart-phones']);
    expect(await server.until(isLanded)).toMatchObject({ load: one.target, target: one.target });
    expect(tellings(server.lines).map(({ reason }) => reason)).toEqual([`${one.way}: it is held with P_NEEDS_RESTART`]);
    expect(orders(phone.lines)).toEqual([expect.objectContaining({ way: one.way })]);
    expect(server.lines).toContainEqual(expect.objectContaining({ finding: 'restarted' }));
    // Whoever lands is told no more.
    await phone.until(
      ({ event, load, software }) => event === 'phone.booted' && software !== 'loader' && load === one.target,
    );
    expect(orders(phone.lines)).toHaveLength(1);
  },
  120_000,
);

test('without --restart-phones each of them stays held, with what a person has to do', async () => {
  const all = await Promise.all(WAYS.map((one) => needy(one, [])));
  // With the flag they would have been told by now: ten seconds after their last question.
  await pause(15_000);
  for (const { held, server, phone, command, mac } of all) {
    expect(held.advice).toMatch(/unplug its power for ten seconds/);
    expect(tellings(server.lines)).toEqual([]);
    expect(orders(phone.lines)).toEqual([]);
    const { lines } = await command('status', '--mac', mac);
    expect(lines[0]).toMatchObject({ state: 'held', code: 'P_NEEDS_RESTART', advice: held.advice });
  }
}, 120_000);
