import { ANY_RELEASE, type ReleaseRange, rangesOverlap } from '../names/release.ts';
import type { Software } from '../software.ts';
import { has, type Trace, wentOnAtOnce } from './trace.ts';

/** ITL files came with the CUCM 8 era loads (java-phones 3.6, inference): asked means 8.5 or newer. */
export const SINCE_ITL: ReleaseRange = { min: [8, 5], below: null };
/** Not asked means older, by the same inference. */
export const BEFORE_ITL: ReleaseRange = { min: null, below: [8, 5] };
/** Logs show that 9.x asks for them (java-phones 4.1); from which 8.x on loads do is inferred, and disproves nothing. */
export const WITHOUT_ITL: ReleaseRange = { min: null, below: [9] };

/** That no ITL file was asked for tells only where there was no time to ask for one. */
export function releasesByItl(trace: Trace): ReleaseRange {
  if (has(trace, 'itl-phone', 'itl-file')) return SINCE_ITL;
  return wentOnAtOnce(trace, (step) => step.kind === 'ctl-phone') ? BEFORE_ITL : ANY_RELEASE;
}

/** Whether a Java phone whose load has one of these releases may have asked this list, by the ITL files in it. */
export function mayAskSo(trace: Trace, releases: ReleaseRange): boolean {
  const known = releasesByItl(trace);
  return rangesOverlap(known === BEFORE_ITL ? WITHOUT_ITL : known, releases);
}

/**
 * A phone that asks for no ITL file, and was proven to run 9.x, which asks for them; or was known to run 8.5 or newer by nothing but its questions for them: so
 * what it ran asks for them, and this is another load. What it may run then; null where that is not so, or where it may have a load of which only inference
 * says that it asks.
 */
export function backBeforeItl(software: readonly Software[], trace: Trace): readonly Software[] | null {
  if (releasesByItl(trace) !== BEFORE_ITL) return null;
  const left = software.filter(({ generation, releases }) => generation !== 'java' || mayAskSo(trace, releases));
  const others = left.length === 0 ? software.filter(({ running }) => running === 'application') : left;
  if (others.length === 0 || (left.length > 0 && !left.every(isKnownByItl))) return null;
  return others.map((one) => ({ ...one, protocol: null, load: null, releases: BEFORE_ITL }));
}

/** Whether it is known to run 8.5 or newer, and by nothing but its questions for ITL files. */
export function isKnownByItl({ generation, running, load, releases }: Software): boolean {
  return generation === 'java' && running === 'application' && load === null && !rangesOverlap(releases, BEFORE_ITL);
}

/** Whether it is taken for a load before 8.5, and by nothing but that it asks for no ITL file. */
export function isTakenForOld({ generation, running, load, releases }: Software): boolean {
  return generation === 'java' && running === 'application' && load === null && !rangesOverlap(releases, SINCE_ITL);
}

/** The same software as far as logs show it: from which release on a load asks for ITL files is inferred, and disproves nothing. */
export function withoutInference(software: Software): Software {
  return isTakenForOld(software) ? { ...software, releases: WITHOUT_ITL } : software;
}
