import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LeaseReading } from '../../core/who/lease.ts';
import { LeaseJournal } from '../../core/who/lease-journal.ts';
import { readWholeLeases } from '../../core/who/whole-leases.ts';

/** Invented: a million leases are about this long. */
const MAX_BYTES = 128 * 1024 * 1024;
/** So many characters are read in one turn of the event loop: some milliseconds (invented). */
const PIECE = 65_536;
/** A file is known again by so many bytes before the place where reading goes on (invented). */
const KNOWN_BY = 4_096;
/** More than this is read as a whole file, in pieces (invented). */
const MOST_APPENDED = 262_144;

/** Where reading goes on in a file to which its server only appends: `dhcpd.leases`, and Kea's. */
export interface LeaseEnd {
  readonly journal: LeaseJournal;
  readonly ino: number;
  /** Where the last entry begins, in bytes; it may not be whole yet. */
  readonly at: number;
  /** What there was of it. */
  readonly rest: string;
  /** What stands before it. */
  readonly before: string;
}

/** One look at a lease file. */
export interface Look {
  /** The whole file, or what follows `after`. */
  readonly text: string;
  /** Where reading goes on; null when the file is to be read as a whole. */
  readonly after: LeaseEnd | null;
  readonly stamp: string;
  readonly ino: number;
  /** Whether it did not change while it was read. */
  readonly isSteady: boolean;
  /** Whether it has not changed for a while. */
  readonly isAtRest: boolean;
}

/** What was read, and where reading may go on; null where the file is written as a whole each time. */
export interface LeaseText {
  readonly reading: LeaseReading;
  readonly end: LeaseEnd | null;
}

/** Looks at a lease file, on from `end` where more has come since and nothing else; rejects when it cannot be read. */
export async function lookAt(path: string, end: LeaseEnd | null): Promise<Look> {
  // Taken first: a machine that stands still between two lines must not make a fresh change an old one.
  const now = Date.now();
  // Not blocking: a pipe in the place of the file would never open.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const before = await checked(file);
    const appended = end === null || end.ino !== before.ino ? null : await appendedTo(file, end, before.size);
    const after = appended === null ? null : end;
    // Latin-1 keeps every byte: option 60 is no text in any encoding.
    const text = appended ?? (await file.readFile('latin1'));
    const stats = await checked(file);
    const length = (after?.at ?? 0) + text.length;
    const isSteady = before.size === length && stats.size === length && stats.mtimeMs === before.mtimeMs;
    const stamp = stampOf(stats, now);
    return { text, after, stamp, ino: stats.ino, isSteady, isAtRest: isSteady && isSettled(stats, now) };
  } finally {
    await file.close();
  }
}

/** Reads what was looked at. A whole file a piece at a time: tens of thousands of leases take most of a second, and phones wait. */
export async function readLook({ text, after, ino }: Look): Promise<LeaseText> {
  const whole = after === null ? readWholeLeases(text) : null;
  if (whole !== null) return { reading: whole, end: null };
  const journal = after?.journal ?? new LeaseJournal();
  let at = 0;
  for (;;) {
    const piece = text.slice(at, at + PIECE);
    const isLast = at + PIECE >= text.length;
    at += journal.read(piece, isLast);
    if (isLast) break;
    await nextTurn();
  }
  const reading = { format: journal.format, entries: journal.entries, damaged: journal.damaged };
  if (reading.format !== 'isc' && reading.format !== 'kea') return { reading, end: null };
  const before = `${after?.before ?? ''}${text.slice(Math.max(0, at - KNOWN_BY), at)}`.slice(-KNOWN_BY);
  return { reading, end: { journal, ino, at: (after?.at ?? 0) + at, rest: text.slice(at), before } };
}

/** What follows the last whole entry; null when what was read of the file is not there any more. */
async function appendedTo(file: FileHandle, { at, rest, before }: LeaseEnd, size: number): Promise<string | null> {
  const from = at - before.length;
  if (size < at + rest.length || size - at > MOST_APPENDED) return null;
  const bytes = Buffer.alloc(size - from);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  const text = bytes.toString('latin1', 0, bytesRead);
  return text.startsWith(before + rest) ? text.slice(before.length) : null;
}

async function checked(file: FileHandle): Promise<Stats> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new Error('it is not a regular file');
  if (stats.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
  return stats;
}

/** Invented, well above the tick of a file system's clock: a younger change may be followed by another of the same time. */
const SETTLED_MS = 100;

function isSettled({ ctimeMs }: Stats, now: number): boolean {
  return now - ctimeMs >= SETTLED_MS;
}

/** By what a file is seen to have changed; while a change is fresh, by nothing. */
export function stampOf(stats: Stats, now: number): string {
  const { ino, size, mtimeMs, ctimeMs } = stats;
  return `${ino}:${size}:${mtimeMs}:${ctimeMs}${isSettled(stats, now) ? '' : ':unsettled'}`;
}
