import { compareReleases, type Release, type ReleaseRange } from '../names/release.ts';

/** The range that holds this one release and nothing else. */
export function exactly(release: Release): ReleaseRange {
  const padded = [...release];
  while (padded.length < 6) padded.push(0);
  return { min: release, below: [...padded, 1] };
}

/** The releases that both ranges hold; null when there are none. */
export function intersect(a: ReleaseRange, b: ReleaseRange): ReleaseRange | null {
  const min = a.min === null || (b.min !== null && compareReleases(b.min, a.min) > 0) ? b.min : a.min;
  const below = a.below === null || (b.below !== null && compareReleases(b.below, a.below) < 0) ? b.below : a.below;
  if (min !== null && below !== null && compareReleases(min, below) >= 0) return null;
  // A range that ends at the first release of all holds nothing either.
  if (min === null && below !== null && compareReleases(below, []) <= 0) return null;
  return { min, below };
}

/** What of `whole` no range of `parts` holds, as the first such gap; null when the parts cover it. */
export function firstGap(whole: ReleaseRange, parts: readonly ReleaseRange[]): ReleaseRange | null {
  if (parts.some((part) => holds(part, whole))) return null;
  let rest: ReleaseRange | null = whole;
  const sorted = parts.map((part) => intersect(whole, part)).filter((part) => part !== null);
  sorted.sort((a, b) => compareStarts(a.min, b.min));
  for (const part of sorted) {
    if (rest === null) return null;
    if (compareStarts(part.min, rest.min) > 0) return { min: rest.min, below: part.min };
    rest = part.below === null ? null : intersect(rest, { min: part.below, below: null });
  }
  return rest;
}

/** Whether a range holds all of another one. */
function holds(range: ReleaseRange, other: ReleaseRange): boolean {
  if (range.below !== null && (other.below === null || compareReleases(range.below, other.below) < 0)) return false;
  return compareStarts(range.min, other.min) <= 0;
}

function compareStarts(a: Release | null, b: Release | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compareReleases(a, b);
}

/** A range as people write it: `5.0 to before 7.0`, `before 4.0`, `8.5.2.1 and newer`. */
export function rangeText(range: ReleaseRange): string {
  const text = (release: Release) => (release.length === 1 ? `${release[0]}.0` : release.join('.'));
  if (range.min !== null && range.below !== null) {
    const isExact = range.below.length > 6 && range.below.at(-1) === 1;
    return isExact ? text(range.min) : `${text(range.min)} to before ${text(range.below)}`;
  }
  if (range.min !== null) return `${text(range.min)} and newer`;
  return range.below === null ? 'any release' : `before ${text(range.below)}`;
}
