import { isWithin, rangesOverlap } from '../names/release.ts';
import { isSameLoad } from '../names/same-load.ts';
import { isSame } from '../same-software.ts';
import type { Software } from '../software.ts';

/** The parts of `wide` that `exact` shares, with the more exact value of each field. */
export function narrow(wide: readonly Software[], exact: readonly Software[]): Software[] {
  const shared: Software[] = [];
  for (const one of wide) {
    for (const other of exact) {
      if (!areCompatible(one, other)) continue;
      const both = intersect(one, other);
      if (!shared.some((known) => isSame(known, both))) shared.push(both);
    }
  }
  return shared;
}

function intersect(a: Software, b: Software): Software {
  const load = a.load ?? b.load;
  return {
    family: a.family ?? b.family,
    generation: a.generation,
    // A boot of a phone with a loader begins in the loader whatever application it holds: the application is more exact.
    running: a.generation === 'G3' && b.running === 'application' ? 'application' : a.running,
    protocol: a.protocol ?? b.protocol,
    load,
    releases: tighter(a, b),
  };
}

function tighter(a: Software, b: Software): Software['releases'] {
  const later = (x: readonly number[] | null, y: readonly number[] | null) =>
    x === null || (y !== null && isWithin(y, { min: x, below: null })) ? y : x;
  const earlier = (x: readonly number[] | null, y: readonly number[] | null) =>
    x === null || (y !== null && isWithin(y, { min: null, below: x })) ? y : x;
  return { min: later(a.releases.min, b.releases.min), below: earlier(a.releases.below, b.releases.below) };
}

/** Whether one phone could be both at once: no field in which both are known excludes it. */
export function areCompatible(a: Software, b: Software): boolean {
  if (a.generation !== b.generation) return false;
  if (a.family !== null && b.family !== null && a.family !== b.family) return false;
  // Under G3 the loader asks at every boot, whichever application follows; under Java the two never mix.
  if (a.generation !== 'G3' && a.running !== b.running) return false;
  if (a.protocol !== null && b.protocol !== null && a.protocol !== b.protocol) return false;
  if (a.load !== null && b.load !== null && !isSameLoad(a.load, b.load)) return false;
  return rangesOverlap(a.releases, b.releases);
}
