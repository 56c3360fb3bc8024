import { askerOf } from '../matrix/allowance.ts';
import type { Matrix } from '../matrix/matrix.ts';
import type { ModelId } from '../names/family.ts';
import type { LoadName } from '../names/load-name.ts';
import { compareReleases } from '../names/release.ts';
import { isSameLoad } from '../names/same-load.ts';
import type { Software } from '../software.ts';
import type { LoadAtHand } from './loads-at-hand.ts';
import { type PossibleHop, possibleHop } from './make-hop.ts';
import { hopKey } from './plan.ts';
import { addCost, type Cost, type CostSetting, compareCosts, compareRoads, hopCost } from './road-cost.ts';

/** What a search walks over. */
export interface SearchInput {
  readonly matrix: Matrix;
  readonly start: readonly Software[];
  readonly target: LoadName;
  readonly loads: readonly LoadAtHand[];
  /** Models the phone may be; empty means every model of the family. */
  readonly models: readonly ModelId[];
  readonly avoid: readonly string[];
  readonly isFast: boolean;
  /** Whether hops may be used whose files are not all there, to find out what to obtain. */
  readonly mayMiss: boolean;
}

interface Node {
  readonly key: string;
  readonly software: readonly Software[];
  readonly road: readonly PossibleHop[];
  readonly cost: Cost;
}

/** The cheapest road from everything in `start` to the target; null when there is none. Empty when it is there already. */
export function searchRoad(input: SearchInput): readonly PossibleHop[] | null {
  const setting = settingOf(input);
  /** The cheapest way found so far to each place that was not walked on from yet. */
  const open = new Map<string, Node>([['', { key: '', software: input.start, road: [], cost: [] }]]);
  const closed = new Set<string>();
  for (;;) {
    const node = cheapest(open.values());
    if (node === null) return null;
    open.delete(node.key);
    closed.add(node.key);
    if (node.software.every((software) => isSameLoad(software.load, input.target))) return node.road;
    for (const possible of hopsFrom(input, node, closed)) {
      const { after, at } = possible;
      const key = keyOf(after, at);
      const cost = addCost(node.cost, hopCost(setting, possible));
      const way: Node = { key, software: [after], road: [...node.road, possible], cost };
      const known = open.get(key);
      if (known === undefined || compareNodes(way, known) < 0) open.set(key, way);
    }
  }
}

function cheapest(open: Iterable<Node>): Node | null {
  let best: Node | null = null;
  for (const node of open) if (best === null || compareNodes(node, best) < 0) best = node;
  return best;
}

function compareNodes(a: Node, b: Node): number {
  return compareCosts(a.cost, b.cost) || compareRoads(a.road, b.road);
}

/** A place on a road: what runs, and the load whose files are in flash, which has another name after a boot loader. */
function keyOf(after: Software, at: LoadAtHand): string {
  return `${after.generation} ${after.running} ${after.load} ${at.load.name}`;
}

/** The hops from a place to others than those of `closed`. */
function hopsFrom(input: SearchInput, node: Node, closed: ReadonlySet<string>): readonly PossibleHop[] {
  const askers = node.software.map((software) => askerOf(input.matrix, software));
  return input.loads.flatMap((at) => {
    if (node.software.every((software) => isSameLoad(software.load, at.load.name))) return [];
    const isVain = (after: Software) => closed.has(keyOf(after, at));
    const possible = possibleHop(input.matrix, askers, at, input.models, isVain);
    if (possible === null || (possible.missing.length > 0 && !input.mayMiss)) return [];
    return input.avoid.includes(hopKey({ kind: possible.kind, load: at.load.name })) ? [] : [possible];
  });
}

function settingOf(input: SearchInput): CostSetting {
  const isTarget = ({ load }: LoadAtHand) => isSameLoad(load.name, input.target);
  const own = input.loads.filter(isTarget).map(({ pack, facts }) => pack?.loader ?? facts?.loader ?? null);
  return {
    matrix: input.matrix,
    target: input.target,
    ownLoaders: own.filter((loader) => loader !== null),
    isFast: input.isFast,
    newestFirst: [...input.loads].sort((a, b) => compareReleases(b.load.release, a.load.release)),
  };
}
