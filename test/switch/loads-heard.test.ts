import { expect, test } from 'vitest';
import { SwitchWitness } from '../../src/app/bench/switch-witness.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { loadsHeard } from '../../src/core/switch/loads-heard.ts';
import type { PortNeighbour, SwitchPort } from '../../src/core/switch/switch-seen.ts';
import type { Statement } from '../../src/core/witness/statement.ts';
import { seenWith } from './seen.ts';

// Anybody at any port can say in CDP that he is a phone: whose words they are, and of when, is what it takes to believe them.

const [A, B] = ['0018B9000001', '0018B9000002'] as [MacAddress, MacAddress];

const said = (mac: MacAddress, more: Partial<PortNeighbour> = {}): PortNeighbour => ({
  ...{ by: 'cdp', mac, device: `SEP${mac}`, platform: 'Cisco IP Phone 7942', isPhone: true },
  ...{ load: 'SIP42.9-3-1SR4-1S', address: '192.0.2.10', agoMs: 5_000, ...more },
});

function port(name: string, more: Partial<SwitchPort> = {}): SwitchPort {
  const { macs = [] } = more;
  const empty = { ifIndex: Number(name), name, isUp: true, linkedForMs: null, neighbours: [], power: null };
  return { ...empty, macCount: macs.length, learnt: macs, ...more, macs };
}

const OURS = port('3', { neighbours: [said(A)], macs: [A] });

const heardAt = (...ports: readonly SwitchPort[]) =>
  loadsHeard(new Map([['sw1', seenWith(ports)]])).map(({ mac, port, load }) => `${mac} ${port} ${load}`);

test('a Java phone that alone bears its words, at the port where its MAC is, is heard', () => {
  expect(heardAt(OURS, port('4', { macs: [B] }))).toEqual([`${A} 3 SIP42.9-3-1SR4-1S`]);
});

test.each<[string, readonly SwitchPort[]]>([
  ['another port bears the same name', [OURS, port('5', { neighbours: [said(A, { load: 'SIP42.8-5-2S' })] })]],
  ['a port without link still does', [OURS, port('5', { isUp: false, neighbours: [said(A)] })]],
  ['its MAC is behind another port, too', [OURS, port('5', { macs: [A] })]],
  ['its MAC is behind another port alone', [{ ...OURS, macs: [] }, port('5', { macs: [A] })]],
  ['its MAC is behind no port', [{ ...OURS, macs: [] }]],
  ['another phone speaks there', [{ ...OURS, neighbours: [said(A), said(B)] }]],
  ['it says two things there', [{ ...OURS, neighbours: [said(A), said(A, { load: 'SIP42.8-5-2S' })] }]],
  ['a switch is behind that port', [{ ...OURS, neighbours: [said(A), said(B, { isPhone: false, mac: null })] }]],
  ['many devices are behind that port', [{ ...OURS, macs: [A], macCount: 9 }]],
  ['the port has no link', [{ ...OURS, isUp: false }]],
  ['the link came up after the switch knew that', [{ ...OURS, linkedForMs: 4_000 }]],
  ['nobody says since when', [{ ...OURS, neighbours: [said(A, { agoMs: null })] }]],
  ['it names no load', [{ ...OURS, neighbours: [said(A, { load: null })] }]],
  ['it says no address', [{ ...OURS, neighbours: [said(A, { address: null })] }]],
  ['it speaks LLDP', [{ ...OURS, neighbours: [said(A, { by: 'lldp' })] }]],
  [
    'it is a 7960, whose words are those of its loader',
    [{ ...OURS, neighbours: [said(A, { platform: 'Cisco IP Phone 7960' })] }],
  ],
])('nothing is heard of it where %s', (_, ports) => {
  expect(heardAt(...ports)).toEqual([]);
});

test('a second switch that sees the same phone at a port of its own is a doubt; one that sees it behind an uplink is none', () => {
  const both = (other: SwitchPort) =>
    loadsHeard(
      new Map([
        ['sw1', seenWith([OURS])],
        ['sw2', seenWith([other])],
      ]),
    ).length;
  expect(both(port('1', { macs: [A] }))).toBe(0);
  expect(both(port('1', { macs: [A], macCount: 40 }))).toBe(1);
});

test('the moment is believed of switches of Cisco alone', () => {
  expect(loadsHeard(new Map([['sw1', seenWith([OURS], { isCisco: false })]]))).toEqual([]);
});

test('words are brought once, with the moment before which they were not said; the same words noticed anew once more', async () => {
  const heard: Statement[] = [];
  const witness = new SwitchWitness({ hear: async (one) => heard.push(one) > 0 });
  const at = (askedAt: number, agoMs: number, now = askedAt + 900) =>
    witness.bring(
      new Map([['sw1', { seen: seenWith([{ ...OURS, neighbours: [said(A, { agoMs })] }]), askedAt }]]),
      now,
    );
  await at(1_000_000, 5_000);
  await at(1_060_000, 65_040);
  expect(heard).toEqual([
    {
      ...{ by: 'cdp', mac: A, address: '192.0.2.10', at: 1_000_900, since: 994_990 },
      said: { load: 'SIP42.9-3-1SR4-1S', archive: null, agent: null },
      words: 'Cisco IP Phone 7942, SIP42.9-3-1SR4-1S (sw1 3)',
    },
  ]);
  await at(1_120_000, 10_000);
  expect(heard.map(({ since }) => since)).toEqual([994_990, 1_109_990]);
});

test('words of long ago are not brought: they prove nothing', async () => {
  const heard: Statement[] = [];
  const witness = new SwitchWitness({ hear: async (one) => heard.push(one) > 0 });
  const ports = [{ ...OURS, neighbours: [said(A, { agoMs: 90_000 })] }];
  await witness.bring(new Map([['sw1', { seen: seenWith(ports), askedAt: 1_000_000 }]]), 1_000_900);
  expect(heard).toEqual([]);
});

test('where a part of what the switch knows was not seen, nobody can tell that nobody else is there', () => {
  const partly = seenWith([OURS], { lacks: ['shows no bridge table of VLAN 200 (no answer)'] });
  expect(loadsHeard(new Map([['sw1', partly]]))).toEqual([]);
});
