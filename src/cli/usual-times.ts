import type { HistoryEvent } from '../core/history/event.ts';

/** How long each state of each load usually lasts, in milliseconds, by `<state> <load>`. */
export type UsualTimes = ReadonlyMap<string, number>;

/** The key of one state of one load. */
export function usualKey(state: string, load: string | null | undefined): string {
  return `${state} ${load ?? ''}`;
}

/** The median of how long phones stayed in each state, learnt from rows in the order of time. */
export function usualTimes(rows: Iterable<HistoryEvent>): UsualTimes {
  const entered = new Map<string, { state: string; load: string | undefined; at: number }>();
  const spans = new Map<string, number[]>();
  for (const row of rows) {
    if (row.event !== 'phone.state' || row.state === undefined) continue;
    const before = entered.get(row.mac);
    if (before !== undefined) {
      const key = usualKey(before.state, before.load);
      const known = spans.get(key);
      if (known === undefined) spans.set(key, [row.at - before.at]);
      else known.push(row.at - before.at);
    }
    entered.set(row.mac, { state: row.state, load: row.load, at: row.at });
  }
  return new Map([...spans].map(([key, list]) => [key, median(list)]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : Math.round(((sorted[middle - 1] ?? high) + high) / 2);
}
