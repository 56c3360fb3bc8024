import { type FirmwareIndex, isServable } from '../firmware/package.ts';
import { familyFacts, type Matrix } from '../matrix/matrix.ts';
import { type FamilyId, isJavaFamily } from '../names/family.ts';
import type { LoadName } from '../names/load-name.ts';
import type { Software } from '../software.ts';
import { allAtOnce, type Steps } from '../steps.ts';
import { loadsInStore } from './loads-at-hand.ts';
import { searchRoad } from './search-road.ts';

/** Everything a phone of a family may be running, stage by stage; for Java phones also their boot loader. */
export function startsOf(matrix: Matrix, family: FamilyId): readonly Software[] {
  const stages = familyFacts(matrix, family)?.stages ?? [];
  const running = stages.flatMap(({ generation, protocols, releases }) =>
    protocols.map(
      (protocol): Software => ({ family, generation, running: 'application', protocol, load: null, releases }),
    ),
  );
  if (!isJavaFamily(family)) return running;
  const anything = { min: null, below: null };
  return [
    ...running,
    { family, generation: 'java', running: 'boot-loader', protocol: null, load: null, releases: anything },
  ];
}

/**
 * The targets that each package of the store helps some phone to reach: as the target itself, or on the way to it. Found by
 * planning from every stage of the family to every application in the store; SIP loads first.
 */
export function enabledTargets(matrix: Matrix, index: FirmwareIndex): ReadonlyMap<string, readonly LoadName[]> {
  return allAtOnce(enabledTargetsSteps(matrix, index));
}

/** The same, with a step for each road. */
export function* enabledTargetsSteps(
  matrix: Matrix,
  index: FirmwareIndex,
): Steps<ReadonlyMap<string, readonly LoadName[]>> {
  const enabled = new Map<string, Set<LoadName>>();
  const packages = index.packages.filter((pack) => isServable(pack));
  for (const family of new Set(packages.map((pack) => pack.family))) {
    const loads = loadsInStore(matrix, index, family);
    const targets = packages
      .filter((pack) => pack.family === family && pack.protocol !== null)
      .map((pack) => pack.load);
    for (const target of new Set(targets)) {
      for (const start of startsOf(matrix, family)) {
        const search = { matrix, target, loads, start: [start], models: [], avoid: [], isFast: false, mayMiss: false };
        for (const { at } of searchRoad(search) ?? []) {
          if (at.pack === null) continue;
          const targetsOf = enabled.get(at.pack.id) ?? new Set<LoadName>();
          enabled.set(at.pack.id, targetsOf.add(target));
        }
        yield;
      }
    }
  }
  const isSip = (load: string) => /^(SIP|P0S3)/.test(load);
  const order = (a: LoadName, b: LoadName) => Number(isSip(b)) - Number(isSip(a)) || (a < b ? -1 : 1);
  return new Map([...enabled].map(([id, loads]) => [id, [...loads].sort(order)]));
}
