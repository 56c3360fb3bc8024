import { describe, expect, test } from 'vitest';
import { examine } from '../../src/core/doctor/examine.ts';
import type { DhcpOffer, Seen, Verdict } from '../../src/core/doctor/seen.ts';
import { WELL } from './well.ts';

const OURS: DhcpOffer = {
  server: '192.168.50.1',
  option150: ['192.168.50.2'],
  option66: '192.168.50.2',
  nextServer: '192.168.50.2',
};

const seen = (change: Partial<Seen>): readonly Verdict[] => examine({ ...WELL, ...change });
const about = (check: string, change: Partial<Seen>) => seen(change).filter((one) => one.check === check);

test('a machine on which nothing is wrong is good in everything but what nobody asked, and one question stays', () => {
  expect(seen({}).map(({ check, state }) => [check, state])).toEqual([
    ['port', 'good'],
    ['rights', 'good'],
    ['addresses', 'good'],
    ['firewall', 'good'],
    ['dhcp', 'unknown'],
    ['mtu', 'good'],
    ['leases', 'good'],
    ['neighbours', 'good'],
    ['firmware', 'good'],
    ['record', 'good'],
    ['clock', 'good'],
    ['switch', 'question'],
  ]);
});

const IN_USE = { code: 'E_PORT_IN_USE', message: 'in use' } as const;
const DENIED = {
  code: 'E_PORT_DENIED',
  message: 'UDP port 69 is not allowed for this user: run "sudo setcap"',
} as const;

test.each<[string, string, Partial<Seen>, Verdict['state'], RegExp, Verdict['code']]>([
  [
    'another server has the port',
    'port',
    { portRefusal: IN_USE, holders: [{ pid: 812, name: 'in.tftpd' }] },
    'bad',
    /taken by in\.tftpd \(process 812\); stop it, .*loadstep beside nft.*beside\.md#whatever-keeps-port-69\)$/,
    'E_PORT_IN_USE',
  ],
  [
    'dnsmasq has it, which takes every address',
    'port',
    { listen: { address: '192.168.50.2', port: 69 }, portRefusal: IN_USE, holders: [{ pid: 812, name: 'dnsmasq' }] },
    'bad',
    /taken by dnsmasq \(process 812\); .*; dnsmasq takes every address, unless .*listen-address.*bind-interfaces.*docs\/beside\.md#dnsmasq-on-the-same-machine/,
    'E_PORT_IN_USE',
  ],
  [
    'a process with a hostile name',
    'port',
    { portRefusal: IN_USE, holders: [{ pid: 1, name: '\u001b[2Jx' }] },
    'bad',
    /taken by \\u\{1b\}\[2Jx/,
    'E_PORT_IN_USE',
  ],
  [
    'a process of somebody else',
    'port',
    { portRefusal: IN_USE, holders: [] },
    'bad',
    /cannot see; "sudo ss -lunp sport = :69"/,
    'E_PORT_IN_USE',
  ],
  ['a system that does not tell', 'port', { portRefusal: IN_USE }, 'bad', /cannot see/, 'E_PORT_IN_USE'],
  [
    'the own server has it',
    'port',
    { portRefusal: IN_USE, isOwnServer: true },
    'good',
    /the server of this database/,
    null,
  ],
  [
    'beside has the phones of the list, and dnsmasq keeps the port',
    'port',
    {
      portRefusal: IN_USE,
      beside: { command: 'beside nft', port: 6969 },
      holders: [{ pid: 812, name: 'dnsmasq' }],
    },
    'good',
    /^dnsmasq keeps port 69, and "loadstep beside nft" answers the phones of the list on port 6969$/,
    null,
  ],
  [
    'beside has the port that was asked about',
    'port',
    {
      listen: { address: '0.0.0.0', port: 6969 },
      portRefusal: IN_USE,
      isOwnServer: true,
      beside: { command: 'beside nft', port: 6969 },
    },
    'good',
    /^another program keeps port 69, and "loadstep beside nft" answers the phones of the list on port 6969$/,
    null,
  ],
  [
    'a port that is not 69 is taken by somebody who cannot be seen',
    'port',
    { listen: { address: '0.0.0.0', port: 6969 }, portRefusal: IN_USE, holders: [] },
    'bad',
    /^(?!.*dnsmasq).*cannot see/,
    'E_PORT_IN_USE',
  ],
  [
    'an empty store',
    'firmware',
    { firmware: { folders: ['/fw'], refusal: null, packages: 0, faulty: 0 } },
    'bad',
    /^no package in \/fw; "loadstep firmware needed --target LOAD" names what to get, "loadstep firmware import ARCHIVE" brings it$/,
    null,
  ],
  [
    'a store with files that make no package',
    'firmware',
    { firmware: { folders: ['/fw'], refusal: null, packages: 3, faulty: 1 } },
    'bad',
    /^3 packages in \/fw; 1 more not to be used: "loadstep firmware verify" says which and why$/,
    null,
  ],
  [
    'no firmware folder',
    'firmware',
    { firmware: { folders: ['/fw'], refusal: { code: 'E_NO_FIRMWARE', message: 'none' }, packages: 0, faulty: 0 } },
    'bad',
    /^none$/,
    'E_NO_FIRMWARE',
  ],
  [
    'an address that is not here',
    'port',
    { portRefusal: { code: 'E_ADDRESS_UNAVAILABLE', message: 'no such address' } },
    'bad',
    /no such address/,
    'E_ADDRESS_UNAVAILABLE',
  ],
  ['a port that is not allowed', 'port', { portRefusal: DENIED }, 'unknown', /see rights/, null],
  [
    'a port that is not allowed, too',
    'rights',
    { portRefusal: DENIED, mayTakeLowPorts: false },
    'bad',
    /sudo setcap/,
    'E_PORT_DENIED',
  ],
  [
    'a taken port that would not be allowed',
    'rights',
    { portRefusal: IN_USE, mayTakeLowPorts: false },
    'bad',
    /setcap/,
    'E_PORT_DENIED',
  ],
  [
    'a taken port, and a system that does not tell',
    'rights',
    { portRefusal: IN_USE, mayTakeLowPorts: null },
    'unknown',
    /try serve/,
    null,
  ],
  [
    'another port',
    'port',
    { listen: { address: '::', port: 6969 } },
    'good',
    /\[::\]:6969 is free; phones ask port 69: redirect it to 6969/,
    null,
  ],
  [
    'another port, for everybody',
    'rights',
    { listen: { address: '::', port: 6969 }, mayTakeLowPorts: false },
    'good',
    /every user/,
    null,
  ],
  ['no network', 'addresses', { addresses: [] }, 'bad', /connect it to the network/, null],
  [
    'loopback',
    'addresses',
    { addresses: [], listen: { address: '127.0.0.1', port: 69 } },
    'bad',
    /nobody but this machine .*--listen/,
    null,
  ],
  [
    'a tunnel',
    'mtu',
    {
      interfaces: [
        { name: 'eth0', mtu: 1500 },
        { name: 'tun0', mtu: 500 },
      ],
    },
    'bad',
    /^tun0 500: .*1500/,
    null,
  ],
  [
    'the least that every network carries',
    'mtu',
    { interfaces: [{ name: 'eth0', mtu: 576 }] },
    'good',
    /eth0 576/,
    null,
  ],
  ['one byte less', 'mtu', { interfaces: [{ name: 'eth0', mtu: 575 }] }, 'bad', /575/, null],
  ['no MTU', 'mtu', { interfaces: [{ name: 'eth0', mtu: null }] }, 'unknown', /how large/, null],
  ['no lease file', 'leases', { leases: [] }, 'unknown', /no --leases/, null],
  [
    'a lease file of somebody else',
    'leases',
    { leases: [{ path: '/l', refusal: { code: 'E_LEASES_UNREADABLE', message: 'cannot be read' }, entries: 0 }] },
    'bad',
    /cannot be read/,
    'E_LEASES_UNREADABLE',
  ],
  ['no iproute2', 'neighbours', { hasNeighbourAges: false }, 'bad', /install iproute2/, null],
  [
    'a folder of somebody else',
    'record',
    { database: { path: '/db', refusal: { code: 'E_DB_DENIED', message: 'not allowed' }, freeBytes: 1 } },
    'bad',
    /not allowed/,
    'E_DB_DENIED',
  ],
  [
    'a full disk',
    'record',
    { database: { path: '/db', refusal: null, freeBytes: 0 } },
    'bad',
    /no room/,
    'E_DISK_FULL',
  ],
  [
    'a disk that is nearly full',
    'record',
    { database: { path: '/db', refusal: null, freeBytes: 63_999_999 } },
    'bad',
    /little room: 64\.0 MB/,
    null,
  ],
  [
    'room enough',
    'record',
    { database: { path: '/db', refusal: null, freeBytes: 64_000_000 } },
    'good',
    /64\.0 MB free/,
    null,
  ],
  [
    'a disk that does not tell',
    'record',
    { database: { path: '/db', refusal: null, freeBytes: null } },
    'unknown',
    /can be written/,
    null,
  ],
  ['a tree without loads', 'root', { root: { folder: '/srv', refusal: null, loads: [] } }, 'good', /no file/, null],
  [
    'a shared file that flashes',
    'root',
    { root: { folder: '/srv', refusal: null, loads: ['OS79XX.TXT'] } },
    'bad',
    /1 file of \/srv is a load or names one: OS79XX\.TXT; .*any other server/,
    null,
  ],
  [
    'many such files',
    'root',
    { root: { folder: '/srv', refusal: null, loads: ['OS79XX.TXT', 'b', 'c', 'd', 'e'] } },
    'bad',
    /5 files .*: OS79XX\.TXT, b, c and 2 more/,
    null,
  ],
  [
    'a tree that is not there',
    'root',
    { root: { folder: '/srv', refusal: { code: 'E_ROOT_UNREADABLE', message: 'no tree' }, loads: [] } },
    'bad',
    /no tree/,
    'E_ROOT_UNREADABLE',
  ],
  ['a clock without a battery', 'clock', { year: 1970 }, 'bad', /set its clock/, null],
  ['the year before the first', 'clock', { year: 2023 }, 'bad', /2023/, null],
  ['the first year', 'clock', { year: 2024 }, 'good', /2024/, null],
])('%s: %s', (_, check, change, state, text, code) => {
  const [verdict, ...more] = about(check, change);
  expect(more).toEqual([]);
  expect(verdict?.text).toMatch(text);
  expect([verdict?.state, verdict?.code]).toEqual([state, code]);
});

describe('what DHCP servers give', () => {
  const of = (offer: Partial<DhcpOffer>, isOfListedPhone = true) =>
    about('dhcp', { dhcp: { kind: 'offers', offers: [{ ...OURS, ...offer }], isOfListedPhone } })[0];

  test.each<[string, Partial<DhcpOffer>, Verdict['state'], RegExp]>([
    [
      'all three',
      {},
      'good',
      /gives option 150 192\.168\.50\.2, option 66 192\.168\.50\.2, next-server 192\.168\.50\.2$/,
    ],
    ['150 alone', { option66: null, nextServer: null }, 'good', /better all three name loadstep/],
    ['66 alone', { option150: [], nextServer: '192.168.50.1' }, 'good', /better all three/],
    ['next-server alone', { option150: [], option66: null }, 'good', /better all three/],
    ['two servers in 150', { option150: ['192.168.50.2', '192.168.50.9'] }, 'bad', /does not ask loadstep/],
    ['150 of another server, though 66 is right', { option150: ['192.168.50.9'] }, 'bad', /loadstep dhcp-snippet/],
    [
      '66 of another server, though next-server is right',
      { option150: [], option66: '192.168.50.9' },
      'bad',
      /dhcp-snippet/,
    ],
    ['a name', { option150: [], option66: 'tftp.example' }, 'bad', /tftp\.example/],
    [
      'nothing',
      { option150: [], option66: null, nextServer: null },
      'bad',
      /option 150 nothing, option 66 nothing, next-server nothing/,
    ],
    ['a hostile name', { option150: [], option66: `\u001b]0;x${'y'.repeat(300)}` }, 'bad', /\\u\{1b\}\]0;xy+,/],
  ])('%s: %s', (_, offer, state, text) => {
    const verdict = of(offer);
    expect(verdict?.text).toMatch(text);
    expect([verdict?.state, verdict?.code]).toEqual([state, null]);
  });

  test('a server that does not point a phone that it does not know is to be asked as one on the list', () => {
    expect(of({ option150: [], option66: null, nextServer: null }, false)?.text).toMatch(
      /ask as one of them with --mac/,
    );
  });

  test('silence proves nothing where a DHCP server may run on this machine', () => {
    const dhcp: Seen['dhcp'] = { kind: 'offers', offers: [], isOfListedPhone: true };
    for (const isDhcpPortTaken of [true, null]) {
      const [verdict, ...more] = about('dhcp', { dhcp, isDhcpPortTaken });
      expect(more).toEqual([]);
      expect(verdict?.state).toBe('unknown');
      expect(verdict?.text).toMatch(
        /no DHCP server was heard, .*on this machine may not be heard.*--probe on another machine/,
      );
    }
    expect(about('dhcp', { dhcp: { ...dhcp, offers: [OURS] }, isDhcpPortTaken: true })).toMatchObject([
      { state: 'good' },
    ]);
  });

  test('every server that answers has a line; none is bad; one that could not be asked is unknown', () => {
    const offers = [OURS, { ...OURS, server: '192.168.50.7', option150: ['192.168.50.7'] }];
    const states = (dhcp: Seen['dhcp']) => about('dhcp', { dhcp }).map(({ state }) => state);
    expect(states({ kind: 'offers', offers, isOfListedPhone: true })).toEqual(['good', 'bad']);
    expect(states({ kind: 'offers', offers: [], isOfListedPhone: true })).toEqual(['bad']);
    expect(states({ kind: 'refused', why: 'no' })).toEqual(['unknown']);
  });
});

test('an address that this machine does not have is no address of it, and nobody is told to stop a DHCP client for it', () => {
  const message = 'this machine has no address 192.168.50.2: choose one that "ip address" shows';
  const change: Partial<Seen> = {
    listen: { address: '192.168.50.2', port: 69 },
    portRefusal: { code: 'E_ADDRESS_UNAVAILABLE', message },
    dhcp: { kind: 'refused', why: 'port 68 cannot be had (EADDRNOTAVAIL); stop the DHCP client' },
  };
  expect(about('addresses', change)).toMatchObject([
    { state: 'bad', text: expect.stringMatching(/^this machine has no 192\.168\.50\.2: /) },
  ]);
  expect(about('dhcp', change)).toMatchObject([
    { state: 'unknown', text: 'not asked: this machine has no 192.168.50.2' },
  ]);
  expect(about('dhcp', { ...change, dhcp: null })[0]?.text).toMatch(/^nobody was asked/);
});
