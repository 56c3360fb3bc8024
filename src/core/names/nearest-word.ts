/** The known word that a mistyped one most likely means; null when none is within two letters of it. */
export function nearestWord(word: string, known: readonly string[]): string | null {
  let nearest: string | null = null;
  let least = 3;
  for (const one of known) {
    // As many letters have to be put in as one of them is longer.
    if (Math.abs(one.length - word.length) >= least) continue;
    const steps = distance(word, one);
    if (steps < least) [nearest, least] = [one, steps];
  }
  return nearest;
}

/** How many letters have to be put in, taken out or exchanged (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at++) {
    const next = [at];
    for (let other = 1; other <= to.length; other++) {
      const exchanged = (row[other - 1] ?? 0) + (from[at - 1] === to[other - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[other] ?? 0) + 1, (next[other - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
