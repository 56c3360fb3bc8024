import { candidatesOf, type Evidence, NO_EVIDENCE, observe } from '../core/identify/evidence.ts';
import { familyOfModel, type Matrix } from '../core/matrix/matrix.ts';
import { classifyName } from '../core/names/asked-name.ts';
import type { Candidates } from '../core/software.ts';
import { describeSoftware } from '../core/software-words.ts';
import { modelOfVendorClass } from '../core/who/vendor-class.ts';
import { firmwareMatrix } from './matrix.ts';
import { modelOf, runningOf } from './read-words.ts';

/** One name that a phone asked for, with its time. */
export interface AskedFile {
  /** As it arrived. */
  readonly name: string;
  /** When it was asked for, in milliseconds since any moment; only the time since the previous name matters. */
  readonly atMs: number;
}

/** What else is known of the phone. */
export interface IdentifyOptions {
  /** The operator's word on what runs; what the phone shows overrules it. */
  readonly from?: string;
  /** The model as people write it, such as `7940`. */
  readonly model?: string;
  /** DHCP option 60 as the phone sent it, with its trailing NUL; a text that names no model says nothing. */
  readonly vendorClass?: string;
  /** Facts in place of those that came with the package. */
  readonly matrix?: Matrix;
}

/** Something that a request showed; findings are in the order of the requests. */
export interface Finding {
  /** Stable word, such as `loader`, `g1-sccp` or `contradiction`. */
  readonly finding: string;
  /** One sentence that says why. */
  readonly reason: string;
  /** The name that was asked for. */
  readonly name: string;
}

/** What a phone's requests show about it; hand it to `plan` as `from`. */
export interface Identification extends Candidates {
  /** What may be running, in words. */
  readonly text: string;
  /** The evidence: one finding for each request that showed something. */
  readonly findings: readonly Finding[];
}

/** Further apart than any two requests from whose haste something is concluded. */
const UNHURRIED_MS = 60_000;

/**
 * What runs on a phone, found from the names that it asked for, oldest first. Everything that the names admit is in `software`:
 * several as long as they leave a choice, none as long as they show nothing. That a name was *not* asked for is never evidence.
 * Names without times count as asked slowly, so that nothing is concluded from haste.
 * Throws `AppError` `E_BAD_USAGE` for a model, `E_UNKNOWN_LOAD` for a load that cannot be read.
 */
export function identify(names: readonly (string | AskedFile)[], options: IdentifyOptions = {}): Identification {
  const { matrix = firmwareMatrix(), vendorClass } = options;
  const terms = new Map(matrix.families.flatMap(({ family, models }) => models.map(({ term }) => [term, family])));
  let evidence: Evidence = {
    ...NO_EVIDENCE,
    stated: { from: runningOf(options.from), model: modelOf(options.model) },
    vendorModel: vendorClass === undefined ? null : modelOfVendorClass(vendorClass),
  };
  const findings: Finding[] = [];
  const aids = {
    termFamily: (term: string) => terms.get(term) ?? null,
    modelFamily: (model: Parameters<typeof familyOfModel>[1]) => familyOfModel(matrix, model) ?? ('79x0' as const),
    isWhole: false,
  };
  names.forEach((asked, n) => {
    const { name, atMs } = typeof asked === 'string' ? { name: asked, atMs: n * UNHURRIED_MS } : asked;
    const seen = observe(evidence, classifyName(name), atMs, aids);
    evidence = seen.evidence;
    findings.push(...seen.findings.map(({ finding, reason }) => ({ finding, reason, name })));
  });
  return { ...candidatesOf(evidence), text: describeSoftware(evidence.software), findings };
}
