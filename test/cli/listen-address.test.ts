import { expect, test } from 'vitest';
import { addressText, parseListen } from '../../src/server/listen-address.ts';
import { reachableAddresses, serverAddressFor } from '../../src/server/own-addresses.ts';

test.each([
  ['0.0.0.0:69', '0.0.0.0', 69],
  ['192.168.1.5', '192.168.1.5', 69],
  ['127.0.0.1:0', '127.0.0.1', 0],
  [':1069', '0.0.0.0', 1069],
  ['1069', '0.0.0.0', 1069],
  ['[::]:69', '::', 69],
  ['[::1]', '::1', 69],
  ['::1', '::1', 69],
  ['[fe80::1]:1069', 'fe80::1', 1069],
])('--listen %s is address %s and port %d', (text, address, port) => {
  expect(parseListen(text)).toEqual({ ok: true, value: { address, port } });
});

test.each([
  'nowhere:xyz',
  'nowhere:69',
  '',
  '127.0.0.1:70000',
  '127.0.0.1:',
  '[127.0.0.1:69',
  '1.2.3',
  '[nowhere]:69',
  '-1',
])('--listen "%s" is refused with a way out', (text) => {
  const parsed = parseListen(text);
  expect(parsed.ok).toBe(false);
  expect(!parsed.ok && parsed.error).toMatch(/write one such as 0\.0\.0\.0:69/);
});

test('an IPv6 address stands in brackets before its port', () => {
  expect(addressText('::1', 69)).toBe('[::1]:69');
  expect(addressText('127.0.0.1', 69)).toBe('127.0.0.1:69');
});

const card = (address: string, cidr: string, internal = false) => ({
  address,
  netmask: '',
  family: 'IPv4' as const,
  mac: '00:00:00:00:00:00',
  internal,
  cidr,
});
const cards = {
  lo: [card('127.0.0.1', '127.0.0.1/8', true)],
  eth0: [card('10.1.0.5', '10.1.0.5/16')],
  eth1: [card('192.168.7.5', '192.168.7.5/24')],
};

test('a phone is told the address that lies in its own network', () => {
  expect(serverAddressFor('0.0.0.0', '192.168.7.44', () => cards)).toBe('192.168.7.5');
  expect(serverAddressFor('0.0.0.0', '10.1.200.1', () => cards)).toBe('10.1.0.5');
  expect(serverAddressFor('::', '::ffff:192.168.7.44', () => cards)).toBe('192.168.7.5');
  expect(serverAddressFor('0.0.0.0', '127.0.0.7', () => cards)).toBe('127.0.0.1');
});

test('a phone behind a router is told an address that can be reached, and a chosen address is kept', () => {
  expect(serverAddressFor('0.0.0.0', '172.16.9.9', () => cards)).toBe('10.1.0.5');
  expect(serverAddressFor('192.168.7.5', '172.16.9.9', () => cards)).toBe('192.168.7.5');
  expect(reachableAddresses(cards)).toEqual(['10.1.0.5', '192.168.7.5']);
});
