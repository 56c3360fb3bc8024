import { learnRow, noTimes, type StepTimes, usualTime } from '../../core/history/durations.ts';
import type { ModelId } from '../../core/names/family.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import { factsOf } from '../../core/phone-states.ts';
import type { Hop } from '../../core/plan/plan.ts';
import type { PhoneRecord, Store } from '../../ports/store.ts';
import { readKept } from '../memory/kept-phone.ts';
import { modelIn } from '../time/learnt-times.ts';

/** Rows from which usual times are learnt: the newest, so that it stays quick. */
const LEARNT_ROWS = 4000;

/** What a hop goes through, in this order. Only the last may be passed over by a phone that boots at once. */
const STEPS: readonly string[] = ['offered', 'downloading', 'flashing', 'confirming'];
/** Without a past of these nothing is said of a hop. */
const TELLING: ReadonlySet<string> = new Set(['downloading', 'flashing']);

/** Where a phone is on its road. */
export interface PlaceOnRoad {
  readonly state: string;
  /** Counts from 1; 0 before the first. */
  readonly hop: number;
  /** The loads of the hops, in order. */
  readonly road: readonly string[];
  readonly target: string | null;
  readonly model: ModelId | null;
  readonly inStateMs: number;
}

/** The times of the past, from the newest rows of the record. */
export function timesIn(store: Store, records: readonly PhoneRecord[]): StepTimes {
  const models = new Map(records.map((record) => [record.mac, modelIn(record)]));
  const times = noTimes();
  for (const row of store.history({ limit: LEARNT_ROWS })) learnRow(times, row, models.get(row.mac) ?? null);
  return times;
}

/** Which of the past times of a step counts. */
type Measure = 'medianMs' | 'p95Ms';

/**
 * How long it usually takes from here until a phone has landed, in milliseconds: the sum of the medians of its steps; null where it is not on a
 * road, or the past tells too little of a hop that is left. With `p95Ms` it is how long it takes where each step takes as long as nineteen of
 * twenty did at most.
 */
export function leftMs(times: StepTimes, place: PlaceOnRoad, measure: Measure = 'medianMs'): number | null {
  const { state, hop, road, inStateMs } = place;
  const load = road[hop - 1];
  if (!factsOf(state).underWay || load === undefined) return null;
  const at = STEPS.indexOf(state);
  const now = restOf(times, load, place, at, measure);
  if (now === null) return null;
  const here = stepMs(times, state, load, place, measure) ?? 0;
  return road.slice(hop).reduce<number | null>((sum, next) => {
    const ms = restOf(times, next, place, 0, measure);
    return sum === null || ms === null ? null : sum + ms;
  }, now - Math.min(here, inStateMs));
}

/** Beyond so many times the usual time of its step nothing is known any more of when a phone gets further (invented). */
const FAR_PAST = 1.5;

/** The same for one phone that somebody watches; null once it is so late in its step that what is usual tells nothing. */
export function leftWhileUsual(times: StepTimes, place: PlaceOnRoad): number | null {
  const load = place.road[place.hop - 1];
  const here = load === undefined ? null : stepMs(times, place.state, load, place);
  return here !== null && place.inStateMs > FAR_PAST * here ? null : leftMs(times, place);
}

/** The hops of the road that a phone is on, as they were planned; none while it is on none. */
export function hopsOf(record: PhoneRecord): readonly Hop[] {
  const kept = readKept(record);
  return kept.ok ? (kept.value.phone?.context.plan?.hops ?? []) : [];
}

/** The loads of the road that a phone is on, in order; empty while it is on none. */
export function roadOf(record: PhoneRecord): readonly string[] {
  return hopsOf(record).map(({ load }) => load);
}

/** The usual times of one phone, for a caller that follows it. */
export interface UsualTimes {
  /** From here until it has landed, in milliseconds. */
  leftMs(place: Omit<PlaceOnRoad, 'model'>): number | null;
}

/** Learns once; what happens later changes nothing. */
export function usualTimesOf(store: Store, mac: MacAddress): UsualTimes {
  const records = store.phones();
  const times = timesIn(store, records);
  const model = records.filter((record) => record.mac === mac).map(modelIn)[0] ?? null;
  return { leftMs: (place) => leftWhileUsual(times, { ...place, model }) };
}

function restOf(
  times: StepTimes,
  load: string,
  place: Pick<PlaceOnRoad, 'target' | 'model'>,
  from: number,
  measure: Measure,
): number | null {
  let sum = 0;
  for (const step of STEPS.slice(from)) {
    const ms = stepMs(times, step, load, place, measure);
    if (ms === null && TELLING.has(step)) return null;
    sum += ms ?? 0;
  }
  return sum;
}

function stepMs(
  times: StepTimes,
  state: string,
  load: string,
  { target, model }: Pick<PlaceOnRoad, 'target' | 'model'>,
  measure: Measure = 'medianMs',
): number | null {
  return usualTime(times, { state, load, target, model })?.[measure] ?? null;
}
