/**
 * A release as numbers in order of weight. 79x0: major, minor, maintenance, maintenance-sub. Java phones: major, minor,
 * maintenance, service release, sub, engineering special (docs/sources.md: java-phones 1.2), so that 8.5(2)SR1 is newer
 * than 8.5(2). Missing places count as 0.
 */
export type Release = readonly number[];

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export function compareReleases(a: Release, b: Release): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A span of releases; `min` is inside, `below` is the first release outside; null leaves that end open. */
export interface ReleaseRange {
  readonly min: Release | null;
  readonly below: Release | null;
}

export const ANY_RELEASE: ReleaseRange = { min: null, below: null };

/** Whether one release lies inside a range. */
export function isWithin(release: Release, range: ReleaseRange): boolean {
  if (range.min !== null && compareReleases(release, range.min) < 0) return false;
  return range.below === null || compareReleases(release, range.below) < 0;
}

/** Whether two ranges share a release. */
export function rangesOverlap(a: ReleaseRange, b: ReleaseRange): boolean {
  const startsBefore = (x: ReleaseRange, y: ReleaseRange) =>
    x.min === null || y.below === null || compareReleases(x.min, y.below) < 0;
  return startsBefore(a, b) && startsBefore(b, a);
}
