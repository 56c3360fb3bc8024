import { expect, test } from 'vitest';
import { neighbourMap, parseIpNeigh, parseProcNetArp, ROUTER_ADDRESSES } from '../../src/core/who/neighbours.ts';

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

test('a phone that moved leaves its old entry behind and is still believed', () => {
  const map = neighbourMap(parseProcNetArp(ARP.replace('00:1b:d4:aa:aa:aa', '00:18:b9:c0:ff:ee')));
  expect([...map.keys()]).toEqual(['192.168.1.12', '192.168.1.14']);
});

test('a router that answers for others (proxy ARP) identifies none of them', () => {
  const lines = Array.from({ length: ROUTER_ADDRESSES }, (_, i) => `10.0.0.${i + 1} 0x1 0x2 00:50:56:00:00:01 * eth0`);
  const map = neighbourMap(parseProcNetArp([...lines, '10.0.0.9 0x1 0x2 00:18:b9:c0:ff:ee * eth0'].join('\n')));
  expect([...map]).toEqual([['10.0.0.9', '0018B9C0FFEE']]);
});

test('an address that two interfaces list with two MACs belongs to neither', () => {
  const text = '10.0.0.1 0x1 0x2 00:18:b9:c0:ff:ee * eth0\n10.0.0.1 0x1 0x2 00:18:b9:c0:ff:ef * eth1\n';
  expect(neighbourMap(parseProcNetArp(text)).size).toBe(0);
});
