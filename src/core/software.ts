import type { FamilyId, ModelId, Protocol } from './names/family.ts';
import type { LoadName } from './names/load-name.ts';
import type { ReleaseRange } from './names/release.ts';

/**
 * G1: unsigned application of a 7940/7960; G2: signed application; G3: loader + application (legacy-79x0 0).
 * `java`: 7906 to 7975 (java-phones 0).
 */
export type Generation = 'G1' | 'G2' | 'G3' | 'java';

/** Which of the phone's programs is running and asking. */
export type Running = 'application' | 'loader' | 'boot-loader';

/**
 * One thing that may be running on a phone, as far as the evidence shows. Unknown parts are null, and a rule must then
 * hold for every value. `load` is the exact load where it is proven or stated; `releases` bounds it otherwise.
 */
export interface Software {
  readonly family: FamilyId | null;
  readonly generation: Generation;
  readonly running: Running;
  readonly protocol: Protocol | null;
  readonly load: LoadName | null;
  readonly releases: ReleaseRange;
}

/** Whether it is one image without a loader, which reads no manifest (legacy-79x0 0, 5.6). */
export function isWithoutLoader({ generation }: Pick<Software, 'generation'>): boolean {
  return generation === 'G1' || generation === 'G2';
}

/** What the evidence about one phone admits: every software it may be running, and every model it may be. */
export interface Candidates {
  /** Never empty once a phone has been identified; empty while nothing is known. */
  readonly software: readonly Software[];
  /** Models that fit; empty means nothing is known of the model. */
  readonly models: readonly ModelId[];
}
