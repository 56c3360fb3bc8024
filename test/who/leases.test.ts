import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLeaseAlive } from '../../src/core/who/lease.ts';
import { LeaseJournal } from '../../src/core/who/lease-journal.ts';
import { mergeReadings } from '../../src/core/who/leases.ts';

const DNSMASQ = `1700000000 00:18:b9:c0:ff:ee 192.168.1.12 SEP0018B9C0FFEE 01:00:18:b9:c0:ff:ee
0 00:1b:d4:aa:aa:aa 192.168.1.13 * *
1700000000 06-00:11:22:33:44:55 192.168.1.14 * *
duid 00:01:00:01:2a:bc:de:f0:00:18:b9:c0:ff:ee
1700000000 11259375 2001:db8::12 SEP0018B9C0FFEE 00:01:00:01:2a:bc:de:f0
`;

const ISC = `# The format of this file is documented in the dhcpd.leases(5) manual page.
# This lease file was written by isc-dhcp-4.4.1

# authoring-byte-order entry is generated, DO NOT DELETE
authoring-byte-order little-endian;

server-duid "\\000\\001\\000\\001*\\274\\336\\360\\000\\030\\271\\300\\377\\356";

lease 192.168.1.12 {
  starts 4 2023/11/02 11:45:37;
  ends 4 2023/11/02 12:45:37;
  cltt 4 2023/11/02 11:45:37;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 00:18:b9:ff:ff:ff;
  uid "\\001\\000\\030\\271\\377}\\377";
  set vendor-class-identifier = "Cisco Systems, Inc. IP Phone CP-7940G\\000";
  client-hostname "SEP0018B9FFFFFF";
}
lease 192.168.1.13 {
  starts 4 2023/11/02 11:45:37;
  ends never;
  binding state active;
  hardware ethernet 00:1b:d4:aa:aa:aa;
  on expiry { set ddns-fwd-name = "lease 9.9.9.9 { } ;"; }
}
host SEP0018B9C0FFEE {
  dynamic;
  hardware ethernet 00:18:b9:c0:ff:ee;
  fixed-address 192.168.1.50;
}
`;

const KEA = `address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
192.168.1.12,00:18:b9:c0:ff:ee,01:00:18:b9:c0:ff:ee,7200,1700000000,1,0,0,sep0018b9c0ffee,0,,0
192.168.1.13,00:1b:d4:aa:aa:aa,,4294967295,5994967295,1,0,0,,0,{ "a": 1&#x2c "b": 2 },0
`;

function readEntries(text: string) {
  const journal = new LeaseJournal();
  journal.read(text, true);
  return journal;
}

/** The reading with the addresses that have a lease only. */
function readLeases(text: string) {
  const { format, entries, damaged } = readEntries(text);
  return { format, damaged, leases: held(entries) };
}

function held<K, V>(entries: ReadonlyMap<K, V | null>): Map<K, V> {
  return new Map([...entries].flatMap(([address, lease]) => (lease === null ? [] : [[address, lease]])));
}

const end = (text: string) => Date.parse(text);

function entry(address: string, ...lines: string[]): string {
  return `lease ${address} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

const active = (mac: string) => ['ends 4 2023/11/02 12:45:37;', 'binding state active;', `hardware ethernet ${mac};`];

test('dnsmasq: expiry and MAC are read, 0 never ends, other hardware and DHCPv6 are no phones', () => {
  const { format, leases, damaged } = readLeases(DNSMASQ);
  expect(format).toBe('dnsmasq');
  expect([...leases.values()]).toEqual([
    { address: '192.168.1.12', mac: '0018B9C0FFEE', endsAt: 1_700_000_000_000 },
    { address: '192.168.1.13', mac: '001BD4AAAAAA', endsAt: null },
  ]);
  expect(damaged).toBe(0);
});

test('ISC dhcpd: active leases are read with their end in UTC and the vendor class with its NUL', () => {
  const { format, leases, damaged } = readLeases(ISC);
  expect(format).toBe('isc');
  expect([...leases.values()]).toEqual([
    {
      address: '192.168.1.12',
      mac: '0018B9FFFFFF',
      endsAt: end('2023-11-02T12:45:37Z'),
      givenAt: end('2023-11-02T11:45:37Z'),
      vendorClass: 'Cisco Systems, Inc. IP Phone CP-7940G\0',
    },
    { address: '192.168.1.13', mac: '001BD4AAAAAA', endsAt: null, givenAt: end('2023-11-02T11:45:37Z') },
  ]);
  expect(damaged).toBe(0);
});

test('Kea: leases in use are read, an infinite one never ends, the user context does no harm', () => {
  const { format, leases, damaged } = readLeases(KEA);
  expect(format).toBe('kea');
  expect([...leases.values()]).toEqual([
    { address: '192.168.1.12', mac: '0018B9C0FFEE', endsAt: 1_700_000_000_000, givenAt: 1_699_992_800_000 },
    { address: '192.168.1.13', mac: '001BD4AAAAAA', endsAt: null, givenAt: 1_700_000_000_000 },
  ]);
  expect(damaged).toBe(0);
});

test('a lease holds until its end and not at it', () => {
  const [lease] = [...readLeases(KEA).leases.values()];
  expect(isLeaseAlive(lease as never, 1_700_000_000_000 - 1)).toBe(true);
  expect(isLeaseAlive(lease as never, 1_700_000_000_000)).toBe(false);
});

test.each(['free', 'expired', 'released', 'abandoned', 'reset', 'backup'])(
  'ISC dhcpd: an address whose last entry is %s has no lease any more',
  (state) => {
    const text =
      entry('10.0.0.1', ...active('00:18:b9:c0:ff:ee')) +
      entry('10.0.0.1', 'ends never;', `binding state ${state};`, 'hardware ethernet 00:18:b9:c0:ff:ee;');
    expect(readLeases(text)).toMatchObject({ leases: new Map(), damaged: 0 });
  },
);

test('ISC dhcpd before "binding state": the word abandoned frees the address, its absence does not', () => {
  const old = ['ends 4 2023/11/02 12:45:37;', 'hardware ethernet 00:18:b9:c0:ff:ee;'];
  expect(readLeases(entry('10.0.0.1', ...old)).leases.size).toBe(1);
  expect(readLeases(entry('10.0.0.1', ...old, 'abandoned;')).leases.size).toBe(0);
});

test('the last entry of an address wins in every format', () => {
  const second = '00:1b:d4:aa:aa:aa';
  const isc = entry('192.168.1.12', ...active('00:18:b9:c0:ff:ee')) + entry('192.168.1.12', ...active(second));
  const kea = `${KEA}192.168.1.12,${second},,7200,1700000009,1,0,0,,0,,0\n`;
  const dnsmasq = `${DNSMASQ}1700000000 ${second} 192.168.1.12 * *\n`;
  for (const text of [isc, kea, dnsmasq]) {
    expect(readLeases(text).leases.get('192.168.1.12' as never)?.mac).toBe('001BD4AAAAAA');
  }
});

test.each([
  ['declined', '7200', '1'],
  ['reclaimed', '7200', '2'],
  ['released', '7200', '3'],
  ['deleted', '0', '0'],
])('Kea: a lease that was %s is gone', (_, lifetime, state) => {
  const text = `${KEA}192.168.1.12,00:18:b9:c0:ff:ee,,${lifetime},1700000000,1,0,0,,${state},,0\n`;
  expect(readLeases(text).leases.has('192.168.1.12' as never)).toBe(false);
});

test('Kea: the columns are found by the header, which older versions wrote shorter', () => {
  const text =
    'address,hwaddr,client_id,valid_lifetime,expire,subnet_id\n10.0.0.1,00:18:b9:c0:ff:ee,,60,1700000000,1\n';
  expect(readLeases(text).leases.get('10.0.0.1' as never)?.mac).toBe('0018B9C0FFEE');
});

test('ISC dhcpd: times as seconds since the epoch, and leap days, are read', () => {
  const ends = (line: string) =>
    readLeases(entry('10.0.0.1', line, 'hardware ethernet 00:18:b9:c0:ff:ee;')).leases.get('10.0.0.1' as never)?.endsAt;
  expect(ends('ends epoch 1698928537; # Thu Nov 2 12:35:37 2023')).toBe(1_698_928_537_000);
  for (const day of [
    '1970/01/01',
    '2000/02/29',
    '2024/02/29',
    '2024/03/01',
    '2100/03/01',
    '2023/12/31',
    '2026/01/01',
  ]) {
    expect(ends(`ends 0 ${day} 23:59:58;`)).toBe(end(`${day.replaceAll('/', '-')}T23:59:58Z`));
  }
});

test('one damaged entry costs one entry, is counted, and frees its address rather than leaving the old owner', () => {
  const good = entry('10.0.0.2', ...active('00:18:b9:c0:ff:ee'));
  const before = entry('10.0.0.1', ...active('00:18:b9:c0:ff:ee'));
  const broken = [
    'lease 10.0.0.1 {\n  ends 4 2023/11/02 12:45:37;\n',
    entry('10.0.0.1', 'ends 4 2023/11/02;', 'hardware ethernet 00:18:b9:c0:ff:ee;'),
    entry('10.0.0.1', 'ends 4 2023/13/02 12:45:37;', 'hardware ethernet 00:18:b9:c0:ff:ee;'),
    entry('10.0.0.1', 'ends 4 2023/11/02 12:45:37;', 'hardware ethernet 00:18:b9;'),
    entry('10.0.0.1', 'hardware ethernet 00:18:b9:c0:ff:ee;'),
  ];
  for (const text of broken) {
    expect(readLeases(before + text + good)).toMatchObject({
      leases: new Map([['10.0.0.2', expect.objectContaining({ mac: '0018B9C0FFEE' })]]),
      damaged: 1,
    });
  }
  const kea = `${KEA}192.168.1.12,00:18:b9:c0:ff:ee,,seven,1700000000,1,0,0,,0,,0\n\0\xff\n`;
  expect(readLeases(kea)).toMatchObject({ damaged: 2 });
  expect([...readLeases(kea).leases.keys()]).toEqual(['192.168.1.13']);
  const dnsmasq = `${DNSMASQ}1700000000 zz 192.168.1.12 * *\nhalf a li`;
  expect([...readLeases(dnsmasq).leases.keys()]).toEqual(['192.168.1.13']);
  expect(readLeases(dnsmasq).damaged).toBe(2);
});

test('an empty file has no leases and is not damaged, a file of another kind is', () => {
  expect(readLeases('')).toEqual({ format: null, leases: new Map(), damaged: 0 });
  expect(readLeases('# nothing here\nhello\n')).toEqual({ format: null, leases: new Map(), damaged: 1 });
});

test('names of a prototype in a lease file are text like any other', () => {
  const text = `${KEA}__proto__,constructor,,1,1,1,0,0,,0,,0\n`;
  expect(readLeases(text)).toMatchObject({ damaged: 1 });
});

test('parts of one server merge, and the newer part wins also where it frees an address', () => {
  const older = readEntries(KEA);
  const newer = readEntries(`${KEA.split('\n')[0]}\n192.168.1.13,00:18:b9:00:00:01,,60,1700000000,1,0,0,,0,,0\n`);
  const merged = mergeReadings([older, newer]);
  expect(merged.entries.get('192.168.1.12' as never)?.mac).toBe('0018B9C0FFEE');
  expect(merged.entries.get('192.168.1.13' as never)?.mac).toBe('0018B9000001');
  const released = readEntries(`${KEA.split('\n')[0]}\n192.168.1.13,00:1b:d4:aa:aa:aa,,60,1700000000,1,0,0,,3,,0\n`);
  expect(held(mergeReadings([older, released]).entries).has('192.168.1.13' as never)).toBe(false);
});

test('whatever stands in the file, reading it ends with a value', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('lease 10.0.0.1 {', '}', '{', ';', '"', '\\', '\n', 'ends ', 'binding state ', ...ISC.split('\n')),
    fc.constantFrom(...KEA.split('\n'), ...DNSMASQ.split('\n')),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.constantFrom('', 'lease 1.1.1.1 {\n', KEA, DNSMASQ),
      (list, head) => {
        const { leases, damaged } = readLeases(head + list.join('\n'));
        expect(damaged).toBeGreaterThanOrEqual(0);
        for (const lease of leases.values()) expect(lease.mac).toMatch(/^[0-9A-F]{12}$/);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a hostile file of megabytes without a brace or a quote is read in linear time', () => {
  const begun = performance.now();
  readLeases(`lease 10.0.0.1 {\n${'a '.repeat(500_000)}`);
  readLeases(`lease 10.0.0.1 {\n"${'\\"'.repeat(500_000)}`);
  readLeases(`lease 10.0.0.1 {\n${'{'.repeat(500_000)}`);
  readLeases(`${'lease 10.0.0.1 {\n'.repeat(30_000)}`);
  expect(performance.now() - begun).toBeLessThan(10_000);
});
