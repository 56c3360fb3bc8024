import type { FirmwareIndex } from '../../core/firmware/package.ts';
import type { HistoryEvent } from '../../core/history/event.ts';
import { protocolAsking } from '../../core/identify/application-name.ts';
import { classifyName } from '../../core/names/asked-name.ts';
import type { Protocol } from '../../core/names/family.ts';
import { parseLoadName } from '../../core/names/load-name.ts';
import type { Tried } from './tried.ts';

/** A block as phones ask for them: an end that lacks no more than this may have been received (legacy-79x0 11.2). */
const BLOCK_BYTES = 512;

/** What a phone did while it was on no list. */
export interface Unlisted {
  /** What it tried in vain. */
  readonly tried: readonly Tried[];
  /**
   * Whether it asked for an image, but a loader's alone, or for what software before the loader asks first: what it ran before is not known to run any
   * more.
   */
  readonly hasTaken: boolean;
  /** Of which protocols applications asked that ran on it. */
  readonly protocols: readonly Protocol[];
  /** The image that it was given last, where it has asked for nothing since: it may be taking or writing that. */
  readonly image: GivenImage | null;
}

/** An image, and when it was asked for. */
interface GivenImage {
  readonly file: string;
  readonly at: number;
}

export const NOTHING_UNLISTED: Unlisted = { tried: [], hasTaken: false, protocols: [], image: null };

/** What all rows of a phone that comes onto the list tell, on a clock that is ahead of theirs by so much; what came before it was let go last is remembered otherwise. */
export function doneUnlisted(rows: readonly HistoryEvent[], index: FirmwareIndex, aheadMs: number): Unlisted {
  const last = imageAskedLast(rows);
  const image = last === null ? null : { ...last, at: last.at + aheadMs };
  return { tried: triedUnlisted(rows, index), ...ranUnlisted(rows), image };
}

/** The image that a phone was given last, where it has asked for nothing since, as its rows tell. */
export function imageAskedLast(rows: Iterable<HistoryEvent>): GivenImage | null {
  let image: GivenImage | null = null;
  for (const { event, file, at } of rows) {
    if ((event !== 'file.requested' && event !== 'file.refused') || file === undefined) continue;
    image = event === 'file.requested' && classifyName(file).kind === 'image' ? { file, at } : null;
  }
  return image;
}

/**
 * What a 7940 or 7960 asked of a load while it was on no list, and was not seen to get: it did not run that load then, gave the download up, and may never
 * ask again.
 */
function triedUnlisted(rows: Iterable<HistoryEvent>, { packages }: FirmwareIndex): readonly Tried[] {
  const missing = new Map<string, Tried>();
  for (const row of rows) {
    if (row.event === 'phone.released') missing.clear();
    const asked = row.event.startsWith('file.') && row.file !== undefined ? classifyName(row.file) : null;
    const load = asked?.kind === 'image' ? parseLoadName(asked.stem.toUpperCase()) : null;
    if (load?.ok !== true || load.value.family !== '79x0') continue;
    const { name, role } = load.value;
    if (role === 'loader') {
      // What it had before goes on under that loader, whether it was seen to get all of it or not.
      const loads = packages.filter(({ loader }) => loader?.toUpperCase() === name).map((pack) => pack.load);
      for (const one of loads) missing.set(`loader of ${one}`, { what: 'loader-alone', load: one });
    } else if (hasArrived(row)) {
      for (const [key, { what }] of missing) if (key === name || what === 'loader-alone') missing.delete(key);
    } else missing.set(name, { what: 'images-missing', load: name });
  }
  return [...missing.values()];
}

/** What tells, since it was let go last, that something else than before may run on it. */
function ranUnlisted(rows: Iterable<HistoryEvent>): Pick<Unlisted, 'hasTaken' | 'protocols'> {
  let hasTaken = false;
  const protocols = new Set<Protocol>();
  for (const row of rows) {
    if (row.event === 'phone.released') {
      hasTaken = false;
      protocols.clear();
    }
    const asked = row.event.startsWith('file.') && row.file !== undefined ? classifyName(row.file) : null;
    const protocol = asked === null ? null : protocolAsking(asked);
    if (protocol !== null) protocols.add(protocol);
    // The 7940 and 7960 ask for it before they have a loader (legacy-79x0 2).
    if (asked?.kind === 'os79xx') hasTaken = true;
    if (asked?.kind !== 'image') continue;
    const load = parseLoadName(asked.stem.toUpperCase());
    if (!load.ok || load.value.role !== 'loader') hasTaken = true;
  }
  return { hasTaken, protocols: [...protocols] };
}

/** Whether the phone has it whole, as far as the server saw: but for the acknowledgement of its last block, at least. */
function hasArrived({ event, bytes = 0, size = Number.POSITIVE_INFINITY }: HistoryEvent): boolean {
  return event === 'file.sent' || (event === 'file.failed' && bytes + BLOCK_BYTES >= size);
}
