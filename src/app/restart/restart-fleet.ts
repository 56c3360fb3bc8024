import type { MacAddress } from '../../core/names/mac-address.ts';
import type { Software } from '../../core/software.ts';
import type { PowerOutcome } from '../../ports/power-switch.ts';
import type { WitnessDesk } from '../../ports/witnesses.ts';
import type { PowerFleet } from '../bench/power-fleet.ts';

/** A phone on the list, as far as restarting it is concerned. */
export interface PhoneToRestart {
  readonly mac: MacAddress;
  /** Everything that it may be running; empty while nothing is known. */
  readonly software: readonly Software[];
  /** Where it asked last, or was known to be; whether it is there still, `isItsAddress` says. */
  readonly address: string | null;
}

/** Switches the power of a phone, by all rules of that. */
export interface PowerRung {
  /** What it lacks for its power to be switched; null when nothing. */
  lacks(mac: MacAddress): string | null;
  cycle(mac: MacAddress): Promise<PowerOutcome>;
}

/** The part of a fleet that restarting phones needs. */
export interface RestartFleet extends PowerFleet {
  /** Null where it is not on the list. */
  toRestart(mac: MacAddress): PhoneToRestart | null;
  /** What the phone is given for `syncinfo.xml` from now on; null: what the operator's tree has. */
  giveSyncInfo(mac: MacAddress, text: string | null): void;
  /** Whose address is whose. */
  readonly witnesses: WitnessDesk;
}
