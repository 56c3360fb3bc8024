import { BoundedMap } from '../../core/bounded-map.ts';
import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PhoneMemory } from '../memory/memory.ts';
import { obeysUntil } from '../memory/told-to-restart.ts';

/** Phones that are remembered (invented): so many are told within minutes by nobody. */
const MOST = 1_024;

/** Phones that were let go after they were told to restart, or while their power was being switched: for as long as that may happen they must not be writing. */
export class ToldAndGone {
  readonly #until = new BoundedMap<MacAddress, SteadyMs>(MOST);

  /** The phone is on the list no more; this is what it leaves. */
  note(mac: MacAddress, memory: Pick<PhoneMemory, 'toldToRestart'>, now: SteadyMs): void {
    const until = obeysUntil(memory);
    if (until !== null && until > now) this.#until.set(mac, until);
  }

  /** Whether one of them may be asking; `mac`: null when nobody can tell who does. */
  mayAsk(mac: MacAddress | null, now: SteadyMs): boolean {
    if (mac !== null) return now < (this.#until.get(mac) ?? Number.NEGATIVE_INFINITY);
    return [...this.#until].some(([, until]) => now < until);
  }
}
