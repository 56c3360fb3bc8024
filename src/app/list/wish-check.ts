import type { FirmwareIndex } from '../../core/firmware/package.ts';
import { familyFacts, familyOfModel, type Matrix } from '../../core/matrix/matrix.ts';
import type { FamilyId } from '../../core/names/family.ts';
import { familyOfLoad, type LoadName, parseLoadName } from '../../core/names/load-name.ts';
import { findSpelling } from '../../core/plan/loads-at-hand.ts';
import type { Wish } from './enrol.ts';

/** Why no phone can be what a wish says; null when one can. */
export function wishFault(
  matrix: Matrix,
  { target, from, model }: Pick<Wish, 'target' | 'from' | 'model'>,
): string | null {
  const family = familyOfLoad(target);
  const own = model === null ? null : familyOfModel(matrix, model);
  if (model !== null && own !== null && own !== family) {
    return `${target} is for ${phonesOf(family)}, and a ${model} is none; choose a load for the ${model}, or correct the model`;
  }
  const start = from === null ? null : familyOfLoad(from);
  if (from !== null && start !== family) {
    return `${target} is for ${phonesOf(family)}, and ${from} runs on ${phonesOf(start)}; correct one of the two`;
  }
  return null;
}

function phonesOf(family: FamilyId | null): string {
  return family === '79x0' ? 'the 7940 and 7960' : `phones of family ${family}`;
}

/** Whether a load is known by the firmware matrix, or lies in the store; zero padding aside. */
export function isKnownLoad(load: LoadName, matrix: Matrix, index: FirmwareIndex | null): boolean {
  const parsed = parseLoadName(load);
  if (!parsed.ok) return false;
  const documented = familyFacts(matrix, parsed.value.family)?.releases.map((facts) => facts.load) ?? [];
  const stored =
    index?.packages.flatMap((pack) => (pack.loader === null ? [pack.load] : [pack.load, pack.loader])) ?? [];
  return findSpelling(parsed.value, [...documented, ...stored]) !== null;
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
