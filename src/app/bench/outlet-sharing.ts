import type { SteadyMs, WallMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PowerLimits } from '../../core/power/may-power-cycle.ts';
import type { PowerRecord } from '../../core/power/power-record.ts';
import { type Neighbour, neighbourRefusal } from '../../core/power/shared-outlet.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PowerSwitch, PowerTarget } from '../../ports/power-switch.ts';
import type { PowerStanding } from './power-fleet.ts';

/** A phone that is or was on the list, and what the switch knows of it. */
export interface KnownPhone extends PowerTarget {
  readonly mac: MacAddress;
  readonly isListed: boolean;
  /** The revision with which its present stay on the list began; absent for a phone that was never let go. */
  readonly beganWith?: number;
  readonly lastSeenAt: WallMs | null;
}

export interface OutletSharingOptions {
  readonly power: PowerSwitch;
  readonly clock: Clock;
  readonly limits: PowerLimits;
  /** Every phone that is or was on the list. */
  readonly knownPhones: () => Iterable<KnownPhone>;
  /** What the record says of a phone; null while it is being read. */
  readonly recordOf: (mac: MacAddress) => PowerRecord | null;
}

/** What is told of a plan may be this old; what is done is looked up anew (invented). */
const KEPT_MS = 30_000;

/** Knows which phones lose their power together, in whatever batch they are and whether they are on the list or were. */
export class OutletSharing {
  readonly #options: OutletSharingOptions;
  #phones: ReadonlyMap<string, readonly KnownPhone[]> | null = null;
  #readAt: SteadyMs = 0;

  constructor(options: OutletSharingOptions) {
    this.#options = options;
  }

  /** The list has changed, or the power of a phone is about to go: it is read anew at the next question. */
  forget(): void {
    this.#phones = null;
  }

  /** Every other phone that loses its power with this one. */
  with(target: PowerTarget): readonly KnownPhone[] {
    const key = this.#keyOf(target);
    return key === null ? [] : (this.#byOutlet().get(key) ?? []).filter(({ mac }) => mac !== target.mac);
  }

  /** Why this phone's power stays on for the sake of another one; null where none is in the way, undefined while a record is read. */
  refusal(target: PowerTarget, standings: readonly PowerStanding[]): string | null | undefined {
    const others = this.with(target);
    const outlet = this.#options.power.outletOf(target);
    if (others.length === 0 || outlet === null) return null;
    const byMac = new Map(standings.map((standing) => [standing.mac, standing]));
    const listensSince = byMac.get(target.mac as MacAddress)?.listensSince ?? this.#options.clock.now();
    const neighbours: Neighbour[] = [];
    for (const other of others) {
      const neighbour = this.#neighbour(other, byMac.get(other.mac) ?? null, listensSince);
      if (neighbour === null) return undefined;
      neighbours.push(neighbour);
    }
    return neighbourRefusal(neighbours, outlet);
  }

  #neighbour(
    { mac, isListed, lastSeenAt }: KnownPhone,
    standing: PowerStanding | null,
    listensSince: SteadyMs,
  ): Neighbour | null {
    const { clock, limits, recordOf } = this.#options;
    const record = recordOf(mac);
    if (record === null) return null;
    const heardAt = standing?.heardAt ?? null;
    const isRecent = (agoMs: number) => agoMs < limits.unheardMs;
    return {
      ...{ mac, isListed, state: standing?.state ?? null },
      mayBeWriting: record.mayBeWriting || standing?.mayWrite === true,
      isServed: standing?.isServed === true,
      isUnheard: heardAt === null && isRecent(clock.now() - (standing?.listensSince ?? listensSince)),
      isHeardLately:
        heardAt !== null ? isRecent(clock.now() - heardAt) : lastSeenAt !== null && isRecent(clock.wall() - lastSeenAt),
    };
  }

  #byOutlet(): ReadonlyMap<string, readonly KnownPhone[]> {
    const { clock, knownPhones } = this.#options;
    if (this.#phones !== null && clock.now() - this.#readAt < KEPT_MS) return this.#phones;
    const phones = new Map<string, KnownPhone[]>();
    for (const phone of knownPhones()) {
      const key = this.#keyOf(phone);
      if (key !== null) phones.set(key, [...(phones.get(key) ?? []), phone]);
    }
    this.#phones = phones;
    this.#readAt = clock.now();
    return phones;
  }

  #keyOf(target: PowerTarget): string | null {
    return this.#options.power.outletOf(target)?.key ?? null;
  }
}
