import { type Evidence, isUnheard, mayBeProbed, mayBeProbedForSccp } from './evidence.ts';
import { areTwoLists } from './pattern.ts';
import { isHeadless } from './trace.ts';

/** Whether what was heard fits several loads, and may do so in another boot. Where a file of ours tells them apart, that is still to be asked for. */
export function isUnclear(evidence: Evidence): boolean {
  const { software, trace } = evidence;
  const isSound = !isUnheard(evidence) && !isHeadless(trace) && !areTwoLists(trace);
  return software.length > 0 && isSound && !mayBeProbed(evidence) && !mayBeProbedForSccp(evidence);
}
