import { countText } from '../text/amounts.ts';
import { archivesOf, filesOf } from './describe-needed.ts';
import { claimText } from './describe-plan.ts';
import type { Alternative, NeededPackage } from './needed.ts';
import type { NeededFrom } from './needed-starts.ts';

/** Packages to obtain at once, and the starts from which a road is ready with them and with those before. */
interface Step {
  readonly packages: readonly NeededPackage[];
  readonly opens: readonly Opened[];
}

interface Opened {
  readonly words: string;
  readonly by: Alternative;
}

/** What is needed from many starts together. */
export interface NeededSum {
  /** In the order of obtaining; the first has no packages where roads are ready already. */
  readonly steps: readonly Step[];
  /** Starts from which nothing leads to the target. */
  readonly closed: readonly string[];
}

const wordsOf = ({ words, from }: NeededFrom): string => words ?? from;
const lacks = ({ missing }: Alternative, has: ReadonlySet<string>) => missing.filter(({ load }) => !has.has(load));

/**
 * The fewest packages that open the roads from all these starts, as far as going step by step finds them: next is always what is the least to
 * obtain, of that what opens the most, and of that what most other roads go over, too.
 */
export function sumOfNeeded(starts: readonly NeededFrom[]): NeededSum {
  const has = new Set<string>();
  const steps: Step[] = [];
  let left = starts.filter(({ needed }) => needed.ok);
  const openedBy = (packages: readonly NeededPackage[]) => {
    const with_ = new Set([...has, ...packages.map(({ load }) => load)]);
    return left.flatMap((start): (Opened & { start: NeededFrom })[] => {
      const by = start.needed.ok ? start.needed.alternatives.find((one) => lacks(one, with_).length === 0) : undefined;
      return by === undefined ? [] : [{ words: wordsOf(start), by, start }];
    });
  };
  /** Of how many starts some road goes over one of these. */
  const usedBy = (packages: readonly NeededPackage[]) => {
    const isOneOf = ({ load }: NeededPackage) => packages.some((pack) => pack.load === load);
    const goesOver = ({ missing }: Alternative) => missing.some(isOneOf);
    return left.filter(({ needed }) => needed.ok && needed.alternatives.some(goesOver)).length;
  };
  const take = (packages: readonly NeededPackage[], opens: ReturnType<typeof openedBy>) => {
    for (const { load } of packages) has.add(load);
    const done = new Set(opens.map(({ start }) => start));
    left = left.filter((start) => !done.has(start));
    steps.push({ packages, opens: opens.map(({ words, by }) => ({ words, by })) });
  };
  const ready = openedBy([]);
  if (ready.length > 0) take([], ready);
  while (left.length > 0) {
    const offers = left
      .flatMap(({ needed }) => (needed.ok ? needed.alternatives.map((one) => lacks(one, has)) : []))
      .map((packages) => ({ packages, opens: openedBy(packages), uses: usedBy(packages) }))
      .sort((a, b) => a.packages.length - b.packages.length || b.opens.length - a.opens.length || b.uses - a.uses);
    const best = offers[0];
    if (best === undefined) break;
    take(best.packages, best.opens);
  }
  return { steps, closed: starts.filter(({ needed }) => !needed.ok).map(wordsOf) };
}

/** A package to obtain at the left edge, what is in it below. */
function numbered(count: number, pack: NeededPackage): string[] {
  const [first = 'the name of its archive is not known', ...others] = archivesOf(pack);
  return [
    `${count}. ${pack.load}: ${first}`,
    ...others.map((other) => `     or ${other}`),
    ...filesOf(pack).map((file) => `     holds ${file}`),
  ];
}

/** The sum as a list to obtain from, the files of each package once. */
export function describeNeededSum(target: string, starts: readonly NeededFrom[]): string[] {
  const { steps, closed } = sumOfNeeded(starts);
  const lines = [`To ${target} from ${countText(starts.length, 'kind')} of software, whatever runs on the phone:`];
  let count = 0;
  for (const [n, { packages, opens }] of steps.entries()) {
    for (const pack of packages) lines.push(...numbered(++count, pack));
    const lead =
      packages.length === 0
        ? '   Everything is in the store'
        : `   ${n === 0 ? 'That is enough' : 'With those above, also'}`;
    lines.push(`${lead} from:`);
    for (const { words, by } of opens) lines.push(`     ${words}: ${by.hops.join(' -> ')}${claimText(by.level)}`);
  }
  if (closed.length > 0) lines.push('No road from:', ...closed.map((words) => `     ${words}`));
  lines.push('Road by road, and why there is none: --all. For one phone: --from LOAD or --mac MAC.');
  return lines;
}
