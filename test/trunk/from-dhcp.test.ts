import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLease } from '../../src/core/trunk/read-lease.ts';
import { readNttFacts, readSipServers } from '../../src/core/trunk/sip-facts.ts';
import { type TrunkFacts, trunkFacts } from '../../src/core/trunk/trunk-text.ts';
import { loadstep, ownFolder } from '../support/fake-io.ts';
import { ACK, capture, hex, labels, message, NTT_DATA, OPTION_120, OPTION_125, option } from './dhcp-answer.ts';

let folder: Awaited<ReturnType<typeof ownFolder>>;
beforeEach(async () => {
  folder = await ownFolder();
});
afterEach(() => folder.remove());

const asBytes = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

function factsOf(input: Uint8Array | string): TrunkFacts {
  const lease = readLease(typeof input === 'string' ? asBytes(input) : input);
  if (lease === null) throw new Error('nothing was read');
  return trunkFacts(lease);
}

const NTT = {
  number: '0312345678',
  furtherNumbers: ['0312345679', '0312345680'],
  domain: 'ntt-east.ne.jp',
  gatewayMac: '0011223344AA',
  firmwareHost: 'www.verinfo.hgw.flets-east.jp',
  others: [],
};
const WHOLE = { sip: { kind: 'addresses', servers: ['198.51.100.5'] }, ntt: NTT, lacks: [] };

/** What a program prints that is given a capture; null where this machine does not have it. */
function printedBy(program: string, ...words: string[]): string | null {
  const { status, stdout } = spawnSync(program, words, { input: capture(), encoding: 'utf8' });
  return status === 0 ? stdout : null;
}
const hasTcpdump = printedBy('tcpdump', '-n', '-r', '-') !== null;

// after-landing 7.1 has these bytes.
const DOSSIER = `78 05 01 c0 00 02 05
7d 23 00 00 00 d2 1e ca 0a 30 33 31 32 33 34 35 36 37 38 cc 10 08 6e 74 74 2d 65 61 73 74 02 6e 65 02 6a 70 00
`;

test('bare options in hexadecimal tell server, number and domain', () => {
  const facts = factsOf(DOSSIER);
  expect(facts.sip).toEqual({ kind: 'addresses', servers: ['192.0.2.5'] });
  expect(facts.ntt).toMatchObject({ number: '0312345678', domain: 'ntt-east.ne.jp', firmwareHost: null });
  expect([facts.address, facts.lacks]).toEqual([null, []]);
});

const DHCLIENT = `lease {
  interface "eth1";
  fixed-address 192.0.2.2;
  option subnet-mask 255.255.255.252;
  option dhcp-message-type 5;
  option unknown-120 1:c6:33:64:5;
  option rfc3442-classless-static-routes 24,198,51,100,192,0,2,1,0,192,0,2,1;
  option vivso ${[...OPTION_125.slice(2)].map((byte) => byte.toString(16)).join(':')};
  renew 4 2026/11/26 04:05:06;
}
`;
const quoted = (data: readonly number[]) =>
  `"${data.map((byte) => (byte > 31 && byte < 127 && byte !== 34 && byte !== 92 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`)).join('')}"`;

test.each<[string, Uint8Array | string]>([
  ['a message as it was sent', ACK],
  ['a capture', capture()],
  ['a capture with a refused offer behind it', capture([ACK, message(5, [])])],
  ['digits in one row', hex(ACK)],
  ['digits with colons', hex(ACK, ':')],
  ['digits with 0x and commas', [...ACK].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')],
  ['options alone', hex([...OPTION_120, ...OPTION_125], ' ')],
  ['a lease of dhclient', DHCLIENT],
  [
    'the last of several leases of dhclient',
    `lease {\n  option unknown-120 1:1:2:3:4;\n}\n${DHCLIENT}lease {\n  fixed-address 192.0.2.9;\n}\n`,
  ],
  [
    'a lease of dhclient with quotation marks',
    DHCLIENT.replace(/option vivso .*/, `option unknown-125 ${quoted(OPTION_125.slice(2))};`),
  ],
])('%s tells what the network told', (_, input) => {
  expect(factsOf(input)).toMatchObject(WHOLE);
});

test.skipIf(!hasTcpdump).each([
  ['-vv', '-n'],
  ['-vvx', '-n'],
  ['-XX', '-n'],
  ['-x', '-n'],
])('what tcpdump %s prints tells it, and what the client asks is not taken for an answer', (...words) => {
  const text = printedBy('tcpdump', ...words, '-r', '-') ?? '';
  const { address, routes, ...facts } = factsOf(text);
  expect(facts).toMatchObject(WHOLE);
  expect(address).toBe('192.0.2.2');
  expect(routes).toEqual([
    { network: '198.51.100.0/24', router: '192.0.2.1' },
    { network: '0.0.0.0/0', router: '192.0.2.1' },
  ]);
});

// tcpdump 4.99.3, with the numbers of this test.
test('lines of tcpdump are read where it is not installed, too', () => {
  const text = `    192.0.2.1.67 > 192.0.2.2.68: [no cksum] BOOTP/DHCP, Reply, length 375, xid 0x12345678, Flags [none] (0x0000)
\t  Your-IP 192.0.2.2
\t  Vendor-rfc1048 Extensions
\t    DHCP-Message (53), length 1: ACK
\t    Unknown (120), length 5: 1.198.51.100.5
\t    Unknown (125), length 88: 210,1405683200,287454020,2865367600,858862131,875902519,952830512,858862131,875902519,969674760,1853125677,1700885364,40789250,1785725138,520320887,1996977765,1919512166,1862494311,1997170284,1702130477,1700885364,40529920
`;
  expect(factsOf(text)).toMatchObject({
    address: '192.0.2.2',
    sip: { servers: ['198.51.100.5'] },
    ntt: { number: '0312345678', furtherNumbers: ['0312345679'], domain: 'ntt-east.ne.jp' },
  });
});

test('hexdump leaves out rows that are like the one before, and they are put back', () => {
  const rows: string[] = [];
  let last = '';
  let isStarred = false;
  for (let at = 0; at < ACK.length; at += 16) {
    const row = hex(ACK.subarray(at, at + 16), ' ');
    if (row === last) {
      if (!isStarred) rows.push('*');
      isStarred = true;
    } else {
      rows.push(`${at.toString(16).padStart(8, '0')}  ${row}`);
      isStarred = false;
    }
    last = row;
  }
  expect(rows).toContain('*');
  expect(factsOf(rows.join('\n'))).toMatchObject({ ...WHOLE, address: '192.0.2.2' });
});

test('a lease of systemd-networkd tells the servers, and it is said that it keeps no option 125', () => {
  const facts = factsOf(
    '# This is private data. Do not parse.\nADDRESS=192.0.2.2\nNETMASK=255.255.255.252\nSERVER_ADDRESS=192.0.2.1\nSIP=198.51.100.5 198.51.100.6\n',
  );
  expect(facts.sip).toEqual({ kind: 'addresses', servers: ['198.51.100.5', '198.51.100.6'] });
  expect(facts.lacks).toEqual([
    'the number (option 125, sub-option 202)',
    'the SIP domain (option 125, sub-option 204)',
  ]);
  expect(facts.remarks[0]).toMatch(/systemd-networkd keeps the SIP servers, and not option 125/);
});

// RFC 3361 3: the first byte is an encoding; to read it as a count works for one address only.
test.each<[string, number[], unknown]>([
  ['two addresses', [1, 192, 0, 2, 5, 192, 0, 2, 6], { kind: 'addresses', servers: ['192.0.2.5', '192.0.2.6'] }],
  ['a name', [0, ...labels('sip.example')], { kind: 'names', servers: ['sip.example'] }],
  [
    'two names',
    [0, ...labels('a.example'), ...labels('b.example')],
    { kind: 'names', servers: ['a.example', 'b.example'] },
  ],
  [
    'a compressed name',
    [0, ...labels('a.example'), 1, 98, 0xc0, 2],
    { kind: 'names', servers: ['a.example', 'b.example'] },
  ],
  ['a name that points at itself', [0, 0xc0, 0], 'its names are not whole'],
  [
    'a count of two',
    [2, 192, 0, 2, 5, 192, 0, 2, 6],
    'its first byte is 2, and only 0 (names) and 1 (addresses) have a meaning',
  ],
  ['half an address', [1, 192, 0, 2], 'its addresses take 3 bytes, and each has 4'],
  ['a name with a line end', [0, 2, 97, 10, 0], 'its names are not whole'],
  ['nothing', [], 'it is empty'],
])('option 120 with %s', (_, data, told) => {
  expect(readSipServers(Uint8Array.from(data))).toEqual(told);
});

test('option 125 may come in pieces (RFC 3396), and behind the data of other enterprises', () => {
  const data = [0, 0, 0, 9, 3, 1, 1, 65, 0, 0, 0, 210, NTT_DATA.length, ...NTT_DATA];
  const pieces = [...option(125, data.slice(0, 40)), ...option(125, data.slice(40))];
  expect(factsOf(message(5, [...OPTION_120, ...pieces]))).toMatchObject(WHOLE);
  expect(readNttFacts(Uint8Array.from([0, 0, 0, 9, 3, 202, 1, 48]))).toBe(null);
});

test('210 is a name and never the number', () => {
  const data = [...option(210, labels('0312345678')), ...option(204, labels('ntt-west.ne.jp'))];
  const facts = factsOf(message(5, [...OPTION_120, ...option(125, [0, 0, 0, 210, data.length], data)]));
  expect(facts.ntt).toMatchObject({ number: null, firmwareHost: '0312345678' });
  expect(facts.lacks).toEqual(['the number (option 125, sub-option 202)']);
});

const at = (...words: string[]) => loadstep(['trunk', 'from-dhcp', ...words]);
const file = (name: string, content: Uint8Array | string) => {
  writeFileSync(join(folder.path, name), content);
  return join(folder.path, name);
};

test('the trunk registers the number of 202 at the domain of 204 by way of the server of 120, without OPTIONS and without a password', async () => {
  const { code, out, err } = await at(file('ack.pcap', capture()));
  expect([code, err]).toEqual([0, '']);
  for (const line of [
    'bind=192.0.2.2:5060',
    'from_user=0312345678',
    'from_domain=ntt-east.ne.jp',
    'contact=sip:198.51.100.5:5060',
    'qualify_frequency=0',
    'match=198.51.100.5',
    'server_uri=sip:ntt-east.ne.jp',
    'client_uri=sip:0312345678@ntt-east.ne.jp',
    'outbound_proxy=sip:198.51.100.5\\;lr',
    'line=yes',
    'allow=ulaw',
  ]) {
    expect(out.split('\n')).toContain(line);
  }
  expect(out).toMatch(/^; OPTIONS is not allowed there/m);
  expect(out).toMatch(/^; +option 125, 202 +the telephone number 0312345678: this is the one to register with$/m);
  expect(out).not.toMatch(/^outbound_auth|^type=auth/m);
  const foreign = out.split('\n').filter((line) => !/^(;.*|\[\w+\]|\w+=.*|)$/.test(line));
  expect(foreign, 'all of it may stand in pjsip.conf').toEqual([]);
});

test('--json has the facts and the trunk; --address says what the answer does not tell', async () => {
  const options = file('options.txt', DOSSIER);
  const bare = await at(options);
  expect(bare.out).toMatch(/^; Write the address that the network gave you \(--address\)/m);
  expect((await at(options, '--address', '192.0.2.77')).out).toContain('\nbind=192.0.2.77:5060\n');
  expect((await at(options, '--address', 'x')).err).toMatch(/--address: "x" is not an IPv4 address/);
  const [json] = (await loadstep(['trunk', 'from-dhcp', options, '--json'])).json();
  expect(json).toMatchObject({
    form: 'hexadecimal digits',
    sip: { servers: ['192.0.2.5'] },
    ntt: { number: '0312345678' },
    lacks: [],
  });
  expect(json?.pjsip).toContain('qualify_frequency=0');
});

test('where something is missing for a trunk, the facts are shown, and it is said what and why', async () => {
  const { code, out, err } = await at(file('ack.bin', message(5, OPTION_120)));
  expect(code).toBe(3);
  expect(out).toMatch(/SIP server 198\.51\.100\.5/);
  expect(out).not.toContain('[hikari]');
  expect(err).toMatch(
    /does not tell the number \(option 125, sub-option 202\) and the SIP domain .*\(E_TRUNK_FACTS_MISSING\)/,
  );
  const none = await at(file('none.txt', 'hello\n'));
  expect([none.code, none.err]).toEqual([2, expect.stringMatching(/holds no DHCP answer in a form that is known/)]);
});

test('whatever the bytes, they are read or refused, and nothing throws', () => {
  const spoilt = fc.tuple(
    fc.constantFrom(ACK, capture(), asBytes(DHCLIENT), asBytes(DOSSIER)),
    fc.nat(),
    fc.nat(255),
    fc.nat(60),
  );
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), spoilt), (input) => {
      const bytes = input instanceof Uint8Array ? input : Uint8Array.from(input[0]);
      if (!(input instanceof Uint8Array))
        bytes.fill(input[2], input[1] % bytes.length, (input[1] % bytes.length) + input[3]);
      const lease = readLease(bytes);
      if (lease !== null) trunkFacts(lease);
    }),
    { numRuns: 2000 },
  );
});
