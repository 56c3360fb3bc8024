import { type DecidedRow, POWER_NOT_SWITCHED, RETRIED } from '../history/event.ts';
import { witnessKind } from '../identify/proceedings.ts';
import type { SteadyMs } from '../moment.ts';
import { type AskedKind, classifyName } from '../names/asked-name.ts';
import { parseLoadName } from '../names/load-name.ts';

/** Code of the row that is written before the power of a phone is switched. */
export const POWER_CYCLED = 'P_POWER_CYCLED';
/** Code of the row that says that switching did not work. */
export const POWER_CYCLE_FAILED = 'P_POWER_CYCLE_FAILED';
/** A program that switches power takes seconds; one that takes longer than this hangs, and is ended (invented). */
export const POWER_COMMAND_MS = 60_000;
/** So long after the end of the switching the power may go all the same: a slow switch (invented). */
export const POWER_SETTLES_MS = 5_000;

/** What the record of one phone says about its power, as far as switching it depends on it. */
export interface PowerRecord {
  /** True from the request of an image, which is recorded before its first byte, until the phone's next boot. */
  readonly mayBeWriting: boolean;
  /** Whether it has landed since by what an application asks that its loader has started: the loader writes no more. */
  readonly isStarted: boolean;
  /** Whether it was ever given an image, or the beginning of one. */
  readonly hasHadImage: boolean;
  /** Whether it ever asked for anything. */
  readonly hasAsked: boolean;
  /** When it was tried to switch its power since the operator last enrolled or retried it; a try that was given up before the command ran is none. */
  readonly cycledAt: readonly SteadyMs[];
  /** How many of these tries failed, by what the command said. */
  readonly failed: number;
}

/** A phone of which nothing is recorded. */
export const FRESH_POWER: PowerRecord = {
  mayBeWriting: false,
  isStarted: false,
  hasHadImage: false,
  hasAsked: false,
  cycledAt: [],
  failed: 0,
};

/** All loads of a 7940 or 7960 from here on are started by a loader (legacy-79x0 2). */
const FIRST_WITH_LOADER = 7;

/** Names with which a boot begins, whatever runs; nothing asks them while it writes (legacy-79x0 2, 5; java-phones 4). */
const FIRST_OF_A_BOOT: ReadonlySet<AskedKind> = new Set<AskedKind>(['os79xx', 'ctl-phone', 'term-default']);

/** Whether a phone asks for this at the beginning of a boot, whatever runs on it. */
export function beginsBoot(kind: AskedKind): boolean {
  return FIRST_OF_A_BOOT.has(kind);
}

/** Whether a phone may be writing after one more row of its record. */
export function mayBeWritingAfter(
  before: boolean,
  { event, file }: { readonly event: string; readonly file?: string },
): boolean {
  if (event !== 'file.requested' && event !== 'file.refused') return before;
  const { kind } = classifyName(file ?? '');
  if (beginsBoot(kind)) return false;
  return before || (kind === 'image' && event === 'file.requested');
}

/**
 * Whether a phone has landed by what an application asks that its loader has started: that has written it by then, and begins no other boot (legacy-79x0
 * 11.1 G). What a phone says of itself may be older than its image, and only a boot shows that software which takes images itself has written them.
 */
function runsFromFlash({ target = '', witnesses = [] }: DecidedRow): boolean {
  const load = parseLoadName(target);
  const hasLoader = load.ok && load.value.family === '79x0' && load.value.role !== 'loader';
  const isSince = load.ok && (load.value.release[0] ?? 0) >= FIRST_WITH_LOADER;
  return hasLoader && isSince && witnesses.some((one) => witnessKind(one) === '(a)');
}

/**
 * The power record after one more row. A record rebuilt from the rows of the database is the one that was kept while they
 * were written: a restart of the server forgets nothing.
 */
export function extendPower(record: PowerRecord, row: DecidedRow): PowerRecord {
  switch (row.event) {
    case 'file.requested':
    case 'file.refused': {
      const mayBeWriting = mayBeWritingAfter(record.mayBeWriting, row);
      const hasHadImage = record.hasHadImage || (mayBeWriting && !record.mayBeWriting);
      const isImage = classifyName(row.file ?? '').kind === 'image';
      const isStarted = record.isStarted && mayBeWriting && !isImage;
      return { ...record, hasAsked: true, mayBeWriting, isStarted, hasHadImage };
    }
    case 'phone.landed':
      return { ...record, isStarted: record.isStarted || runsFromFlash(row) };
    case 'phone.enrolled':
      return { ...record, cycledAt: [], failed: 0 };
    case 'phone.decision':
      if (row.code === POWER_CYCLED) return { ...record, cycledAt: [...record.cycledAt, row.at] };
      if (row.code === POWER_CYCLE_FAILED) return { ...record, failed: record.failed + 1 };
      if (row.finding === POWER_NOT_SWITCHED) return { ...record, cycledAt: record.cycledAt.slice(0, -1) };
      return row.finding === RETRIED ? { ...record, cycledAt: [], failed: 0 } : record;
    case 'phone.seen':
      return { ...record, hasAsked: true };
    default:
      return record;
  }
}
