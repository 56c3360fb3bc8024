import { afterEach, describe, expect, test } from 'vitest';
import { type Form, type FormPhone, formOf } from './forms.ts';
import { type OwnAgent, ownAgent } from './own-agent.ts';
import { walkingWith } from './walking.ts';

const PHONES: readonly FormPhone[] = [
  { port: 3, mac: '0018B9000003', model: '7941', load: 'SCCP41.8-5-3S' },
  { port: 17, mac: '0018B9000017', model: '7962', load: 'SCCP42.9-3-1ES27S' },
];

const agents: OwnAgent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.stop();
});

async function agentOf(form: Form): Promise<OwnAgent> {
  const agent = await ownAgent(formOf(form));
  agents.push(agent);
  return agent;
}

describe.each(['cisco', 'hp', 'netgear'] as const)('a %s switch', (kind) => {
  test('tells port, MAC, model and load of each phone, and the power of each port, in one walk', async () => {
    const agent = await agentOf({ kind, ports: 48, phones: PHONES, uplink: 48 });
    const { seen } = await walkingWith(agent);
    expect(seen.ports).toHaveLength(48);
    expect([seen.powerUnknown, seen.isPowerCounted]).toEqual([null, kind !== 'cisco']);
    for (const { port, mac, model, load } of PHONES) {
      const name = { cisco: `Gi0/${port}`, hp: String(port), netgear: `g${port}` }[kind];
      const found = seen.ports.find((one) => one.name === name);
      expect(found).toMatchObject({
        isUp: true,
        neighbours: [{ mac, isPhone: true, load, platform: expect.stringContaining(model) }],
        macs: [mac],
        power: { group: 1, port, isOn: true, isGiven: true },
      });
    }
    expect(seen.ports.find(({ name }) => name.endsWith('5'))).toMatchObject({ isUp: false, neighbours: [], macs: [] });
    expect(seen.ports.at(-1)).toMatchObject({ isUp: true, macCount: 40 });
  });
});

test('the bridge tables of a Cisco switch are found under community@vlan', async () => {
  const agent = await agentOf({ kind: 'cisco', ports: 8, phones: [], others: [{ port: 2, mac: '0018B90000AA' }] });
  const { seen } = await walkingWith(agent);
  expect(seen.ports[1]).toMatchObject({ macs: ['0018B90000AA'], neighbours: [] });
});

test('a switch of version 1 is walked name by name', async () => {
  const agent = await agentOf({
    kind: 'hp',
    ports: 4,
    phones: [{ port: 2, mac: '0018B9000002', model: '7962', load: 'SIP42.9-3-1SR4-1S' }],
  });
  const { seen } = await walkingWith(agent, { version: '1' });
  expect(seen.ports[1]).toMatchObject({ neighbours: [{ mac: '0018B9000002', load: 'SIP42.9-3-1SR4-1S' }] });
});

test('what was not seen is said: VLANs without an answer together, and those that were not asked', async () => {
  const form = formOf({ kind: 'cisco', ports: 4, phones: [] });
  const rows = form.get('public');
  for (let vlan = 200; vlan < 212; vlan++) rows?.set(`1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.${vlan}`, ['int', 1]);
  const agent = await ownAgent(form);
  agents.push(agent);
  const { seen } = await walkingWith(agent);
  expect(seen.lacks).toEqual([
    'shows no bridge table of the VLANs 200, 201, 202, 203, 204, 205, 206, 207 and 4 more (no answer)',
  ]);
});
