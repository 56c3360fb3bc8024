import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LeaseFile, type LeaseFileAids } from '../../src/adapters/who/leases.ts';
import { normalizeAddress } from '../../src/core/who/address.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';

const PIECE = 4_096;
const LAST = address(200);
let now = 0;
/** Waits that take no time but on this clock. */
const AIDS: LeaseFileAids = {
  now: () => now,
  async pause(ms) {
    now += ms;
  },
};

let folder: string;
let path: string;
let logged: LogFields[];

const log: Log = {
  error: (fields) => void logged.push(fields),
  warn: (fields) => void logged.push(fields),
  info: (fields) => void logged.push(fields),
  debug: () => {},
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstep-leases-'));
  path = join(folder, 'leases');
  logged = [];
});

afterEach(() => rm(folder, { recursive: true }));

function address(last: number) {
  const found = normalizeAddress(`10.0.0.${last}`);
  if (found === null) throw new Error('no address');
  return found;
}

/** Two hundred leases, more than two of the pieces in which dnsmasq writes. */
function leases(count = 200): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const hex = (i + 1).toString(16).padStart(2, '0');
    return `4102444800 00:18:b9:00:00:${hex} 10.0.0.${i + 1} SEP0018B90000${hex} 01:00:18:b9:00:00:${hex}\n`;
  });
  return lines.join('');
}

/** dnsmasq at work: the file is cut to nothing at once, and each wait of the reader lets it write one piece more. */
function rewriting(text: string): LeaseFileAids {
  const file = openSync(path, 'r+');
  ftruncateSync(file, 0);
  let at = 0;
  const go = () => {
    if (at >= text.length) return;
    writeSync(file, text.slice(at, at + PIECE));
    at += PIECE;
    if (at >= text.length) closeSync(file);
  };
  return { ...AIDS, pause: async () => go() };
}

test('a file that dnsmasq has just cut to nothing and is writing again is read when it is whole', async () => {
  await writeFile(path, leases());
  let pause: () => Promise<unknown> = async () => {};
  const file = new LeaseFile(path, log, { ...AIDS, pause: () => pause() });
  await file.read();
  const writer = rewriting(leases());
  pause = () => writer.pause(0);
  await file.refresh();
  expect(file.lookup(LAST, 0)).not.toBeNull();
  expect(logged).toEqual([]);
});

test('leases that were there are not missed when a piece ends with the end of a line', async () => {
  await writeFile(path, leases());
  const waits: (() => void)[] = [];
  const file = new LeaseFile(path, log, { ...AIDS, pause: async () => waits.shift()?.() });
  await file.read();
  waits.length = 0;
  // The first hundred lines, whole: nothing in the text says that more is to come.
  await writeFile(path, leases(100));
  waits.push(
    () => {},
    () => void rewrite(leases()),
  );
  await file.refresh();
  expect(file.lookup(LAST, 0)).not.toBeNull();
  expect(logged).toEqual([]);
});

test('a file that is rewritten without end keeps what was read of it last, and is no damage', async () => {
  await writeFile(path, leases());
  let isBusy = false;
  const file = new LeaseFile(path, log, {
    ...AIDS,
    pause: async () => {
      if (isBusy) rewrite(leases().slice(0, PIECE + Math.ceil(Math.random() * 9)));
    },
  });
  await file.read();
  isBusy = true;
  rewrite(leases().slice(0, PIECE));
  await file.refresh();
  expect(file.lookup(LAST, 0)).not.toBeNull();
  expect(logged).toEqual([]);
});

test('a lease that was released is gone once every look has missed it for two seconds', async () => {
  await writeFile(path, leases());
  const file = new LeaseFile(path, log, AIDS);
  await file.read();
  await writeFile(path, leases(199));
  await file.refresh();
  expect(file.lookup(LAST, 0)).not.toBeNull();
  now += 2_000;
  await file.refresh();
  expect(file.lookup(LAST, 0)).toBeNull();
  expect(file.lookup(address(1), 0)).not.toBeNull();
});

test('a new lease counts at once, also where an old one went with the same writing', async () => {
  await writeFile(path, leases(1));
  const file = new LeaseFile(path, log, AIDS);
  await file.read();
  rewrite('4102444800 00:18:b9:00:00:01 10.0.0.77 * *\n');
  await file.refresh();
  expect(file.lookup(address(77), 0)).toMatchObject({ mac: '0018B9000001' });
  expect(file.lookup(address(1), 0)).not.toBeNull();
});

test('how long ago a lease was given is known where the file tells, or where its line was seen to change', async () => {
  const line = (last: number, end: number) => `${end} 00:18:b9:00:00:0${last} 10.0.0.${last} * *\n`;
  const ago = (file: LeaseFile, last: number) => {
    const lease = file.lookup(address(last), 0);
    return lease === null ? 'none' : file.givenAgo(lease, 1_700_000_060_000);
  };
  await writeFile(path, line(1, 4_102_444_800) + line(2, 4_102_444_800));
  const file = new LeaseFile(path, log, AIDS);
  await file.read();
  // What was there at the start may be hours old.
  expect([ago(file, 1), ago(file, 2)]).toEqual([null, null]);
  now += 7_000;
  await file.refresh();
  now += 3_000;
  rewrite(line(1, 4_102_448_400) + line(2, 4_102_444_800) + line(3, 4_102_444_800));
  await file.refresh();
  // It changed after it was looked at the last time, three seconds before.
  expect([ago(file, 1), ago(file, 2), ago(file, 3)]).toEqual([3_000, null, 3_000]);
  const kea = new LeaseFile(join(folder, 'kea'), log, AIDS);
  const head = 'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n';
  await writeFile(kea.path, `${head}10.0.0.4,00:18:b9:00:00:04,,3600,1700003600,1,0,0,,0\n`);
  await kea.read();
  expect(ago(kea, 4)).toBe(60_000);
  const isc = new LeaseFile(join(folder, 'isc'), log, AIDS);
  const [starts, ends] = ['epoch 1700000030', 'epoch 1700003600'];
  const body = `starts ${starts};\n  ends ${ends};\n  hardware ethernet 00:18:b9:00:00:05;`;
  await writeFile(isc.path, `lease 10.0.0.5 {\n  ${body}\n}\n`);
  await isc.read();
  expect(ago(isc, 5)).toBe(30_000);
});

/** How long ago the lease of the phone with this last number was given, as each reading of these texts, a minute apart, tells. */
async function agoAfter(last: number, texts: readonly string[]): Promise<number | 'none' | null> {
  await writeFile(path, texts[0] ?? '');
  const file = new LeaseFile(path, log, AIDS);
  await file.read();
  for (const text of texts.slice(1)) {
    now += 60_000;
    rewrite(text);
    await file.refresh();
    // What is missed is gone after two seconds.
    now += 2_000;
    await file.refresh();
  }
  const lease = file.lookup(address(last), 0);
  return lease === null ? 'none' : file.givenAgo(lease, 1_700_000_000_000);
}

const ITS_LINE = '4102444800 00:18:b9:00:00:01 10.0.0.1 * *\n';
const OTHER_LINE = '4102444800 00:18:b9:00:00:02 10.0.0.2 * *\n';

test.each<[string, readonly string[]]>([
  ['the file stood empty meanwhile, as a copy whose source could not be reached', [ITS_LINE, '', ITS_LINE]],
  ['the file stood empty twice', [ITS_LINE, '', ITS_LINE, '', ITS_LINE]],
  ['half of the file was missing meanwhile', [ITS_LINE + OTHER_LINE, OTHER_LINE, ITS_LINE + OTHER_LINE]],
  ['another lease stood there meanwhile', [ITS_LINE, ITS_LINE.replace('00:01', '00:03'), ITS_LINE]],
  ['the file was empty when it was read first', ['', ITS_LINE]],
  ['the file was empty, and the lease was renewed at some time', [ITS_LINE, '', ITS_LINE.replace('4800 ', '8400 ')]],
  ['an older file was put back', [ITS_LINE, ITS_LINE.replace('4800 ', '1200 ')]],
  [
    'an older file was put back, and half of it was missing before',
    [ITS_LINE + OTHER_LINE, OTHER_LINE, ITS_LINE.replace('4800 ', '1200 ') + OTHER_LINE],
  ],
  ['an older file was put back, and then the newer one', [ITS_LINE, ITS_LINE.replace('4800 ', '1200 '), ITS_LINE]],
  ['a lease without an end was given one', [ITS_LINE.replace('4102444800', '0'), ITS_LINE]],
])('a line of dnsmasq that comes back is no news of its phone: %s', async (_, texts) => {
  expect(await agoAfter(1, texts)).toBeNull();
});

test('a line of dnsmasq that comes back with a later end is news, and one that was news keeps its time', async () => {
  const renewed = ITS_LINE.replace('4102444800', '4102448400');
  expect(await agoAfter(1, [ITS_LINE + OTHER_LINE, OTHER_LINE, renewed + OTHER_LINE])).toBe(124_000);
  expect(await agoAfter(1, [OTHER_LINE, ITS_LINE + OTHER_LINE])).toBe(62_000);
  expect(await agoAfter(1, [OTHER_LINE, ITS_LINE + OTHER_LINE, OTHER_LINE, ITS_LINE + OTHER_LINE])).toBe(186_000);
});

test('what a file of dnsmasq said of addresses that it has no more is forgotten where that is much, and then no line that appears is news', async () => {
  const many = Array.from(
    { length: 5_000 },
    (_, i) => `4102444800 00:18:b9:01:${hex(i >> 8)}:${hex(i)} 10.1.${i >> 8}.${i & 255} * *\n`,
  );
  expect(
    await agoAfter(1, [
      ITS_LINE + OTHER_LINE,
      OTHER_LINE,
      OTHER_LINE + many.join(''),
      OTHER_LINE,
      ITS_LINE + OTHER_LINE,
    ]),
  ).toBeNull();
});

const hex = (n: number) => (n & 255).toString(16).padStart(2, '0');

test('a lease from the future is no news: the DHCP server has another clock', async () => {
  const kea = new LeaseFile(path, log, AIDS);
  const head = 'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n';
  await writeFile(path, `${head}10.0.0.4,00:18:b9:00:00:04,,3600,1700007200,1,0,0,,0\n`);
  await kea.read();
  const lease = kea.lookup(address(4), 0);
  expect(lease === null ? 'none' : kea.givenAgo(lease, 1_700_000_000_000)).toBeNull();
});

test('a file that stands empty for a quarter of a second is still being written, however old its time is', async () => {
  await writeFile(path, leases());
  const file = new LeaseFile(path, log, AIDS);
  await file.read();
  await writeFile(path, '');
  const past = new Date(Date.now() - 60_000);
  await utimes(path, past, past);
  await file.refresh();
  now += 250;
  await file.refresh();
  expect(file.lookup(LAST, 0)).not.toBeNull();
  now += 2_000;
  await file.refresh();
  expect(file.lookup(LAST, 0)).toBeNull();
});

test('a file of another DHCP server is refused, and one that becomes such holds nothing', async () => {
  await writeFile(path, '{"leases":[]}\n');
  const file = new LeaseFile(path, log);
  await expect(file.read()).rejects.toThrow('not one of dnsmasq, ISC dhcpd, Kea, udhcpd or systemd-networkd');
  await writeFile(path, leases());
  await file.refresh();
  expect(file.lookup(LAST, 0)).not.toBeNull();
  expect(await readFile(path, 'latin1')).toBe(leases());
});

test('an empty file is a DHCP server that has just been set up', async () => {
  await writeFile(path, '');
  await new LeaseFile(path, log).read();
  expect(logged).toEqual([]);
});

function rewrite(text: string): void {
  const file = openSync(path, 'w');
  writeSync(file, text);
  closeSync(file);
}
