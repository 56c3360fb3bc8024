/** Numbers from 0 to 1 that a seed decides. */
export type Random = () => number;

/** A small generator (mulberry32); the same seed and name give the same numbers on every machine. */
export function seededRandom(seed: number, name: string): Random {
  let state = seed >>> 0;
  for (const letter of name) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A number of a span, or the number itself. */
export function within(random: Random, span: number | readonly [number, number]): number {
  return typeof span === 'number' ? span : span[0] + random() * (span[1] - span[0]);
}
