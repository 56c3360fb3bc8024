import type { SteadyMs } from '../../core/moment.ts';
import type { AskedName } from '../../core/names/asked-name.ts';
import { saysReset, showsStart } from '../../core/restart/proof.ts';
import { SAID_BY, type Statement } from '../../core/witness/statement.ts';

/** That a phone was heard to start. */
export interface Started {
  readonly at: SteadyMs;
  /** What said so. */
  readonly words: string;
}

/** When one phone was last heard to start; lost with the process. */
export class ItsStart {
  #last: Started | null = null;

  get last(): Started | null {
    return this.#last;
  }

  /**
   * It asks for something; true where that begins a boot. A question without a name, where nothing but names tells who asks (`isByNamesOnly`), may be that of
   * somebody else behind its address.
   */
  ask({ kind, name, mac }: AskedName, at: SteadyMs, isByNamesOnly: boolean): boolean {
    if (!showsStart(kind) || (mac === null && isByNamesOnly)) return false;
    this.#last = { at, words: `it asked for ${name}` };
    return true;
  }

  /** It says something of itself; when it started by that, which cannot be older than the moment it bears. Null where it says nothing of a start. */
  hear(statement: Statement): SteadyMs | null {
    const { by, since } = statement;
    if (since === null || !saysReset(statement) || since <= (this.#last?.at ?? Number.NEGATIVE_INFINITY)) return null;
    this.#last = { at: since, words: `${SAID_BY[by]} says that it was reset` };
    return since;
  }
}
