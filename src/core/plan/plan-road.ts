import type { FirmwareIndex } from '../firmware/package.ts';
import { atomsOf } from '../matrix/atoms.ts';
import type { HopKind } from '../matrix/hop-words.ts';
import { familyFacts, type Matrix } from '../matrix/matrix.ts';
import type { FamilyId, ModelId } from '../names/family.ts';
import { type LoadName, type ParsedLoad, parseLoadName } from '../names/load-name.ts';
import { spellingHint } from '../names/meant-load.ts';
import { isWithin } from '../names/release.ts';
import type { Candidates, Software } from '../software.ts';
import { softwareInRules } from '../software-words.ts';
import { ambiguity, directRefusals, whatToObtain } from './explain-no-plan.ts';
import { frozenCopy } from './freeze.ts';
import { loaderTargetFault } from './loader-target.ts';
import { findSpelling, knownLoads, type LoadAtHand, loadsInStore, loadsToObtain } from './loads-at-hand.ts';
import { finishHop, type PossibleHop } from './make-hop.ts';
import { type Narrowed, narrowCandidates } from './narrow-candidates.ts';
import type { MissingFile, NoPlan, NoPlanCode, Plan } from './plan.ts';
import { type SearchInput, searchRoad } from './search-road.ts';

/** Everything a road depends on; the same input always gives the same plan. */
export interface RoadInput {
  readonly matrix: Matrix;
  /** What the evidence admits. */
  readonly candidates: Candidates;
  readonly target: string;
  readonly index: FirmwareIndex;
  /** The operator's word; null when nothing was said. */
  readonly model: ModelId | null;
  /** Hops that the phone refused before, as `<hop kind>:<load>`. */
  readonly avoid?: readonly string[];
  /** Skips bridges that are only there to remove a doubt. */
  readonly isFast?: boolean;
  /** The operator's word. */
  readonly statedFamily?: FamilyId;
}

/** The shortest safe road from what may be running to the target, with what the store holds; frozen. */
export function planRoad(input: RoadInput): Plan | NoPlan {
  const prepared = prepare(input);
  if (!prepared.ok) return prepared;
  const { asked, narrowed, search } = prepared;
  const road = searchRoad(search);
  if (road !== null) return planOf(input, asked, search.target, narrowed, road);
  return explain(input, search);
}

/**
 * The hops of the road that `planRoad` takes; where files are missing, of the one for which it names them. Null when there is
 * none even with everything that exists.
 */
export function bestRoad(input: RoadInput): readonly { readonly kind: HopKind; readonly load: LoadName }[] | null {
  const prepared = prepare(input);
  if (!prepared.ok) return null;
  const { search } = prepared;
  const road = searchRoad(search) ?? searchRoad(withEverything(input.matrix, search));
  return road?.map(({ kind, at }) => ({ kind, load: at.load.name })) ?? null;
}

interface Prepared {
  readonly ok: true;
  readonly asked: ParsedLoad;
  readonly narrowed: Narrowed;
  readonly search: SearchInput;
}

/** What is searched for and in what; or why there is nothing to search. */
function prepare(input: RoadInput): Prepared | NoPlan {
  const asked = parseLoadName(input.target);
  if (!asked.ok) return noPlan(input.target, 'E_UNKNOWN_LOAD', [`${asked.error}.`]);
  const runs = input.candidates.software.map(({ load }) => load);
  const bare = loaderTargetFault(input.matrix, input.index, asked.value.name, runs);
  if (bare !== null) return noPlan(asked.value.name, 'E_LOADER_TARGET', [`${bare}.`]);
  const facts = familyFacts(input.matrix, asked.value.family);
  if (facts === undefined) {
    return noPlan(asked.value.name, 'E_UNKNOWN_LOAD', [
      `The matrix has no family ${asked.value.family}; choose another load.`,
    ]);
  }
  const narrowed = narrowCandidates({
    matrix: input.matrix,
    candidates: input.candidates,
    family: facts.family,
    model: input.model,
    statedFamily: input.statedFamily ?? null,
  });
  if (!narrowed.ok) return noPlan(asked.value.name, narrowed.code, [narrowed.reason]);
  const held = loadsInStore(input.matrix, input.index, facts.family);
  const listed = facts.releases.map((release) => release.load);
  const inStore = held.map(({ load }) => load.name);
  // A phone may already run a load that nobody holds any more, under the very spelling that was asked for.
  const running = narrowed.software.flatMap(({ load }) => (load === asked.value.name ? [load] : []));
  const target =
    findSpelling(asked.value, [...running, ...inStore]) ?? findSpelling(asked.value, listed) ?? asked.value.name;
  const search: SearchInput = {
    matrix: input.matrix,
    start: narrowed.software,
    target,
    loads: held,
    models: narrowed.models,
    avoid: input.avoid ?? [],
    isFast: input.isFast ?? false,
    mayMiss: false,
  };
  return { ok: true, asked: asked.value, narrowed, search };
}

function planOf(
  input: RoadInput,
  asked: ParsedLoad,
  target: LoadName,
  narrowed: Narrowed,
  road: readonly PossibleHop[],
): Plan {
  const [onlyModel, ...others] = narrowed.models;
  const note = `${asked.name} is in the store as ${target}: load names are literal, so the phone is told ${target}.`;
  const plan: Plan = {
    ok: true,
    target,
    family: asked.family,
    model: input.model ?? (others.length === 0 ? (onlyModel ?? null) : null),
    hops: road.map((possible, i) => finishHop(input.matrix, possible, road[i - 1] ?? null)),
    warnings: road.length === 0 ? [] : [...warningsFor(input.matrix, asked, narrowed), ...carefulOf(road)],
    note: target === asked.name ? null : note,
  };
  return frozenCopy(plan);
}

function warningsFor(matrix: Matrix, target: ParsedLoad, narrowed: Narrowed): readonly string[] {
  const running = narrowed.software.map((software) => software.running);
  const cautions = matrix.cautions.filter(
    (caution) =>
      caution.families.includes(target.family) &&
      caution.running.some((each) => running.includes(each)) &&
      isWithin(target.release, caution.targets),
  );
  const assumed = `Nothing but the target says that the phone is of family ${target.family}; until that is proven, only XMLDefault.cnf.xml, which names a load for each device type, may be published.`;
  return [...(narrowed.isFamilyAssumed ? [assumed] : []), ...cautions.map((caution) => caution.text)];
}

/** What is not known of the steps of a road. */
function carefulOf(road: readonly PossibleHop[]): readonly string[] {
  const sentences = road.flatMap(({ rules }) => rules.flatMap(({ careful }) => careful ?? []));
  return [...new Set(sentences)];
}

/** There is no road with what the store holds: finds out whether files, evidence or the phone itself are in the way. */
function explain(input: RoadInput, search: SearchInput): NoPlan {
  const { matrix, index } = input;
  const { target, start } = search;
  const refusals = directRefusals(matrix, start, target);
  const everything = withEverything(matrix, search);
  const road = searchRoad(everything);
  if (road !== null) {
    const { reasons, missing } = whatToObtain(index, road);
    const stranger = `Neither the store nor the matrix knows ${target}: ${spellingHint(target, knownLoads(matrix, index))}.`;
    const isHeld = index.packages.some((pack) => pack.load === target);
    const isKnown =
      isHeld || everything.loads.some(({ load, pack, facts }) => load.name === target && (pack ?? facts) !== null);
    return noPlan(target, 'E_FILES_MISSING', [...(isKnown ? [] : [stranger]), ...reasons, ...refusals], missing);
  }
  if (search.avoid.length > 0 && searchRoad({ ...everything, avoid: [] }) !== null) {
    const refused = `The phone refused ${search.avoid.join(', ')}, and no other road is left: see what it shows, or obtain other loads.`;
    return noPlan(target, 'E_NO_PATH', [refused, ...refusals]);
  }
  const leads = (atom: Software) => searchRoad({ ...everything, start: [atom] }) !== null;
  const atoms = start.flatMap((software) => atomsOf(matrix, software));
  if (atoms.length > 1 && atoms.some(leads))
    return noPlan(target, 'E_AMBIGUOUS', [ambiguity(start, target), ...refusals]);
  const nothing = [`No step is known from ${start.map(softwareInRules).join(' or ')} towards ${target}.`];
  return noPlan(target, 'E_NO_PATH', refusals.length > 0 ? refusals : nothing);
}

/** The search over what the store holds and what could be obtained. */
function withEverything(matrix: Matrix, search: SearchInput): SearchInput {
  return { ...search, loads: withObtainable(matrix, search), mayMiss: true };
}

/** What the store holds, and after it what could be obtained for loads that it does not hold. */
function withObtainable(matrix: Matrix, search: SearchInput): readonly LoadAtHand[] {
  const family = search.start[0]?.family ?? null;
  const others = family === null ? [] : loadsToObtain(matrix, family, search.target);
  const held = new Set(search.loads.map(({ load }) => load.name));
  return [...search.loads, ...others.filter(({ load }) => !held.has(load.name))];
}

function noPlan(
  target: string,
  code: NoPlanCode,
  reasons: readonly string[],
  missing: readonly MissingFile[] = [],
): NoPlan {
  return frozenCopy<NoPlan>({ ok: false, target: target as LoadName, code, reasons, missing });
}
