import type { FamilyId, ModelId } from '../names/family.ts';
import type { LoadName } from '../names/load-name.ts';
import { rangesOverlap } from '../names/release.ts';
import { isSameLoad } from '../names/same-load.ts';
import type { Software } from '../software.ts';
import { contradicts, type Evidence, modelOf, narrowToModel, type ReadingAids } from './evidence.ts';
import { isKnownByItl, isTakenForOld, releasesByItl, WITHOUT_ITL } from './itl-files.ts';
import { softwareOfLoad } from './software-of-load.ts';
import { has } from './trace.ts';

/**
 * Takes what the operator said; a word that changes is believed afresh until the phone overrules it. What was believed on the word before
 * alone is believed no more.
 */
export function state(evidence: Evidence, stated: Evidence['stated'], aids: ReadingAids): Evidence {
  const { from, model } = evidence.stated;
  if (from === stated.from && model === stated.model) return evidence;
  const isTakenBack =
    from !== null && !isSameLoad(from, stated.from) && evidence.software.some(({ load }) => isSameLoad(load, from));
  const isOutdated = !isSameLoad(from, stated.from) && stated.from !== null && outdates(stated.from, evidence.software);
  // It has one of these whole, and nothing has shown which it runs: who says that one has read its display.
  const isTold =
    stated.from !== null &&
    !isSameLoad(from, stated.from) &&
    new Set(evidence.software.map(({ load }) => isSameLoad(load, stated.from))).size > 1;
  if (isTakenBack || isOutdated || isTold) return { ...evidence, stated, software: [], pattern: null };
  return withoutSaidFamily({ ...evidence, stated }, model, aids);
}

/**
 * Whether a load that is said to run now is none of those for which a phone is taken by its questions for ITL files alone. That it asked for them is older
 * than the word; and that it asks for none shows no more than that it is before 9.0, the rest is inferred. What it runs has to be shown anew, or is as said.
 */
function outdates(load: LoadName, known: readonly Software[]): boolean {
  const said = softwareOfLoad(load);
  const isOther = ({ generation, releases }: Software) =>
    generation === 'java' && !known.some((one) => rangesOverlap(one.releases, releases));
  if (known.length === 0 || said.length === 0 || !said.every(isOther)) return false;
  const mayAskNone = said.every(({ releases }) => rangesOverlap(releases, WITHOUT_ITL));
  return known.every(isKnownByItl) || (mayAskNone && known.every(isTakenForOld));
}

/**
 * A Java application of which no load is known looks alike in every family: that it is of the family of the model that was said before is
 * that word alone.
 */
function withoutSaidFamily(evidence: Evidence, before: ModelId | null, aids: ReadingAids): Evidence {
  const { stated, vendorModel } = evidence;
  if (before === null || vendorModel !== null || stated.model === before) return evidence;
  const said = aids.modelFamily(before);
  const isSaidOnly = (one: Software) =>
    one.generation === 'java' && one.running === 'application' && one.load === null && one.family === said;
  const software = evidence.software.map((one) => (isSaidOnly(one) ? { ...one, family: null } : one));
  return { ...evidence, software: narrowToModel(software, evidence, aids) };
}

/**
 * The operator's word as what runs, where the phone's questions tell nothing of their own and do not contradict it; null where they
 * do, or where nothing was said. Of a Java phone its model says enough: the head of its list tells the releases (java-phones 3.6, 4.1).
 */
export function believed(evidence: Evidence, aids: ReadingAids): Evidence | null {
  const { from } = evidence.stated;
  const model = modelOf(evidence);
  if (evidence.software.length > 0) return null;
  if (from === null) return model === null ? null : believedByModel(evidence, aids.modelFamily(model));
  const software = softwareOfLoad(from)
    .filter((one) => !contradicts(evidence.trace, one))
    .filter(({ family }) => model === null || family === null || aids.modelFamily(model) === family);
  return software.length === 0 ? null : { ...evidence, software, pattern: 'stated' };
}

function believedByModel(evidence: Evidence, family: FamilyId): Evidence | null {
  const { trace } = evidence;
  if (family === '79x0' || !has(trace, 'ctl-phone') || !has(trace, 'sep-xml')) return null;
  const running = { family, generation: 'java', running: 'application', protocol: null, load: null } as const;
  const software = [{ ...running, releases: releasesByItl(trace) }].filter((one) => !contradicts(trace, one));
  return software.length === 0 ? null : { ...evidence, software, pattern: 'ctl-then-sep' };
}
