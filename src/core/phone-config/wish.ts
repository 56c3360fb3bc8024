import type { Account, PbxPlace } from '../account/account.ts';
import type { ErrorCode } from '../errors.ts';
import type { ModelId } from '../names/family.ts';
import type { LoadName } from '../names/load-name.ts';
import type { MacAddress } from '../names/mac-address.ts';
import type { DialRule } from './dial-plan.ts';
import type { ProxyForm } from './facts.ts';
import type { ZoneRule } from './zone-rule.ts';

/** A phone that has landed, as its configuration needs to know it. */
export interface ConfiguredPhone {
  readonly mac: MacAddress;
  readonly model: ModelId;
  /** What it landed on: the only load that its configuration names. */
  readonly load: LoadName;
  readonly label: string | null;
}

/** One ring tone: what the phone's list shows, and the file that it then asks for. */
export interface Ring {
  readonly label: string;
  readonly file: string;
}

/** One background picture: two PNG files below the folder of the model. */
export interface Background {
  readonly image: string;
  readonly thumbnail: string;
}

/** A file of the operator's own that goes with the generated ones, or in place of one. */
export interface OwnConfigFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** What an operator may choose; null and empty mean what `phone-config/` says is written. */
export interface ConfigSettings {
  readonly zone: ZoneRule | null;
  /** A name of a time zone as the phone has it, in place of one that is looked up. */
  readonly zoneName: string | null;
  /** An address, or a name that the phone can resolve. */
  readonly ntp: string | null;
  /** Such as `D/M/Y`. */
  readonly dateForm: string;
  readonly hours: 12 | 24;
  readonly dialPlan: readonly DialRule[];
  readonly rings: readonly Ring[];
  readonly backgrounds: readonly Background[];
  readonly directoryUrl: string;
  readonly servicesUrl: string;
  /** Of the 7940 and 7960 only. */
  readonly logoUrl: string;
  /** The number that the messages key dials. */
  readonly messages: string;
  readonly phonePassword: string | null;
  readonly webAccess: boolean;
  /** Whether the phone sends from the port that it listens on: for a PBX that cannot be told to leave the port of answers alone. */
  readonly nat: boolean;
  readonly codec: string | null;
  readonly expirySeconds: number | null;
  /** What `syncinfo.xml` and the phones compare (7940 and 7960). */
  readonly sync: string;
  /** How the PBX is named, where the usual way of the load is not wanted. */
  readonly proxyForm: ProxyForm | null;
  /** Keys of the 7940 and 7960 or paths of elements, with their values: they go before everything else. */
  readonly ownKeys: Readonly<Record<string, string>>;
  readonly ownFiles: readonly OwnConfigFile[];
}

/** Everything that a configuration is made of. The same wish gives the same bytes. */
export interface ConfigWish {
  readonly phone: ConfiguredPhone;
  /** Null: the phone is parked. It shows what it is, and registers nowhere. */
  readonly account: Account | null;
  /** May be null for a parked phone only. */
  readonly pbx: PbxPlace | null;
  readonly settings: ConfigSettings;
}

/** What is chosen where nobody chooses. */
export const DEFAULT_CONFIG_SETTINGS: ConfigSettings = {
  zone: null,
  zoneName: null,
  ntp: null,
  dateForm: 'D/M/Y',
  hours: 24,
  dialPlan: [],
  rings: [],
  backgrounds: [],
  directoryUrl: '',
  servicesUrl: '',
  logoUrl: '',
  messages: '',
  phonePassword: null,
  webAccess: true,
  nat: false,
  codec: null,
  expirySeconds: null,
  sync: '1',
  proxyForm: null,
  ownKeys: {},
  ownFiles: [],
};

/** Why there is no configuration, in one sentence with the way out. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What a file is to the phone. */
export type ConfigFileKind = 'phone' | 'common' | 'dial-plan' | 'rings' | 'backgrounds' | 'sync' | 'own';

/** One file of a configuration. */
export interface ConfigFile {
  /** As the phone asks for it, with a folder in front where it asks for one. */
  readonly name: string;
  readonly content: Uint8Array;
  readonly kind: ConfigFileKind;
  /** What it holds, for the record: nothing secret. */
  readonly words: string;
}

/** A whole configuration. */
export interface PhoneConfiguration {
  readonly files: readonly ConfigFile[];
  /** What the operator should know of it, one sentence each. */
  readonly remarks: readonly string[];
}
