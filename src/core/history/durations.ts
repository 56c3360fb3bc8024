import type { HistoryEvent } from './event.ts';

/** How long phones stayed in a state before they went on, in milliseconds, ascending. */
export type Durations = ReadonlyMap<string, readonly number[]>;

/**
 * Times that phones spent in each state before it ended well: what led to a hold, a release or a restart of the road says
 * nothing about how long the state takes.
 */
export function durationsOf(rows: Iterable<HistoryEvent>): Durations {
  const since = new Map<string, HistoryEvent>();
  const found = new Map<string, number[]>();
  for (const row of rows) {
    if (row.event !== 'phone.state' || row.state === undefined) continue;
    const before = since.get(row.mac);
    since.set(row.mac, row);
    if (before?.state === undefined || before.state !== row.previous || !GOES_ON.has(row.state)) continue;
    const list = found.get(before.state) ?? [];
    list.push(row.at - before.at);
    found.set(before.state, list);
  }
  for (const list of found.values()) list.sort((a, b) => a - b);
  return found;
}

const GOES_ON: ReadonlySet<string> = new Set(['offered', 'downloading', 'flashing', 'confirming', 'landed']);

/** Fewer times than this teach nothing (invented). */
const LEAST_TIMES = 5;
/**
 * A learnt deadline is this many times the 95th percentile, and never above an hour or below five minutes (invented), unless
 * the operator asked for less.
 */
const FACTOR = 4;
const SHORTEST_MS = 5 * 60_000;
const LONGEST_MS = 60 * 60_000;

/** The deadline that past times suggest for one state; `generousMs` while there are too few of them. */
export function learntBudget(durations: Durations, state: string, generousMs: number): number {
  const times = durations.get(state) ?? [];
  if (times.length < LEAST_TIMES) return generousMs;
  const p95 = times[Math.min(times.length - 1, Math.ceil(times.length * 0.95) - 1)] ?? generousMs;
  return Math.min(LONGEST_MS, Math.max(Math.min(SHORTEST_MS, generousMs), FACTOR * p95));
}
