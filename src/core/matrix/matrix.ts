import type { FamilyId, ModelId, Protocol } from '../names/family.ts';
import type { LoadName } from '../names/load-name.ts';
import type { ReleaseRange } from '../names/release.ts';
import type { Generation, Running } from '../software.ts';
import type { HopKind, Level, TriggerFile } from './hop-words.ts';

/** How well a fact is known, best first; see docs/firmware-matrix.md. */
export type Evidence = 'documented' | 'log' | 'bytes' | 'code' | 'community' | 'inference';

/** Every fact names its sources (keys of `sources.json`) and how well it is known. */
export interface Fact {
  readonly sources: readonly string[];
  readonly evidence: Evidence;
}

/** Something that was read to learn a fact. */
export interface Source {
  readonly key: string;
  readonly title: string;
  /** Address or place where it can be read; null when only the title is known. */
  readonly where: string | null;
  /** How much of it was read, such as `full` or `partial`. */
  readonly reach: string;
}

/** One phone model, as its family's load files, configs and DHCP requests name it. */
export interface ModelFacts extends Fact {
  readonly model: ModelId;
  /** N of `<loadInformationN>` in XMLDefault.cnf.xml. */
  readonly deviceTypeId: number;
  /** The digits of the `termNN.default.loads` that its boot loader asks for; null when it has no boot loader of that kind. */
  readonly term: string | null;
  /** DHCP option 60 texts without the trailing NUL. */
  readonly vendorClasses: readonly string[];
  /** First two letters of its locale archive, such as `mk`; null when it has none. */
  readonly localeJar: string | null;
  /** Hardware facts an operator should know. */
  readonly notes: readonly string[];
}

/** What signatures software accepts. Phones move forward through these, never back. */
export type Trust = 'unsigned' | 'signed' | 'old-key' | 'both-keys' | 'new-key';

/** A stretch of releases that boot and verify alike. The stages of a family say which software can exist at all. */
export interface Stage extends Fact {
  readonly generation: Generation;
  readonly protocols: readonly Protocol[];
  readonly releases: ReleaseRange;
  readonly trust: Trust;
}

/** A file of a release as far as it is known. */
export interface FileFacts {
  readonly name: string;
  readonly sizeBytes: number | null;
}

/** One load that exists, with what is known of its files. */
export interface ReleaseFacts extends Fact {
  readonly load: LoadName;
  /** As people say it, such as `8.5(2)SR1`. */
  readonly title: string;
  /** Null for a loader and for loads older than the split into SCCP and SIP. */
  readonly protocol: Protocol | null;
  readonly isSigned: boolean;
  /** The loader that comes with a 79x0 load of the last generation; null otherwise. */
  readonly loader: LoadName | null;
  /** Build id in the names of a Java load's archives, such as `9-4-2ES26`; null when unknown. */
  readonly buildId: string | null;
  /** Value of `#HARDWARE_COMP_1` in its manifest; null when absent or unknown. */
  readonly hardwareMask: number | null;
  /** Known file names; may be incomplete, see `notes`. */
  readonly files: readonly FileFacts[];
  /** Names of distribution archives that hold it. */
  readonly archives: readonly string[];
  readonly notes: readonly string[];
}

/** Everything known of one load family. */
export interface FamilyFacts {
  readonly family: FamilyId;
  /** The file these facts were read from. */
  readonly file: string;
  readonly title: string;
  /** False when no log of a phone of this family was found: its behaviour is taken from its siblings. */
  readonly isVerified: boolean;
  readonly models: readonly ModelFacts[];
  readonly stages: readonly Stage[];
  readonly releases: readonly ReleaseFacts[];
}

/** Which running software a rule speaks of. */
export interface RuleFrom {
  readonly families: readonly FamilyId[];
  readonly generation: Generation;
  readonly running: Running;
  readonly protocols: readonly Protocol[] | 'any';
  readonly releases: ReleaseRange;
}

/** Which loads a rule speaks of. */
export interface RuleTo {
  readonly role: 'application' | 'loader';
  readonly protocols: readonly Protocol[] | 'any';
  readonly releases: ReleaseRange;
}

/**
 * Where a hop's files come from: `load` and an extension is one file, `manifest` is everything that the load's own manifest lists,
 * `terms` is the `termNN.default.loads` of the admitted models and everything they list.
 */
export interface RuleFile {
  readonly of: 'load' | 'manifest' | 'terms';
  /** With the dot; empty for `manifest` and `terms`. */
  readonly extension: string;
  readonly role: 'manifest' | 'image';
  /** `needed-alone`: needed unless other software that the evidence admits needs another image of the same load. */
  readonly need: 'needed' | 'needed-alone' | 'optional';
}

/** A file through which a rule's hop is published; a companion is published together with the rung before it. */
export interface RuleTrigger {
  readonly file: TriggerFile;
  readonly isCompanion: boolean;
}

/** What every rule has. */
export interface RuleBase {
  /** Unique over all files. */
  readonly id: string;
  /** The file this rule was read from. */
  readonly file: string;
  readonly from: RuleFrom;
  readonly to: RuleTo;
  /** One sentence for the operator. */
  readonly why: string;
  readonly sources: readonly string[];
  readonly level: Level;
}

/** A step that the evidence supports. */
export interface AllowRule extends RuleBase {
  readonly decision: 'allow';
  readonly kind: HopKind;
  readonly triggers: readonly RuleTrigger[];
  readonly files: readonly RuleFile[];
  /** What runs afterwards. */
  readonly after: { readonly generation: Generation; readonly running: Running };
  /** True when one step is documented to do and a bridge would remove a doubt: avoided unless the fast road is asked for. */
  readonly prefersBridge: boolean;
  /** What is not known of the step, in a sentence to be read before starting; absent where nothing stands open. */
  readonly careful?: string;
}

/** A step that is known to fail, or that no evidence supports. */
export interface RefuseRule extends RuleBase {
  readonly decision: 'refuse';
  /** Why a phone may take it all the same, in a sentence; absent where phones refuse it too. */
  readonly careful?: string;
}

/** What the matrix says of one kind of step. */
export type Rule = AllowRule | RefuseRule;

/** A hop that somebody described doing, load by load. Roads made of sightings are preferred over equals. */
export interface Sighting {
  readonly rule: string;
  /** Null when the source does not tell the exact load. */
  readonly from: LoadName | null;
  readonly to: LoadName;
  readonly sources: readonly string[];
  readonly file: string;
}

/** A sentence to be read before starting, and when it applies. */
export interface Caution {
  readonly id: string;
  readonly families: readonly FamilyId[];
  /** Applies when one of these is running at the start. */
  readonly running: readonly Running[];
  /** Applies to targets of these releases. */
  readonly targets: ReleaseRange;
  readonly text: string;
  readonly sources: readonly string[];
  readonly file: string;
}

/** In which order a boot loader is offered packages after the target's own. */
export interface ProbeOrder {
  readonly families: readonly FamilyId[];
  /** Releases tried next; after them the newest, then the rest, descending. */
  readonly second: ReleaseRange;
  readonly sources: readonly string[];
  readonly file: string;
}

/**
 * A published hash or size. One name can stand with several hashes: files of the SCCP and SIP package of one release
 * may share a name and differ, so `archive` says which package is meant (null: found loose in a file tree).
 */
export interface KnownFile extends Fact {
  readonly family: FamilyId;
  readonly name: string;
  readonly archive: string | null;
  /** The load whose package holds it; null when that is not known. */
  readonly load: LoadName | null;
  readonly isArchive: boolean;
  readonly sizeBytes: number | null;
  readonly sha1: string | null;
  readonly md5: string | null;
}

/** All device and firmware facts, read from `firmware-matrix/`. */
export interface Matrix {
  readonly families: readonly FamilyFacts[];
  readonly rules: readonly Rule[];
  readonly sightings: readonly Sighting[];
  readonly cautions: readonly Caution[];
  readonly probeOrders: readonly ProbeOrder[];
  readonly knownFiles: readonly KnownFile[];
  readonly sources: readonly Source[];
  /** The file the sources were read from. */
  readonly sourcesFile: string;
  readonly knownFilesFile: string;
}

/** The facts of one family; undefined when the matrix has none. */
export function familyFacts(matrix: Matrix, family: FamilyId): FamilyFacts | undefined {
  return matrix.families.find((facts) => facts.family === family);
}

/** The family a model belongs to, by the matrix; null when no family lists it. */
export function familyOfModel(matrix: Matrix, model: ModelId): FamilyId | null {
  return matrix.families.find((facts) => facts.models.some((known) => known.model === model))?.family ?? null;
}
