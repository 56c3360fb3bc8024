import { createSocket } from 'node:dgram';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { endianness, networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packetFilter } from '../../src/adapters/host/packet-filter.ts';
import { isPortTaken, portHolders } from '../../src/adapters/host/port-holders.ts';
import { firstFreePort, freeBytes, interfacesWith, mayTakeLowPorts } from '../../src/adapters/host/system-facts.ts';
import { readDhcp } from '../../src/core/capture/dhcp.ts';
import { discoverMessage, transactionOf } from '../../src/core/doctor/discover.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loadstep-host-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const UDP = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  101: 00000000:0045 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 0
  102: 00000000:0450 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4712 2 0000000000000000 0
`;

/** A process with a socket. */
function process_(pid: number, name: string, inode: number): void {
  put(`${pid}/comm`, `${name}\n`);
  mkdirSync(join(folder, String(pid), 'fd'), { recursive: true });
  symlinkSync('/dev/null', join(folder, String(pid), 'fd', '0'));
  symlinkSync(`socket:[${inode}]`, join(folder, String(pid), 'fd', '3'));
}

test('who has a port is told by name and number, over IPv4 and IPv6', async () => {
  put('net/udp', UDP);
  put('net/udp6', UDP.replace('00000000:0045', `${'0'.repeat(32)}:0045`).replace('4711', '4713'));
  process_(812, 'in.tftpd', 4711);
  process_(813, 'other', 4712);
  process_(814, 'dnsmasq', 4713);
  expect(await portHolders({ address: '::', port: 69 }, folder)).toEqual([
    { pid: 812, name: 'in.tftpd' },
    { pid: 814, name: 'dnsmasq' },
  ]);
  expect(await portHolders({ address: '::', port: 1104 }, folder)).toEqual([{ pid: 813, name: 'other' }]);
  expect(await portHolders({ address: '::', port: 70 }, folder)).toEqual([]);
});

/** An IPv4 address as /proc/net/udp writes it on this machine; 192.168.50.1 is 0132A8C0 on a PC. */
const hex4 = (address: string) => {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase());
  return (endianness() === 'LE' ? bytes.reverse() : bytes).join('');
};
const word = (digits: string) => (endianness() === 'LE' ? (digits.match(/../g) ?? []).reverse().join('') : digits);
/** An IPv6 address of 32 digits as /proc/net/udp6 writes it: four words, each in the order of the machine. */
const hex6 = (digits: string) => (digits.toUpperCase().match(/.{8}/g) ?? []).map(word).join('');
const row = (local: string, inode: number) =>
  `  101: ${local}:0045 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 ${inode} 2 0 0\n`;

test.each([
  ['192.168.50.2', ['loadstep']],
  ['192.168.50.1', ['dnsmasq']],
  ['192.168.50.3', ['any6']],
  ['0.0.0.0', ['loadstep', 'dnsmasq']],
  ['2001:db8::1', ['office6', 'any6']],
  ['2001:DB8:0::2', ['any6']],
  ['fe80::1%eth0', ['local6', 'any6']],
  ['::', ['loadstep', 'dnsmasq', 'office6', 'local6', 'any6']],
])('only who is in the way of %s is named', async (address, names) => {
  put('net/udp', `head\n${row(hex4('192.168.50.2'), 1)}${row(hex4('192.168.50.1'), 2)}`);
  const office = hex6(`20010db8${'0'.repeat(23)}1`);
  const local = hex6(`fe80${'0'.repeat(27)}1`);
  put('net/udp6', `head\n${row(office, 3)}${row(local, 4)}${row('0'.repeat(32), 5)}`);
  for (const [at, name] of ['loadstep', 'dnsmasq', 'office6', 'local6', 'any6'].entries())
    process_(801 + at, name, 1 + at);
  const holders = await portHolders({ address, port: 69 }, folder);
  expect(holders?.map(({ name }) => name)).toEqual(names);
});

test('a socket that takes every address is in the way of each, but over IPv4 not of IPv6', async () => {
  put('net/udp', UDP);
  process_(812, 'in.tftpd', 4711);
  expect(await portHolders({ address: '192.168.50.2', port: 69 }, folder)).toEqual([{ pid: 812, name: 'in.tftpd' }]);
  expect(await portHolders({ address: '2001:db8::1', port: 69 }, folder)).toEqual([]);
});

test('a socket of IPv6 for one IPv4 address is in the way of that one', async () => {
  put('net/udp6', `head\n${row(hex6(`${'0'.repeat(20)}ffffc0a83202`), 1)}`);
  process_(801, 'java', 1);
  for (const [address, names] of [
    ['192.168.50.2', ['java']],
    ['0.0.0.0', ['java']],
    ['192.168.50.1', []],
  ] as const)
    expect((await portHolders({ address, port: 69 }, folder))?.map(({ name }) => name)).toEqual(names);
});

test('a port is taken when any address has it, and nobody knows where the system does not tell', async () => {
  expect(await isPortTaken(69, folder)).toBeNull();
  put('net/udp', UDP);
  expect(await isPortTaken(69, folder)).toBe(true);
  expect(await isPortTaken(67, folder)).toBe(false);
});

test('where the system does not tell who has ports, nobody is named', async () => {
  expect(await portHolders({ address: '::', port: 69 }, folder)).toBeNull();
});

test('a process that this user may not look into is not named', async () => {
  put('net/udp', UDP);
  put('812/comm', 'in.tftpd\n');
  expect(await portHolders({ address: '::', port: 69 }, folder)).toEqual([]);
});

test.runIf(process.platform === 'linux')('a socket of this very process is found', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  try {
    const holders = await portHolders(socket.address());
    expect(holders?.map(({ pid }) => pid)).toContain(process.pid);
  } finally {
    socket.close();
  }
});

test.each([
  ['root', 'CapEff:\t000001ffffffffff\n', true],
  ['a user with setcap', 'Name:\tnode\nCapEff:\t0000000000000400\n', true],
  ['a user', 'CapEff:\t0000000000000000\n', false],
  ['a user with every other right', 'CapEff:\t000001fffffffbff\n', false],
  ['another system', '', null],
])('whether %s may take a low port', async (_, status, answer) => {
  put('self/status', status);
  expect(await mayTakeLowPorts(folder)).toBe(answer);
});

test('the first port for everybody is what the system says, else 1024', async () => {
  expect(await firstFreePort(folder)).toBe(1024);
  put('sys/net/ipv4/ip_unprivileged_port_start', '0\n');
  expect(await firstFreePort(folder)).toBe(0);
  put('sys/net/ipv4/ip_unprivileged_port_start', 'nonsense\n');
  expect(await firstFreePort(folder)).toBe(1024);
});

test('an interface is known by its address, with the largest packet it takes', async () => {
  const [name = ''] =
    Object.entries(networkInterfaces()).find(([, list]) => list?.some(({ address }) => address === '127.0.0.1')) ?? [];
  expect(await interfacesWith(['127.0.0.1'], folder)).toEqual([{ name, mtu: null }]);
  put(`class/net/${name}/mtu`, '1500\n');
  expect(await interfacesWith(['127.0.0.1'], folder)).toEqual([{ name, mtu: 1500 }]);
  expect(await interfacesWith(['192.0.2.77'], folder)).toEqual([]);
});

test('room on a disk is a number, and nothing where there is no folder', async () => {
  expect(await freeBytes(folder)).toBeGreaterThan(0);
  expect(await freeBytes(join(folder, 'nowhere'))).toBeNull();
});

test.each([
  [
    'nft has rules',
    { nft: 'table inet a {\n}', 'iptables-save': '*filter' },
    { program: 'nft', rules: 'table inet a {\n}' },
  ],
  [
    'nft has none, old iptables have',
    { nft: '', 'iptables-save': '*filter' },
    { program: 'iptables', rules: '*filter' },
  ],
  ['nft is not there', { nft: null, 'iptables-save': '*filter' }, { program: 'iptables', rules: '*filter' }],
  ['nobody has rules', { nft: '\n', 'iptables-save': '' }, { program: 'nft', rules: '' }],
  ['this user may not read them', { nft: null, 'iptables-save': null }, null],
])('the packet filter is asked and not changed: %s', async (_, says, expected) => {
  const asked: string[] = [];
  const print = async (command: string, words: readonly string[]) => {
    asked.push([command, ...words].join(' '));
    return says[command as keyof typeof says];
  };
  expect(await packetFilter(print)).toEqual(expected);
  expect(['nft list ruleset', 'nft list ruleset,iptables-save']).toContain(asked.join(','));
});

test('the question to DHCP servers is that of a 7940 which knows no address', () => {
  const message = discoverMessage('0018B9C0FFEE' as MacAddress, 0xfedcba98);
  expect(message.length).toBeGreaterThanOrEqual(300);
  expect(transactionOf(message)).toBe(0xfedcba98);
  expect(readDhcp(message)).toMatchObject({
    message: 'discover',
    mac: '0018B9C0FFEE',
    address: null,
    vendorClass: 'Cisco Systems, Inc. IP Phone CP-7940G\0',
  });
  expect([...message.subarray(10, 28)].filter((byte) => byte !== 0)).toEqual([0x80]);
  expect(transactionOf(message.subarray(0, 7))).toBeNull();
});
