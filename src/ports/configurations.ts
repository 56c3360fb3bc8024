import type { AskedName } from '../core/names/asked-name.ts';
import type { ModelId } from '../core/names/family.ts';
import type { LoadName } from '../core/names/load-name.ts';
import type { MacAddress } from '../core/names/mac-address.ts';

/** What the record calls a configuration without an account. */
export const PARKED = 'configuration (parked)';

/** A phone that has landed, as far as its configuration depends on it. */
export interface LandedPhone {
  readonly mac: MacAddress;
  /** Null where only its family is proven. */
  readonly model: ModelId | null;
  /** What it landed on: the only load that its configuration may name. */
  readonly load: LoadName;
  readonly label: string | null;
  /** How long ago it landed, in milliseconds. */
  readonly landedForMs: number;
}

/** One file of a phone's configuration. */
export interface ConfigurationFile {
  readonly content: Uint8Array;
  /** Which configuration that is, without anything secret of it: `configuration 3 (account 201)`. */
  readonly words: string;
}

/** Why a phone is given no configuration now, although it has one: it keeps what it was given before. */
export interface NoConfiguration {
  readonly reason: string;
  readonly advice: string;
  /** What a person has to mend: that it cannot be made, or that there is none at all, so that the phone is given its load and no line. */
  readonly fault?: 'not-made' | 'missing';
}

/** The configurations of landed phones: with an account at the PBX, or parked. */
export interface Configurations {
  /**
   * The file that a landed phone gets under a name that it asked; null where its configuration has none of that name, and a reason
   * where it is given none of it now. The same phone gets the same bytes until its account or the settings
   * change. Never throws; it has to be quick.
   */
  file(phone: LandedPhone, asked: AskedName): ConfigurationFile | NoConfiguration | null;
}
