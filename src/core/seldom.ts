/** So many lines of one kind are written at once (invented). */
const FIRST = 20;
/** Beyond these, one line of a kind in this time (invented): 8,640 a day. */
const EVERY_MS = 10_000;

interface Allowance {
  lines: number;
  at: number;
  unsaid: number;
}

/**
 * How often something may be said that the network provokes: as it comes while it is little, now and then when it is a flood, or the
 * log would fill the disk that the record needs. `what` is one of a few fixed words, never a name from the network.
 */
export class Seldom {
  readonly #allowances = new Map<string, Allowance>();

  /** Says it by `say`, with how many of its kind were kept back before it, where some were; or keeps it back too. */
  say(what: string, at: number, say: (keptBack: { readonly unsaid?: number }) => void): void {
    const allowance = this.#allowances.get(what) ?? { lines: FIRST, at, unsaid: 0 };
    this.#allowances.set(what, allowance);
    allowance.lines = Math.min(FIRST, allowance.lines + Math.max(0, at - allowance.at) / EVERY_MS);
    allowance.at = at;
    if (allowance.lines < 1) {
      allowance.unsaid += 1;
      return;
    }
    const { unsaid } = allowance;
    allowance.lines -= 1;
    allowance.unsaid = 0;
    say(unsaid === 0 ? {} : { unsaid });
  }
}
