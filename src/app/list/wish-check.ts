import { AppError } from '../../core/errors.ts';
import type { FirmwareIndex } from '../../core/firmware/package.ts';
import { familyFacts, familyOfModel, type Matrix } from '../../core/matrix/matrix.ts';
import type { FamilyId } from '../../core/names/family.ts';
import { bootLoaderLoad } from '../../core/names/family-terms.ts';
import { familyOfLoad, type LoadName, parseLoadName } from '../../core/names/load-name.ts';
import { loaderTargetFault } from '../../core/plan/loader-target.ts';
import { findSpelling } from '../../core/plan/loads-at-hand.ts';
import type { Enrolment, PhoneRecord } from '../../ports/store.ts';
import type { Wish } from './enrol.ts';

/** A wish with what was said of the phone before and stays; `known` is its enrolment, when there is one. */
export function wholeWish(wish: Wish, known: Enrolment | null): Wish {
  if (known === null) return wish;
  const from = known.status === 'enrolled' ? known.from : null;
  return { ...wish, model: wish.model ?? known.model, from: wish.from ?? from };
}

/** Throws AppError with the fault's code, and the phone that it is about. */
export function refuseFault({ mac }: Wish, fault: WishFault | null): void {
  if (fault !== null) throw new AppError(fault.code, `${mac}: ${fault.why}`);
}

/** How a load that the matrix spells otherwise is shown beside the spelling that was typed. */
export function bothSpellings(load: LoadName, matrix: Matrix): string {
  const other = spelledOtherwise(load, matrix);
  return other === null ? load : `${load} (also written ${other})`;
}

/** The command that names the files of a load. */
export function neededCommand(load: LoadName): string {
  return `loadstep firmware needed --family ${familyOfLoad(load)} --target ${load}`;
}

/** Why a wish cannot be fulfilled by any phone. */
export interface WishFault {
  readonly code: 'E_WRONG_FAMILY' | 'E_LOADER_TARGET';
  readonly why: string;
}

/** Why no phone can be what a wish says; null when one can. */
export function wishFault(
  matrix: Matrix,
  { target, from, model }: Pick<Wish, 'target' | 'from' | 'model'>,
): WishFault | null {
  const bare = loaderTargetFault(matrix, null, target, [from]);
  if (bare !== null) return { code: 'E_LOADER_TARGET', why: bare };
  const why = otherFamilyFault(matrix, { target, from, model });
  return why === null ? null : { code: 'E_WRONG_FAMILY', why };
}

/** Why model, load and target do not go together; null when they do. The same words wherever the mistake is made. */
export function otherFamilyFault(
  matrix: Matrix,
  { target, from, model }: Pick<Wish, 'target' | 'from' | 'model'>,
): string | null {
  const family = familyOfLoad(target);
  const own = model === null ? null : familyOfModel(matrix, model);
  if (model !== null && own !== null && own !== family) {
    return `${target} is for ${phonesOf(family)}, and a ${model} is not one of them; choose a load for the ${model}, or correct the model`;
  }
  const start = from === null ? null : (bootLoaderLoad(from)?.family ?? familyOfLoad(from));
  if (from !== null && start !== family) {
    return `${target} is for ${phonesOf(family)}, and ${from} runs on ${phonesOf(start)}; correct one of the two`;
  }
  return null;
}

function phonesOf(family: FamilyId | null): string {
  return family === '79x0' ? 'the 7940 and 7960' : `phones of family ${family}`;
}

/** As much of a store as is looked at. */
interface Stored {
  readonly packages: readonly { readonly load: LoadName; readonly loader: LoadName | null }[];
}

/** Whether a load is known by the firmware matrix, or lies in the store; zero padding aside. */
export function isKnownLoad(load: LoadName, matrix: Matrix, index: Stored | null): boolean {
  const parsed = parseLoadName(load);
  if (!parsed.ok) return false;
  const documented = familyFacts(matrix, parsed.value.family)?.releases.map((facts) => facts.load) ?? [];
  return findSpelling(parsed.value, documented) !== null || (index !== null && isStored(load, index));
}

/** Whether a load lies in the store, whole or not; zero padding aside. */
export function isStored(load: LoadName, index: Stored): boolean {
  const parsed = parseLoadName(load);
  const stored = index.packages.flatMap((pack) => (pack.loader === null ? [pack.load] : [pack.load, pack.loader]));
  return parsed.ok && findSpelling(parsed.value, stored) !== null;
}

/** A target of phones on the list that the store does not hold, and how many of them are to get it. */
export interface LackingTarget {
  readonly load: LoadName;
  readonly phones: number;
}

/** The targets that phones on the list are to get, have not landed on, and that the store does not hold. */
export function lackingTargets(records: readonly PhoneRecord[], index: FirmwareIndex): readonly LackingTarget[] {
  const counts = new Map<LoadName, number>();
  for (const record of records) {
    const { enrolment } = record;
    if (enrolment?.status !== 'enrolled' || record.snapshot?.value === 'landed') continue;
    counts.set(enrolment.target, (counts.get(enrolment.target) ?? 0) + 1);
  }
  return [...counts].flatMap(([load, phones]) => (isStored(load, index) ? [] : [{ load, phones }]));
}

/** That phones on the list will be held, which target they lack, and what brings it; `flags` lead an import into the store. */
export function lackingText(lacking: readonly LackingTarget[], flags: readonly string[]): string {
  const phones = lacking.reduce((sum, one) => sum + one.phones, 0);
  const loads = lacking
    .map(({ load, phones: count }) => (lacking.length === 1 ? load : `${load} (${count})`))
    .join(', ');
  const have = phones === 1 ? '1 phone on the list has' : `${phones} phones on the list have`;
  const [first] = lacking;
  const needed = first === undefined ? '' : `; which files: ${neededCommand(first.load)}`;
  return `${have} a target that is not in the store, and will be held: ${loads}. ${['loadstep firmware import ARCHIVE', ...flags].join(' ')} brings it${needed}`;
}

/** A target that nobody knows, and who is to get it. */
export interface UnknownTarget {
  readonly load: LoadName;
  readonly phones: readonly { readonly mac: string; readonly line?: number }[];
}

/** The targets that neither the matrix nor the store knows. */
export function unknownTargets(
  wishes: readonly Wish[],
  isKnown: (load: LoadName) => boolean,
  lineOf: (wish: Wish) => number | undefined,
): readonly UnknownTarget[] {
  return [...new Set(wishes.map(({ target }) => target))].flatMap((load) => {
    if (isKnown(load)) return [];
    const phones = wishes.filter(({ target }) => target === load);
    const named = phones.map((wish) => {
      const line = lineOf(wish);
      return { mac: wish.mac, ...(line === undefined ? {} : { line }) };
    });
    return [{ load, phones: named }];
  });
}

/** The spelling under which the matrix lists a load that is written otherwise; null when it is the same, or is not listed. */
export function spelledOtherwise(load: LoadName, matrix: Matrix): LoadName | null {
  const parsed = parseLoadName(load);
  if (!parsed.ok) return null;
  const listed = familyFacts(matrix, parsed.value.family)?.releases.map((facts) => facts.load) ?? [];
  const found = findSpelling(parsed.value, listed);
  return found === load ? null : found;
}

/** Throws AppError `E_LOADER_TARGET` about the first target that is a bare loader. */
export function refuseBareLoaders(targets: readonly LoadName[], matrix: Matrix, index: FirmwareIndex): void {
  for (const target of targets) {
    const bare = loaderTargetFault(matrix, index, target);
    if (bare !== null) throw new AppError('E_LOADER_TARGET', bare);
  }
}
