import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { readLook } from '../../src/adapters/who/lease-text.ts';
import { LeaseFile } from '../../src/adapters/who/leases.ts';
import type { WallMs } from '../../src/core/moment.ts';
import type { Address } from '../../src/core/who/address.ts';
import { LeaseJournal } from '../../src/core/who/lease-journal.ts';
import { KeptLog } from '../tftp/harness.ts';

const NOW = Date.UTC(2026, 2, 1, 12) as WallMs;
const KEA_HEADER = 'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n';
const macOf = (n: number) =>
  `00:18:b9:${[n >> 16, (n >> 8) & 255, n & 255].map((b) => b.toString(16).padStart(2, '0')).join(':')}`;
const addressOf = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` as Address;
const isc = (n: number, mac = n) =>
  `lease ${addressOf(n)} {\n  starts 4 2026/02/26 12:00:00;\n  ends never;\n  binding state active;\n  hardware ethernet ${macOf(mac)};\n}\n`;
const kea = (n: number, mac = n) => `${addressOf(n)},${macOf(mac)},,7200,4102444800,1,0,0,,0\n`;
const dnsmasq = (n: number, mac = n) => `4102444800 ${macOf(mac)} ${addressOf(n)} * *\n`;
const KINDS = {
  isc: { head: '', entry: isc },
  kea: { head: KEA_HEADER, entry: kea },
  dnsmasq: { head: '', entry: dnsmasq },
};

function said({ format, entries, damaged }: LeaseJournal) {
  return { format, entries: new Map(entries), damaged };
}

test.each(['isc', 'kea', 'dnsmasq'] as const)('in whatever pieces a file of %s is read, it says the same', (kind) => {
  const { head, entry } = KINDS[kind];
  const lines = fc.array(fc.tuple(fc.nat(6), fc.nat(3), fc.constantFrom('', '', '', '\n')), { maxLength: 12 });
  const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(lines, cuts, fc.nat(60), (list, steps, lost) => {
      const all = head + list.map(([n, mac, more]) => entry(n, mac) + more).join('');
      const text = all.slice(0, Math.max(head.length, all.length - lost));
      const whole = new LeaseJournal();
      whole.read(text, true);
      const journal = new LeaseJournal();
      // As an appended file is read: first an entry that tells the format, then each time from the last entry on.
      const [[n, mac] = [0, 0]] = list;
      const first = text.slice(0, head.length + entry(n, mac).length);
      let [at, given] = [journal.read(first, true), first.length];
      for (let step = 0; given < text.length; step++) {
        given = Math.min(text.length, given + (steps[step % steps.length] ?? 1));
        at += journal.read(text.slice(at, given), true);
      }
      expect(said(journal)).toEqual(said(whole));
    }),
  );
});

test('a large file is read a piece a turn, and others have their turns in between', async () => {
  const text = Array.from({ length: 10_000 }, (_, n) => isc(n)).join('');
  let turns = 0;
  let isRead = false;
  const count = () => {
    turns++;
    if (!isRead) setImmediate(count);
  };
  setImmediate(count);
  const { reading } = await readLook({ text, after: null, stamp: '', ino: 1, isSteady: true, isAtRest: true });
  isRead = true;
  expect(turns).toBeGreaterThan(text.length / 70_000);
  expect([reading.entries.size, reading.damaged]).toEqual([10_000, 0]);
});

test('lines of any length end with a value', async () => {
  const text = `${isc(1)}lease 10.0.0.2 { ${'x'.repeat(300_000)}\n${isc(3)}`;
  const { reading } = await readLook({ text, after: null, stamp: '', ino: 1, isSteady: true, isAtRest: true });
  expect(reading.entries.get(addressOf(3))?.mac).toBe('0018B9000003');
  expect(reading.damaged).toBeGreaterThan(0);
});

function leaseFile(content: string) {
  const folder = mkdtempSync(join(tmpdir(), 'loadstep-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'leases');
  writeFileSync(path, content);
  const log = new KeptLog();
  const file = new LeaseFile(path, log);
  return { path, file, log, lookup: (n: number) => file.lookup(addressOf(n), NOW) };
}

test.each(['isc', 'kea'] as const)(
  'what %s appends is read on from where it was read; the rest is not read again',
  async (kind) => {
    const { head, entry } = KINDS[kind];
    const { path, file, lookup, log } = leaseFile(head + Array.from({ length: 500 }, (_, n) => entry(n)).join(''));
    await file.read();
    const before = lookup(100);
    appendFileSync(path, entry(200, 77) + entry(600));
    await file.read();
    expect(lookup(100)).toBe(before);
    expect([lookup(200)?.mac, lookup(600)?.mac, lookup(499)?.mac]).toEqual([
      '0018B900004D',
      '0018B9000258',
      '0018B90001F3',
    ]);
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  },
);

test('an entry that is appended in two writes is read when it is whole', async () => {
  const { path, file, lookup, log } = leaseFile(isc(1) + isc(2));
  await file.read();
  const text = isc(2, 9);
  appendFileSync(path, text.slice(0, 50));
  const reading = file.read();
  await new Promise((resolve) => setTimeout(resolve, 20));
  appendFileSync(path, text.slice(50));
  await reading;
  await file.read();
  expect(lookup(2)?.mac).toBe('0018B9000009');
  expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
});

test('a journal that was written anew is read as a whole, in its place or in place of it', async () => {
  const { path, file, lookup } = leaseFile(isc(1) + isc(2));
  await file.read();
  writeFileSync(path, isc(1, 5) + isc(2, 6) + isc(3));
  await file.read();
  expect([lookup(1)?.mac, lookup(2)?.mac, lookup(3)?.mac]).toEqual(['0018B9000005', '0018B9000006', '0018B9000003']);
  writeFileSync(`${path}.new`, isc(1, 8) + isc(2) + isc(3) + isc(4));
  renameSync(`${path}.new`, path);
  await file.read();
  expect([lookup(1)?.mac, lookup(4)?.mac]).toEqual(['0018B9000008', '0018B9000004']);
});
