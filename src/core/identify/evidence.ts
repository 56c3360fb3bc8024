import type { AskedName } from '../names/asked-name.ts';
import type { FamilyId, ModelId } from '../names/family.ts';
import type { LoadName } from '../names/load-name.ts';
import { isSameSoftware } from '../same-software.ts';
import { type Candidates, isWithoutLoader, type Software } from '../software.ts';
import { describeSoftware } from '../software-words.ts';
import { backBeforeItl, mayAskSo } from './itl-files.ts';
import { type PatternReading, readPattern, type TermLookup } from './pattern.ts';
import { narrow } from './shared-software.ts';
import { softwareOfLoad } from './software-of-load.ts';
import {
  EMPTY_TRACE,
  extendTrace,
  has,
  imageMaybeUnderWay,
  imageUnderWay,
  noteGiven,
  noteImageEnd,
  noteUnsaid,
  type Trace,
  traceOfImage,
} from './trace.ts';

/** What is known of one phone, as plain JSON: kept with its record and carried over restarts. */
export interface Evidence {
  readonly trace: Trace;
  /** The operator's word; what the phone shows overrules it. */
  readonly stated: { readonly from: LoadName | null; readonly model: ModelId | null };
  /** Model read off the DHCP vendor class; null when none was seen. */
  readonly vendorModel: ModelId | null;
  /** Everything the phone may be running; empty while nothing is known. */
  readonly software: readonly Software[];
  /** The pattern last read, so that each change is recorded once. */
  readonly pattern: string | null;
}

export const NO_EVIDENCE: Evidence = {
  trace: EMPTY_TRACE,
  stated: { from: null, model: null },
  vendorModel: null,
  software: [],
  pattern: null,
};

/** The same evidence on a clock that is ahead by so much. */
export function evidenceMoved(evidence: Evidence, ms: number): Evidence {
  const { trace } = evidence;
  if (ms === 0) return evidence;
  const steps = trace.steps.map((step) =>
    step.endedAt === undefined
      ? { ...step, at: step.at + ms }
      : { ...step, at: step.at + ms, endedAt: step.endedAt + ms },
  );
  const moved = { ...trace, startedAt: steps.length === 0 ? trace.startedAt : trace.startedAt + ms, steps };
  return { ...evidence, trace: moved };
}

/** Something learnt, for the record. */
interface FindingNote {
  readonly finding: string;
  readonly reason: string;
}

export interface Observation {
  readonly evidence: Evidence;
  readonly isNewRound: boolean;
  /** True when what the phone may be running changed. */
  readonly isChanged: boolean;
  /** True when the phone contradicted what was believed before. */
  readonly isContradiction: boolean;
  readonly findings: readonly FindingNote[];
  /** What this trace alone tells; null while it fits too much. */
  readonly reading: PatternReading | null;
}

/** Facts from outside that reading a request needs. */
export interface ReadingAids {
  readonly termFamily: TermLookup;
  readonly modelFamily: (model: ModelId) => FamilyId;
  /** False when the phone may have asked something before we listened. */
  readonly isWhole: boolean;
  /** True for a request from another address than the one before it. */
  readonly isElsewhere?: boolean;
  /** True where nothing but a name that was said before tells that the request is the phone's. */
  readonly isByNamesOnly?: boolean;
  /** True where another server may have answered the phone since the request before it. */
  readonly isGap?: boolean;
  /** Since when everything that phones asked was heard; absent where it always was. */
  readonly heardSince?: number;
}

/** The evidence after one more request of this phone. */
export function observe(evidence: Evidence, asked: AskedName, at: number, aids: ReadingAids): Observation {
  const extended = extendTrace(evidence.trace, asked, at, aids.isElsewhere, aids.isGap);
  const { isNewRound } = extended;
  const trace = noteUnsaid(evidence.trace, extended.trace, asked.mac !== null || aids.isByNamesOnly !== true);
  const isHeard = trace.startedAt >= (aids.heardSince ?? Number.NEGATIVE_INFINITY);
  const back = isHeard ? backBeforeItl(evidence.software, trace) : null;
  const reading = readPattern(trace, aids.termFamily, aids.isWhole) ?? (back === null ? null : readingBack(back));
  const base = { ...evidence, trace, software: back ?? evidence.software };
  if (reading === null) {
    return { evidence: base, isNewRound, isChanged: false, isContradiction: false, findings: [], reading };
  }
  const merged = merge(base, reading, aids);
  const findings: FindingNote[] = [];
  const isContradiction = merged.isContradiction || back !== null;
  if (isContradiction) {
    const why = back === null ? reading.why : ASKED_BEFORE;
    findings.push({
      finding: 'contradiction',
      reason: `${describeSoftware(evidence.software)} was believed; the phone shows otherwise: ${why}`,
    });
  }
  const isChanged = !isSameSoftware(merged.software, evidence.software);
  if (isChanged) findings.push({ finding: reading.pattern, reason: reading.why });
  if (merged.overruled !== null) {
    const isHead = softwareOfLoad(merged.overruled).every((one) => hasOtherHead(trace, one));
    const asksForItl = has(trace, 'itl-phone', 'itl-file');
    const why = isHead && !asksForItl ? 'its boot asks for no ITL file, as every load from 9.0 on does' : reading.why;
    findings.push({ finding: 'operator-overruled', reason: `--from ${merged.overruled} does not fit: ${why}` });
  }
  // What is worked out of a belief is kept with it: one that says the same is the same.
  const software = isChanged ? merged.software : evidence.software;
  const next = { ...base, software, pattern: reading.pattern, stated: merged.stated };
  return { evidence: next, isNewRound, isChanged, isContradiction, findings, reading };
}

const ASKED_BEFORE = 'it asked for ITL files before, and asks for none now: a Java phone before 8.5';

/** What the operator said before counts no more: were it true, the load that he named asked for them, and runs no longer. */
function readingBack(software: readonly Software[]): PatternReading {
  return { pattern: 'java-application', software, why: ASKED_BEFORE };
}

interface Merge {
  readonly software: readonly Software[];
  readonly stated: Evidence['stated'];
  readonly isContradiction: boolean;
  readonly overruled: LoadName | null;
}

/**
 * What was believed stays as far as the pattern still admits it: the belief is mostly more exact (a load that was proven).
 * Where they exclude each other the phone is right.
 */
function merge(evidence: Evidence, reading: PatternReading, aids: ReadingAids): Merge {
  const { from } = evidence.stated;
  const said = from === null ? [] : softwareOfLoad(from);
  const isOtherHead = said.length > 0 && said.every((one) => hasOtherHead(evidence.trace, one));
  const meant = isOtherHead || said.length === 0 ? [] : narrow(reading.software, said);
  const named = meant.length > 0 || isOtherHead ? meant : narrow(reading.maySay ?? [], said);
  const fits = named.length > 0;
  const stated = said.length === 0 || fits ? evidence.stated : { ...evidence.stated, from: null };
  const overruled = said.length > 0 && !fits ? from : null;
  const narrowed = narrowToModel(fits ? named : reading.software, evidence, aids);
  const merged = { stated, isContradiction: false, overruled };
  if (evidence.software.length === 0) return { ...merged, software: narrowed };
  const believed = evidence.software.filter((one) => !asksForItself(one, evidence.trace));
  const fitting = narrow(narrowed, believed);
  if (fitting.length > 0) return { ...merged, software: fitting };
  // What was inferred alone yields to the operator's word; what was proven does not.
  if (fits && meant.length === 0 && believed.every(({ load }) => load === null))
    return { ...merged, software: narrowed };
  const kept = narrow(reading.alsoFits ?? [], believed);
  return kept.length > 0 ? { ...merged, software: kept } : { ...merged, software: narrowed, isContradiction: true };
}

/** Whether the last question is for an image of this very load: software before the loader takes what differs (legacy-79x0 2). */
function asksForItself(software: Software, { steps }: Trace): boolean {
  const { load } = software;
  const last = steps.at(-1);
  if (last?.kind !== 'image' || load === null || !isWithoutLoader(software)) return false;
  return last.name.toLowerCase().replace(/\.\w+$/, '') === load.toLowerCase();
}

/** What fits the model that is believed; all of it where nothing does. */
export function narrowToModel(
  software: readonly Software[],
  evidence: Evidence,
  aids: ReadingAids,
): readonly Software[] {
  const model = modelOf(evidence);
  if (model === null) return software;
  const family = aids.modelFamily(model);
  const fitting = software
    .filter((one) => one.family === null || one.family === family)
    .map((one) => (one.generation === 'java' ? { ...one, family } : one))
    .filter((one) => (family === '79x0') === (one.generation !== 'java'));
  // A stated model that the phone's own questions exclude is the operator's slip: the phone is believed.
  return fitting.length > 0 ? fitting : software;
}

/** Whether the phone may run signed or unsigned SIP software, which its own SIP file can tell apart (docs/decisions/0007). */
export function mayBeProbed({ pattern, software }: Pick<Evidence, 'pattern' | 'software'>): boolean {
  return pattern === 'g1-or-g2-sip' && new Set(software.map(({ generation }) => generation)).size > 1;
}

/** The same of SCCP software, which has no file of its own that tells: OS79XX.TXT does (docs/decisions/0007). */
export function mayBeProbedForSccp({ pattern, software }: Pick<Evidence, 'pattern' | 'software'>): boolean {
  const isAlike = pattern === 'g1-or-g2-sccp' || pattern === 'g1-sccp';
  return isAlike && new Set(software.map(({ generation }) => generation)).size > 1;
}

/** Names that software of another kind asks, and this one never (legacy-79x0 5.6; java-phones 4). */
export function contradicts(trace: Trace, software: Software): boolean {
  const { generation } = software;
  if (isWithoutLoader(software)) {
    return has(trace, 'ctl-phone', 'itl-phone', 'itl-file', 'term-default', 'manifest');
  }
  if (generation === 'G3') return has(trace, 'os79xx', 'itl-phone', 'itl-file', 'term-default');
  return (
    has(trace, 'os79xx', 'sip-phone', 'sip-default', 'mgc-phone', 'mgc-default', 'term-default') ||
    hasOtherHead(trace, software)
  );
}

/** Whether the beginning of a boot is that of a Java phone of other releases, by the ITL files that it asks for or does not (java-phones 3.6, 4.1). */
function hasOtherHead(trace: Trace, { generation, releases }: Software): boolean {
  return generation === 'java' && !mayAskSo(trace, releases);
}

/** After a hop was confirmed the phone runs exactly what the hop leads to. */
export function concludeHop(evidence: Evidence, after: Software): Evidence {
  return { ...evidence, software: [after], stated: { ...evidence.stated, from: null } };
}

/**
 * Somebody began again: what the phone asked and was given so far proves nothing of what comes. It is kept all the same, as long as the
 * round lasts: without its first names, the rest of a list reads like that of another generation.
 */
export function withOldTrace(evidence: Evidence): Evidence {
  const steps = evidence.trace.steps.map(({ kind, name, at, times, isBegun }) => ({
    kind,
    name,
    at,
    times,
    isOld: true as const,
    ...(isBegun === true ? { isBegun } : {}),
  }));
  const { startedAt, unsaidAfter } = evidence.trace;
  const trace = { startedAt, steps, ...(unsaidAfter === undefined ? {} : { unsaidAfter }) };
  return { ...evidence, trace };
}

/**
 * What runs has to be shown from the beginning of a list again; model and the operator's word stay, and that it was given an image after which it has
 * asked for nothing: it may be writing that, whoever let it go.
 */
export function unproven({ stated, vendorModel, trace }: Evidence): Evidence {
  const evidence = { ...NO_EVIDENCE, stated, vendorModel };
  const image = imageMaybeUnderWay(trace);
  if (image === null) return evidence;
  if (imageUnderWay(trace) === null) return { ...evidence, trace: traceOfImage(image, trace.startedAt) };
  return withOldTrace({ ...evidence, trace: { startedAt: trace.startedAt, steps: trace.steps.slice(-1) } });
}

/** Whether the phone has asked nothing since somebody began again, or ever. */
export function isUnheard({ trace }: Evidence): boolean {
  return trace.steps.every(({ isOld }) => isOld === true);
}

/** A file reached the phone whole. */
export function given(evidence: Evidence, name: string): Evidence {
  const trace = noteGiven(evidence.trace, name);
  return trace === evidence.trace ? evidence : { ...evidence, trace };
}

/** An image reached the phone whole. */
export function imageEnded(evidence: Evidence, name: string, at: number): Evidence {
  return { ...evidence, trace: noteImageEnd(evidence.trace, name, at) };
}

/** The model that is believed: what the DHCP server heard goes before the operator's word. */
export function modelOf({ vendorModel, stated }: Pick<Evidence, 'vendorModel' | 'stated'>): ModelId | null {
  return vendorModel ?? stated.model;
}

/** Everything the evidence admits, for the planner. */
export function candidatesOf(evidence: Evidence): Candidates {
  const model = modelOf(evidence);
  return { software: evidence.software, models: model === null ? [] : [model] };
}
