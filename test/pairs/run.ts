import type { Difference } from './differences.ts';
import { everyPackage } from './firmware.ts';
import { drive } from './fleet-road.ts';
import { arrivalWords, judge } from './judged.ts';
import type { Outcome, Tally } from './outcomes.ts';
import { allPairs, BOOT_LOADER, EMULATOR, MODEL, type Pair, PHONE_KINDS, planOf } from './pairs.ts';
import { contradictionIn, Steps } from './steps.ts';

export interface StepsFound {
  readonly steps: number;
  readonly contradictions: readonly string[];
  /** Steps that the phone of `test/support` and the emulated one do not both take or both leave. */
  readonly differences: readonly Difference[];
}

let both: ReturnType<typeof everyPackage> | null = null;
const found = new Map<string, Steps>();

/** The store that all roads share. */
function store(): ReturnType<typeof everyPackage> {
  both ??= everyPackage();
  return both;
}

/** What a kind of phone takes at one step, for the model of a pair. */
async function stepsFor(kind: (typeof PHONE_KINDS)[number], pair: Pair): Promise<Steps> {
  const key = `${kind.name} ${pair.model}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const firmware = kind.firmware(await store());
  const steps = await Steps.of(
    kind,
    firmware,
    allPairs().filter(({ model }) => model === pair.model),
  );
  found.set(key, steps);
  return steps;
}

/** Holds every single step of the matrix against what phones take from a server that names one load everywhere. */
export async function tryEveryStep(): Promise<StepsFound> {
  const contradictions: string[] = [];
  const differences: Difference[] = [];
  let steps = 0;
  for (const pair of allPairs()) {
    if (pair.from === pair.target) continue;
    steps++;
    const takers: string[] = [];
    for (const kind of PHONE_KINDS.filter(({ isFor, isStubborn }) => isFor(pair.from) && isStubborn !== true)) {
      const isTaken = (await stepsFor(kind, pair)).has(pair);
      if (isTaken) takers.push(kind.name);
      const why = contradictionIn(pair, isTaken);
      if (why !== null) contradictions.push(`${kind.name}: ${why}`);
    }
    const [taker, other] = takers.filter((name) => name === MODEL || name === EMULATOR);
    if (taker !== undefined && other === undefined) differences.push({ ...pair, taker });
  }
  return { steps, contradictions, differences };
}

/** What came of a number of roads. */
export interface Driven {
  readonly tallies: readonly Tally[];
  readonly contradictions: readonly string[];
}

/** Drives these pairs through the fleet with every kind of phone; one in so many of them with the stubborn ones. */
export async function driveThem(pairs: readonly Pair[], stubbornOneIn: number): Promise<Driven> {
  const outcomes = new Map(PHONE_KINDS.map(({ name }) => [name, new Map<Outcome, number>()]));
  const contradictions: string[] = [];
  const stored = await store();
  for (const [n, pair] of pairs.entries()) {
    const plan = planOf(pair, stored.synthetic);
    const isForStubborn = plan.ok && pair.from !== pair.target && n % stubbornOneIn === 0;
    for (const kind of PHONE_KINDS.filter(({ isFor }) => isFor(pair.from))) {
      if (kind.isStubborn === true && !isForStubborn) continue;
      const firmware = kind.firmware(stored);
      const reach = plan.ok ? 'allowed' : (await stepsFor(kind, pair)).reach(pair);
      const { target, model } = pair;
      const errand = { target, model, from: pair.from === BOOT_LOADER ? null : pair.from };
      const arrival = await drive(kind.make(pair, firmware), errand, firmware);
      const { outcome, why } = judge(pair, plan, arrival, reach, firmware, kind.isStubborn === true);
      const counts = outcomes.get(kind.name);
      counts?.set(outcome, (counts.get(outcome) ?? 0) + 1);
      if (outcome === 'contradiction') contradictions.push(`${kind.name}: ${why}: ${arrivalWords(pair, arrival)}`);
    }
  }
  const tallies = [...outcomes].map(([kind, counts]): Tally => {
    return { kind, outcomes: counts, roads: [...counts.values()].reduce((sum, count) => sum + count, 0) };
  });
  return { tallies, contradictions };
}

/**
 * Drives these pairs once with the operator's word and once without it, until the phone is held and somebody reads its display: what lands in the first
 * way lands in the second, or its road had a step of which nobody knows how phones take it.
 */
export async function driveSaidLater(
  pairs: readonly Pair[],
): Promise<{ readonly roads: number; readonly faults: readonly string[] }> {
  const faults: string[] = [];
  const stored = await store();
  let roads = 0;
  for (const pair of pairs) {
    const { from, target } = pair;
    if (from === BOOT_LOADER || from === target || !planOf(pair, stored.synthetic).ok) continue;
    for (const kind of PHONE_KINDS.filter(({ isFor, isStubborn }) => isFor(from) && isStubborn !== true)) {
      const firmware = kind.firmware(stored);
      for (const model of [pair.model, null]) {
        const first = await drive(kind.make(pair, firmware), { target, model, from }, firmware);
        const later = await drive(
          kind.make(pair, firmware),
          { target, model, from: null, isSaidWhenHeld: true },
          firmware,
        );
        roads += 2;
        const isTrue = later.state !== 'landed' || later.runs === target;
        const isLed = later.state === 'landed' || first.state !== 'landed' || later.isCareful;
        if (!isTrue || !isLed)
          faults.push(`${kind.name}${model === null ? ', no model said' : ''}: ${arrivalWords(pair, later)}`);
      }
    }
  }
  return { roads, faults };
}
