import type { FamilyId, ModelId } from '../names/family.ts';
import type { ParsedLoad } from '../names/load-name.ts';
import type { PhoneConfigFacts } from '../phone-config/facts.ts';

/** The PBX at which the phone is to register; null parts were not said. */
export interface WantedPbx {
  readonly host: string;
  readonly port: number | null;
}

/** What is known beside the files; each part may be null, and the rules that need it then say nothing. */
export interface CheckQuestion {
  readonly model: ModelId | null;
  /** The family of that model. */
  readonly family: FamilyId | null;
  /** The load that the phone runs. */
  readonly load: ParsedLoad | null;
  readonly pbx: WantedPbx | null;
  /** Whether keys that would keep the value of an earlier owner are told of when they are missing. */
  readonly isSecondHand: boolean;
  readonly facts: PhoneConfigFacts;
}

/** Whether a file lies where the phone would find it; null when nobody can tell. Names are compared without case. */
export type IsThere = (name: string) => boolean | null;

/** What lies beside a file that was given. */
export interface Beside {
  readonly isThere: IsThere;
  /** Its size in bytes; null where it is not there, or nobody can tell. */
  readonly sizeOf: (name: string) => number | null;
}
