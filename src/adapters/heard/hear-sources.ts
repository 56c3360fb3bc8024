import type { Heard } from '../../core/heard/heard.ts';
import { ToldTwice } from '../../core/heard/told-twice.ts';
import type { ZoneOf } from '../../core/heard/wall-time.ts';
import { type ClockStand, clocksOf } from './line-up-sources.ts';
import { openSource } from './read-source.ts';
import { type EarCount, UnknownEar } from './source-ear.ts';

/** What was read of one source. */
export interface SourceCount extends EarCount {
  /** Why a packed file ended early; null where it did not. */
  readonly cutOff: string | null;
  /** How its clock stands to that of another source; null where nothing is to be said of that. */
  readonly clockStand: ClockStand | null;
}

/** Moments without a zone are of the zone of this machine. */
export const localZone: ZoneOf = (year, month, day, hour, minute, second, ms) =>
  new Date(year, month - 1, day, hour, minute, second, ms).getTime();

/** What is told of a source that is read alone. */
export const ALONE = { cutOff: null, clockStand: null } as const;

/** What one source tells, a handful at a time. */
interface Voice {
  readonly batches: AsyncIterator<readonly Heard[]>;
  readonly count: () => SourceCount;
  readonly close: () => void;
}

/**
 * Reads logs and captures from their beginnings and tells what they hold in the order of time; a source that tells no times is told as it stands.
 * Clocks that differ are lined up where the same transfers are in several files (`line-up-sources`), and what is in several of those counts once.
 * Throws `AppError` `E_LOG_UNREADABLE` for one that cannot be read.
 */
export async function hearSources(
  names: readonly string[],
  now: number,
  hear: (heard: Heard) => void,
): Promise<readonly SourceCount[]> {
  const stands = names.length === 1 ? new Map<string, ClockStand>() : await clocksOf(names, now, localZone);
  const voices: Voice[] = [];
  // One source has its order: what it tells need not wait for others.
  const atOnce = names.length === 1 ? hear : null;
  try {
    // All are opened before anything is read: a name that was mistyped is said at once.
    for (const name of names) voices.push(await voiceOf(name, now, atOnce, stands.get(name) ?? null));
    await inOrder(
      voices.map(({ batches }) => batches),
      withoutTwins(stands, hear),
    );
  } finally {
    for (const { close } of voices) close();
  }
  return voices.map(({ count }) => count());
}

/** What a source tells is laid into batches, unless somebody hears it at once. */
async function voiceOf(
  name: string,
  now: number,
  atOnce: ((heard: Heard) => void) | null,
  stand: ClockStand | null,
): Promise<Voice> {
  const source = await openSource(name);
  let heard: Heard[] = [];
  const aheadMs = stand?.kind === 'compared' ? stand.aheadMs : 0;
  const hear = atOnce ?? ((one: Heard) => heard.push(movedBack(one, aheadMs)));
  const ear = new UnknownEar({ source: name, now, zoneOf: localZone, hear });
  const batches = (async function* () {
    for await (const chunk of source.chunks) {
      const isMore = ear.add(chunk);
      const batch = heard;
      heard = [];
      if (batch.length > 0) yield batch;
      if (!isMore) break;
    }
    ear.end();
    yield heard;
  })();
  return {
    batches,
    count: () => ({ ...ear.count(), cutOff: source.cutOff(), clockStand: stand }),
    close: source.close,
  };
}

function movedBack(heard: Heard, ms: number): Heard {
  return ms === 0 || heard.time === null ? heard : { ...heard, time: heard.time - ms };
}

/** What was compared tells of one bench: the same transfer in two of those counts once. */
function withoutTwins(stands: ReadonlyMap<string, ClockStand>, hear: (heard: Heard) => void): (heard: Heard) => void {
  const compared = [...stands].flatMap(([name, stand]) => (stand.kind === 'compared' ? [name, stand.than] : []));
  if (compared.length === 0) return hear;
  const [sources, told] = [new Set(compared), new ToldTwice()];
  return (heard) => {
    if (!sources.has(heard.source) || !told.has(heard)) hear(heard);
  };
}

/** Events of several sources by their time: those of one source stay in their order. */
async function inOrder(
  sources: readonly AsyncIterator<readonly Heard[]>[],
  hear: (heard: Heard) => void,
): Promise<void> {
  const queues = await Promise.all(sources.map(async (source) => ({ source, ...(await nextOf(source)) })));
  let open = queues.filter(({ batch }) => batch !== null);
  while (open.length > 0) {
    const [first, ...others] = open;
    if (first === undefined) return;
    const least = others.reduce((best, one) => (one.time < best.time ? one : best), first);
    const until = open.reduce(
      (time, one) => (one === least ? time : Math.min(time, one.time)),
      Number.POSITIVE_INFINITY,
    );
    // As many of it as are no later than the next event of any other.
    while (least.batch !== null) {
      const heard = least.batch[least.at];
      if (heard === undefined) {
        Object.assign(least, await nextOf(least.source, least.time));
        continue;
      }
      least.time = heard.time ?? least.time;
      if (least.time > until) break;
      least.at++;
      hear(heard);
    }
    open = open.filter(({ batch }) => batch !== null);
  }
}

interface Next {
  batch: readonly Heard[] | null;
  at: number;
  /** Of the event that comes next; of the one before it where it has none. */
  time: number;
}

async function nextOf(source: AsyncIterator<readonly Heard[]>, time = Number.NEGATIVE_INFINITY): Promise<Next> {
  for (;;) {
    const next = await source.next();
    if (next.done === true) return { batch: null, at: 0, time };
    const [first] = next.value;
    if (first !== undefined) return { batch: next.value, at: 0, time: first.time ?? time };
  }
}
