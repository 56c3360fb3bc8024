import { statSync } from 'node:fs';
import { compareClocks, Landmarks } from '../../core/heard/landmarks.ts';
import type { ZoneOf } from '../../core/heard/wall-time.ts';
import { openSource } from './read-source.ts';
import { type EarCount, UnknownEar } from './source-ear.ts';

/** How the clock of one source stands to that of another. */
export type ClockStand =
  /** Its times are `aheadMs` later than those of `than`, as `shared` requests say that are in both. */
  | { readonly kind: 'compared'; readonly than: string; readonly aheadMs: number; readonly shared: number }
  /** The same, if both tell of the same boot, which nothing proves: its times are read as they stand. */
  | { readonly kind: 'perhaps'; readonly than: string; readonly aheadMs: number; readonly shared: number }
  /** It cannot be said: several differences fit, or the same phones are told of at other times and nothing is in both. */
  | { readonly kind: 'several' | 'strange'; readonly than: string };

/** Less is what servers differ by that write whole seconds (invented). */
const WORTH_MS = 3_000;

/**
 * Compares the clocks of several files by the transfers that are in more than one of them. Each is read once for this; standard input and
 * pipes, which cannot be read twice, are left out. The clock that is trusted is that of a capture, else one that names zone and date, else
 * the first.
 */
export async function clocksOf(
  names: readonly string[],
  now: number,
  zoneOf: ZoneOf,
): Promise<ReadonlyMap<string, ClockStand>> {
  const files = [...new Set(names)].filter(isFile);
  const stands = new Map<string, ClockStand>();
  // A name that was mistyped is said by who opens it, before anything is read.
  if (files.length < 2 || !names.every(isThere)) return stands;
  const read: { name: string; marks: Landmarks; count: EarCount }[] = [];
  for (const name of files) read.push({ name, ...(await landmarksOf(name, now, zoneOf)) });
  const byTrust = read.toSorted((a, b) => doubtsOf(a.count) - doubtsOf(b.count));
  for (const [i, one] of byTrust.entries()) {
    for (const before of byTrust.slice(0, i)) {
      const found = compareClocks(before.marks, one.marks);
      const own = stands.get(before.name);
      if (found.kind === 'compared') {
        // That of the other was perhaps compared with a third.
        const further = own?.kind === 'compared' ? own.aheadMs : 0;
        const aheadMs = Math.abs(found.aheadMs + further) < WORTH_MS ? 0 : found.aheadMs + further;
        stands.set(one.name, { kind: 'compared', than: before.name, aheadMs, shared: found.shared });
        break;
      }
      const than = before.name;
      if (found.kind !== 'nothing-shared') stands.set(one.name, { ...found, than });
      else if (found.isStrange && !stands.has(one.name)) stands.set(one.name, { kind: 'strange', than });
    }
  }
  return stands;
}

async function landmarksOf(
  name: string,
  now: number,
  zoneOf: ZoneOf,
): Promise<{ readonly marks: Landmarks; readonly count: EarCount }> {
  const marks = new Landmarks();
  const ear = new UnknownEar({ source: name, now, zoneOf, hear: (heard) => marks.add(heard) });
  const source = await openSource(name);
  try {
    for await (const chunk of source.chunks) if (!ear.add(chunk)) break;
    ear.end();
  } finally {
    source.close();
  }
  const count = ear.count();
  marks.programs = [...count.known.keys()];
  marks.clock = count.capture === null ? count.clock : null;
  return { marks, count };
}

function doubtsOf({ capture, clock }: EarCount): number {
  if (capture !== null) return 0;
  return 1 + Number(clock.isWithoutZone) + 2 * Number(clock.isWithoutYear) + 4 * Number(clock.isWithoutDate);
}

function isThere(name: string): boolean {
  return name === '-' || statSync(name, { throwIfNoEntry: false }) !== undefined;
}

function isFile(name: string): boolean {
  return name !== '-' && statSync(name, { throwIfNoEntry: false })?.isFile() === true;
}
