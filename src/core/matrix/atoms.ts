import { compareReleases, type Release, type ReleaseRange } from '../names/release.ts';
import type { Software } from '../software.ts';
import { cellsOf, ruleShare } from './cells.ts';
import type { Matrix } from './matrix.ts';
import { intersect } from './ranges.ts';

/**
 * Software split into the smallest pieces that the rules tell apart: one protocol and one stretch of releases each. More
 * evidence about a phone can at best lead to one of these.
 */
export function atomsOf(matrix: Matrix, software: Software): readonly Software[] {
  if (software.load !== null) return [software];
  return cellsOf(matrix, software).flatMap((cell) => {
    const ranges = matrix.rules
      .filter((rule) => ruleShare(rule, software, cell) !== null)
      .map((rule) => rule.from.releases);
    const edges = ranges.flatMap(({ min, below }) => [min, below]).filter((edge) => edge !== null);
    const { family, protocol } = cell;
    return slices(cell.releases, edges.sort(compareReleases)).map((releases) => ({
      ...software,
      family,
      protocol,
      releases,
    }));
  });
}

/** A range cut at every border. */
function slices(range: ReleaseRange, borders: readonly Release[]): readonly ReleaseRange[] {
  const ends = [null, ...borders, null];
  return ends.slice(1).flatMap((below, i) => intersect(range, { min: ends[i] ?? null, below }) ?? []);
}
