import type { SteadyMs } from '../../core/moment.ts';
import type { MacAddress } from '../../core/names/mac-address.ts';
import type { PowerQuestion } from '../../core/power/may-power-cycle.ts';

/** Where one phone stands, as far as its power is concerned. */
export type PowerStanding = Pick<
  PowerQuestion,
  'state' | 'since' | 'heardAt' | 'listensSince' | 'code' | 'isResumable' | 'isServed' | 'isUp' | 'mayWrite'
> & {
  readonly mac: MacAddress;
  /** When it was last heard to start, and what said so; null when it was not since this server was started. */
  readonly started?: { readonly at: SteadyMs; readonly words: string } | null;
};

/** A decision about a phone, for its record. */
export interface PowerDecision {
  readonly reason: string;
  readonly code?: string;
  readonly finding?: string;
}

/** The part of a fleet that power control needs. */
export interface PowerFleet {
  /** Every enrolled phone as it stands now. */
  standings(): Iterable<PowerStanding>;
  /** Whether the phone waits for its turn, or the batch is paused. */
  isKeptWaiting(mac: MacAddress): boolean;
  /**
   * Shows the phone no load until the returned function is called, or until it is heard to start where `isUntilItStarts`; null while it may be taking
   * or writing one.
   */
  withhold(mac: MacAddress, isUntilItStarts?: boolean): (() => void) | null;
  /** The same for one that may be on no list, or comes onto it in a moment; what it is taking goes on. */
  withholdAnyway(mac: MacAddress): () => void;
  /** Resolves once the decision is durable; false when it could not be recorded. */
  decide(mac: MacAddress, decision: PowerDecision): Promise<boolean>;
}
