import type { ModelId } from '../names/family.ts';
import { familyOfLoad } from '../names/load-name.ts';
import { factsOf } from '../phone-states.ts';
import { medianOf } from '../text/amounts.ts';
import { type HistoryEvent, WAITS } from './event.ts';

/** A step of a road: a state, on the way to a load, of a phone of some model. */
export interface StepKey {
  readonly state: string;
  /** Null where the state has none yet, such as `identifying`; the target then tells the family. */
  readonly load: string | null;
  readonly target: string | null;
  readonly model: ModelId | null;
}

/** How long a step usually lasts, in milliseconds. */
export interface UsualTime {
  readonly times: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** What past conversions tell of how long steps last; grows row by row. */
export interface StepTimes {
  readonly entered: Map<string, Entered>;
  readonly samples: Map<string, number[]>;
}

interface Entered {
  readonly row: HistoryEvent;
  /** Whether the phone was kept waiting for others in this state. */
  readonly waited: boolean;
}

/** So many of the newest times of one step are kept (invented). */
const MOST_SAMPLES = 200;
/** Fewer times than this teach no deadline (invented). */
export const LEAST_TIMES = 5;
/**
 * A learnt deadline is this many times the 95th percentile, and never above an hour or below five minutes (invented), unless
 * the operator asked for less.
 */
const FACTOR = 4;
const SHORTEST_MS = 5 * 60_000;
const LONGEST_MS = 60 * 60_000;
/** So long after its last download nobody is told to take the power from a 7940 or 7960 (legacy-79x0 10, Q11), and from a Java phone (java-phones 3.5 R12). */
const LEAST_FLASHING_MS = { legacy: 10 * 60_000, java: 15 * 60_000 } as const;

export function noTimes(): StepTimes {
  return { entered: new Map(), samples: new Map() };
}

/**
 * Learns from one row; rows of one phone come in the order of time. Only what ended well teaches: what led to a hold, a
 * release or a restart of the road says nothing about how long the step takes, nor does the time spent waiting for others.
 */
export function learnRow(times: StepTimes, row: HistoryEvent, model: ModelId | null): void {
  const before = times.entered.get(row.mac);
  if (row.event === 'phone.decision' && row.finding === WAITS && before !== undefined) {
    times.entered.set(row.mac, { ...before, waited: true });
  }
  if (row.event !== 'phone.state' || row.state === undefined) return;
  times.entered.set(row.mac, { row, waited: false });
  if (before === undefined || before.waited || before.row.state !== row.previous || !factsOf(row.state).goesOn) return;
  const { state = '', load = null, target = null } = before.row;
  const ms = row.at - before.row.at;
  // A clock that was set back teaches nothing, nor does a time that no deadline allows: nobody was there to see it end.
  if (ms <= 0 || ms > LONGEST_MS) return;
  for (const key of keysOf({ state, load, target, model })) {
    const list = times.samples.get(key) ?? [];
    times.samples.set(key, [...list.slice(-(MOST_SAMPLES - 1)), ms]);
  }
}

/** How long a step usually lasts, from the most exact past that has enough times; null when none has. */
export function usualTime(times: StepTimes, key: StepKey, least = 1): UsualTime | null {
  for (const one of keysOf(key)) {
    const list = times.samples.get(one);
    if (list === undefined || list.length < least) continue;
    const sorted = [...list].sort((a, b) => a - b);
    return { times: sorted.length, medianMs: medianOf(sorted), p95Ms: p95Of(sorted) };
  }
  return null;
}

/** How long a phone may always write after it was given all of this load, however quick others were. */
export function leastFlashingMs(load: string | null): number {
  const family = load === null ? null : familyOfLoad(load);
  return family === '79x0' ? LEAST_FLASHING_MS.legacy : LEAST_FLASHING_MS.java;
}

/** The deadline that past times suggest; `generousMs` while there are too few of them. */
export function learntBudget(usual: UsualTime | null, generousMs: number, leastMs = SHORTEST_MS): number {
  if (usual === null || usual.times < LEAST_TIMES) return generousMs;
  return Math.min(LONGEST_MS, Math.max(Math.min(leastMs, generousMs), FACTOR * usual.p95Ms));
}

/** The most exact key first: this load on this model, this load, this family. Other families say nothing. */
function keysOf({ state, load, target, model }: StepKey): string[] {
  const named = load ?? target;
  const family = named === null ? null : familyOfLoad(named);
  return [
    ...(load === null || model === null ? [] : [`${state} ${load} ${model}`]),
    ...(load === null ? [] : [`${state} ${load}`]),
    ...(family === null ? [] : [`${state} family ${family}`]),
  ];
}

function p95Of(sorted: readonly number[]): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? 0;
}
