import { cellsOf } from '../matrix/cells.ts';
import type { Matrix } from '../matrix/matrix.ts';
import { intersect } from '../matrix/ranges.ts';
import { compareReleases, type Release, type ReleaseRange } from '../names/release.ts';
import type { Software } from '../software.ts';

/**
 * Software split into the smallest pieces that the rules tell apart: one protocol and one stretch of releases each. More
 * evidence about a phone can at best lead to one of these.
 */
export function atomsOf(matrix: Matrix, software: Software): readonly Software[] {
  if (software.load !== null) return [software];
  const edges = matrix.rules.flatMap((rule) => [rule.from.releases.min, rule.from.releases.below]);
  const borders = edges.filter((edge) => edge !== null).sort(compareReleases);
  return cellsOf(matrix, software).flatMap(({ family, protocol, releases }) =>
    slices(releases, borders).map((slice) => ({ ...software, family, protocol, releases: slice })),
  );
}

function slices(range: ReleaseRange, borders: readonly Release[]): readonly ReleaseRange[] {
  const ends = [null, ...borders, null];
  return ends.slice(1).flatMap((below, i) => intersect(range, { min: ends[i] ?? null, below }) ?? []);
}
