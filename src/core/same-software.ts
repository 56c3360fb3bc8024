import type { Software } from './software.ts';

/** Whether two lists of software say the same in the same order. */
export function isSameSoftware(some: readonly Software[], others: readonly Software[]): boolean {
  return some.length === others.length && some.every((one, at) => isSame(one, others[at]));
}

/** Whether two descriptions of software say the same. */
export function isSame(a: Software, b: Software | undefined): boolean {
  return (
    b !== undefined &&
    a.family === b.family &&
    a.generation === b.generation &&
    a.running === b.running &&
    a.protocol === b.protocol &&
    a.load === b.load &&
    isSameRelease(a.releases.min, b.releases.min) &&
    isSameRelease(a.releases.below, b.releases.below)
  );
}

function isSameRelease(a: Software['releases']['min'], b: Software['releases']['min']): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((part, at) => part === b[at]);
}
