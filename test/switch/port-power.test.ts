import { describe, expect, test } from 'vitest';
import { portPowerWriter } from '../../src/adapters/switches/port-power.ts';
import { SNMP_LIMITS } from '../../src/adapters/switches/snmp-agent.ts';
import { createPortPower, type PortPowerOptions } from '../../src/app/bench/port-power.ts';
import { AppError } from '../../src/core/errors.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { KnownPlace } from '../../src/core/switch/bench-map.ts';
import { maySwitchPort } from '../../src/core/switch/may-switch-port.ts';
import type { SwitchPort, SwitchSeen } from '../../src/core/switch/switch-seen.ts';
import type { DarkPort } from '../../src/ports/switches.ts';
import { FakeClock } from '../support/clock.ts';
import { formOf } from './forms.ts';
import { ownAgent } from './own-agent.ts';
import { accessTo } from './walking.ts';

const A = '0018B9000001' as MacAddress;
const B = '0018B9000002' as MacAddress;
const POWER = { group: 1, port: 17, isOn: true, isGiven: true } as const;

function portWith(more: Partial<SwitchPort> = {}): SwitchPort {
  const neighbour = {
    by: 'cdp',
    mac: A,
    device: `SEP${A}`,
    platform: 'Cisco IP Phone 7941',
    isPhone: true,
    load: null,
    address: null,
    agoMs: null,
  } as const;
  return {
    ifIndex: 17,
    name: 'Gi0/17',
    isUp: true,
    linkedForMs: null,
    neighbours: [neighbour],
    macs: [A],
    learnt: [A],
    macCount: 1,
    power: POWER,
    ...more,
  };
}

function seenWith(port: SwitchPort, more: Partial<SwitchSeen> = {}): SwitchSeen {
  const has = { cdp: true, lldp: false, bridge: true, power: true };
  const other = portWith({ ifIndex: 3, name: 'Gi0/3', neighbours: [], macs: [], learnt: [], macCount: 0 });
  return {
    sysName: 'sw1',
    description: '',
    isCisco: true,
    ports: [other, port],
    powerUnknown: null,
    isPowerCounted: false,
    lacks: [],
    has,
    ...more,
  };
}

const placeAt = (seenAt: number, more: Partial<KnownPlace> = {}): KnownPlace => ({
  ...{ switchName: 'sw1', ifIndex: 17, port: 'Gi0/17', by: 'cdp', platform: null, load: null },
  ...{ since: 0, seenAt, saidAt: null, before: null },
  ...more,
});

describe('the power of a port is taken only where the switch has just said', () => {
  const ask = ({
    seen = seenWith(portWith()),
    ...more
  }: Partial<Parameters<typeof maySwitchPort>[0]> & { readonly seen?: SwitchSeen | null } = {}) => {
    const verdict = maySwitchPort({
      ...{
        mac: A,
        now: 1_000_000,
        place: placeAt(990_000),
        answers: new Map(seen === null ? [] : [['sw1', seen]]),
        ...{ listed: null, heardAt: null, mayHavePcs: false },
        isPhone: (mac) => mac === B,
      },
      ...more,
    });
    return verdict.may ? 'may' : verdict.why;
  };

  test('all of it', () => {
    expect(ask()).toBe('may');
    expect(ask({ listed: 'gi0/17' })).toBe('may');
    expect(ask({ listed: 'window 4' })).toBe('may');
    expect(ask({ seen: seenWith(portWith(), { isPowerCounted: true }), isCountedRight: true })).toBe('may');
  });

  test.each([
    ['at which port the phone hangs', { place: null }, /^no switch has seen it/],
    ['and not some time ago', { place: placeAt(1_000_000 - 241_000) }, /^it was seen at sw1 Gi0\/17 4 min 1 s ago/],
    ['that it is there still', { seen: null }, /does not answer/],
    ['that the port has link', { seen: seenWith(portWith({ isUp: false })) }, /has no link/],
    [
      'which power is that of the port',
      { seen: seenWith(portWith(), { powerUnknown: 'a stack' }) },
      /is not known: a stack/,
    ],
    [
      'that power and port have the same number, where they were only counted',
      { seen: seenWith(portWith(), { isPowerCounted: true }) },
      /^sw1 does not say which power belongs to which port: .*--power-by-number sw1$/,
    ],
    ['that there is power', { seen: seenWith(portWith({ power: null })) }, /gives no power/],
    [
      'that nobody else switched it off',
      { seen: seenWith(portWith({ power: { ...POWER, isOn: false } })) },
      /by somebody else/,
    ],
    [
      'that the phone lives on it',
      { seen: seenWith(portWith({ power: { ...POWER, isGiven: false } })) },
      /supply of its own/,
    ],
    [
      'that no other phone does',
      { seen: seenWith(portWith({ macs: [A, B], macCount: 2 })) },
      /^0018B9000002 hangs at sw1 Gi0\/17, too/,
    ],
    [
      'and the list says nothing else',
      { listed: 'Gi0/3' },
      /^the list says port Gi0\/3, and the switch sees it at sw1 Gi0\/17/,
    ],
    ['with the name of the switch, too', { listed: 'SW1 gi0/3' }, /correct the list/],
  ])('%s', (_, more, why) => {
    expect(ask(more)).toMatch(why);
  });
});

function bench(more: Partial<PortPowerOptions> = {}) {
  const clock = new FakeClock();
  const told: string[] = [];
  const logged: string[] = [];
  let dark: DarkPort[] = [];
  const state = {
    seen: seenWith(portWith()),
    place: placeAt(clock.wall()),
    reads: (isOn: boolean) => isOn,
    hasLink: false,
    beforeAnswer: () => {},
    beforeOrder: () => {},
    fails: (_isOn: boolean): AppError | null => null,
  };
  const log = (fields: { readonly event: string }) => void logged.push(fields.event);
  const access = accessTo({ address: '192.0.2.1', port: 161 });
  const options: PortPowerOptions = {
    clock,
    log: { error: log, warn: log, info: log, debug: log },
    wish: { isDryRun: false, perHour: 3, mayHavePcs: false, byNumber: new Set<string>() },
    watch: {
      placeOf: () => ({ ...state.place, seenAt: clock.wall() }),
      answers: () => new Map([['sw1', state.seen]]),
      look: async () => {
        told.push('look');
        state.beforeAnswer();
        return state.seen;
      },
    },
    writer: {
      async set(_access, { group, port }, isOn, isStillSo = () => true) {
        state.beforeOrder();
        const isSent = isStillSo();
        told.push(`${group}.${port} ${isOn ? 'on' : 'off'} (${dark.length} dark)${isSent ? '' : ': not sent'}`);
        if (!isSent) throw new AppError('E_SWITCH_SILENT', 'not asked');
        const failure = state.fails(isOn);
        if (failure !== null) throw failure;
        const now = state.reads(isOn);
        return { isOn: now, isOff: !now, isGiven: now };
      },
      hasLink: async () => state.hasLink,
    },
    shelf: {
      darkPorts: () => dark,
      keepDark(one) {
        dark = [...dark, one];
      },
      dropDark({ port }) {
        dark = dark.filter((one) => one.port !== port);
      },
    },
    switches: () => [access],
    phone: () => null,
    ...more,
  };
  const power = createPortPower(options);
  const target = { mac: A, address: null, label: null, port: null };
  const settled = async () => {
    for (let n = 0; n < 40; n++) await Promise.resolve();
  };
  const pass = async (ms: number) => {
    await settled();
    clock.advance(ms);
    await settled();
  };
  return { clock, power, target, told, logged, state, options, pass, settled, dark: () => dark };
}

test('the switch is asked once more, the power goes for five seconds, and is read back both times', async () => {
  const { clock, power, target, told, state, pass, dark } = bench();
  expect(power.lacks(target)).toBeNull();
  expect(power.outletOf(target)).toEqual({ kind: 'port', key: 'sw1\u000017' });
  const beganAt = clock.now();
  state.beforeAnswer = () => clock.advance(2_000);
  const cycle = power.cycle(target);
  await pass(4_999);
  expect(told).toEqual(['look', '1.17 off (1 dark)']);
  await pass(1);
  expect(await cycle).toEqual({
    isDone: true,
    isSeenOn: true,
    orderedAt: beganAt + 2_000,
    text: 'sw1 Gi0/17 was off for 5 s, and is on again as the switch reads',
  });
  expect(told).toEqual(['look', '1.17 off (1 dark)', '1.17 on (1 dark)']);
  expect(dark()).toEqual([]);
});

test('a switch that showed its bridge table before, and not now, keeps the power of a phone on', async () => {
  const { power, target, told, state } = bench();
  expect(power.lacks(target)).toBeNull();
  const words = { neighbours: [{ ...portWith().neighbours[0], agoMs: 1_000 } as const], linkedForMs: 2_000 };
  const silent = portWith({ ...(words as Partial<SwitchPort>), macs: [], learnt: [], macCount: 0 });
  const seen = seenWith(silent);
  state.seen = { ...seen, has: { ...seen.has, bridge: false } };
  expect(await power.cycle(target)).toMatchObject({
    isDone: false,
    text: 'not done: sw1 showed its bridge table before, and does not now: nobody can tell who else is at sw1 Gi0/17',
  });
  expect(told).toEqual(['look']);
  // One that never did is believed where its words are of this link.
  const fresh = bench();
  fresh.state.seen = state.seen;
  expect(fresh.power.lacks(fresh.target)).toBeNull();
});

test('a phone that hangs at another port by now keeps its power, and so does everybody there', async () => {
  const { power, target, told, state } = bench();
  state.seen = seenWith(portWith({ neighbours: [], macs: [], learnt: [], macCount: 0, isUp: false }));
  expect(await power.cycle(target)).toMatchObject({
    isDone: false,
    text: expect.stringMatching(/^not done: .*has no link/),
  });
  expect(told).toEqual(['look']);
});

test('a phone whose power must not go any more when its switch was asked keeps it', async () => {
  const { power, target, told, state } = bench();
  let why: string | null = null;
  state.beforeAnswer = () => {
    why = 'it may be writing its flash';
  };
  expect(await power.cycle(target, () => why)).toEqual({
    isDone: false,
    isWithdrawn: true,
    text: 'not done: it may be writing its flash',
  });
  expect(told).toEqual(['look']);
  // Also between the last look and the order.
  const late = bench();
  let whyLate: string | null = null;
  late.state.beforeOrder = () => {
    whyLate = 'it may be writing its flash';
  };
  const cycle = late.power.cycle(late.target, () => whyLate);
  await late.pass(5_000);
  expect(await cycle).toMatchObject({ isDone: false });
  expect(late.told[1]).toBe('1.17 off (1 dark): not sent');
});

describe('power stays on where what the switch said may be from before this process stood still', () => {
  const STOOD_STILL =
    'not done: this process stood still since the switch was asked, and another phone may hang there by now';

  test('as it does where its last answer waited for ten minutes', async () => {
    const { power, target, told, clock, state } = bench();
    state.beforeAnswer = () => clock.advance(600_000);
    expect(await power.cycle(target)).toEqual({ isDone: false, text: STOOD_STILL });
    expect(told).toEqual(['look']);
  });

  test('or for the seconds in which a phone may be swapped', async () => {
    const { power, target, told, clock, state } = bench();
    state.beforeAnswer = () => {
      clock.advance(12_000);
      const wokeAt = clock.now();
      clock.awakeSince = () => wokeAt;
    };
    expect(await power.cycle(target)).toEqual({ isDone: false, text: STOOD_STILL });
    expect(told).toEqual(['look']);
  });

  test('and where it stands still after that, right before the order leaves', async () => {
    const { power, target, told, clock, state, pass, dark } = bench();
    state.beforeOrder = () => clock.advance(600_000);
    const cycle = power.cycle(target);
    await pass(5_000);
    expect(await cycle).toMatchObject({ isDone: false });
    expect(told).toEqual(['look', '1.17 off (1 dark): not sent', '1.17 on (1 dark)']);
    expect(dark()).toEqual([]);
  });

  test('a slow switch is not taken for that', async () => {
    const { power, target, clock, state, pass } = bench();
    state.beforeAnswer = () => clock.advance(20_000);
    const cycle = power.cycle(target);
    await pass(5_000);
    expect(await cycle).toMatchObject({ isDone: true });
  });
});

test('a switch that takes the order and does nothing is no success, and is told to give power all the same', async () => {
  const { power, target, told, state } = bench();
  state.reads = () => true;
  expect(await power.cycle(target)).toMatchObject({
    isDone: false,
    text: expect.stringMatching(/stays on as the switch reads/),
  });
  expect(told.at(-1)).toBe('1.17 on (1 dark)');
});

test('a port that keeps its link without power was the wrong one: it gets its power back, and that switch is not used again', async () => {
  const { power, target, state, pass, dark } = bench();
  state.hasLink = true;
  const cycle = power.cycle(target);
  await pass(5_000);
  expect(await cycle).toMatchObject({ isDone: false, text: expect.stringMatching(/kept its link/) });
  expect(dark()).toEqual([]);
  expect(power.lacks(target)).toMatch(/look there which power belongs to which port/);
});

test('power that does not come back is asked for again and again, told aloud, and remembered', async () => {
  const { power, target, told, logged, state, pass, dark, options } = bench();
  state.fails = (isOn) => (isOn ? new AppError('E_SWITCH_SILENT', 'it does not answer') : null);
  const cycle = power.cycle(target);
  for (let n = 0; n < 40; n++) await pass(5_000);
  expect(await cycle).toMatchObject({
    isDone: false,
    text: expect.stringMatching(/is off and could not be given back.*switch it on/),
  });
  expect(told.filter((one) => one.includes(' on '))).toHaveLength(30);
  expect(logged).toContain('power.dark');
  expect(dark()).toMatchObject([{ switchName: 'sw1', group: 1, port: 17, portName: 'Gi0/17' }]);
  // The next process, or the next minute.
  state.fails = () => null;
  await createPortPower(options).restore();
  expect([told.at(-1), dark()]).toEqual(['1.17 on (1 dark)', []]);
});

test('a server that ends gives power back at once', async () => {
  const { power, target, told, pass, dark } = bench();
  const cycle = power.cycle(target);
  await pass(1_000);
  await power.end();
  expect(await cycle).toMatchObject({ isDone: true });
  expect([told.at(-1), dark()]).toEqual(['1.17 on (1 dark)', []]);
  expect(await power.cycle(target)).toMatchObject({ isDone: false, text: 'not done: the server ends' });
});

test('one switch gets so many cycles an hour', async () => {
  const { power, target, clock, pass } = bench();
  for (let n = 0; n < 3; n++) {
    const cycle = power.cycle(target);
    await pass(5_000);
    expect((await cycle).isDone).toBe(true);
  }
  expect(power.lacks(target)).toMatch(/^sw1 has switched power 3 times in an hour/);
  clock.advance(3_600_000);
  expect(power.lacks(target)).toBeNull();
});

test('a dry run says what it would do, and writes nothing', async () => {
  const { power, target, told } = bench({
    wish: { isDryRun: true, perHour: 3, mayHavePcs: false, byNumber: new Set<string>() },
  });
  expect(power.lacks(target)).toBe('dry run: its power would be switched at sw1 Gi0/17');
  expect(await power.cycle(target)).toMatchObject({ isDone: false });
  expect(told).toEqual(['look']);
});

describe('on the wire', () => {
  const writer = portPowerWriter({ ...SNMP_LIMITS, timeoutMs: 250, retries: 1 });
  const agentOf = () =>
    ownAgent(formOf({ kind: 'hp', ports: 4, phones: [{ port: 2, mac: A, model: '7962', load: 'x' }] }));

  test('power is taken and given by pethPsePortAdminEnable, and read back', async () => {
    const agent = await agentOf();
    const access = accessTo(agent);
    expect(await writer.set(access, { group: 1, port: 2 }, false)).toMatchObject({ isOff: true, isOn: false });
    expect(await writer.set(access, { group: 1, port: 2 }, true)).toMatchObject({ isOff: false, isOn: true });
    expect(agent.sets).toEqual([
      { oid: '1.3.6.1.2.1.105.1.1.1.3.1.2', value: 2 },
      { oid: '1.3.6.1.2.1.105.1.1.1.3.1.2', value: 1 },
    ]);
    expect(await writer.hasLink(access, 2)).toBe(true);
    expect(await writer.hasLink(access, 3)).toBe(false);
    await agent.stop();
  });

  test('an order that must not be given any more is neither sent nor sent again', async () => {
    const agent = await agentOf();
    agent.manners = { isSilent: true };
    const order = (isStillSo: () => boolean) =>
      writer.set(accessTo(agent), { group: 1, port: 2 }, false, isStillSo).catch(({ message }: Error) => message);
    expect(await order(() => false)).toBe('the switch sw1 was not asked: what it said before is too old');
    expect(agent.asked()).toBe(0);
    expect(await order(() => agent.asked() === 0)).toBe('the switch sw1 was not asked: what it said before is too old');
    expect(agent.asked()).toBe(1);
    await agent.stop();
  });

  test('a refused order that comes back without an error is seen by what stands there', async () => {
    const agent = await agentOf();
    agent.manners = { setsNothing: true };
    expect(await writer.set(accessTo(agent), { group: 1, port: 2 }, false)).toMatchObject({ isOff: false, isOn: true });
    await agent.stop();
  });

  test.each([6, 16, 17])('an order that is refused (error %i) is told as that', async (setError) => {
    const agent = await agentOf();
    agent.manners = { setError };
    await expect(writer.set(accessTo(agent), { group: 1, port: 2 }, false)).rejects.toMatchObject({
      code: 'E_SWITCH_REFUSED',
    });
    await agent.stop();
  });
});
