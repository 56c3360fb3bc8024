import type { Matrix } from '../matrix/matrix.ts';
import { parseLoadName } from '../names/load-name.ts';
import { isSameRelease } from '../names/same-load.ts';
import { type Alternative, alternativeOf, type NeededPackage, type NeededQuestion, withEverything } from './needed.ts';
import { planRoad } from './plan-road.ts';

/** More ways than these are no help to who has to choose (invented). */
const MOST_WAYS = 3;

/**
 * What would do where files are missing: sets of packages, each of which is enough, for roads as long and as well attested as the best
 * one. First what a phone of a named load was seen to take, as the shopping list has it. Empty where there is no road even with
 * everything. A plan for each way and no more, since phones wait for their answer meanwhile.
 */
export function waysOn(question: NeededQuestion): readonly (readonly NeededPackage[])[] {
  let { packages } = withEverything(question.matrix, question.index, question.target);
  const ways: Alternative[] = [];
  while (ways.length < MOST_WAYS) {
    const road = planRoad({ ...question, index: { packages } });
    if (!road.ok) break;
    const way = alternativeOf(question, road);
    const [best = way] = ways;
    const other = way.missing.find(({ load }) => load !== road.target)?.load;
    if (way.missing.length === 0 || !isAsGood(way, best)) break;
    ways.push(way);
    if (other === undefined) break;
    packages = packages.filter(({ load }) => load !== other);
  }
  const sets = ways.map(({ missing }) => missing);
  return sets.sort((a, b) => timesSeen(question.matrix, b) - timesSeen(question.matrix, a));
}

function isAsGood(a: Alternative, b: Alternative): boolean {
  return a.level === b.level && a.missing.length === b.missing.length && a.hops.length === b.hops.length;
}

/** How many of these packages a phone was seen to take from a load that is known by its name. */
function timesSeen({ sightings }: Matrix, packages: readonly NeededPackage[]): number {
  return packages.filter(({ load }) => {
    const parsed = parseLoadName(load);
    return parsed.ok && sightings.some(({ from, to }) => from !== null && isSameRelease(parsed.value, to));
  }).length;
}

/** `SCCP41.8-5-2S (cmterm-7941_7961-sccp.8-5-2.zip) or SIP41.8-5-2S`; what every way needs comes first. */
export function waysText(ways: readonly (readonly NeededPackage[])[]): string {
  const [first = [], ...others] = ways;
  if (others.length === 0) return packagesText(first);
  const isCommon = ({ load }: NeededPackage) => ways.every((way) => way.some((one) => one.load === load));
  const common = first.filter(isCommon);
  const rest = ways.map((way) => packagesText(way.filter((one) => !isCommon(one)))).join(' or ');
  return common.length === 0 ? rest : `${packagesText(common)} and either ${rest}`;
}

function packagesText(packages: readonly NeededPackage[]): string {
  return packages.map(packageText).join(' and ');
}

function packageText({ load, archives }: NeededPackage): string {
  const [first] = archives;
  return first === undefined ? load : `${load} (${first.name})`;
}
