import type { HopKind, Level, TriggerFile } from '../matrix/hop-words.ts';
import type { FamilyId, ModelId } from '../names/family.ts';
import type { LoadName } from '../names/load-name.ts';
import type { Software } from '../software.ts';

/**
 * One rung of a hop's ladder: the file, and the exact text that it will hold (null for a signed file of the store). Where
 * the text needs the address of the asking server it holds `%SERVER%`, see `renderTrigger`.
 */
export interface Trigger {
  readonly file: TriggerFile;
  readonly content: string | null;
  /** True when it is published together with the rung before it, not in a turn of its own. */
  readonly isCompanion?: boolean;
}

/**
 * What a file is to a hop. `needed` images must be in the store before the hop is offered; `optional` ones are served
 * when asked for. `manifest` lists images and changes nothing by itself.
 */
export interface HopFile {
  readonly name: string;
  readonly role: 'manifest' | 'image';
  readonly need: 'needed' | 'optional';
  readonly present: boolean;
  /** That of its bytes in the package of the hop; absent where that is not known, or an older version kept the plan. */
  readonly sha1?: string;
}

/** One step of a plan: frozen into the phone's context when the plan is made. */
export interface Hop {
  readonly load: LoadName;
  readonly kind: HopKind;
  /** Id of the package in the store from which this hop's files are served; the same bytes elsewhere stand in for it, see `packageOf`. */
  readonly package: string;
  readonly triggers: readonly Trigger[];
  readonly files: readonly HopFile[];
  /** Every software that may be running when the hop is offered; the matrix allows the hop from each. */
  readonly from: readonly Software[];
  /** What runs when the hop has worked. */
  readonly after: Software;
  /** Id of the matrix rule that allows it. */
  readonly rule: string;
  readonly why: string;
  readonly sources: readonly string[];
  readonly level: Level;
}

/** The hops from what runs to the target: plain JSON, deeply frozen. */
export interface Plan {
  readonly ok: true;
  readonly target: LoadName;
  readonly family: FamilyId;
  readonly model: ModelId | null;
  /** Empty when the phone already runs the target. */
  readonly hops: readonly Hop[];
  /** Sentences the operator should read before starting, such as a hardware floor. */
  readonly warnings: readonly string[];
  /** Set when the target was found under another spelling than asked for, such as P0S3-8-11-00. */
  readonly note: string | null;
}

/** A file without which a hop cannot be offered. */
export interface MissingFile {
  /** The load whose package lacks the file. */
  readonly load: LoadName;
  readonly name: string;
}

/** Why there is no plan. `code` is one of the error codes in docs/errors.md. */
export interface NoPlan {
  readonly ok: false;
  readonly target: LoadName;
  readonly code: NoPlanCode;
  /** Sentences, most useful first. */
  readonly reasons: readonly string[];
  /** What to obtain, where obtaining files would help. */
  readonly missing: readonly MissingFile[];
}

/** Why there is no plan, as an error code. */
export type NoPlanCode =
  /** The evidence admits software from which no single hop is allowed: identify first. */
  | 'E_AMBIGUOUS'
  /** Every road is refused by a rule, such as signed to unsigned. */
  | 'E_NO_PATH'
  /** A road exists, files for it are not in the store (or not whole). */
  | 'E_FILES_MISSING'
  /** The target is a bare loader: no telephone. */
  | 'E_LOADER_TARGET'
  /** The target is no load that the store or the matrix knows. */
  | 'E_UNKNOWN_LOAD'
  /** The target belongs to another family than the phone. */
  | 'E_WRONG_FAMILY';

/** The key under which a hop is avoided once the phone has refused it: `<hop kind>:<load>`. */
export function hopKey(hop: { readonly kind: string; readonly load: string }): string {
  return `${hop.kind}:${hop.load}`;
}
