import type { HeardAt } from '../heard/heard.ts';
import type { Evidence } from '../identify/evidence.ts';
import type { FamilyId, ModelId } from '../names/family.ts';
import type { Software } from '../software.ts';
import type { LikelyLoad } from './likely-load.ts';
import type { LoadTold, Round } from './phone-log.ts';

/** What shows what runs on a phone, and where it stands. */
export interface Proof {
  /** Stable word, such as `loader`, `g1-sccp`, `contradiction` or `load-told`. */
  readonly finding: string;
  readonly reason: string;
  readonly at: HeardAt;
}

/** How much a fault matters: the phone gets no further, somebody should look, or it is worth knowing. */
export type Weight = 'stuck' | 'look' | 'remark';

/** Something that went wrong, or that has a name in the catalogue. */
export interface Fault {
  /** Code of the catalogue. */
  readonly code: string;
  readonly weight: Weight;
  /** A sentence about this very phone. */
  readonly about: string;
  /** The line that shows it first. */
  readonly at: HeardAt;
  /** How often it was seen. */
  readonly times: number;
  /** Later rounds of the phone show it no more. */
  readonly isPast: boolean;
}

/** How a phone stands, worst first. */
export const STANDINGS = ['stuck', 'look', 'open', 'well'] as const;

/** One of `STANDINGS`: it gets no further, somebody should look, nothing tells, or nothing is wrong as far as the sources go. */
export type Standing = (typeof STANDINGS)[number];

/** One phone, as far as the sources tell. */
export interface PhoneDiagnosis {
  /** 12 hexadecimal digits; null where only an address is known. */
  readonly mac: string | null;
  readonly addresses: readonly string[];
  /** From its DHCP vendor class; null where none was seen. */
  readonly model: ModelId | null;
  /** Proven by what it asked, or by its model; null where it is open. */
  readonly family: FamilyId | null;
  /** Everything that it may run now. */
  readonly software: readonly Software[];
  /** The same in words. */
  readonly runs: string;
  readonly proofs: readonly Proof[];
  /** The load that it took whole before it asked as it does now; no proof. */
  readonly likely: LikelyLoad | null;
  /** Loads that it named by its own mouth, newest last. */
  readonly told: readonly LoadTold[];
  readonly rounds: readonly Round[];
  /** Rounds in the middle that were not kept. */
  readonly dropped: number;
  readonly requests: number;
  readonly faults: readonly Fault[];
  readonly standing: Standing;
  /** For the planner. */
  readonly evidence: Evidence;
}
