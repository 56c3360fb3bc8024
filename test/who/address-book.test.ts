import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { addressBook } from '../../src/adapters/who/address-book.ts';
import { NeighbourTable } from '../../src/adapters/who/neighbour-table.ts';
import type { MacAddress } from '../../src/core/names/mac-address.ts';
import type { AddressBook } from '../../src/ports/address-book.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';

const NOW = 1_699_999_000_000;
const X = '0018B9C0FFEE';
const Y = '001BD4AAAAAA';
const LINE = `1700000000 00:18:b9:c0:ff:ee 192.168.1.12 * *\n`;
const KEA = `address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n`;

let folder: string;
let file: string;
let logged: LogFields[];
let wake: (() => void) | null;
let book: AddressBook | null;

const log: Log = {
  error: (fields) => void logged.push(fields),
  warn: (fields) => void logged.push(fields),
  info: (fields) => void logged.push(fields),
  debug: () => {},
};
const clock = {
  now: () => NOW,
  wall: () => NOW,
  wakeAt(_: number, then: () => void) {
    wake = then;
    return () => {
      wake = null;
    };
  },
};
const noTable = () => Promise.resolve(null);

function open(leases: readonly string[], neighbours = new NeighbourTable(noTable, noTable)): AddressBook {
  book = addressBook({ leases, clock, log, neighbours });
  return book;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstep-who-'));
  file = join(folder, 'leases');
  logged = [];
  wake = null;
  book = null;
});

afterEach(async () => {
  await book?.stop();
  await rm(folder, { recursive: true });
});

test('a lease ties an address to a phone while it lasts', async () => {
  await writeFile(file, `${LINE}1699998999 00:1b:d4:aa:aa:aa 192.168.1.13 * *\n`);
  const book = open([file]);
  await book.start();
  expect(book.lookup('::ffff:192.168.1.12')).toEqual([{ mac: X, source: 'lease' }]);
  expect(book.lookup('192.168.1.13')).toEqual([]);
  expect(book.lookup('no address')).toEqual([]);
});

test('every lease of a phone whose time is told comes with that time, of all files; none that has ended or is another one’s by now', async () => {
  const start = (minutes: number) => `starts epoch ${(NOW - minutes * 60_000) / 1000};`;
  const isc = (address: string, mac: string, minutes: number, end = 'never') =>
    `lease ${address} {\n  ${start(minutes)}\n  ends ${end};\n  binding state active;\n  hardware ethernet ${mac};\n}\n`;
  const [x, y] = ['00:18:b9:c0:ff:ee', '00:1b:d4:aa:aa:aa'];
  const leases = [
    isc('192.168.1.12', x, 60),
    isc('192.168.1.13', x, 5),
    isc('192.168.1.14', x, 50),
    isc('192.168.1.14', y, 40),
    isc('192.168.1.15', x, 90, `epoch ${NOW / 1000 - 60}`),
  ];
  await writeFile(file, leases.join(''));
  const other = `${file}-2`;
  await writeFile(other, '1700000000 00:18:b9:c0:ff:ee 192.168.1.16 * *\n');
  const book = open([file, other]);
  await book.start();
  expect(book.leasesOf(X as MacAddress)).toEqual([
    { address: '192.168.1.12', freshAt: NOW - 60 * 60_000 },
    { address: '192.168.1.13', freshAt: NOW - 5 * 60_000 },
  ]);
  expect(book.leasesOf('000000000001' as MacAddress)).toEqual([]);
});

test('what ISC dhcpd recorded of option 60 comes with the lease, byte for byte', async () => {
  const isc = `lease 192.168.1.12 {\n  ends never;\n  binding state active;\n  hardware ethernet 00:18:b9:c0:ff:ee;\n  set vendor-class-identifier = "Cisco Systems, Inc. IP Phone\\000";\n}\n`;
  await writeFile(file, isc);
  const book = open([file]);
  await book.start();
  expect(book.lookup('192.168.1.12')).toEqual([
    { mac: X, source: 'lease', vendorClass: 'Cisco Systems, Inc. IP Phone\0' },
  ]);
});

test('a lease file that is missing at the start stops the start with one sentence that names it', async () => {
  const book = open([file]);
  await expect(book.start()).rejects.toMatchObject({ code: 'E_LEASES_UNREADABLE', exitCode: 2 });
  await expect(book.start()).rejects.toThrow(file);
});

test('a folder or a device is no lease file', async () => {
  await expect(open([folder]).start()).rejects.toMatchObject({ code: 'E_LEASES_UNREADABLE' });
  await expect(open(['/dev/null']).start()).rejects.toMatchObject({ code: 'E_LEASES_UNREADABLE' });
});

test('a pipe in the place of a lease file does not stop the server', async () => {
  await promisify(execFile)('mkfifo', [file]);
  await expect(open([file]).start()).rejects.toMatchObject({ code: 'E_LEASES_UNREADABLE' });
});

test('a changed lease file is read again before the next answer, however it was changed', async () => {
  await writeFile(file, LINE);
  const book = open([file]);
  await book.start();
  await appendFile(file, `1700000000 00:1b:d4:aa:aa:aa 192.168.1.13 * *\n`);
  await book.refresh();
  expect(book.lookup('192.168.1.13')).toMatchObject([{ mac: Y, source: 'lease' }]);
  const other = join(folder, 'new');
  await writeFile(other, LINE.replace('00:18:b9:c0:ff:ee', '00:1b:d4:aa:aa:aa'));
  await rename(other, file);
  await book.refresh();
  expect(book.lookup('192.168.1.12')).toMatchObject([{ mac: Y, source: 'lease' }]);
});

test('a change of the same size in the same instant as the reading is noticed later', async () => {
  await writeFile(file, LINE);
  const book = open([file]);
  await book.start();
  await writeFile(file, LINE.replace('c0:ff:ee', 'c0:ff:ef'));
  const past = new Date(Date.now() - 60_000);
  await utimes(file, past, past);
  await expect
    .poll(async () => {
      await book.refresh();
      return book.lookup('192.168.1.12')[0]?.mac;
    })
    .toBe('0018B9C0FFEF');
});

test('a lease file that goes away holds nothing any more, is told once, and works again when it is back', async () => {
  await writeFile(file, LINE);
  const book = open([file]);
  await book.start();
  await rm(file);
  await book.refresh();
  await book.refresh();
  expect(book.lookup('192.168.1.12')).toEqual([]);
  expect(logged.map(({ event, reason }) => [event, reason])).toEqual([['leases.unreadable', 'there is no such file']]);
  await writeFile(file, LINE);
  await book.refresh();
  expect(book.lookup('192.168.1.12')).toHaveLength(1);
  expect(logged.map(({ event }) => event)).toEqual(['leases.unreadable', 'leases.readable']);
});

test('damaged entries are counted in the log once, and the others work', async () => {
  await writeFile(file, `${LINE}rubbish\nmore rubbish\n`);
  const book = open([file]);
  await book.start();
  await appendFile(file, LINE);
  await book.refresh();
  expect(logged).toEqual([{ event: 'leases.damaged', file, format: 'dnsmasq', entries: 2 }]);
  expect(book.lookup('192.168.1.12')).toHaveLength(1);
});

test('Kea that is cleaning up keeps older leases in files beside the journal', async () => {
  const row = (last: number, mac: string) => `192.168.1.${last},${mac},,7200,1700000000,1,0,0,,0,\n`;
  await writeFile(file, KEA + row(12, '00:18:b9:c0:ff:ee'));
  await writeFile(`${file}.1`, KEA + row(12, '00:00:5e:00:00:01') + row(13, '00:1b:d4:aa:aa:aa'));
  await writeFile(`${file}.2`, KEA + row(13, '00:00:5e:00:00:01') + row(14, '00:18:b9:00:00:01'));
  const book = open([file]);
  await book.start();
  const macs = () => [12, 13, 14].map((last) => book.lookup(`192.168.1.${last}`)[0]?.mac);
  expect(macs()).toEqual([X, Y, '0018B9000001']);
  await writeFile(`${file}.completed`, KEA + row(14, '00:18:b9:00:00:02'));
  await book.refresh();
  expect(macs()).toEqual([X, undefined, '0018B9000002']);
});

test('the neighbour table and the leases may disagree, and both are told', async () => {
  await writeFile(file, LINE);
  const arp = () => Promise.resolve('192.168.1.12 0x1 0x2 00:1b:d4:aa:aa:aa * eth0\n');
  const book = open([file], new NeighbourTable(arp, noTable));
  await book.start();
  expect(book.lookup('192.168.1.12')).toEqual([
    { mac: Y, source: 'neighbour' },
    { mac: X, source: 'lease' },
  ]);
});

test('a refresh asked for during a reading waits for one that began later, and a thousand of them share it', async () => {
  const pending: ((text: string) => void)[] = [];
  const table = new NeighbourTable(() => new Promise((resolve) => pending.push(resolve)), noTable);
  const book = open([], table);
  const first = book.refresh();
  await expect.poll(() => pending.length).toBe(1);
  let isLaterDone = false;
  const later = Promise.all(Array.from({ length: 1000 }, () => book.refresh())).then(() => {
    isLaterDone = true;
  });
  pending[0]?.('192.168.1.12 0x1 0x2 00:18:b9:c0:ff:ee * eth0\n');
  await first;
  await expect.poll(() => pending.length).toBe(2);
  expect(isLaterDone).toBe(false);
  pending[1]?.('192.168.1.12 0x1 0x2 00:1b:d4:aa:aa:aa * eth0\n');
  await later;
  expect(pending).toHaveLength(2);
  expect(book.lookup('192.168.1.12')).toEqual([{ mac: Y, source: 'neighbour' }]);
});

test('IPv6 neighbours are asked for only once an IPv6 phone has asked for something', async () => {
  let asked = 0;
  const v6 = async () => {
    asked++;
    return 'fe80::1 dev eth0 lladdr 00:18:b9:c0:ff:ee REACHABLE\n';
  };
  const book = open([], new NeighbourTable(noTable, v6));
  await book.start();
  book.lookup('192.168.1.12');
  await book.refresh();
  expect(asked).toBe(0);
  expect(book.lookup('fe80::1%eth0')).toEqual([]);
  await book.refresh();
  expect(book.lookup('fe80::1%eth0')).toEqual([{ mac: X, source: 'neighbour' }]);
});

test('the machine without an ARP table or an ip command knows no neighbours and does not mind', async () => {
  const book = open([], new NeighbourTable());
  await book.start();
  book.lookup('fe80::1%eth0');
  await book.refresh();
  expect(book.lookup('127.0.0.5')).toEqual([]);
});

const ip = (...entries: readonly [last: number, mac: string, confirmed: number, updated: number][]) =>
  JSON.stringify(
    entries.map(([last, lladdr, confirmed, updated]) => {
      return { dst: `192.168.1.${last}`, dev: 'eth0', lladdr, confirmed, updated, state: ['STALE'] };
    }),
  );
const arpOf = (mac: string, ...lasts: readonly number[]) =>
  lasts.map((last) => `192.168.1.${last} 0x1 0x2 ${mac} * eth0\n`).join('');

test('how old an entry of the neighbour table is, is asked for only where it matters, and told from then on', async () => {
  let asked = 0;
  const aged = async () => {
    asked++;
    return ip([12, '00:18:b9:c0:ff:ee', 63, 3]);
  };
  const arp = async () => arpOf('00:18:b9:c0:ff:ee', 12);
  const book = open([], new NeighbourTable(arp, noTable, aged, () => 0));
  await book.start();
  await book.refresh();
  expect(book.lookup('192.168.1.12')).toEqual([{ mac: X, source: 'neighbour' }]);
  await book.weigh('192.168.1.13');
  expect(asked).toBe(0);
  await Promise.all([book.weigh('192.168.1.12'), book.weigh('192.168.1.12')]);
  expect(asked).toBe(1);
  expect(book.lookup('192.168.1.12')).toEqual([{ mac: X, source: 'neighbour', freshAt: NOW - 4_000 }]);
});

test('the age of an entry says nothing of the MAC that stands there now', async () => {
  let mac = '00:18:b9:c0:ff:ee';
  const aged = async () => ip([12, '00:18:b9:c0:ff:ee', 3, 3]);
  const book = open([], new NeighbourTable(async () => arpOf(mac, 12), noTable, aged));
  await book.start();
  await book.weigh('192.168.1.12');
  mac = '00:1b:d4:aa:aa:aa';
  await book.refresh();
  expect(book.lookup('192.168.1.12')).toEqual([{ mac: Y, source: 'neighbour' }]);
});

test('a phone that left two old addresses behind is no router, once the ages were looked at', async () => {
  const aged = async () =>
    ip(
      [12, '00:18:b9:c0:ff:ee', 7_200, 7_100],
      [13, '00:18:b9:c0:ff:ee', 3_600, 3_500],
      [14, '00:18:b9:c0:ff:ee', 61, 1],
    );
  const book = open([], new NeighbourTable(async () => arpOf('00:18:b9:c0:ff:ee', 12, 13, 14), noTable, aged));
  await book.start();
  expect(book.lookup('192.168.1.14')).toEqual([]);
  await book.weigh('192.168.1.14');
  expect(book.lookup('192.168.1.14')).toMatchObject([{ mac: X, source: 'neighbour' }]);
});

test('a router that answers for others identifies none of them, and is asked about once', async () => {
  let asked = 0;
  const aged = async () => {
    asked++;
    return ip([12, '00:18:b9:c0:ff:ee', 1, 9], [13, '00:18:b9:c0:ff:ee', 2, 9], [14, '00:18:b9:c0:ff:ee', 3, 9]);
  };
  const book = open([], new NeighbourTable(async () => arpOf('00:18:b9:c0:ff:ee', 12, 13, 14), noTable, aged));
  await book.start();
  for (const last of [12, 13, 14]) {
    await book.weigh(`192.168.1.${last}`);
    expect(book.lookup(`192.168.1.${last}`)).toEqual([]);
  }
  expect(asked).toBe(1);
});

test('where no ip command tells the ages, that is said once, and a MAC behind three addresses stays a router', async () => {
  const arp = async () => arpOf('00:18:b9:c0:ff:ee', 12, 13, 14) + arpOf('00:1b:d4:aa:aa:aa', 15);
  const book = open([], new NeighbourTable(arp, noTable, noTable));
  await book.start();
  for (const last of [12, 15, 15]) await book.weigh(`192.168.1.${last}`);
  expect(book.lookup('192.168.1.12')).toEqual([]);
  expect(book.lookup('192.168.1.15')).toEqual([{ mac: Y, source: 'neighbour' }]);
  expect(logged.map(({ event }) => event)).toEqual(['neighbours.ages-unknown']);
});

test('trouble with a lease file is noticed also when no phone asks, and polling ends with the book', async () => {
  await writeFile(file, LINE);
  const book = open([file]);
  await book.start();
  await rm(file);
  wake?.();
  await expect.poll(() => logged.length).toBe(1);
  await expect.poll(() => wake).not.toBeNull();
  await book.stop();
  expect(wake).toBeNull();
  await mkdir(file);
  await book.refresh();
  expect(logged).toHaveLength(1);
});

test('a lease that has ended identifies nobody although the server began three days in the past and its clock was set since', async () => {
  let set = -3 * 86_400_000;
  await writeFile(
    file,
    `${NOW / 1000 - 86_400} 00:18:b9:c0:ff:ee 192.168.1.12 * *\n${NOW / 1000 + 60} 00:1b:d4:aa:aa:aa 192.168.1.13 * *\n`,
  );
  const began = systemClock({ wall: () => NOW + set, steady: () => 0 });
  book = addressBook({ leases: [file], clock: began, log, neighbours: new NeighbourTable(noTable, noTable) });
  await book.start();
  set = 0;
  expect(book.lookup('192.168.1.12')).toEqual([]);
  expect(book.lookup('192.168.1.13')).toEqual([{ mac: Y, source: 'lease' }]);
});

test('how old a lease is, is told by the time of the wall, however far the steady clock is behind it', async () => {
  let set = -3 * 86_400_000;
  await writeFile(file, `${KEA}192.168.1.12,00:18:b9:c0:ff:ee,,3600,${NOW / 1000 + 3_540},1,0,0,,0,\n`);
  const began = systemClock({ wall: () => NOW + set, steady: () => 0 });
  book = addressBook({ leases: [file], clock: began, log, neighbours: new NeighbourTable(noTable, noTable) });
  await book.start();
  set = 0;
  expect(book.lookup('192.168.1.12')).toEqual([{ mac: X, source: 'lease', freshAt: began.now() - 60_000 }]);
});
