import { BoundedMap } from '../bounded-map.ts';
import type { Heard } from './heard.ts';
import type { ClockDoubts } from './wall-time.ts';

/** Requests that are told apart in one source, and times that are kept of each (invented): what came last is compared. */
const MOST_KEYS = 20_000;
const MOST_TIMES = 60;
/** Pairs of times that are looked at (invented); more than any bench of a day makes. */
const MOST_PAIRS = 2_000_000;
/** Differences within so much are one and the same: servers write whole seconds, and some at the end of a transfer (invented). */
const STEP_MS = 2_000;
/** So many different requests have to lie in both (invented): a boot asks for more. */
const LEAST_SHARED = 3;
/** Where nothing explains a difference, so many phones have to agree on it, with so many requests (invented). */
const LEAST_PHONES = 2;
const LEAST_OF_SEVERAL = 6;
/** Zones differ by quarters of an hour, and lie 26 hours apart at most. */
const QUARTER_MS = 900_000;
const MOST_ZONES_MS = 26 * 3_600_000;
/** So exact are clocks that somebody keeps right (invented). */
const IN_TIME_MS = 10_000;
/** A little less than a year, for what a zone adds. */
const YEAR_MS = 364 * 86_400_000;
/** A second difference that fits nearly as well makes both worthless (invented). */
const NEARLY = 0.8;

const MAC_IN_NAME = /(?:SEP|SIP|MGC)([0-9A-Fa-f]{12})/;

/** What one clock makes of another. */
export type ClockComparison =
  /** The other clock is ahead by so much; `shared` different requests say so. */
  | { readonly kind: 'compared'; readonly aheadMs: number; readonly shared: number }
  /** It would be ahead by so much if both tell of the same boot. A phone that boots twice looks the same. */
  | { readonly kind: 'perhaps'; readonly aheadMs: number; readonly shared: number }
  /** Several differences fit alike, since what is in both repeats itself. */
  | { readonly kind: 'several' }
  /** Too little is in both. `isStrange` where both tell of the same phones and of no moment in common. */
  | { readonly kind: 'nothing-shared'; readonly isStrange: boolean };

/** When which request was told in one source: that by which its clock is compared with another. */
export class Landmarks {
  readonly times = new BoundedMap<string, number[]>(MOST_KEYS);
  readonly whos = new BoundedMap<string, true>(MOST_KEYS);
  /** The address of each phone that is known by the MAC in a name: what it asks without one is known by that. */
  readonly addresses = new BoundedMap<string, string>(MOST_KEYS);
  /** Programs that it is of; two logs of one program may follow each other. */
  programs: readonly string[] = [];
  /** What its stamps leave open; nothing where it is null, as in a capture. */
  clock: ClockDoubts | null = null;
  first: number | null = null;
  last: number | null = null;

  add(heard: Heard): void {
    const { time } = heard;
    const key = landmarkOf(heard);
    if (time === null || key === null) return;
    this.first = Math.min(this.first ?? time, time);
    this.last = Math.max(this.last ?? time, time);
    const who = whoOf(heard) ?? '';
    this.whos.set(who, true);
    if (heard.peer.address !== null && who !== heard.peer.address) this.addresses.set(who, heard.peer.address);
    const known = this.times.get(key);
    if (known === undefined) this.times.set(key, [time]);
    else {
      known.push(time);
      if (known.length > MOST_TIMES) known.shift();
    }
  }
}

/** By what the same transfer is known in two sources; null for what names neither its phone nor its file. */
export function landmarkOf(heard: Heard): string | null {
  if (heard.kind === 'dhcp') return `dhcp ${heard.message} ${heard.mac}`;
  if (heard.kind === 'load-told' || heard.asked === null) return null;
  const who = whoOf(heard);
  if (who === null) return null;
  const name = heard.asked.slice(heard.asked.lastIndexOf('/') + 1);
  if (heard.kind === 'tftp.asked') return `asked ${who} ${name}`;
  // Some servers call a missing file refused.
  return `${heard.outcome === 'refused' ? 'not-found' : heard.outcome} ${who} ${name}`;
}

/** The phone in a name, which every source writes alike; else its address. */
function whoOf(heard: Heard): string | null {
  if (heard.kind === 'dhcp') return heard.address ?? heard.mac;
  const name = heard.kind === 'load-told' ? null : heard.asked;
  const mac = name === null ? undefined : MAC_IN_NAME.exec(name)?.[1];
  return mac ?? heard.peer.address;
}

/**
 * Compares the clock of one source with that of another by what both tell. A difference is believed where it is none, where the stamps
 * leave room for it (another zone, no date, no year), or where several phones agree on it. Logs of one program that do not overlap follow
 * each other, as rotated ones do.
 */
export function compareClocks(one: Landmarks, other: Landmarks): ClockComparison {
  const nothing: ClockComparison = { kind: 'nothing-shared', isStrange: areStrange(one, other) };
  if (isApart(one, other) && haveSameProgram(one, other)) return nothing;
  const shared = [...one.times].flatMap(([key, times]) => {
    const others = other.times.get(key);
    const who = key.split(' ')[1] ?? '';
    return others === undefined
      ? []
      : [{ who: one.addresses.get(who) ?? other.addresses.get(who) ?? who, times, others }];
  });
  if (shared.length < LEAST_SHARED) return nothing;
  const votes = votesOf(shared);
  // What lies on the border of two is in either.
  const scored = [...votes.keys()].map((bin) => ({ bin, score: scoreOf(votes, bin) }));
  const best = scored.reduce((top, next) => (isBetter(next, top) ? next : top), { bin: 0, score: 0 });
  if (best.score < Math.max(LEAST_SHARED, shared.length / 2)) return nothing;
  const near = scored.filter(({ score }) => score >= NEARLY * best.score);
  const candidates = near.filter((next) => next.bin === best.bin || Math.abs(next.bin - best.bin) > 2);
  const expected = near
    .filter(({ bin }) => isExpected(one, other, bin * STEP_MS))
    .toSorted((a, b) => b.score - a.score);
  const [first] = expected;
  if (first !== undefined && expected.every(({ bin }) => Math.abs(bin - first.bin) <= 2))
    return { kind: 'compared', aheadMs: median(matchesAt(shared, first.bin).map(({ ms }) => ms)), shared: first.score };
  if (candidates.length > 1) return { kind: 'several' };
  const matches = matchesAt(shared, best.bin);
  const whos = new Set(matches.map(({ who }) => who));
  const isAgreed = whos.size >= LEAST_PHONES && best.score >= LEAST_OF_SEVERAL;
  return { kind: isAgreed ? 'compared' : 'perhaps', aheadMs: median(matches.map(({ ms }) => ms)), shared: best.score };
}

interface Shared {
  readonly who: string;
  readonly times: readonly number[];
  readonly others: readonly number[];
}

/** Each request has one voice for each difference, so that one which is asked all day does not outvote the others. */
function votesOf(shared: readonly Shared[]): ReadonlyMap<number, number> {
  const votes = new Map<number, number>();
  let pairs = 0;
  for (const { times, others } of shared) {
    const bins = new Set<number>();
    for (const time of times) for (const there of others) bins.add(Math.round((there - time) / STEP_MS));
    for (const bin of bins) votes.set(bin, (votes.get(bin) ?? 0) + 1);
    pairs += times.length * others.length;
    if (pairs > MOST_PAIRS) break;
  }
  return votes;
}

/** Whether nobody wonders at such a difference: there is none, or the stamps leave room for it. */
function isExpected(one: Landmarks, other: Landmarks, aheadMs: number): boolean {
  const apart = Math.abs(aheadMs);
  if (apart <= STEP_MS) return true;
  const beyond = apart % QUARTER_MS;
  if (Math.min(beyond, QUARTER_MS - beyond) > IN_TIME_MS) return false;
  const leaves = (doubt: 'isWithoutDate' | 'isWithoutYear' | 'isWithoutZone') =>
    one.clock?.[doubt] === true || other.clock?.[doubt] === true;
  if (leaves('isWithoutDate') || (leaves('isWithoutZone') && apart <= MOST_ZONES_MS)) return true;
  return leaves('isWithoutYear') && apart >= YEAR_MS;
}

function scoreOf(votes: ReadonlyMap<number, number>, bin: number): number {
  return (votes.get(bin) ?? 0) + Math.max(votes.get(bin - 1) ?? 0, votes.get(bin + 1) ?? 0);
}

/** Of two that fit alike the smaller difference. */
function isBetter(one: { bin: number; score: number }, top: { bin: number; score: number }): boolean {
  return one.score > top.score || (one.score === top.score && Math.abs(one.bin) < Math.abs(top.bin));
}

/** What is in both at this difference: whose it is, and how far apart exactly. */
function matchesAt(shared: readonly Shared[], bin: number): { readonly who: string; readonly ms: number }[] {
  return shared.flatMap(({ who, times, others }) =>
    times.flatMap((time) =>
      others
        .map((there) => ({ who, ms: there - time }))
        .filter(({ ms }) => Math.abs(Math.round(ms / STEP_MS) - bin) <= 1),
    ),
  );
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Two programs tell of the same phones and of no moment in common: one of the clocks may be wrong. */
function areStrange(one: Landmarks, other: Landmarks): boolean {
  return isApart(one, other) && !haveSameProgram(one, other) && [...one.whos].some(([who]) => other.whos.has(who));
}

function isApart(one: Landmarks, other: Landmarks): boolean {
  if (one.first === null || other.first === null || one.last === null || other.last === null) return false;
  return one.last < other.first || other.last < one.first;
}

function haveSameProgram(one: Landmarks, other: Landmarks): boolean {
  return one.programs.some((program) => other.programs.includes(program));
}
