import { type FirmwareIndex, type FirmwarePackage, findFile, isPublishable, isServable } from '../firmware/package.ts';
import type { Level } from '../matrix/hop-words.ts';
import { familyFacts, type Matrix, type ReleaseFacts } from '../matrix/matrix.ts';
import type { FamilyId, ModelId } from '../names/family.ts';
import { FAMILY_TERMS } from '../names/family-terms.ts';
import { type LoadName, parseLoadName } from '../names/load-name.ts';
import type { Candidates } from '../software.ts';
import { allAtOnce, type Steps } from '../steps.ts';
import { type Hop, hopKey, type NoPlan, type Plan } from './plan.ts';
import { bestRoad, planRoad } from './plan-road.ts';

/** A file to obtain, with what is published of it. */
export interface NeededFile {
  readonly name: string;
  readonly size: number | null;
  readonly hashes: { readonly sha1: readonly string[]; readonly md5: readonly string[] };
}

/** A package to obtain: the archive it is distributed in, and the files that are looked for in it. */
export interface NeededPackage {
  /** Name of a distribution archive where one is known, else the load. */
  readonly package: string;
  readonly load: LoadName;
  readonly files: readonly NeededFile[];
  /** Every archive that is known to hold the load, with what is published of it. */
  readonly archives: readonly NeededFile[];
}

/** One road and what the store lacks for it. */
export interface Alternative {
  readonly hops: readonly LoadName[];
  readonly missing: readonly NeededPackage[];
  /** The weakest evidence of its hops. */
  readonly level: Level;
}

export interface NeededQuestion {
  readonly matrix: Matrix;
  readonly index: FirmwareIndex;
  readonly candidates: Candidates;
  readonly target: LoadName;
  readonly model: ModelId | null;
  readonly statedFamily?: FamilyId;
}

/** What is needed: roads, best first; or why there is none even with everything that exists. */
export type Needed =
  | {
      readonly ok: true;
      readonly target: LoadName;
      readonly alternatives: readonly Alternative[];
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly reason: NoPlan };

/** As many alternatives as a person wants to compare (invented). */
const MOST_ALTERNATIVES = 6;
/** As many plans as are made to find them (invented). */
const MOST_PLANS = 60;

/**
 * Plans as if the store held everything that exists by the matrix, avoids one hop after the other to find other roads, and
 * tells for each what the store lacks. First the road that `plan` shows; then best attested first, the least to obtain, the
 * shortest.
 */
export function neededFor(question: NeededQuestion): Needed {
  return allAtOnce(neededSteps(question));
}

/** The same, with a step for each plan. */
export function* neededSteps(question: NeededQuestion): Steps<Needed> {
  const everything = withEverything(question.matrix, question.index, question.target);
  const plan = (avoid: readonly string[]): Plan | NoPlan => planRoad({ ...question, index: everything, avoid });
  const first = plan([]);
  if (!first.ok) return { ok: false, reason: first };
  const found = new Map<string, Alternative>();
  const tried = new Set<string>(['']);
  const queue: { avoid: readonly string[]; road: Plan }[] = [{ avoid: [], road: first }];
  let plans = 1;
  for (const { avoid, road } of queue) {
    const key = keyOf(road.hops);
    if (!found.has(key)) found.set(key, alternativeOf(question, road));
    for (const hop of road.hops) {
      const next = [...avoid, hopKey(hop)].sort();
      const isKnown = tried.has(next.join(' '));
      // The last hop is the target itself: without it there is nothing to compare.
      if (isKnown || hop.load === first.target || found.size >= MOST_ALTERNATIVES || plans >= MOST_PLANS) continue;
      tried.add(next.join(' '));
      plans++;
      yield;
      const other = plan(next);
      if (other.ok) queue.push({ avoid: next, road: other });
    }
  }
  yield;
  const best = plannedRoad(question);
  if (best !== null && !found.has(best.key)) {
    const has = (load: LoadName | null) => load !== null && best.loads.has(load);
    const only = everything.packages
      .filter(({ load, loader }) => has(load) || has(loader))
      // A loader that the road does not go over must not offer a nearer one.
      .map((pack) => (has(pack.loader) ? pack : { ...pack, loader: null }));
    const road = planRoad({ ...question, index: { packages: only } });
    if (road.ok && keyOf(road.hops) === best.key) found.set(best.key, alternativeOf(question, road));
  }
  const preferred = best === null ? undefined : found.get(best.key);
  const alternatives = [...found.values()].sort(
    (a, b) =>
      Number(b === preferred) - Number(a === preferred) ||
      Number(a.level === 'B') - Number(b.level === 'B') ||
      a.missing.length - b.missing.length ||
      a.hops.length - b.hops.length,
  );
  return {
    ok: true,
    target: first.target,
    alternatives: alternatives.slice(0, MOST_ALTERNATIVES),
    warnings: first.warnings,
  };
}

/** The road that `plan` shows, or names the missing files of, with what the store holds: both commands call the same one best. */
function plannedRoad(question: NeededQuestion): { readonly key: string; readonly loads: ReadonlySet<string> } | null {
  const hops = bestRoad(question);
  return hops === null ? null : { key: keyOf(hops), loads: new Set(hops.map(({ load }) => load)) };
}

function keyOf(hops: readonly { readonly kind: string; readonly load: string }[]): string {
  return hops.map(hopKey).join(' ');
}

/** What the store lacks for one road. */
export function alternativeOf({ matrix, index }: NeededQuestion, road: Plan): Alternative {
  const missing = new Map<string, NeededPackage>();
  for (const hop of road.hops) {
    const held = index.packages.find((pack) => pack.id === hop.package && isServable(pack));
    if (held !== undefined || isServed(index, hop)) continue;
    const load = loadOfVirtual(hop.package) ?? hop.load;
    missing.set(load, neededPackage(matrix, index, load));
  }
  const level = road.hops.some((hop) => hop.level === 'B') ? 'B' : 'A';
  return { hops: road.hops.map((hop) => hop.load), missing: [...missing.values()], level };
}

/** Whether a package that lacks only what this step never asks for holds everything of it. */
function isServed(index: FirmwareIndex, hop: Hop): boolean {
  return index.packages.some(
    (pack) =>
      isServable(pack) &&
      (pack.load === hop.load || pack.loader === hop.load) &&
      hop.files.every(({ name, need }) => need === 'optional' || findFile(pack, name)?.file.isWhole === true),
  );
}

function neededPackage(matrix: Matrix, index: FirmwareIndex, load: LoadName): NeededPackage {
  const facts = releaseFacts(matrix, load);
  const held = index.packages.find((pack) => pack.load === load);
  const names = fileNames(facts, load);
  const absent = names.filter((name) => held === undefined || findFile(held, name)?.file.isWhole !== true);
  const archives = (facts?.archives ?? []).map((name) => neededFile(matrix, load, name, true));
  // A package that has every file and is still not fit to be published has to be replaced as a whole.
  const files = (absent.length > 0 ? absent : names).map((name) => neededFile(matrix, load, name, false));
  return { package: archives[0]?.name ?? load, load, files, archives };
}

function neededFile(matrix: Matrix, load: LoadName, name: string, isArchive: boolean): NeededFile {
  const rows = matrix.knownFiles.filter(
    (row) => row.name === name && row.isArchive === isArchive && (isArchive || row.load === load),
  );
  const stated = releaseFacts(matrix, load)?.files.find((file) => file.name === name)?.sizeBytes ?? null;
  const known = (values: readonly (string | null)[]) => [...new Set(values.flatMap((value) => value ?? []))];
  return {
    name,
    size: stated ?? rows.find((row) => row.sizeBytes !== null)?.sizeBytes ?? null,
    hashes: { sha1: known(rows.map((row) => row.sha1)), md5: known(rows.map((row) => row.md5)) },
  };
}

function releaseFacts(matrix: Matrix, load: LoadName): ReleaseFacts | undefined {
  const parsed = parseLoadName(load);
  if (!parsed.ok) return undefined;
  return familyFacts(matrix, parsed.value.family)?.releases.find((facts) => facts.load === load);
}

/** Files that are known to make the package; for a load the matrix does not list, its manifest at least. */
function fileNames(facts: ReleaseFacts | undefined, load: LoadName): readonly string[] {
  const known = facts?.files.map((file) => file.name) ?? [];
  return known.length > 0 ? known : [`${load}.loads`];
}

const VIRTUAL = 'to obtain:';

function loadOfVirtual(id: string): LoadName | null {
  return id.startsWith(VIRTUAL) ? (id.slice(VIRTUAL.length) as LoadName) : null;
}

/** The store as it would be with every load whose files the matrix knows, and the target. */
export function withEverything(matrix: Matrix, index: FirmwareIndex, target: LoadName): FirmwareIndex {
  const held = index.packages.filter(isServable);
  // One that serves running phones only can still be obtained whole, for a boot loader.
  const loads = new Set<string>(held.filter(({ verdict }) => isPublishable(verdict)).map((pack) => pack.load));
  const parsed = parseLoadName(target);
  const family = parsed.ok ? familyFacts(matrix, parsed.value.family) : undefined;
  const releases = family?.releases ?? [];
  // An SCCP release of before 8.2 has one name for both: it is no loader of others.
  const loaders = new Set(releases.flatMap(({ load, loader }) => (load === loader ? [] : [loader])));
  const names = releases
    .filter((facts) => facts.files.length > 0 && !loaders.has(facts.load))
    .map((facts) => facts.load);
  const obtainable = [...new Set([...names, target])].filter((load) => !loads.has(load));
  return { packages: [...held, ...obtainable.flatMap((load) => virtualPackage(load, releaseFacts(matrix, load)))] };
}

/** A package as it would lie in the store, by what is known of its files. */
function virtualPackage(load: LoadName, facts: ReleaseFacts | undefined): FirmwarePackage[] {
  const parsed = parseLoadName(load);
  if (!parsed.ok) return [];
  const { family, protocol, role } = parsed.value;
  const loader = role === 'loader' ? load : (facts?.loader ?? null);
  const implied =
    loader === null
      ? [`${load}.bin`, `${load}.sbn`]
      : [`${load}.loads`, `${loader}.bin`, `${loader}.sbn`, `${load}.sb2`];
  const java = [`${load}.loads`, ...FAMILY_TERMS[family].map((digits) => `term${digits}.default.loads`)];
  const known = facts?.files.map((file) => file.name) ?? [];
  const names = [...new Set([...known, ...(family === '79x0' ? (known.length > 0 ? [] : implied) : java)])];
  const manifest = names.filter((name) => /\.(sbn|sb2)$/.test(name));
  const files = names.map((name) => ({
    name,
    role: 'other' as const,
    sizeBytes: 0,
    innerName: null,
    isWhole: true,
    sha1: null,
  }));
  return [
    {
      id: `${VIRTUAL}${load}`,
      load,
      family,
      protocol,
      loader,
      manifest,
      // What a default manifest lists is in the package, too: nothing of it can be missing.
      terms: {},
      files,
      verdict: 'complete',
      findings: [],
    },
  ];
}
