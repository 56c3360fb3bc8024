import type { Fact, Source } from '../matrix/matrix.ts';
import type { FamilyId, ModelId } from '../names/family.ts';
import type { ReleaseRange } from '../names/release.ts';

/** What a value of a configuration file looks like. Lengths count characters; null leaves an end open. */
export type ValueForm =
  | { readonly type: 'text'; readonly maxLength: number | null }
  | { readonly type: 'number'; readonly min: number; readonly max: number; readonly unit: 's' | 'ms' | null }
  | { readonly type: 'choice'; readonly values: readonly string[] }
  | { readonly type: 'host'; readonly maxLength: number | null }
  | { readonly type: 'url'; readonly maxLength: number | null }
  | { readonly type: 'load'; readonly maxLength: number | null }
  | { readonly type: 'port' | 'file-name' | 'path' | 'time-zone' | 'time' };

/** What a key of the 7940/7960 and an element of the Java phones have in common. */
interface Setting extends Fact {
  readonly form: ValueForm;
  /** What the phone takes where nothing is written; null where that is not known or there is nothing. */
  readonly default: string | null;
  /** What loadstep writes unless it is told another value; null: nothing is written then. */
  readonly written: string | null;
  /** Whether the value of an earlier owner would go on working: such a setting is always written. */
  readonly isOfEarlierOwner: boolean;
  /** SIP releases that know it. */
  readonly releases: ReleaseRange;
  readonly note: string | null;
}

/** One key of `SIPDefault.cnf` and `SIP<MAC>.cnf`. */
export interface LegacyKey extends Setting {
  /** As it stands in the file; `{n}` stands for the number of a line, a proxy or alike. */
  readonly key: string;
  /** Which numbers `{n}` stands for, both ends inside; null for a key without. */
  readonly numbers: { readonly first: number; readonly last: number } | null;
  /** Where loadstep writes it; a phone takes it from either file, and from its own before the other. */
  readonly file: 'default' | 'phone';
  /** Where the default is known from: Cisco's guide, or a neighbouring string of the image. */
  readonly defaultFrom: 'guide' | 'image' | null;
  /** Loads in whose image the key stands. */
  readonly seenIn: readonly string[];
}

/** One element or attribute of `SEP<MAC>.cnf.xml`, in the order in which loadstep writes them. */
export interface JavaElement extends Setting {
  /** From below `<device>`, with `/` between elements and `@` before an attribute. */
  readonly path: string;
  /** Whether phones are known to refuse, or not to register with, a file without it. */
  readonly isNeeded: boolean;
}

/** How a line names its PBX: outright, or through the member of the CallManager group. */
export type ProxyForm = 'address' | 'callmanager';

/** Whether a load takes a form of naming the PBX. */
interface ProxyFormFacts extends Fact {
  readonly families: readonly FamilyId[];
  readonly releases: ReleaseRange;
  readonly form: ProxyForm;
  readonly use: 'usual' | 'possible' | 'refused';
  readonly why: string;
}

/** What carries SIP, and how a file says so. */
interface TransportFacts extends Fact {
  readonly families: readonly FamilyId[];
  readonly form: ProxyForm;
  readonly transport: 'udp' | 'tcp';
  /** The text of `transportLayerProtocol`; null where there is no such setting. */
  readonly value: string | null;
  readonly isDefault: boolean;
  readonly note: string;
}

/** What a password may be: from `min` to `max` characters that the pattern of one character allows. */
interface PasswordFacts extends Fact {
  readonly min: number;
  readonly max: number;
  /** From this length on there are reports of trouble. */
  readonly warnFrom: number;
  /** What the software of the phones can hold. */
  readonly hardMax: number;
  readonly pattern: string;
  readonly note: string;
}

/** What holds for files as a whole. */
export interface ConfigForms {
  readonly proxyForms: readonly ProxyFormFacts[];
  readonly transports: readonly TransportFacts[];
  readonly password: PasswordFacts;
  /** Inside which element one must stand before another. */
  readonly localOrders: readonly (Fact & {
    readonly parent: string;
    readonly first: string;
    readonly second: string;
    readonly why: string;
  })[];
  /** Which element must stand inside which. */
  readonly places: readonly (Fact & { readonly element: string; readonly inside: string; readonly why: string })[];
  /** Elements that circulate and that no file should have. */
  readonly neverWritten: readonly (Fact & { readonly element: string; readonly why: string })[];
  /** How many lines a model has. */
  readonly lines: readonly (Fact & {
    readonly models: readonly ModelId[];
    readonly lines: number;
    readonly note: string | null;
  })[];
  /** In which folder below `Desktops/` a model looks for its background pictures. */
  readonly backgrounds: readonly (Fact & { readonly models: readonly ModelId[]; readonly folder: string })[];
  readonly dialTemplate: Fact & {
    readonly maxBytes: number;
    /** Of MATCH and Rewrite, in characters. */
    readonly maxValueLength: number;
    readonly maxTones: number;
    readonly maxStampLength: number;
    readonly defaultTimeoutSeconds: number;
  };
  readonly rings: Fact & {
    readonly maxEntries: number;
    readonly maxNameLength: number;
    readonly ending: string;
    readonly minSamples: number;
    readonly maxSamples: number;
    readonly sampleStep: number;
  };
  readonly directory: Fact & { readonly maxEntries: number };
  readonly softKeys: Fact & { readonly states: readonly string[] };
}

/** One name of a time zone that the 7940/7960 know. */
export interface LegacyZone extends Fact {
  readonly name: string;
  /** Minutes that it is ahead of UTC, without daylight saving time. */
  readonly offsetMinutes: number;
  readonly isDoubtful: boolean;
  readonly note: string | null;
}

/** One name of a time zone that the Java phones know. */
export interface JavaZone extends Fact {
  readonly name: string;
  /** Minutes ahead of UTC without daylight saving time, as they are printed for the name. */
  readonly offsetMinutes: number;
  /** Whether the phone moves its clock in summer by a rule of its own. */
  readonly hasDaylight: boolean;
  readonly isDoubtful: boolean;
  /** IANA zones for which loadstep takes this name. */
  readonly zones: readonly string[];
  readonly note: string | null;
}

/** All that is known of the phones' configuration files, read from `phone-config/`. */
export interface PhoneConfigFacts {
  readonly legacyKeys: readonly LegacyKey[];
  readonly javaElements: readonly JavaElement[];
  readonly forms: ConfigForms;
  readonly legacyZones: readonly LegacyZone[];
  readonly javaZones: readonly JavaZone[];
  readonly sources: readonly Source[];
}

/** The names that a key stands for: itself, or one for each of its numbers. */
export function namesOf({ key, numbers }: Pick<LegacyKey, 'key' | 'numbers'>): readonly string[] {
  if (numbers === null) return [key];
  return Array.from({ length: numbers.last - numbers.first + 1 }, (_, i) => key.replace('{n}', `${numbers.first + i}`));
}
