import { type HistoryEvent, RETRIED } from '../history/event.ts';
import type { SteadyMs } from '../moment.ts';
import type { RungRefused } from './choose-rung.ts';
import { RUNG_IDS, type RungId } from './ladder.ts';

/** Code of the row that is written before a phone is told to restart. */
export const RESTART_SENT = 'P_RESTART_SENT';
/** Code of the row that says that one way of restarting it came to nothing. */
export const RESTART_FAILED = 'P_RESTART_REFUSED';
/** The `finding` of a decision that a phone was heard to restart. */
export const RESTARTED = 'restarted';
/** The `finding` of a decision that a phone was told to restart, and did not. */
export const RESTART_REFUSED = 'restart-refused';
/** The `finding` of a decision that a phone was not told to restart, although it was to be. */
export const RESTART_NOT_SENT = 'restart-not-sent';

/** What the record of one phone says about its restarts since it was enrolled or retried last. */
export interface RestartRecord {
  /** How often each rung was tried. */
  readonly tried: ReadonlyMap<RungId, number>;
  readonly refused: ReadonlyMap<RungId, RungRefused & { readonly noted: SteadyMs }>;
  /** When it was told to restart last; null when it was not. */
  readonly lastAt: SteadyMs | null;
}

/** A phone of which nothing is recorded. */
export const FRESH_RESTARTS: RestartRecord = { tried: new Map(), refused: new Map(), lastAt: null };

/** A row about a restart: the rung stands before what is said of it. */
export function rungReason(id: RungId, words: string): string {
  return `${id}: ${words}`;
}

/** Which rung a row is about, by its reason; null where it is about none. */
export function rungIn(reason?: string): RungId | null {
  return readReason(reason)?.id ?? null;
}

function readReason(reason = ''): { readonly id: RungId; readonly words: string } | null {
  const id = RUNG_IDS.find((one) => reason.startsWith(`${one}: `));
  return id === undefined ? null : { id, words: reason.slice(id.length + 2) };
}

/** The record after one more row, which was read or written at this moment: a restart of the server forgets nothing. */
export function extendRestarts(record: RestartRecord, row: HistoryEvent, noted: SteadyMs): RestartRecord {
  if (row.event === 'phone.enrolled') return { ...FRESH_RESTARTS, lastAt: record.lastAt };
  if (row.event !== 'phone.decision') return record;
  if (row.finding === RETRIED) return { ...FRESH_RESTARTS, lastAt: record.lastAt };
  const said = readReason(row.reason);
  if (said === null) return record;
  const { id, words } = said;
  const times = record.tried.get(id) ?? 0;
  if (row.code === RESTART_SENT) return { ...record, tried: new Map(record.tried).set(id, times + 1), lastAt: noted };
  if (row.finding === RESTART_NOT_SENT)
    return { ...record, tried: new Map(record.tried).set(id, Math.max(0, times - 1)) };
  if (row.finding !== RESTART_REFUSED && row.finding !== RESTARTED) return record;
  const refused = new Map(record.refused);
  if (row.finding === RESTARTED) refused.delete(id);
  else refused.set(id, { why: words, at: row.at, noted });
  return { ...record, refused };
}
