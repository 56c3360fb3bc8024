import type { MacAddress } from '../../core/names/mac-address.ts';
import { mayPowerCycle, type PowerLimits } from '../../core/power/may-power-cycle.ts';
import type { PowerRecord } from '../../core/power/power-record.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PowerTarget } from '../../ports/power-switch.ts';
import type { KnownPhone, OutletSharing } from './outlet-sharing.ts';
import type { PowerFleet } from './power-fleet.ts';

interface PowerOrderParts {
  readonly fleet: PowerFleet;
  readonly clock: Clock;
  readonly limits: PowerLimits;
  readonly sharing: Pick<OutletSharing, 'with'>;
  readonly knownPhones: () => Iterable<KnownPhone>;
  readonly recordOf: (mac: MacAddress) => PowerRecord | null;
  /** Why its power stays on for the sake of another phone, by the list of this moment; undefined while that is not known. */
  readonly neighbourNow: (mac: MacAddress) => string | null | undefined;
}

/** One order to switch the power of a phone: whoever loses it is shown nothing until its end, and whether it may go is asked until it has gone. */
export class PowerOrder {
  readonly #parts: PowerOrderParts;
  readonly #mac: MacAddress;
  /** As the list had it when the order was made: who is given another port meanwhile loses the power of this one. */
  readonly #target: PowerTarget;
  readonly #releases = new Map<MacAddress, () => void>();
  /** Since when the phone was on the list then. */
  #stay: number | null = null;

  constructor(parts: PowerOrderParts, mac: MacAddress, target: PowerTarget) {
    this.#parts = parts;
    this.#mac = mac;
    this.#target = target;
  }

  /** False where somebody who would lose power may be taking or writing a load. */
  begin(): boolean {
    const { fleet, sharing } = this.#parts;
    this.#stay = this.#stayNow();
    const listed = sharing.with(this.#target).filter(({ isListed }) => isListed);
    for (const mac of [this.#mac, ...listed.map((one) => one.mac)]) {
      const release = fleet.withhold(mac);
      if (release === null) return false;
      this.#releases.set(mac, release);
    }
    this.listChanged();
    return true;
  }

  /** Who comes onto the list meanwhile, and loses power with the phone, is shown nothing either. */
  listChanged(): void {
    const { fleet, sharing } = this.#parts;
    for (const { mac } of sharing.with(this.#target))
      if (!this.#releases.has(mac)) this.#releases.set(mac, fleet.withholdAnyway(mac));
  }

  /**
   * Why the power must not go at this moment after all, by the list and by all that the phone does; null where it may. That it asked something just now
   * is nothing: it is shown no load, and so it comes for none.
   */
  whyNot(): string | null {
    const { fleet, clock, limits, recordOf, neighbourNow } = this.#parts;
    if (this.#stayNow() !== this.#stay) return 'it was taken from the list meanwhile';
    const standing = [...fleet.standings()].find(({ mac }) => mac === this.#mac);
    const record = recordOf(this.#mac);
    const neighbour = neighbourNow(this.#mac);
    if (standing === undefined || record === null || neighbour === undefined) return 'the list has changed';
    // The row that it is done is written already, and counts as one of its times.
    const asked = { now: clock.now(), isKeptWaiting: false, isWished: true, record: { ...record, cycledAt: [] } };
    const verdict = mayPowerCycle({ ...standing, ...asked, neighbour }, { ...limits, quietMs: 0 });
    return verdict.may ? null : verdict.why;
  }

  /** The power is back, and has settled, or was not switched. */
  end(): void {
    for (const release of this.#releases.values()) release();
  }

  /** Since when it is on the list, whichever process put it there; null where it is not on it, or nobody knows. */
  #stayNow(): number | null {
    for (const { mac, isListed, beganWith = 0 } of this.#parts.knownPhones())
      if (mac === this.#mac) return isListed ? beganWith : null;
    return null;
  }
}
