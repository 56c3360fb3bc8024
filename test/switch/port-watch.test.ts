import { expect, test } from 'vitest';
import { createPortWatch, type PortWatchOptions } from '../../src/app/bench/port-watch.ts';
import { AppError } from '../../src/core/errors.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { KnownPlace } from '../../src/core/switch/bench-map.ts';
import { readSwitch } from '../../src/core/switch/read-switch.ts';
import type { SwitchSeen } from '../../src/core/switch/switch-seen.ts';
import type { SwitchStandings } from '../../src/core/switch/switch-standing.ts';
import type { SwitchAccess } from '../../src/ports/switches.ts';
import { FakeClock, MINUTE } from '../support/clock.ts';

const A = '0018B9000001' as MacAddress;
const B = '0018B9000002' as MacAddress;

function seenAt(port: number, mac = A): SwitchSeen {
  const neighbour = {
    by: 'cdp',
    mac,
    device: `SEP${mac}`,
    platform: 'Cisco IP Phone 7941',
    isPhone: true,
    load: 'SCCP41.8-5-3S',
    address: null,
    agoMs: null,
  } as const;
  const empty = readSwitch({ columns: new Map(), vlans: [], lacks: [] });
  return {
    ...empty,
    ports: [
      {
        ...{ ifIndex: port, name: `Gi0/${port}`, isUp: true, linkedForMs: null, neighbours: [neighbour] },
        ...{ macs: [], learnt: [], macCount: 0, power: null },
      },
    ],
  };
}

function bench(more: Partial<PortWatchOptions> = {}) {
  const clock = new FakeClock();
  const kept = new Map<MacAddress, KnownPlace>();
  const rows: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const log = (fields: object) => void logged.push({ ...fields });
  const switches: SwitchAccess[] = [
    {
      name: 'sw1',
      address: '192.0.2.1',
      port: 161,
      version: '2c',
      user: null,
      addedAt: 0,
      secret: { community: 'x', authKey: null, privKey: null },
    },
  ];
  const bench = { answer: async (): Promise<SwitchSeen> => seenAt(1), walks: 0 };
  const watch = createPortWatch({
    clock,
    log: { error: log, warn: log, info: log, debug: log },
    switches: () => switches,
    shelf: {
      sealedSwitches: () => switches.map(({ secret: _, ...one }) => ({ ...one, sealed: new Uint8Array(), keyId: '' })),
      places: () => kept,
      keepPlaces: (all) => {
        for (const [mac, place] of all) kept.set(mac, place);
      },
    },
    walker: {
      async walk() {
        bench.walks++;
        return { seen: await bench.answer(), tookMs: 1 };
      },
    },
    decide: async (mac, { finding, reason }) => {
      rows.push(`${mac} ${finding}: ${reason}`);
      return true;
    },
    phone: () => null,
    ...more,
  });
  const settled = async () => {
    for (let n = 0; n < 20; n++) await Promise.resolve();
  };
  const minute = async () => {
    clock.advance(MINUTE);
    await settled();
  };
  return { clock, watch, kept, rows, logged, switches, bench, minute, settled };
}

test('without a switch nothing is asked; from the minute on in which one is added it is', async () => {
  const { watch, switches, bench: told, minute, settled } = bench();
  const [one] = switches.splice(0);
  watch.start();
  await settled();
  await minute();
  expect(told.walks).toBe(0);
  if (one !== undefined) switches.push(one);
  await minute();
  expect(told.walks).toBe(1);
  await watch.stop();
});

test('where a phone hangs is kept and recorded once, and again when it has moved', async () => {
  const { watch, kept, rows, bench: told, minute, settled } = bench();
  watch.start();
  await settled();
  await minute();
  expect(kept.get(A)).toMatchObject({ switchName: 'sw1', port: 'Gi0/1', load: 'SCCP41.8-5-3S' });
  told.answer = async () => seenAt(7);
  await minute();
  await minute();
  expect(rows).toEqual([
    `${A} switch-port: it hangs at sw1 Gi0/1, as CDP says: Cisco IP Phone 7941, says that it runs SCCP41.8-5-3S`,
    `${A} switch-port: it hangs at sw1 Gi0/7, and not at sw1 Gi0/1 any more, as CDP says: Cisco IP Phone 7941, says that it runs SCCP41.8-5-3S`,
  ]);
  await watch.stop();
});

test('a switch that fails is said once, and once more when it answers again', async () => {
  const { watch, logged, bench: told, minute, settled } = bench();
  told.answer = async () => Promise.reject(new AppError('E_SWITCH_SILENT', 'it does not answer'));
  watch.start();
  await settled();
  await minute();
  told.answer = async () => seenAt(1);
  await minute();
  const events = logged
    .filter(({ event }) => String(event).startsWith('switch.'))
    .map(({ event, code }) => [event, code]);
  expect(events).toEqual([
    ['switch.failed', 'E_SWITCH_SILENT'],
    ['switch.answers', undefined],
    ['switch.walked', undefined],
  ]);
  await watch.stop();
});

test('a switch of which a part is not seen is said once, and once more when it is', async () => {
  const told: SwitchStandings[] = [];
  const { watch, logged, bench: answers, minute, settled } = bench({ onStandings: (all) => told.push(all) });
  const lacks = ['shows no bridge table of VLAN 200 (no answer)'];
  answers.answer = async () => ({ ...seenAt(1), lacks });
  watch.start();
  await settled();
  await minute();
  expect(told).toEqual([new Map([['sw1', { how: 'partly', since: 1_000_000, why: lacks[0] }]])]);
  answers.answer = async () => seenAt(1);
  await minute();
  await minute();
  expect(logged.filter(({ event }) => /^switch\.(in)?complete$/.test(String(event)))).toEqual([
    {
      event: 'switch.incomplete',
      switch: 'sw1',
      reason: expect.stringMatching(/^sw1 shows no bridge table of VLAN 200/),
    },
    { event: 'switch.complete', switch: 'sw1' },
  ]);
  expect(told.slice(1)).toEqual([new Map([['sw1', expect.objectContaining({ how: 'whole', why: null })]])]);
  await watch.stop();
});

test('where what opens the switches cannot be read, that is said of each of them', async () => {
  const told: SwitchStandings[] = [];
  let isShut = false;
  const { watch, switches, minute, settled } = bench({
    onStandings: (all) => told.push(all),
    switches: () => {
      if (isShut) throw new AppError('E_SWITCH_KEY_LOST', 'another key');
      return switches;
    },
  });
  watch.start();
  await settled();
  isShut = true;
  await minute();
  isShut = false;
  await minute();
  expect(told.map((all) => all.get('sw1')?.how)).toEqual(['whole', 'failed', 'whole']);
  await watch.stop();
});

test('what a switch said before it fell silent counts for four minutes', async () => {
  const { watch, bench: told, minute, settled } = bench();
  watch.start();
  await settled();
  told.answer = async () => Promise.reject(new AppError('E_SWITCH_SILENT', 'it does not answer'));
  for (let n = 0; n < 4; n++) await minute();
  expect(watch.answers().get('sw1')).toBeDefined();
  await minute();
  expect(watch.answers().get('sw1')).toBeUndefined();
  await watch.stop();
});

test('a phone that goes from port to port fills no record', async () => {
  const { watch, rows, bench: told, minute, settled } = bench();
  let port = 0;
  told.answer = async () => seenAt(++port % 2 === 0 ? 1 : 2);
  watch.start();
  await settled();
  for (let n = 0; n < 60; n++) await minute();
  expect(rows).toHaveLength(32);
  await watch.stop();
});

test('a phone that has link and asks nothing for five minutes is said once, by its port', async () => {
  const { watch, logged, bench: told, minute, settled } = bench();
  told.answer = async () => seenAt(17, B);
  watch.start();
  await settled();
  for (let n = 0; n < 4; n++) await minute();
  const silent = () => logged.filter(({ event }) => event === 'phone.silent');
  expect(silent()).toEqual([]);
  for (let n = 0; n < 5; n++) await minute();
  expect(silent()).toEqual([
    {
      event: 'phone.silent',
      mac: B,
      reason: expect.stringMatching(/^sw1 Gi0\/17: 0018B9000002, a Cisco IP Phone 7941 by CDP/),
    },
  ]);
  await watch.stop();
});

test('a walk under way is broken off when the server ends', async () => {
  let signal: AbortSignal | undefined;
  const { watch, settled } = bench({
    walker: {
      walk: (_access, asked) => {
        signal = asked;
        return new Promise((_, reject) =>
          asked?.addEventListener('abort', () => reject(new AppError('E_SWITCH_ANSWER', 'broken off'))),
        );
      },
    },
  });
  watch.start();
  await settled();
  await watch.stop();
  expect(signal?.aborted).toBe(true);
});
