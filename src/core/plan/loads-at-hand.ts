import { type FirmwareIndex, type FirmwarePackage, isPublishable, isServable } from '../firmware/package.ts';
import { familyFacts, type Matrix, type ReleaseFacts } from '../matrix/matrix.ts';
import type { FamilyId } from '../names/family.ts';
import { type LoadName, type ParsedLoad, parseLoadName } from '../names/load-name.ts';
import type { KnownLoad } from '../names/meant-load.ts';
import { isSameRelease } from '../names/same-load.ts';

/** A load that a hop could install, and where its files would come from. */
export interface LoadAtHand {
  readonly load: ParsedLoad;
  /** Null for a load that the store does not hold, or holds in no state to be published. */
  readonly pack: FirmwarePackage | null;
  /** What the matrix knows of it. */
  readonly facts: ReleaseFacts | null;
}

const stores = new WeakMap<
  FirmwareIndex,
  { readonly matrix: Matrix; readonly loads: Map<FamilyId, readonly LoadAtHand[]> }
>();

/**
 * The loads of one family that the store can publish: applications, and the loaders that come with them. Read once for each index,
 * which is never changed but replaced.
 */
export function loadsInStore(matrix: Matrix, index: FirmwareIndex, family: FamilyId): readonly LoadAtHand[] {
  const before = stores.get(index);
  const { loads } = before?.matrix === matrix ? before : { loads: new Map<FamilyId, readonly LoadAtHand[]>() };
  if (before?.loads !== loads) stores.set(index, { matrix, loads });
  const known = loads.get(family) ?? readStore(matrix, index, family);
  loads.set(family, known);
  return known;
}

function readStore(matrix: Matrix, index: FirmwareIndex, family: FamilyId): readonly LoadAtHand[] {
  const packs = index.packages.filter((pack) => pack.family === family && isServable(pack));
  // Best verdict first, then by id, so that the same store always gives the same plan.
  const sorted = [...packs].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  return sorted.flatMap((pack) => {
    const names = pack.loader === null || pack.loader === pack.load ? [pack.load] : [pack.load, pack.loader];
    return names.flatMap((name) => atHand(matrix, name, pack));
  });
}

/** The loads of one family that exist by the matrix and could be obtained, without a package; and the target. */
export function loadsToObtain(matrix: Matrix, family: FamilyId, target: LoadName): readonly LoadAtHand[] {
  const releases = familyFacts(matrix, family)?.releases ?? [];
  const names = releases.filter((facts) => facts.files.length > 0).map((facts) => facts.load);
  return [...new Set([...names, target])].flatMap((name) => atHand(matrix, name, null));
}

/** Every load that the matrix lists, and those that only the store holds. */
export function knownLoads(matrix: Matrix, index: FirmwareIndex | null = null): readonly KnownLoad[] {
  const listed = matrix.families.flatMap(({ family, releases }) =>
    releases.map(({ load, title, protocol, buildId }): KnownLoad => ({ load, title, family, protocol, buildId })),
  );
  const names = new Set(listed.map(({ load }) => load));
  const stored = (index?.packages ?? []).filter(({ load }) => !names.has(load));
  return [
    ...listed,
    ...stored.map(({ load, family, protocol }) => ({ load, title: null, family, protocol, buildId: null })),
  ];
}

/** The spelling under which some load is known: the asked one where it exists, else one that differs in zero padding only. */
export function findSpelling(asked: ParsedLoad, known: readonly LoadName[]): LoadName | null {
  if (known.includes(asked.name)) return asked.name;
  return known.find((name) => isSameRelease(asked, name)) ?? null;
}

/** What the matrix knows of a load. */
function factsOf(matrix: Matrix, load: ParsedLoad): ReleaseFacts | null {
  return familyFacts(matrix, load.family)?.releases.find((facts) => facts.load === load.name) ?? null;
}

function atHand(matrix: Matrix, name: LoadName, pack: FirmwarePackage | null): readonly LoadAtHand[] {
  const parsed = parseLoadName(name);
  if (!parsed.ok) return [];
  return [{ load: parsed.value, pack, facts: factsOf(matrix, parsed.value) }];
}

function rank(pack: FirmwarePackage): number {
  if (!isPublishable(pack.verdict)) return 2;
  return pack.verdict === 'known-good' ? 0 : 1;
}
