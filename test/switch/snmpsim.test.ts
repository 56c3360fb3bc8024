import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { switchWalker } from '../../src/adapters/switches/walk-switch.ts';
import { maySwitchPort } from '../../src/core/switch/may-switch-port.ts';
import {
  asCommunity,
  hasSnmpsim,
  LEFT,
  SIMULATED,
  SIMULATED_PHONES,
  type Simulator,
  startSimulator,
} from './simulator.ts';
import { accessTo } from './walking.ts';

const isThere = hasSnmpsim();
if (!isThere) process.stderr.write('snmpsim is not installed: switches are tried with our own agent alone\n');

describe.skipIf(!isThere)('snmpsim, an agent of other authors', () => {
  let simulator: Simulator;
  /** With the patience of the product: one process answers for all. */
  const walk = (community: string) =>
    switchWalker().walk(accessTo({ address: '127.0.0.1', port: simulator.port }, asCommunity(community)));

  beforeAll(async () => {
    simulator = await startSimulator();
  }, 60_000);

  afterAll(() => simulator?.stop());

  test.each(SIMULATED)('48 ports of a %s switch are walked in two seconds', async (kind) => {
    let { seen, tookMs } = await walk(kind);
    // The machine may be at something else: what counts is what it can.
    for (let tries = 0; tries < 3 && tookMs >= 1_000; tries++) {
      const again = await walk(kind);
      if (again.tookMs < tookMs) ({ seen, tookMs } = again);
    }
    const found = seen.ports.flatMap(({ neighbours }) => neighbours.map(({ mac, load }) => ({ mac, load })));
    expect(found.filter(({ mac }) => mac !== null)).toEqual(SIMULATED_PHONES.map(({ mac, load }) => ({ mac, load })));
    expect(seen.ports.filter(({ power }) => power?.isGiven === true)).toHaveLength(47);
    // What shows that a phone hangs there now: the age of its link, and that it was learnt from what it sent.
    expect(seen.ports.slice(0, 48).map(({ linkedForMs }) => linkedForMs)).toEqual(Array(48).fill(1_400_000));
    expect(seen.ports.slice(0, 47).map(({ learnt }) => learnt[0])).toEqual(SIMULATED_PHONES.map(({ mac }) => mac));
    expect(seen.ports.slice(0, 47).map(({ macs }) => macs[0])).toEqual(SIMULATED_PHONES.map(({ mac }) => mac));
    process.stderr.write(`snmpsim, ${kind}: 48 ports in ${tookMs} ms\n`);
    expect(tookMs).toBeLessThan(2_000);
  });

  test.each([
    ['hp', true],
    ['left', false],
  ] as const)('the power of a port goes by its bridge table: %s', async (community, may) => {
    const { seen } = await walk(community);
    const place = { switchName: 'sw1', ifIndex: 3, port: '3', by: 'lldp', platform: null, load: null } as const;
    const verdict = maySwitchPort({
      ...{ mac: LEFT, now: 0, place: { ...place, since: 0, seenAt: 0, saidAt: null, before: null } },
      ...{
        answers: new Map([['sw1', seen]]),
        listed: null,
        heardAt: null,
        isPhone: () => false,
        mayHavePcs: false,
        isCountedRight: true,
      },
    });
    expect(verdict).toMatchObject(may ? { may } : { may, why: expect.stringMatching(/and has 00CC00112233 there/) });
  });
});
