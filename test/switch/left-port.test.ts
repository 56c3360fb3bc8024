import { afterEach, expect, test } from 'vitest';
import { portPowerWriter } from '../../src/adapters/switches/port-power.ts';
import { SNMP_LIMITS } from '../../src/adapters/switches/snmp-agent.ts';
import { switchWalker } from '../../src/adapters/switches/walk-switch.ts';
import { createPortPower } from '../../src/app/bench/port-power.ts';
import { createPortWatch } from '../../src/app/bench/port-watch.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { KnownPlace } from '../../src/core/switch/bench-map.ts';
import { FakeClock } from '../support/clock.ts';
import { dropFdbRows, type Form, fdbRows, formOf, ifIndexOf, type Rows } from './forms.ts';
import { type OwnAgent, ownAgent, rowsChanged } from './own-agent.ts';
import { accessTo } from './walking.ts';

const X = '0018B9150801' as MacAddress;
const Y = '00CC00112233' as MacAddress;
const LIMITS = { ...SNMP_LIMITS, timeoutMs: 500, retries: 1 };

const agents: OwnAgent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.stop();
});

/** X hangs at port 3 of a switch, which a server that switches power there has seen. */
async function seenThere(kind: Form['kind'], heardAt: number | null = null) {
  const phones = [{ port: 3, mac: X, model: '7941', load: 'SCCP41.8-5-3S' }];
  const form = formOf({ kind, ports: 8, phones, others: [{ port: 8, mac: '02004E000001' }] });
  const views = new Map(form);
  const agent = await ownAgent(views);
  agents.push(agent);
  const rows = form.get('public') as Rows;
  const table = (form.get('public@100') ?? rows) as Rows;
  const clock = new FakeClock();
  const access = accessTo(agent);
  const quiet = () => {};
  const log = { error: quiet, warn: quiet, info: quiet, debug: quiet };
  const places = new Map<MacAddress, KnownPlace>();
  const shelf = {
    sealedSwitches: () => [],
    places: () => places,
    keepPlaces: quiet,
    ...{ darkPorts: () => [], keepDark: quiet, dropDark: quiet },
  };
  const phone = (mac: MacAddress) => (mac === X ? { lastSeenAt: heardAt } : null);
  const common = { clock, log, shelf, switches: () => [access], phone };
  const watch = createPortWatch({ ...common, walker: switchWalker(LIMITS), decide: async () => true });
  const power = createPortPower({
    ...common,
    ...{
      watch,
      writer: portPowerWriter(LIMITS),
      wish: { isDryRun: false, perHour: 9, mayHavePcs: false, byNumber: new Set(['sw1']) },
    },
  });
  // Its link goes with its power.
  agent.onSet = (_, value) => {
    rows.set(`1.3.6.1.2.1.2.2.1.8.${ifIndexOf(kind, 3)}`, ['int', value === 1 ? 1 : 2]);
  };
  await watch.look(access);
  const target = { mac: X, address: null, label: null, port: null };
  const cycle = async () => {
    rowsChanged(form.values());
    const cycling = power.cycle(target);
    // Five seconds without power begin with the first order, some datagrams from now.
    const pass = setInterval(() => clock.advance(agent.sets.length > 0 ? 5_000 : 0), 5);
    return cycling.finally(() => clearInterval(pass));
  };
  /** A value of port 3: its link, or when that came up. */
  const atPort = (column: number, value: Rows extends Map<string, infer V> ? V : never) =>
    rows.set(`1.3.6.1.2.1.2.2.1.${column}.${ifIndexOf(kind, 3)}`, value);
  expect(power.lacks(target)).toBeNull();
  return { agent, rows, table, cycle, atPort, view: (name: string, of: Rows) => void views.set(name, of) };
}

test.each(['cisco', 'hp', 'netgear'] as const)(
  'a phone that hangs at its port of a %s switch is restarted there',
  async (kind) => {
    const { agent, cycle } = await seenThere(kind);
    expect(await cycle()).toMatchObject({ isDone: true });
    expect(agent.sets).toEqual([
      { oid: '1.3.6.1.2.1.105.1.1.1.3.1.3', value: 2 },
      { oid: '1.3.6.1.2.1.105.1.1.1.3.1.3', value: 1 },
    ]);
  },
);

test.each([
  ...(['cisco', 'hp'] as const).map(
    (kind) =>
      [kind, 'another device took its place', X, Y, /does not have it at sw1 \S+, and has 00CC00112233 there/] as const,
  ),
  ...(['cisco', 'hp'] as const).map(
    (kind) => [kind, 'another device is there, too', null, Y, /00CC00112233 is at sw1 \S+, too/] as const,
  ),
  [
    'cisco',
    'it sends nothing any more',
    X,
    null,
    /^not done: the bridge table of sw1 does not have it at sw1 Gi0\/3: it is gone/,
  ],
] as const)('a %s switch is not written to where its words stand still, and %s', async (kind, _, gone, come, why) => {
  const { agent, table, cycle } = await seenThere(kind);
  if (gone !== null) dropFdbRows(table, gone);
  if (come !== null) fdbRows(table, 3, come);
  expect(await cycle()).toMatchObject({
    isDone: false,
    text: expect.stringMatching(why),
  });
  expect(agent.sets).toEqual([]);
});

test('a switch is not written to where the link came up since it said anything, until it was heard', async () => {
  const unheard = await seenThere('cisco');
  unheard.atPort(9, ['ticks', 8_636_000]);
  expect(await unheard.cycle()).toMatchObject({
    isDone: false,
    text: expect.stringMatching(/may be from before the link came up there 40 s ago/),
  });
  expect(unheard.agent.sets).toEqual([]);
  const heard = await seenThere('cisco', 1_000_000 - 39_000);
  heard.atPort(9, ['ticks', 8_636_000]);
  expect(await heard.cycle()).toMatchObject({ isDone: true });
});

test('a switch is not written to while it shows one of its VLANs to nobody: a phone may hang there unseen', async () => {
  const { agent, rows, cycle, view } = await seenThere('cisco');
  // A community that does not exist gets no answer.
  rows.set('1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.200', ['int', 1]);
  expect(await cycle()).toMatchObject({
    isDone: false,
    text: 'not done: a phone may hang at sw1 Gi0/3 unseen: sw1 shows no bridge table of VLAN 200 (no answer)',
  });
  expect(agent.sets).toEqual([]);
  view('public@200', new Map());
  expect(await cycle()).toMatchObject({ isDone: true });
});

test('a Cisco switch that does not say which VLANs it has was seen in part: under its community stands the table of one', async () => {
  const { agent, rows, table, cycle } = await seenThere('cisco');
  for (const name of [...rows.keys()]) if (name.startsWith('1.3.6.1.4.1.9.9.46.')) rows.delete(name);
  for (const [name, value] of table) rows.set(name, value);
  expect(await cycle()).toMatchObject({
    isDone: false,
    text: 'not done: a phone may hang at sw1 Gi0/3 unseen: sw1 does not say which VLANs it has, so that one of its bridge tables was seen',
  });
  expect(agent.sets).toEqual([]);
});
