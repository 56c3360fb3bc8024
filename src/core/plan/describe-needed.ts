import { countText, sizeText } from '../text/amounts.ts';
import { claimText } from './describe-plan.ts';
import type { Alternative, NeededFile, NeededPackage } from './needed.ts';

/** The shopping list for one phone; of more roads than `most` it is said how many there are. */
export function describeNeeded(
  from: string,
  target: string,
  alternatives: readonly Alternative[],
  most = Number.POSITIVE_INFINITY,
): string[] {
  // Once a road is ready, packages for other roads are nothing that a person has to read about.
  const isReady = alternatives[0]?.missing.length === 0;
  const told = isReady ? alternatives.filter(({ missing }) => missing.length === 0) : alternatives;
  const isOne = told.length < 2;
  const lines = [`From ${from} to ${target}${isOne ? '' : ', the best road first'}:`];
  for (const [n, { hops, missing, level }] of told.slice(0, most).entries()) {
    const road = hops.length === 0 ? 'nothing to do, the target runs already' : hops.join(' -> ');
    lines.push(`${isOne ? 'road' : `${n + 1}.  `}  ${road}${claimText(level)}`);
    if (missing.length === 0) lines.push('      everything for it is in the store');
    for (const pack of missing) lines.push(...describeMissing(pack));
  }
  const more = told.length - Math.min(told.length, most);
  if (more > 0) lines.push(`${countText(more, 'other road')}: --all shows ${more === 1 ? 'it' : 'them'}`);
  return lines;
}

/** One package to obtain, with its files. */
function describeMissing(pack: NeededPackage): string[] {
  const [first = `the package of ${pack.load} (its archive's name is not known)`, ...others] = archivesOf(pack);
  return [
    `      obtain ${first}${pack.archives.length === 0 ? '' : `, for ${pack.load}`}`,
    ...others.map((other) => `          or ${other}`),
    ...filesOf(pack).map((file) => `          ${file}`),
  ];
}

/** The archives that hold a package, each with size and sums as far as they are known. */
export function archivesOf({ archives }: NeededPackage): readonly string[] {
  return archives.map(describeNeededFile);
}

/** The files of a package, each with size and sums as far as they are known. */
export function filesOf({ files }: NeededPackage): readonly string[] {
  return files.map(describeNeededFile);
}

function describeNeededFile({ name, size, hashes }: NeededFile): string {
  const sums = [...hashes.sha1.map((sum) => `SHA-1 ${sum}`), ...hashes.md5.map((sum) => `MD5 ${sum}`)];
  return [name, ...(size === null ? [] : [sizeText(size)]), ...sums].join(', ');
}
