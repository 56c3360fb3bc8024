import type { ReadingAids } from '../identify/evidence.ts';
import { modelOf } from '../identify/evidence.ts';
import { familyOfModel, type Matrix } from '../matrix/matrix.ts';
import type { FamilyId } from '../names/family.ts';
import { type ShownVersions, shownVersions } from '../names/shown-version.ts';
import { describeSoftware } from '../software-words.ts';
import type { BenchLog } from './bench-log.ts';
import { type Fault, type PhoneDiagnosis, STANDINGS, type Standing } from './diagnosis.ts';
import { type FaultAids, faultsOf, oldAddressOf } from './faults.ts';
import { likelyLoad } from './likely-load.ts';
import { isCiscoPhone, isPxeClient, type OtherDevice, otherDevice } from './other-device.ts';
import type { PhoneLog } from './phone-log.ts';
import { replay } from './replay.ts';

export interface DiagnoseAids {
  readonly matrix: Matrix;
  /** How a file of this lower-case name is spelt in the store; null where it is not there. */
  readonly storedAs: (lower: string) => string | null;
}

/** Every phone of the bench, worst first. */
export function diagnose(bench: BenchLog, aids: DiagnoseAids): readonly PhoneDiagnosis[] {
  const phones = diagnoseEach(bench.phones.filter(isOfInterest), aids);
  return phones.sort(
    (a, b) =>
      STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing) ||
      (a.mac ?? a.addresses[0] ?? '').localeCompare(b.mac ?? b.addresses[0] ?? '', 'en'),
  );
}

/** One phone as it stands, by what was heard of itself alone. */
export function diagnosePhone(log: PhoneLog, aids: DiagnoseAids): PhoneDiagnosis | null {
  return diagnoseEach([log], aids)[0] ?? null;
}

function diagnoseEach(logs: readonly PhoneLog[], { matrix, storedAs }: DiagnoseAids): PhoneDiagnosis[] {
  const { reading, versions } = readingOf(matrix);
  const sent = spellings(logs);
  const faultAids = { until: latest(logs), spellingOf: (lower: string) => storedAs(lower) ?? sent.get(lower) ?? null };
  return logs.map((log) => diagnoseOne(log, reading, faultAids, versions));
}

type Reading = Omit<ReadingAids, 'isWhole' | 'isElsewhere'>;
const readings = new WeakMap<Matrix, { readonly reading: Reading; readonly versions: ShownVersions }>();

/** What is looked up in the matrix, laid out once for each. */
function readingOf(matrix: Matrix): { readonly reading: Reading; readonly versions: ShownVersions } {
  const known = readings.get(matrix);
  if (known !== undefined) return known;
  const terms = new Map(matrix.families.flatMap(({ family, models }) => models.map(({ term }) => [term, family])));
  const reading: Reading = {
    termFamily: (term) => terms.get(term) ?? null,
    modelFamily: (model) => familyOfModel(matrix, model) ?? ('79x0' as const),
  };
  const versions = shownVersions(matrix.families.flatMap(({ releases }) => releases.map(({ load }) => load)));
  readings.set(matrix, { reading, versions });
  return { reading, versions };
}

/** A computer that only had an address given is nobody's matter. */
function isOfInterest(log: PhoneLog): boolean {
  if (otherDevice(log) !== null) return false;
  const isWaiting = !isPxeClient(log) && oldAddressOf(log) !== null;
  return log.rounds.length > 0 || log.told.length > 0 || isCiscoPhone(log) || isWaiting;
}

/** What asked for files and is no phone. */
export function otherDevices(bench: BenchLog): readonly OtherDevice[] {
  return bench.phones.flatMap((log) => otherDevice(log) ?? []);
}

function diagnoseOne(log: PhoneLog, reading: Reading, aids: FaultAids, versions: ShownVersions): PhoneDiagnosis {
  const played = replay(log, reading, versions);
  const { evidence, proofs } = played;
  const faults = faultsOf(log, played, aids);
  const model = modelOf(evidence);
  const standing = standingOf(faults, evidence.software.length > 0);
  return {
    mac: log.mac,
    addresses: log.addresses,
    model,
    family: model === null ? familyIn(evidence.software.map(({ family }) => family)) : reading.modelFamily(model),
    software: evidence.software,
    runs: describeSoftware(evidence.software),
    proofs,
    likely: standing === 'well' ? likelyLoad(log.rounds, evidence.software) : null,
    told: log.told,
    rounds: log.rounds,
    dropped: log.dropped,
    requests: log.requests,
    faults,
    standing,
    evidence,
  };
}

/** The family that everything admitted shares. */
function familyIn(families: readonly (FamilyId | null)[]): FamilyId | null {
  const [first = null] = families;
  return families.every((one) => one === first) ? first : null;
}

function standingOf(faults: readonly Fault[], isKnown: boolean): Standing {
  const current = faults.filter(({ isPast }) => !isPast);
  if (current.some(({ weight }) => weight === 'stuck')) return 'stuck';
  if (current.some(({ weight }) => weight === 'look')) return 'look';
  return isKnown ? 'well' : 'open';
}

/** Names as they were sent to any phone, by their lower-case spelling. */
function spellings(logs: readonly PhoneLog[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { rounds } of logs) {
    for (const { steps } of rounds) {
      for (const { asked, ends } of steps) if (ends.sent > 0) names.set(asked.name.toLowerCase(), asked.name);
    }
  }
  return names;
}

function latest(logs: readonly PhoneLog[]): number | null {
  let until: number | null = null;
  for (const { rounds } of logs) {
    const time = rounds.at(-1)?.until.time ?? null;
    if (time !== null && (until === null || time > until)) until = time;
  }
  return until;
}
