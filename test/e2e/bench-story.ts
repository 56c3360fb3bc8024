import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Line } from './child.ts';

/** Three ears and what each of them heard of all phones: the phones themselves, the record, and the report on it. */
export interface Told {
  /** What `emulate bench` printed. */
  readonly phones: readonly Line[];
  readonly record: readonly Line[];
  readonly status: readonly Line[];
  readonly report: readonly Line[];
  /** SHA-1 of every file in the store, by lower-case name and size. */
  readonly hashes: ReadonlyMap<string, ReadonlySet<string>>;
}

interface File {
  readonly name: string;
  readonly bytes: number;
  readonly sha1: string | null;
  readonly sentAt: string;
  readonly times: number;
}

interface Hop {
  readonly hop: number;
  readonly load: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: string;
  readonly files: readonly File[];
  readonly witnesses: readonly string[];
}

/** What one phone says, the record says and the report says happen on one machine; so far apart they may be told (invented). */
const SAME_MOMENT_MS = 3_000;

export const ofPhone = (lines: readonly Line[], mac: string, event: string) =>
  lines.filter((line) => line.mac === mac && line.event === event);

/** The hashes of what lies in a store. */
export async function hashesIn(store: string): Promise<Told['hashes']> {
  const hashes = new Map<string, Set<string>>();
  for (const entry of await readdir(store, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    const key = keyOf(entry.name, content.length);
    hashes.set(key, (hashes.get(key) ?? new Set()).add(createHash('sha1').update(content).digest('hex')));
  }
  return hashes;
}

const keyOf = (name: string, bytes: unknown) => `${name.toLowerCase()} ${bytes}`;
const isImage = (name: unknown) => /\.(bin|sbn|sb2)$/i.test(String(name));
const isFirmware = (name: unknown) => isImage(name) || /\.loads$/i.test(String(name));
const ms = (at: unknown) => Date.parse(String(at));

/** Phones that are writing flash by what they say, and that the server says it knows to be. */
export function midFlash(phones: readonly Line[], server: readonly Line[]): string[] {
  const writing = new Set<unknown>();
  for (const { event, mac } of phones) {
    if (event === 'flash.writing') writing.add(mac);
    if (event === 'flash.written' || event === 'flash.damaged') writing.delete(mac);
  }
  const state = new Map<unknown, unknown>();
  for (const line of server) if (line.state !== undefined) state.set(line.mac, line.state);
  return [...writing].filter((mac) => state.get(mac) === 'flashing').map(String);
}

/** Phones that were taking an image when these lines ended. */
export function cutShort(server: readonly Line[]): ReadonlySet<unknown> {
  const taking = new Map<unknown, unknown>();
  for (const { event, mac, file } of server) {
    if (event === 'file.requested' && isImage(file)) taking.set(mac, file);
    if ((event === 'file.sent' || event === 'file.failed') && taking.get(mac) === file) taking.delete(mac);
  }
  return new Set(taking.keys());
}

/** Everything that the certificate of a landed phone says is what its record says, row by row. */
export function expectAsRecorded(title: string, mac: string, told: Told): void {
  const rows = told.record.filter((row) => row.mac === mac);
  const certificate = certificateOf(mac, told);
  const [landing] = rows.filter(({ event }) => event === 'phone.landed');
  const first = rows.find(({ peer }) => peer !== undefined);
  expect(certificate, title).toMatchObject({
    landedAt: landing?.at,
    witnesses: landing?.witnesses,
    startedAt: first?.at,
    tookMs: ms(landing?.at) - ms(first?.at),
  });
  expect(landing?.witnesses, title).toEqual(expect.arrayContaining([expect.stringMatching(/^\([abcd]\) /)]));
  const proven = hopsOf(certificate).filter(({ outcome }) => outcome === 'proven');
  expect(
    proven.map(({ hop, load, startedAt, endedAt, witnesses }) => ({ hop, load, startedAt, endedAt, witnesses })),
    title,
  ).toEqual(provenIn(rows));
  expect(proven.at(-1), title).toMatchObject({ load: certificate.target, endedAt: landing?.at });
  for (const hop of hopsOf(certificate)) expectFilesAsRecorded(title, hop, rows);
}

/** The hops that were proven, read from the states alone: offered at one time, proven at another. */
function provenIn(rows: readonly Line[]) {
  const proven: Pick<Hop, 'hop' | 'load' | 'startedAt' | 'endedAt' | 'witnesses'>[] = [];
  let offered: Line | null = null;
  for (const row of rows.filter(({ event }) => event === 'phone.state')) {
    const { witnesses, at } = row;
    if (witnesses !== undefined && offered !== null) {
      proven.push({
        hop: Number(offered.hop),
        load: String(offered.load),
        startedAt: String(offered.at),
        endedAt: String(at),
        witnesses: witnesses as string[],
      });
      offered = null;
    }
    if (row.state === 'offered') offered ??= row;
    if (row.state === 'identifying') offered = null;
  }
  return proven;
}

function expectFilesAsRecorded(title: string, hop: Hop, rows: readonly Line[]): void {
  const until = hop.endedAt ?? '9999';
  const sent = rows.filter(({ event, file, load, at }) => {
    const isThen = String(at) >= hop.startedAt && String(at) <= until;
    return event === 'file.sent' && isFirmware(file) && load === hop.load && isThen;
  });
  const expected = new Map<string, File>();
  for (const { file, bytes, sha1, at } of sent) {
    const key = `${file} ${sha1}`;
    const times = (expected.get(key)?.times ?? 0) + 1;
    const kept = { name: String(file), bytes: Number(bytes), sha1: String(sha1), sentAt: String(at), times };
    expected.set(key, kept);
  }
  const files = hop.files.map(({ name, bytes, sha1, sentAt, times }) => ({ name, bytes, sha1, sentAt, times }));
  expect(files, `${title}: ${hop.load}`).toEqual([...expected.values()]);
}

/**
 * The certificate says what the phone says: the phone took every file that stands there, of the bytes that lie in the store,
 * about when it is said, and nothing that it wrote to its flash is missing. `isCut`: a transfer ended with the killed server,
 * which may have lost no more than the phone's last word on it.
 */
export function expectAsHeard(title: string, mac: string, told: Told, isCut: boolean): void {
  const certificate = certificateOf(mac, told);
  const hops = hopsOf(certificate);
  const got = ofPhone(told.phones, mac, 'file.got');
  for (const { files, startedAt, endedAt, load } of hops) {
    for (const { name, bytes, sha1, sentAt, times } of files) {
      const where = `${title}: ${name} of ${load}`;
      expect(told.hashes.get(keyOf(name, bytes)), where).toContain(sha1);
      const same = got.filter(({ file, bytes: size }) => keyOf(String(file), size) === keyOf(name, bytes));
      expect(same.length, where).toBeGreaterThanOrEqual(times);
      const nearest = Math.min(...same.map(({ at }) => Math.abs(ms(at) - ms(sentAt))));
      expect(nearest, where).toBeLessThan(SAME_MOMENT_MS);
      expect(ms(sentAt), where).toBeGreaterThanOrEqual(ms(startedAt));
      if (endedAt !== null) expect(ms(sentAt), where).toBeLessThanOrEqual(ms(endedAt));
    }
  }
  const listed = new Set(hops.flatMap(({ files }) => files.map(({ name }) => name.toLowerCase())));
  const written = ofPhone(told.phones, mac, 'flash.written').map(({ file }) => String(file).toLowerCase());
  if (!isCut) expect([...listed], title).toEqual(expect.arrayContaining(written.filter(isFirmware)));
  if (certificate.outcome !== 'landed') return;
  const booted = ofPhone(told.phones, mac, 'phone.booted').filter(({ load }) => load === certificate.target);
  const lastWrite = ofPhone(told.phones, mac, 'flash.written').at(-1);
  if (lastWrite !== undefined) expect(ms(certificate.landedAt), title).toBeGreaterThanOrEqual(ms(lastWrite.at));
  expect(booted.length, title).toBeGreaterThan(0);
  // What a witness names the phone has asked.
  const asked = new Set(ofPhone(told.phones, mac, 'file.asked').map(({ file }) => lastPart(String(file))));
  const named = (certificate.witnesses as string[]).flatMap(
    (one) => one.match(/[\w<>.-]+\.(loads|cnf|xml|jar)\b/gi) ?? [],
  );
  expect(named.length, title).toBeGreaterThan(0);
  for (const name of named) expect([...asked], title).toContain(lastPart(name.replace('<MAC>', mac)));
}

const lastPart = (name: string) => name.slice(name.lastIndexOf('/') + 1).toLowerCase();

function certificateOf(mac: string, { report }: Told): Line {
  const found = report.find((line) => line.mac === mac);
  if (found === undefined) throw new Error(`the report has nothing on ${mac}`);
  return found;
}

function hopsOf(certificate: Line): readonly Hop[] {
  return certificate.hops as readonly Hop[];
}
