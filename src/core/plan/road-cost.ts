import type { Matrix } from '../matrix/matrix.ts';
import { type LoadName, parseLoadName } from '../names/load-name.ts';
import { compareReleases, isWithin } from '../names/release.ts';
import { isSameLoad, isSameRelease } from '../names/same-load.ts';
import type { Software } from '../software.ts';
import type { LoadAtHand } from './loads-at-hand.ts';
import type { PossibleHop } from './make-hop.ts';

/** What a road costs, heaviest first; every part is a sum over its hops. */
export type Cost = readonly number[];

/** What the weight of a hop depends on beside the hop. */
export interface CostSetting {
  readonly matrix: Matrix;
  readonly target: LoadName;
  /** Loaders that come with the target. */
  readonly ownLoaders: readonly LoadName[];
  readonly isFast: boolean;
  /** Loads at hand, newest first: the order in which a boot loader is offered what is left. */
  readonly newestFirst: readonly LoadAtHand[];
}

/**
 * The weight of one hop: its place in the order for boot loaders, doubts, missing files' loads, the hop itself, a loader that the
 * target does not bring along, a change of protocol before the last hop, and that nobody described doing it.
 */
export function hopCost(setting: CostSetting, possible: PossibleHop): Cost {
  const { rules, at, kind } = possible;
  const isDetoured = !setting.isFast && rules.some((rule) => rule.prefersBridge);
  const isCareful = rules.some(({ careful }) => careful !== undefined);
  const isForeign = kind === 'loader' && !setting.ownLoaders.includes(at.load.name);
  const isEarly =
    !isSameLoad(at.load.name, setting.target) && (changesProtocol(possible.from, at) || isDetour(setting, possible));
  return [
    kind === 'boot-loader' ? probeRank(setting, at) : 0,
    // What nobody documented and of which something is not known is one doubt: both say that there is no log of it.
    Number(possible.level === 'B' || isCareful) + Number(isDetoured),
    Number(possible.missing.length > 0),
    1,
    Number(isForeign),
    Number(isEarly),
    Number(!isSighted(setting.matrix, possible)),
  ];
}

/** The cost of a road and one hop more. */
export function addCost(a: Cost, b: Cost): Cost {
  return b.map((part, i) => part + (a[i] ?? 0));
}

/** Negative when `a` is cheaper. */
export function compareCosts(a: Cost, b: Cost): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Between roads of equal cost: newer loads first, then by name, so that the order never depends on the store's. */
export function compareRoads(a: readonly PossibleHop[], b: readonly PossibleHop[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i]?.at.load, b[i]?.at.load];
    if (x === undefined || y === undefined) break;
    const difference = compareReleases(y.release, x.release);
    if (difference !== 0) return difference;
    if (x.name !== y.name) return x.name < y.name ? -1 : 1;
  }
  return a.length - b.length;
}

function probeRank(setting: CostSetting, at: LoadAtHand): number {
  if (isSameLoad(at.load.name, setting.target)) return 0;
  const order = setting.matrix.probeOrders.find((each) => each.families.includes(at.load.family));
  if (order !== undefined && isWithin(at.load.release, order.second)) return 1;
  return 2 + setting.newestFirst.findIndex((each) => compareReleases(each.load.release, at.load.release) === 0);
}

/** A boot loader that could be given the target's protocol is given the other one, which costs a change later. */
function isDetour(setting: CostSetting, { kind, at }: PossibleHop): boolean {
  const target = parseLoadName(setting.target);
  return kind === 'boot-loader' && target.ok && at.load.protocol !== target.value.protocol;
}

function changesProtocol(from: readonly Software[], at: LoadAtHand): boolean {
  const to = at.load.protocol;
  return to !== null && from.some((software) => software.protocol !== null && software.protocol !== to);
}

function isSighted(matrix: Matrix, possible: PossibleHop): boolean {
  const { rules, at, from } = possible;
  return matrix.sightings.some((sighting) => {
    if (!rules.some((rule) => rule.id === sighting.rule) || !isSameRelease(at.load, sighting.to)) return false;
    return sighting.from === null || from.every((software) => isLoad(software, sighting.from as LoadName));
  });
}

function isLoad(software: Software, name: LoadName): boolean {
  if (software.load === null) return false;
  const parsed = parseLoadName(software.load);
  return parsed.ok && isSameRelease(parsed.value, name);
}
