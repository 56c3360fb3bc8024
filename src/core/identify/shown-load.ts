import type { LoadName } from '../names/load-name.ts';
import { type PatternReading, readPattern } from './pattern.ts';
import { has, type Trace } from './trace.ts';

/**
 * What proves that the phone runs this load, from its questions of this boot alone; null when they do not. What was believed or
 * proven before is no proof: the phone may have been elsewhere since.
 */
export function witnessOf(
  load: LoadName,
  trace: Trace,
  ...aids: readonly [termFamily: Parameters<typeof readPattern>[1], isWhole: boolean]
): string | null {
  // One that asks for an image may start what it had, when it does not get it.
  if (has(trace, 'image')) return null;
  const reading: PatternReading | null = readPattern(trace, ...aids);
  if (reading === null || reading.software.some((one) => one.load !== load)) return null;
  return `(a) ${reading.why}`;
}
