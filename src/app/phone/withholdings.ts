import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';

interface Withholding {
  readonly isUntilItStarts: boolean;
  readonly at: SteadyMs;
}

/**
 * The restarts that are under way: whatever their phone is shown meanwhile, it could be writing when its power goes. Each belongs to the order and to
 * the MAC, so that a phone which is let go and enrolled while its power goes is shown no more than one that stays. Those of two controls may overlap, when the
 * configuration was read again under the first.
 */
export class Withholdings {
  readonly #byMac = new Map<MacAddress, Set<Withholding>>();

  /** The phone is shown no load until the returned function is called, or until it starts where `isUntilItStarts`. */
  begin(mac: MacAddress, isUntilItStarts: boolean, at: SteadyMs): () => void {
    const one = { isUntilItStarts, at };
    const all = this.#byMac.get(mac) ?? new Set();
    this.#byMac.set(mac, all.add(one));
    return () => this.#end(mac, one);
  }

  /** The phone was heard to start at that moment; what began later goes on, and so does what its start does not end. */
  noteStarted(mac: MacAddress, at: SteadyMs): void {
    for (const one of this.#byMac.get(mac) ?? []) if (one.isUntilItStarts && one.at < at) this.#end(mac, one);
  }

  /** Whether the phone is shown no load for now. */
  isHeld(mac: MacAddress): boolean {
    return this.#byMac.has(mac);
  }

  /** Whether its power is being switched, or has not settled since: nothing that it asks shows a boot by that. */
  isSwitched(mac: MacAddress): boolean {
    return [...(this.#byMac.get(mac) ?? [])].some(({ isUntilItStarts }) => !isUntilItStarts);
  }

  #end(mac: MacAddress, one: Withholding): void {
    const all = this.#byMac.get(mac);
    if (all?.delete(one) === true && all.size === 0) this.#byMac.delete(mac);
  }
}
