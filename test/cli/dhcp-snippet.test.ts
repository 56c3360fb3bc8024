import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireServerLock, type ServerInfo } from '../../src/adapters/sqlite/server-lock.ts';
import { oneAddress, otherHasThePort } from '../../src/cli/commands/dhcp-snippet.ts';
import { SNIPPET_KINDS } from '../../src/core/snippet/snippet.ts';
import { loadstep, type Outcome, ownFolder } from '../support/fake-io.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

const at = (...words: string[]): Promise<Outcome> => loadstep([...words, '--db', join(folder.path, 'loadstep.db')]);
const snippet = (...words: string[]) => at('dhcp-snippet', ...words);
const SERVER = ['--server', '192.168.50.2'];

/** Two phones on the list, and one that was. */
async function enrolled(): Promise<void> {
  const target = ['--target', 'P0S3-08-11-00'];
  for (const [mac, label] of [
    ['0018B9C0FFEE', 'desk'],
    ['0018B9C0FFAA', '\n} mutiny'],
    ['0018B9C0FFDD', 'gone'],
  ]) {
    expect((await at('enroll', '--mac', mac ?? '', '--label', label ?? '', ...target)).code).toBe(0);
  }
  expect((await at('release', '--mac', '0018B9C0FFDD')).code).toBe(0);
}

test('without flags the phones on the list are pointed here, with their labels, and nobody who left it', async () => {
  await enrolled();
  const { code, out, err } = await snippet('dnsmasq', ...SERVER);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('# desk\ndhcp-mac=set:loadstep,00:18:b9:c0:ff:ee\n');
  expect(out).toContain('# __ mutiny\ndhcp-mac=set:loadstep,00:18:b9:c0:ff:aa\n');
  expect(out).not.toContain('c0:ff:dd');
  expect((await snippet('dnsmasq', '--all', ...SERVER)).out).toBe(out);
});

test('phones named by --mac need no list; those on it keep their label', async () => {
  const bare = await snippet('isc-dhcpd', '--mac', '0018B9C0FFEE', '0018.b9c0.ffee', ...SERVER);
  expect([bare.code, bare.err]).toEqual([0, '']);
  expect(bare.out).toContain('# Points 1 phone at loadstep on 192.168.50.2.\n');
  await enrolled();
  const { out } = await snippet('isc-dhcpd', '--mac', '0018B9C0FFEE', ...SERVER);
  expect(out).toContain('# desk\nsubclass "loadstep" 1:00:18:b9:c0:ff:ee;\n');
  expect(out).not.toContain('c0:ff:aa');
});

test('--json is one line with the text in it', async () => {
  await enrolled();
  const [line, ...more] = (await snippet('kea', '--json', ...SERVER)).json();
  expect(more).toEqual([]);
  expect(line).toMatchObject({ kind: 'kea', undo: false, server: '192.168.50.2' });
  expect(line?.phones).toContainEqual({ mac: '0018B9C0FFEE', label: 'desk' });
  expect(line?.text).toBe((await snippet('kea', ...SERVER)).out);
  expect((await snippet('udhcpd', '--json', ...SERVER)).json()).toMatchObject([{ kind: 'udhcpd', everyClient: true }]);
  expect((await snippet('kea', '--json', '--undo')).json()).toMatchObject([{ kind: 'kea', undo: true }]);
  const byClass = (await snippet('kea', '--json', '--vendor-class', ...SERVER)).json();
  expect(byClass).toMatchObject([{ kind: 'kea', vendorClass: true }]);
});

test.each(SNIPPET_KINDS.map(({ name }) => name))(
  'undoing in %s needs no record, no phones and no address',
  async (kind) => {
    const { code, out, err } = await snippet(kind, '--undo');
    expect([code, err]).toEqual([0, '']);
    expect(out.length).toBeGreaterThan(50);
  },
);

test.each([
  [['dhcpcd'], /"dhcpcd" is no DHCP server that loadstep knows: dnsmasq, .*windows\./],
  [['dnsmask'], /Did you mean dnsmasq\?/],
  [['dhcpd'], /Did you mean isc-dhcpd\?/],
  [['PiHole'], /Did you mean dnsmasq\? That is the DHCP server in it/],
  [['dnsmasq', ...SERVER], /no phone is on the list; put phones there with "loadstep enroll", or give --mac/],
  [['dnsmasq', '--mac', 'nonsense', ...SERVER], /"nonsense" is not a MAC address/],
  [['dnsmasq', '--mac', '0018B9C0FFEE', '--vendor-class', ...SERVER], /exclude each other; give one/],
  [['mikrotik', '--vendor-class', ...SERVER], /no lines by vendor class for MikroTik RouterOS; give --mac/],
  [['udhcpd', '--mac', '0018B9C0FFEE', ...SERVER], /udhcpd of busybox gives every client the same; leave out --mac/],
  [['fritzbox', '--vendor-class', ...SERVER], /leave out --vendor-class/],
  [['kea', '--undo', '--mac', '0018B9C0FFEE'], /--undo takes back whatever was set; leave out --mac/],
  [['kea', '--vendor-class', '--server', 'here'], /--server: "here" is not an IPv4 address/],
  [['kea', '--vendor-class', '--server', '127.0.0.1'], /--server: no phone can ask 127\.0\.0\.1/],
  [
    ['kea', '--vendor-class', '--listen', '127.0.0.1:69'],
    /phones cannot reach this machine where it listens; say with --server/,
  ],
  [['kea', '--vendor-class', '--listen', '[::1]:69'], /say with --server/],
] as const)('%j is refused in one sentence with the way out', async (words, sentence) => {
  const { code, out, err } = await snippet(...words);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(sentence);
  expect(err).toMatch(/ \(E_BAD_USAGE\)\n$/);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('lines by vendor class say that phones which are not on the list are led here, too, and what lets them on', async () => {
  for (const kind of ['dnsmasq', 'isc-dhcpd', 'kea', 'windows']) {
    const { out } = await snippet(kind, '--vendor-class', ...SERVER);
    expect(out).toMatch(
      /^(\S+) Points every Cisco phone .*\n\1 Phones that are not on the list come here, too.*\n\1 .*--root-loads bystanders/,
    );
    expect((await snippet(kind, '--mac', '0018B9C0FFEE', ...SERVER)).out).not.toContain('bystanders');
  }
});

test('who listens on another port than phones ask is told to redirect that', async () => {
  const words = ['dnsmasq', '--vendor-class', '--listen'];
  const other = await snippet(...words, '192.168.77.1:6971');
  expect([other.code, other.err]).toEqual([0, 'loadstep: phones ask port 69: redirect it to 6971\n']);
  expect((await snippet(...words, '192.168.77.1:69')).err).toBe('');
});

test('the address is the one that the server listens on', async () => {
  const { code, out } = await snippet('kea', '--vendor-class', '--listen', '192.168.77.1:6969');
  expect(code).toBe(0);
  expect(out).toContain('"next-server": "192.168.77.1"');
});

test('without --listen it is the one at which the server of this record listens, but for one beside another server', async () => {
  await enrolled();
  const served = async (more: Partial<ServerInfo>, ...words: string[]) => {
    const info = { pid: process.pid, address: '192.168.77.1', port: 69, ...more };
    const lock = acquireServerLock(join(folder.path, 'loadstep.db'), info);
    const { out } = await snippet('kea', '--vendor-class', ...words);
    lock.release();
    return out;
  };
  expect(await served({})).toContain('"next-server": "192.168.77.1"');
  expect(await served({}, '--listen', '192.168.77.2:69')).toContain('"next-server": "192.168.77.2"');
  expect(await served({ isBeside: true })).not.toContain('192.168.77.1');
});

test('a machine with one address that phones can reach is known by it; with several, or none, somebody has to say', () => {
  expect(oneAddress(['192.168.1.3'])).toBe('192.168.1.3');
  expect(oneAddress(['fe80::1', '192.168.1.3'])).toBe('192.168.1.3');
  expect(() => oneAddress(['192.168.1.3', '10.0.0.5'])).toThrow(
    'this machine has 192.168.1.3 and 10.0.0.5; say with --server which address phones are to ask, such as --server 192.168.1.3',
  );
  expect(() => oneAddress(['192.168.1.3', '10.0.0.5'], new Set(['192.168.1.3']))).toThrow('such as --server 10.0.0.5');
  expect(() => oneAddress(['192.168.1.3'], new Set(['192.168.1.3']))).not.toThrow();
  expect(() => oneAddress([])).toThrow('such as --server 192.168.1.3');
});

test('an address where another program has the port that phones ask is warned of beside the lines', () => {
  expect(otherHasThePort('192.168.50.1', 'dnsmasq')).toBe(
    'dnsmasq answers on UDP port 69 of 192.168.50.1, so phones that are told this address ask it, not loadstep: give --server or --listen ' +
      'with an address that is loadstep\'s alone, or use "loadstep beside nft", which needs no change of DHCP',
  );
});
