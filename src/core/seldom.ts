import { Ration } from './ration.ts';

/** So many lines of one kind are written at once (invented). */
const FIRST = 20;
/** Beyond these, one line of a kind in this time (invented): 8,640 a day. */
const EVERY_MS = 10_000;

interface Kind {
  readonly ration: Ration;
  unsaid: number;
}

/**
 * How often something that the network provokes is logged: always while it is little, now and then when it is a flood. Otherwise the
 * log would fill the disk that the record needs. `what` is one of a few fixed words, never a name from the network.
 */
export class Seldom {
  readonly #kinds = new Map<string, Kind>();

  /** Calls `say`, with how many of this kind were kept back before it, if any were; or keeps this one back too. */
  say(what: string, at: number, say: (keptBack: { readonly unsaid?: number }) => void): void {
    const kind = this.#kinds.get(what) ?? { ration: new Ration(FIRST, EVERY_MS, at), unsaid: 0 };
    this.#kinds.set(what, kind);
    if (!kind.ration.take(at)) {
      kind.unsaid += 1;
      return;
    }
    const { unsaid } = kind;
    kind.unsaid = 0;
    say(unsaid === 0 ? {} : { unsaid });
  }
}
