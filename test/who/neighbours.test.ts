import { expect, test } from 'vitest';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import { type Address, normalizeAddress } from '../../src/core/who/address.ts';
import {
  neighbourMap,
  parseAgedNeighbours,
  parseIpNeigh,
  parseProcNetArp,
  ROUTER_ADDRESSES,
  routersAmong,
  suspectsAmong,
} from '../../src/core/who/neighbours.ts';

const ARP = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.12     0x1         0x2         00:18:b9:c0:ff:ee     *        eth0
192.168.1.13     0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.14     0x1         0x6         00:1b:d4:aa:aa:aa     *        eth0
192.168.1.15     0x1         0x0         00:1b:d4:aa:aa:ab     *        eth0
192.168.1.16     0x20        0x2         00:1b:d4:aa:aa:ac     *        ib0
`;

test('finished Ethernet entries of the ARP table count, unfinished ones and other hardware do not', () => {
  expect(parseProcNetArp(ARP)).toEqual([
    { address: '192.168.1.12', mac: '0018B9C0FFEE' },
    { address: '192.168.1.14', mac: '001BD4AAAAAA' },
  ]);
});

test('an ARP table of another shape gives nothing', () => {
  for (const text of [
    '',
    '\0\0\0',
    'a b c d',
    '1.2.3.4 0x1 2 00:18:b9:c0:ff:ee',
    '999.1.1.1 0x1 0x2 00:18:b9:c0:ff:ee',
  ]) {
    expect(parseProcNetArp(text)).toEqual([]);
  }
});

test('IPv6 neighbours count while they are known, link-local ones with their zone', () => {
  const text = `fe80::218:b9ff:fec0:ffee dev eth0 lladdr 00:18:b9:c0:ff:ee STALE
2001:db8::12 dev eth0 lladdr 00:18:b9:c0:ff:ee router REACHABLE
2001:db8::13 dev eth0  FAILED
2001:db8::14 dev eth0 lladdr 00:18:b9:c0:ff:ef FAILED
2001:db8::15 dev eth0  INCOMPLETE
lladdr dev
`;
  expect(parseIpNeigh(text)).toEqual([
    { address: 'fe80::218:b9ff:fec0:ffee%eth0', mac: '0018B9C0FFEE' },
    { address: '2001:db8::12', mac: '0018B9C0FFEE' },
  ]);
});

test('a MAC behind many addresses may be a router that answers for others (proxy ARP), or a phone that moved often', () => {
  const lines = Array.from({ length: ROUTER_ADDRESSES }, (_, i) => `10.0.0.${i + 1} 0x1 0x2 00:50:56:00:00:01 * eth0`);
  const two = ['10.0.0.9 0x1 0x2 00:18:b9:c0:ff:ee * eth0', '10.0.0.8 0x1 0x2 00:18:b9:c0:ff:ee * eth0'];
  expect([...suspectsAmong(parseProcNetArp([...lines, ...two].join('\n')))]).toEqual(['005056000001']);
});

const AGED = [
  { dst: '10.0.0.1', dev: 'eth0', lladdr: '00:18:b9:c0:ff:ee', used: 3, confirmed: 63, updated: 3, state: ['STALE'] },
  {
    dst: '10.0.0.2',
    dev: 'eth0',
    lladdr: '00:1b:d4:aa:aa:aa',
    used: 9,
    confirmed: 0,
    updated: 900,
    state: ['REACHABLE'],
  },
  { dst: '10.0.0.3', dev: 'eth0', used: 588, confirmed: 648, updated: 585, state: ['INCOMPLETE'] },
  { dst: '10.0.0.4', dev: 'eth0', lladdr: '00:1b:d4:aa:aa:ab', confirmed: 1, updated: 1, state: ['FAILED'] },
  { dst: '10.0.0.5', dev: 'eth0', lladdr: '00:1b:d4:aa:aa:ac', confirmed: 1, updated: 1, state: ['PERMANENT'] },
  { dst: 'fe80::1', dev: 'eth0', lladdr: '00:1b:d4:aa:aa:ad', confirmed: 4, updated: 5, state: ['DELAY'] },
];

test('the age of an entry is when the phone last spoke or answered, and is never told shorter than it is', () => {
  expect(parseAgedNeighbours(JSON.stringify(AGED))).toEqual([
    { address: '10.0.0.1', mac: '0018B9C0FFEE', confirmedAgoMs: 64_000, heardAgoMs: 4_000 },
    { address: '10.0.0.2', mac: '001BD4AAAAAA', confirmedAgoMs: 1_000, heardAgoMs: 1_000 },
    // A person set it: that is no word of the phone's.
    { address: '10.0.0.5', mac: '001BD4AAAAAC', confirmedAgoMs: 2_000, heardAgoMs: null },
    { address: 'fe80::1%eth0', mac: '001BD4AAAAAD', confirmedAgoMs: 5_000, heardAgoMs: 5_000 },
  ]);
});

test('an ip command that is missing, too old or of another kind tells no ages', () => {
  const others = ['', '10.0.0.1 dev eth0 lladdr 00:18:b9:c0:ff:ee STALE\n', '{}', '[{"dst":', 'null'];
  for (const text of others) expect(parseAgedNeighbours(text)).toBeNull();
  expect(
    parseAgedNeighbours('[{},{"dst":"10.0.0.1","lladdr":"00:18:b9:c0:ff:ee","confirmed":"x","updated":-1}]'),
  ).toEqual([]);
});

test('only who answered for three addresses within a minute is a router; addresses left behind hours ago are none', () => {
  const entry = (last: number, confirmed: number) => ({
    address: normalizeAddress(`10.0.0.${last}`) as Address,
    mac: '0018B9C0FFEE' as MacAddress,
    confirmedAgoMs: confirmed,
    heardAgoMs: confirmed,
  });
  expect([...routersAmong([entry(1, 1_000), entry(2, 59_999), entry(3, 30_000)])]).toEqual(['0018B9C0FFEE']);
  expect([...routersAmong([entry(1, 1_000), entry(2, 60_000), entry(3, 3_600_000), entry(4, 7_200_000)])]).toEqual([]);
});

test('an address that two interfaces list with two MACs belongs to neither', () => {
  const text = '10.0.0.1 0x1 0x2 00:18:b9:c0:ff:ee * eth0\n10.0.0.1 0x1 0x2 00:18:b9:c0:ff:ef * eth1\n';
  expect(neighbourMap(parseProcNetArp(text)).size).toBe(0);
});
